// The solution of `identity`, on Node.

// Whose token it is.
const OWNERS = new Map([
  ["sesame", "Ada"],
  ["abracadabra", "Bob"],
]);

// ANCHOR: solution
// Lets a client connect if it has a token, and keeps on its socket whose token it is.
function onlyAdmins(socket, next) {
  const name = OWNERS.get(socket.handshake.auth?.token);
  if (name) {
    socket.data.name = name;
    next();
  } else {
    next(new Error("not authorised"));
  }
}
// ANCHOR_END: solution

export default function server(io) {
  io.on("connection", (socket) => {
    socket.join("news");
    socket.on("say", (text) => {
      io.to("news").emit("said", text);
    });
  });

  const admin = io.of("/admin");
  admin.use(onlyAdmins);
  admin.on("connection", (socket) => {
    socket.join("news");
    // ANCHOR: announce
    socket.on("announce", ({ text }) => {
      admin.to("news").emit("announced", { from: socket.data.name, text });
    });
    // ANCHOR_END: announce
  });
}
