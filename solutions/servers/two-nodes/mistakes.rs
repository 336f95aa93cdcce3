//! Mistakes in `two-nodes`, as code. `exercise.toml` says what each stands for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use nodes::{Redis, RedisAdapter};
use socketioxide::SocketIo;
use socketioxide::adapter::Adapter;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::layer::SocketIoLayer;

const OPEN: [&str; 2] = ["rust", "music"];

type Server = (SocketIoLayer<RedisAdapter>, SocketIo<RedisAdapter>);

fn with_adapter(redis: &Redis) -> Server {
    SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer()
}

/// The server with these handlers, and all else as it should be.
async fn with<F: Future<Output = ()> + Send + 'static>(
    redis: Redis,
    on_connect: impl Fn(SocketRef<RedisAdapter>) -> F + Clone + Send + Sync + 'static,
) -> Server {
    let (layer, io) = with_adapter(&redis);
    io.ns("/", on_connect).await.expect("Redis can be reached");
    (layer, io)
}

fn say<A: Adapter>(socket: &SocketRef<A>) {
    socket.on("say", async |socket: SocketRef<A>, Data::<String>(text)| {
        socket.broadcast().emit("said", &text).await.ok();
    });
}

fn join<A: Adapter>(socket: &SocketRef<A>) {
    socket.on("join", async |socket: SocketRef<A>, Data::<String>(room), ack: AckSender<A>| {
        if OPEN.contains(&room.as_str()) {
            socket.join(room);
            ack.send("joined").ok();
        } else {
            ack.send("no such room").ok();
        }
    });
}

fn tell<A: Adapter>(socket: &SocketRef<A>) {
    socket.on("tell", async |io: SocketIo<A>, Data::<(String, String)>((room, text))| {
        io.to(room).emit("told", &text).await.ok();
    });
}

/// Without the adapter.
pub fn alone() -> (SocketIoLayer, SocketIo) {
    let (layer, io) = SocketIo::new_layer();
    io.ns("/", async |socket: SocketRef| {
        say(&socket);
        join(&socket);
        tell(&socket);
    });
    (layer, io)
}

/// The future that `ns` returns is never awaited.
#[allow(clippy::unused_async, reason = "that's the mistake")]
pub async fn not_awaited(redis: Redis) -> Server {
    let (layer, io) = with_adapter(&redis);
    drop(io.ns("/", async |socket: SocketRef<RedisAdapter>| {
        say(&socket);
        join(&socket);
        tell(&socket);
    }));
    (layer, io)
}

/// Emits to a room at its own server only.
pub async fn local(redis: Redis) -> Server {
    with(redis, async |socket| {
        say(&socket);
        join(&socket);
        socket.on("tell", async |io: SocketIo<RedisAdapter>, Data::<(String, String)>((room, text))| {
            io.local().to(room).emit("told", &text).await.ok();
        });
    })
    .await
}

/// Emits to each socket in the room, as far as this server has it.
pub async fn each_socket(redis: Redis) -> Server {
    with(redis, async |socket| {
        say(&socket);
        join(&socket);
        socket.on("tell", async |io: SocketIo<RedisAdapter>, Data::<(String, String)>((room, text))| {
            for socket in io.within(room).sockets() {
                socket.emit("told", &text).ok();
            }
        });
    })
    .await
}

/// Keeps a list of who is in which room.
pub async fn own_list(redis: Redis) -> Server {
    type Rooms = Arc<Mutex<HashMap<String, Vec<SocketRef<RedisAdapter>>>>>;
    let rooms = Rooms::default();
    with(redis, move |socket| {
        let rooms = Arc::clone(&rooms);
        async move {
            say(&socket);
            let joined = Arc::clone(&rooms);
            socket.on(
                "join",
                async move |socket: SocketRef<RedisAdapter>,
                            Data::<String>(room),
                            ack: AckSender<RedisAdapter>| {
                    if !OPEN.contains(&room.as_str()) {
                        ack.send("no such room").ok();
                        return;
                    }
                    let mut rooms = joined.lock().unwrap();
                    let members = rooms.entry(room).or_default();
                    if members.iter().all(|member| member.id != socket.id) {
                        members.push(socket);
                    }
                    ack.send("joined").ok();
                },
            );
            socket.on("tell", async move |Data::<(String, String)>((room, text))| {
                for member in rooms.lock().unwrap().get(&room).into_iter().flatten() {
                    member.emit("told", &text).ok();
                }
            });
        }
    })
    .await
}

/// Emits for its own server, and then for all.
pub async fn twice(redis: Redis) -> Server {
    with(redis, async |socket| {
        join(&socket);
        socket.on("say", async |socket: SocketRef<RedisAdapter>, Data::<String>(text)| {
            socket.broadcast().local().emit("said", &text).await.ok();
            socket.broadcast().emit("said", &text).await.ok();
        });
        socket.on("tell", async |io: SocketIo<RedisAdapter>, Data::<(String, String)>((room, text))| {
            io.local().to(room.clone()).emit("told", &text).await.ok();
            io.to(room).emit("told", &text).await.ok();
        });
    })
    .await
}

/// Joins all sockets of all servers to the room.
pub async fn room_everywhere(redis: Redis) -> Server {
    with(redis, async |socket| {
        say(&socket);
        tell(&socket);
        socket.on(
            "join",
            async |io: SocketIo<RedisAdapter>, Data::<String>(room), ack: AckSender<RedisAdapter>| {
                if OPEN.contains(&room.as_str()) {
                    io.join(room).await.ok();
                    ack.send("joined").ok();
                } else {
                    ack.send("no such room").ok();
                }
            },
        );
    })
    .await
}

/// Emits to everyone, the sender too.
pub async fn everyone(redis: Redis) -> Server {
    with(redis, async |socket| {
        join(&socket);
        tell(&socket);
        socket.on("say", async |io: SocketIo<RedisAdapter>, Data::<String>(text)| {
            io.emit("said", &text).await.ok();
        });
    })
    .await
}
