// The solution of `delivery-hub`, on Node.

export default function server(io) {
  const caps = io.of("/caps");

  // ANCHOR: solution
  // Each parcel, what has become of it, and in the order in which they were announced.
  const parcels = new Map();
  let confirmed = 0;
  // What each vendor hasn't received yet, by name.
  const queues = new Map();

  caps.on("connection", (socket) => {
    const { name, role } = socket.handshake.auth;
    if (role === "vendor") vendor(socket, name);
    if (role === "driver") driver(socket, name);
  });

  function vendor(socket, name) {
    socket.join(roomOf(name));

    socket.on("pickup", ({ orderId, customer, address }, ack) => {
      if (parcels.has(orderId)) return asked(ack)("known order");
      const parcel = { orderId, vendor: name, customer, address };
      parcels.set(orderId, { parcel, driver: null, delivered: false });
      asked(ack)("accepted");
      caps.to(DRIVERS).emit("pickup", parcel);
    });

    socket.on("received", (id, ack) => {
      const known = queue(name).some((confirmation) => confirmation.id === id);
      queues.set(name, queue(name).filter((confirmation) => confirmation.id !== id));
      asked(ack)(known ? "received" : "unknown message");
    });

    socket.on("getAll", (ack) => {
      asked(ack)(queue(name));
    });
  }

  function driver(socket, name) {
    socket.join(DRIVERS);

    socket.on("waiting", (ack) => {
      const waiting = [...parcels.values()].filter(({ driver }) => driver === null);
      asked(ack)(waiting.map(({ parcel }) => parcel));
    });

    socket.on("in-transit", ({ orderId }, ack) => {
      const tracked = parcels.get(orderId);
      if (!tracked) return asked(ack)("unknown order");
      if (tracked.driver !== null && tracked.driver !== name) return asked(ack)("taken");
      const isNew = tracked.driver === null;
      tracked.driver = name;
      asked(ack)("in-transit");
      if (isNew) confirm("in-transit", tracked.parcel, name);
    });

    socket.on("delivered", ({ orderId }, ack) => {
      const tracked = parcels.get(orderId);
      if (tracked?.driver !== name) return asked(ack)("not yours");
      const isNew = !tracked.delivered;
      tracked.delivered = true;
      asked(ack)("delivered");
      if (isNew) confirm("delivered", tracked.parcel, name);
    });
  }

  // First into the queue, then to those connections that are there.
  function confirm(event, { orderId, vendor }, driver) {
    const confirmation = { id: ++confirmed, event, orderId, driver };
    queues.set(vendor, [...queue(vendor), confirmation]);
    caps.to(roomOf(vendor)).emit(event, confirmation);
  }

  function queue(vendor) {
    return queues.get(vendor) ?? [];
  }
  // ANCHOR_END: solution
}

const DRIVERS = "all drivers";

// Not just the name: a vendor may be called “all drivers”.
function roomOf(vendor) {
  return `vendor ${vendor}`;
}

// A client chooses its arguments: the last one is a function only if it asked for an acknowledgement.
function asked(ack) {
  return typeof ack === "function" ? ack : () => {};
}
