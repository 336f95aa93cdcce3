// Mistakes in `middleware`, on Node, where a page says what they do there. An export `onRoot` is the mistake `on-root`.

/** `io.use` guards only `/`. It isn't a middleware for all namespaces. */
export function onRoot(io) {
  io.use((socket, next) => {
    if (socket.handshake.auth?.token === "sesame") next();
    else next(new Error("not authorised"));
  });
  io.on("connection", (socket) => {
    socket.join("news");
    socket.on("say", (text) => {
      io.to("news").emit("said", text);
    });
  });

  const admin = io.of("/admin");
  admin.on("connection", (socket) => {
    socket.join("news");
    socket.on("announce", (text) => {
      admin.to("news").emit("announced", text);
    });
  });
}
