// The solution of `health`, on Node.

export default function server(io) {
  io.on("connection", (socket) => {
    socket.on("chat message", (text) => {
      io.emit("chat message", text);
    });

    socket.on("disconnect", (reason) => {
      socket.broadcast.emit("left", socket.id, how(reason));
    });
  });
  io.of("/admin");

  // ANCHOR: solution
  // For `createServer(routes)`: Socket.IO takes its own requests, and `routes` gets the others.
  function routes(request, response) {
    const { pathname } = new URL(request.url, "http://server");
    if (pathname !== "/health") return response.writeHead(404).end();
    const count = (path) => io.of(path).sockets.size;
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ status: "ok", sockets: { "/": count("/"), "/admin": count("/admin") } }));
  }
  // ANCHOR_END: solution
  return routes;
}

// How a client left, in a word for people.
function how(reason) {
  switch (reason) {
    case "client namespace disconnect":
      return "goodbye";
    case "ping timeout":
      return "silent";
    default:
      return "lost";
  }
}
