// The solution of `middleware`, on Node.

// ANCHOR: check
// Lets a client connect if it has the token. The client reads the error's message.
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
  // ANCHOR: solution
  admin.use(onlyAdmins);
  // ANCHOR_END: solution
  admin.on("connection", (socket) => {
    socket.join("news");
    socket.on("announce", (text) => {
      admin.to("news").emit("announced", text);
    });
  });
}
// ANCHOR_END: server
