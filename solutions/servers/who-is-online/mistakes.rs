//! Mistakes in `who-is-online`, as code. `exercise.toml` says what each stands for.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use futures_util::StreamExt;
use nodes::{Driver, Redis, RedisAdapter};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::layer::SocketIoLayer;

use super::solution::{Auth, OPEN, chat};

type Room = Cow<'static, str>;

type OneOfSeveral = (SocketIoLayer<RedisAdapter>, SocketIo<RedisAdapter>);

/// A chat whose `who` is acknowledged with what `list` returns. Each person has a room, whose name begins with `prefix`.
async fn with_who<F, L>(redis: Redis, prefix: &'static str, list: L) -> OneOfSeveral
where
    L: Fn(SocketIo<RedisAdapter>, SocketRef<RedisAdapter>) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Vec<String>> + Send + 'static,
{
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    let on_connect = async move |socket: SocketRef<RedisAdapter>, Data(Auth { name }): Data<Auth>| {
        socket.join(format!("{prefix}{name}"));
        chat(&socket);
        socket.on(
            "who",
            async move |io: SocketIo<RedisAdapter>,
                        socket: SocketRef<RedisAdapter>,
                        ack: AckSender<RedisAdapter>| {
                ack.send(&list(io, socket).await).ok();
            },
        );
    };
    io.ns("/", on_connect).await.expect("Redis can be reached");
    (layer, io)
}

/// The names of the people whose rooms these are.
fn names(rooms: &[Room]) -> Vec<String> {
    let mut names: Vec<_> =
        rooms.iter().filter_map(|room| room.strip_prefix("person:")).map(str::to_owned).collect();
    names.sort();
    names
}

/// The rooms everywhere; if nobody can be asked, here.
async fn rooms(io: &SocketIo<RedisAdapter>) -> Vec<Room> {
    match io.rooms().await {
        Ok(rooms) => rooms,
        Err(_) => io.local().rooms().await.unwrap_or_default(),
    }
}

/// A list of who is online, by connection.
type Online = Arc<Mutex<BTreeMap<String, String>>>;

/// A list in the memory of each server.
pub async fn own_list(redis: Redis) -> OneOfSeveral {
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    let online = Online::default();
    let on_connect = async move |socket: SocketRef<RedisAdapter>, Data(Auth { name }): Data<Auth>| {
        online.lock().unwrap().insert(socket.id.to_string(), name);
        chat(&socket);
        let list = Arc::clone(&online);
        socket.on("who", async move |ack: AckSender<RedisAdapter>| {
            let names: BTreeSet<String> = list.lock().unwrap().values().cloned().collect();
            ack.send(&names).ok();
        });
        let list = Arc::clone(&online);
        socket.on_disconnect(async move |socket: SocketRef<RedisAdapter>| {
            list.lock().unwrap().remove(&socket.id.to_string());
        });
    };
    io.ns("/", on_connect).await.expect("Redis can be reached");
    (layer, io)
}

/// A list in the memory of each server. They tell each other who comes, and who goes.
pub async fn told_by_events(redis: Redis) -> OneOfSeveral {
    keeping_a_list(redis, |connection, name| format!("{connection} {name}")).await
}

/// The same, but the list knows names only: a person goes with the first device.
pub async fn first_device(redis: Redis) -> OneOfSeveral {
    keeping_a_list(redis, |_, name| format!("{name} {name}")).await
}

/// `entry` is what is told of a connection: what it's listed under, a space, and the name.
async fn keeping_a_list(redis: Redis, entry: fn(&str, &str) -> String) -> OneOfSeveral {
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    let online = Online::default();

    let mut changes = redis.subscribe("online".to_owned(), 100).await.expect("Redis can be reached");
    let list = Arc::clone(&online);
    tokio::spawn(async move {
        while let Some((_, change)) = changes.next().await {
            apply(&list, &String::from_utf8_lossy(&change));
        }
    });

    let on_connect = async move |socket: SocketRef<RedisAdapter>, Data(Auth { name }): Data<Auth>| {
        chat(&socket);
        let list = Arc::clone(&online);
        socket.on("who", async move |ack: AckSender<RedisAdapter>| {
            let names: BTreeSet<String> = list.lock().unwrap().values().cloned().collect();
            ack.send(&names).ok();
        });
        let entry = entry(&socket.id.to_string(), &name);
        let (list, others, gone) = (Arc::clone(&online), redis.clone(), entry.clone());
        socket.on_disconnect(async move || {
            let change = format!("-{gone}");
            apply(&list, &change);
            others.publish("online".to_owned(), change.into_bytes()).await.ok();
        });
        let change = format!("+{entry}");
        apply(&online, &change);
        redis.publish("online".to_owned(), change.into_bytes()).await.ok();
    };
    io.ns("/", on_connect).await.expect("Redis can be reached");
    (layer, io)
}

/// Puts somebody on the list (`+`), or takes them off it.
fn apply(list: &Online, change: &str) {
    let (what, entry) = change.split_at(1);
    let Some((of, name)) = entry.split_once(' ') else { return };
    if what == "+" {
        list.lock().unwrap().insert(of.to_owned(), name.to_owned());
    } else {
        list.lock().unwrap().remove(of);
    }
}

/// A name for each connection.
pub async fn twice(redis: Redis) -> OneOfSeveral {
    with_who(redis, "person:", async |io, _| {
        let sockets = match io.fetch_sockets().await {
            Ok(sockets) => sockets,
            Err(_) => io.local().fetch_sockets().await.unwrap_or_default(),
        };
        let mut all = Vec::new();
        for socket in sockets {
            all.extend(socket.rooms().await.unwrap_or_default());
        }
        names(&all)
    })
    .await
}

/// All rooms, also those of the chat.
pub async fn all_rooms(redis: Redis) -> OneOfSeveral {
    with_who(redis, "", async |io, _| {
        let mut names: Vec<_> = rooms(&io).await.into_iter().map(String::from).collect();
        names.sort();
        names
    })
    .await
}

/// A person has a room of that name, and what is a room of the chat is no person.
pub async fn bare_names(redis: Redis) -> OneOfSeveral {
    with_who(redis, "", async |io, _| {
        let is_person = |room: &Room| !OPEN.contains(&&**room);
        let mut names: Vec<_> = rooms(&io).await.into_iter().filter(is_person).map(String::from).collect();
        names.sort();
        names
    })
    .await
}

/// Nobody is online while the others can't be asked.
pub async fn empty_list(redis: Redis) -> OneOfSeveral {
    with_who(redis, "person:", async |io, _| names(&io.rooms().await.unwrap_or_default())).await
}

/// Panics if the others can't be asked.
pub async fn unwrapped(redis: Redis) -> OneOfSeveral {
    with_who(redis, "person:", async |io, _| names(&io.rooms().await.unwrap())).await
}

/// Asks the socket for its rooms: those that the client itself is in.
pub async fn asks_the_socket(redis: Redis) -> OneOfSeveral {
    with_who(redis, "person:", async |_, socket| names(&socket.rooms())).await
}
