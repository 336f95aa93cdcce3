// The solution of `acknowledge`, on Node.

/** How long somebody who is invited may think, in milliseconds. */
const PATIENCE = 8_000;

export default function server(io) {
  // ANCHOR: solution
  io.on("connection", (socket) => {
    // A room for each name: with it, you can reach a client by its name.
    const { name } = socket.handshake.auth;
    socket.join(name);

    socket.on("say", (text, acknowledge) => {
      socket.broadcast.emit("said", text);
      // A client that doesn't ask sends no function.
      acknowledge?.("sent");
    });

    socket.on("invite", async (to, acknowledge) => {
      const [id] = io.sockets.adapter.rooms.get(to) ?? [];
      const invited = io.sockets.sockets.get(id);
      const outcome = invited ? await ask(invited, name) : "no answer";
      acknowledge?.(outcome);
    });
  });
  // ANCHOR_END: solution
}

/** What comes of an invitation. Node goes on waiting when the client disconnects, so this listens for that, too. */
function ask(invited, from) {
  const acknowledged = invited.timeout(PATIENCE).emitWithAck("invited", from);
  return new Promise((resolve) => {
    invited.once("disconnect", () => resolve("no answer"));
    acknowledged.then((accepted) => resolve(accepted ? "accepted" : "declined")).catch(() => resolve("no answer"));
  });
}
