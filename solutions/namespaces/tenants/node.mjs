// The solution of `tenants`, on Node. The server is made with `{ cleanupEmptyChildNamespaces: true }`: then Node deletes a
// namespace that a pattern has made as soon as nobody is in it, after a refusal, too.

// Whose token it is.
const TENANTS = new Map([
  ["anvil", "acme"],
  ["donut", "globex"],
  ["stapler", "initech"],
]);

// Lets a client connect to `/admin` if it has the token.
function onlyAdmins(socket, next) {
  if (socket.handshake.auth?.token === "sesame") next();
  else next(new Error("not authorised"));
}

// ANCHOR: solution
// Lets a client connect to the namespace whose token it has.
function onlyMembers(socket, next) {
  const own = TENANTS.get(socket.handshake.auth?.token);
  if (own && socket.nsp.name === `/${own}`) next();
  else next(new Error("not authorised"));
}
// ANCHOR_END: solution

export default function server(io) {
  io.on("connection", onSay);

  // The admins can ask which other namespaces there are. (`_nsps` is the server's own list: it isn't documented.)
  const admin = io.of("/admin");
  admin.use(onlyAdmins);
  admin.on("connection", (socket) => {
    socket.on("tenants", (ack) => {
      const paths = [...io._nsps.keys()].filter((path) => path !== "/" && path !== "/admin");
      if (typeof ack === "function") ack(paths.sort());
    });
  });

  // ANCHOR: namespaces
  const tenants = io.of(/^\/[^/]+$/);
  tenants.use(onlyMembers);
  tenants.on("connection", onSay);
  // ANCHOR_END: namespaces
}

// A handler for `say`, in whatever namespace the socket is.
function onSay(socket) {
  socket.on("say", (text) => {
    socket.broadcast.emit("said", text);
  });
}
