// The emit cheatsheet on Node. The page shows what stands in the functions, and who hears it when `scene.toml` is played.
// `rust.rs` has the same functions in Rust. `bob` is Bob's id.

export async function socket_emit(io, socket, bob) {
  socket.emit("news", "hi");
}

export async function several_arguments(io, socket, bob) {
  socket.emit("news", 1, "two", [3, 4]);
}

export async function question(io, socket, bob) {
  const answer = await socket.emitWithAck("question", "ready?");
}

export async function question_timeout(io, socket, bob) {
  const asked = socket.timeout(9000).emitWithAck("question", "ready?");
  const answer = await asked.catch(() => "no answer");
}

export async function to_one(io, socket, bob) {
  io.to(bob).emit("news", "hi");
}

export async function io_to_id(io, socket, bob) {
  io.to(bob).emit("news", "hi");
}

export async function io_emit(io, socket, bob) {
  io.emit("news", "hi");
}

export async function broadcast(io, socket, bob) {
  socket.broadcast.emit("news", "hi");
}

export async function io_to(io, socket, bob) {
  io.to("rust").emit("news", "hi");
}

export async function io_within(io, socket, bob) {
  io.in("rust").emit("news", "hi");
}

export async function socket_to(io, socket, bob) {
  socket.to("rust").emit("news", "hi");
}

export async function socket_within(io, socket, bob) {
  socket.in("rust").emit("news", "hi");
}

export async function several_rooms(io, socket, bob) {
  socket.to("rust").to(["music", "art"]).emit("news", "hi");
}

export async function except(io, socket, bob) {
  io.to(["rust", "music"]).except("quiet").emit("news", "hi");
}

export async function except_others(io, socket, bob) {
  io.except("rust").emit("news", "hi");
}

export async function socket_to_itself(io, socket, bob) {
  socket.to(socket.id).emit("news", "hi");
}

export async function namespace(io, socket, bob) {
  io.of("/admin").emit("news", "hi");
}

export async function namespace_room(io, socket, bob) {
  io.of("/admin").to("rust").emit("news", "hi");
}

export async function question_all(io, socket, bob) {
  const asked = io.timeout(9000).emitWithAck("question", "ready?");
  const answers = await asked.catch((error) => error.responses);
}

export async function question_room(io, socket, bob) {
  const others = socket.timeout(9000).to("rust").except("quiet");
  const asked = others.emitWithAck("question", "ready?");
  const answers = await asked.catch((error) => error.responses);
}

export async function volatile(io, socket, bob) {
  socket.volatile.emit("news", "hi");
}

export async function compress(io, socket, bob) {
  socket.compress(false).emit("news", "hi");
}

export async function io_local(io, socket, bob) {
  io.local.emit("news", "hi");
}

export async function socket_local(io, socket, bob) {
  socket.local.emit("news", "hi");
}
