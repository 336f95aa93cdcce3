// The answer to `middleware`, on Node.

// ANCHOR: check
// Lets in whoever has the token. The reason it gives is what the client gets to read.
function onlyAdmins(socket, next) {
  if (socket.handshake.auth?.token === "sesame") {
    next();
  } else {
    next(new Error("not authorised"));
  }
}
// ANCHOR_END: check

// ANCHOR: server
export default function server(io) {
  io.on("connection", (socket) => {
    socket.join("news");
    socket.on("say", (text) => {
      io.to("news").emit("said", text);
    });
  });

  const admin = io.of("/admin");
  // ANCHOR: answer
  admin.use(onlyAdmins);
  // ANCHOR_END: answer
  admin.on("connection", (socket) => {
    socket.join("news");
    socket.on("announce", (text) => {
      admin.to("news").emit("announced", text);
    });
  });
}
// ANCHOR_END: server
