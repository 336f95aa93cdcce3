//! Several servers: what crosses between them, and what doesn't.

use harness::{Server, play};
use nodes::{Redis, RedisAdapter};
use scenario::{Node, Scene};
use socketioxide::SocketIo;
use socketioxide::adapter::Adapter;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::layer::SocketIoLayer;

/// Everyone hears what is said, and can ask how many there are.
async fn chat<A: Adapter>(socket: SocketRef<A>) {
    socket.on("say", async |io: SocketIo<A>, Data::<String>(text), ack: AckSender<A>| {
        ack.send(&io.emit("said", &text).await.is_ok()).ok();
    });
    socket.on("count", async |io: SocketIo<A>, ack: AckSender<A>| {
        ack.send(&io.fetch_sockets().await.map_or(0, |sockets| sockets.len())).ok();
    });
    socket.on_disconnect(async |io: SocketIo<A>| {
        tracing::info!("somebody has left");
        io.emit("left", &()).await.ok();
    });
}

/// Servers that know nothing of each other.
async fn alone(_: Redis) -> (SocketIoLayer, SocketIo) {
    let (layer, io) = SocketIo::new_layer();
    io.ns("/", chat);
    (layer, io)
}

async fn joined(redis: Redis) -> (SocketIoLayer<RedisAdapter>, SocketIo<RedisAdapter>) {
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    io.ns("/", chat::<RedisAdapter>).await.expect("there is a Redis");
    (layer, io)
}

fn scene() -> Scene {
    Scene::new("x", "x").connect(["ada"]).connect_at(Node::B, ["bob"])
}

#[track_caller]
fn lines(scene: &Scene, server: &Server) -> String {
    let first = play(scene, server).unwrap();
    assert_eq!(first.error, None, "{first}");
    assert_eq!(first, play(scene, server).unwrap(), "two plays differ");
    first.to_string()
}

#[test]
fn servers_that_are_alone_hear_nothing_of_each_other() {
    let scene = scene().emit_with_ack("bob", "say", "hi").emit_with_ack("ada", "count", ());
    assert_eq!(scene.servers(), 2);
    insta::assert_snapshot!(lines(&scene, &Server::new(alone)), @r#"
    ada connects
      ada is connected
    bob connects at server B
      ada hears nothing
      bob is connected
    bob emits say "hi" with ack
      ada hears nothing
      bob hears said "hi"
      bob gets the ack of say: true
    ada emits count with ack
      ada gets the ack of count: 1
      bob hears nothing
    "#);
}

#[test]
fn an_adapter_joins_them() {
    let scene = scene().emit_with_ack("bob", "say", "hi").emit_with_ack("ada", "count", ());
    insta::assert_snapshot!(lines(&scene.drop_connection("bob"), &Server::new(joined)), @r#"
    ada connects
      ada is connected
    bob connects at server B
      ada hears nothing
      bob is connected
    bob emits say "hi" with ack
      ada hears said "hi"
      bob hears said "hi"
      bob gets the ack of say: true
    ada emits count with ack
      ada gets the ack of count: 2
      bob hears nothing
    bob loses the connection
      server logs: somebody has left
      ada hears left null
    "#);
}

/// No process runs its handlers after its end: nobody hears that Bob has left.
#[test]
fn a_server_that_is_killed_says_nothing_any_more() {
    let scene = scene().kill(Node::B).wait(120).emit_with_ack("ada", "count", ());
    insta::assert_snapshot!(lines(&scene.connect(["bob"]).emit_with_ack("bob", "say", "hi"), &Server::new(joined)), @r#"
    ada connects
      ada is connected
    bob connects at server B
      ada hears nothing
      bob is connected
    server B is killed
      ada hears nothing
      bob loses the connection: the server closes it
    120 seconds pass
      ada hears nothing
    ada emits count with ack
      ada gets the ack of count: 1
    bob connects
      ada hears nothing
      bob is connected
    bob emits say "hi" with ack
      ada hears said "hi"
      bob hears said "hi"
      bob gets the ack of say: true
    "#);
}

/// The adapter tells the others first. If it can't, those on its own server hear nothing either.
#[test]
fn what_is_emitted_while_the_line_is_broken_is_lost() {
    let scene =
        scene().cut_line().emit_with_ack("bob", "say", "hi").mend_line().emit_with_ack("bob", "say", "ho");
    insta::assert_snapshot!(lines(&scene, &Server::new(joined)), @r#"
    ada connects
      ada is connected
    bob connects at server B
      ada hears nothing
      bob is connected
    the line between the servers breaks
      ada hears nothing
      bob hears nothing
    bob emits say "hi" with ack
      ada hears nothing
      bob gets the ack of say: false
    the line between the servers is mended
      ada hears nothing
      bob hears nothing
    bob emits say "ho" with ack
      ada hears said "ho"
      bob hears said "ho"
      bob gets the ack of say: true
    "#);
}

/// A wall that all servers write on. It's in Redis, and no server has any of it.
async fn wall(redis: Redis) -> (SocketIoLayer<RedisAdapter>, SocketIo<RedisAdapter>) {
    let (layer, io) = SocketIo::builder().with_adapter::<RedisAdapter>(redis.adapter()).build_layer();
    let on_connect = async move |socket: SocketRef<RedisAdapter>| {
        let at = redis.clone();
        socket.on("write", async move |Data::<String>(text), ack: AckSender<RedisAdapter>| {
            ack.send(&at.rpush("wall", &text).await.ok()).ok();
        });
        let at = redis.clone();
        socket.on("count one", async move || {
            let count = at.llen("counted").await.unwrap();
            at.rpush("counted", &(count + 1).to_string()).await.unwrap();
        });
        let at = redis.clone();
        socket.on("read", async move |Data::<String>(key), ack: AckSender<RedisAdapter>| {
            ack.send(&at.lrange(&key, 0, -1).await.ok()).ok();
        });
    };
    io.ns("/", on_connect).await.expect("there is a Redis");
    (layer, io)
}

#[test]
fn what_is_stored_outlives_the_server_that_stored_it() {
    let scene =
        scene().emit_with_ack("bob", "write", "hi").kill(Node::B).emit_with_ack("ada", "read", "wall");
    insta::assert_snapshot!(lines(&scene, &Server::new(wall)), @r#"
    ada connects
      ada is connected
    bob connects at server B
      ada hears nothing
      bob is connected
    bob emits write "hi" with ack
      ada hears nothing
      bob gets the ack of write: 1
    server B is killed
      ada hears nothing
      bob loses the connection: the server closes it
    ada emits read "wall" with ack
      ada gets the ack of read: ["hi"]
    "#);
}

#[test]
fn nothing_is_stored_over_a_broken_line() {
    let scene = scene().cut_line().emit_with_ack("bob", "write", "hi").mend_line();
    let scene = scene.emit_with_ack("bob", "write", "ho").emit_with_ack("ada", "read", "wall");
    insta::assert_snapshot!(lines(&scene, &Server::new(wall)), @r#"
    ada connects
      ada is connected
    bob connects at server B
      ada hears nothing
      bob is connected
    the line between the servers breaks
      ada hears nothing
      bob hears nothing
    bob emits write "hi" with ack
      ada hears nothing
      bob gets the ack of write: null
    the line between the servers is mended
      ada hears nothing
      bob hears nothing
    bob emits write "ho" with ack
      ada hears nothing
      bob gets the ack of write: 1
    ada emits read "wall" with ack
      ada gets the ack of read: ["ho"]
      bob hears nothing
    "#);
}

/// Both read before one of them writes.
#[test]
fn whoever_reads_first_and_writes_then_is_found_out() {
    let both = |scene: Scene| {
        scene.together(Scene::new("", "").emit("ada", "count one", ()).emit("bob", "count one", ()))
    };
    let scene = both(both(scene())).emit_with_ack("ada", "read", "counted");
    insta::assert_snapshot!(lines(&scene, &Server::new(wall)), @r#"
    ada connects
      ada is connected
    bob connects at server B
      ada hears nothing
      bob is connected
    at the same moment ada emits count one, and bob emits count one
      ada hears nothing
      bob hears nothing
    at the same moment ada emits count one, and bob emits count one
      ada hears nothing
      bob hears nothing
    ada emits read "counted" with ack
      ada gets the ack of read: ["1","1","3","3"]
      bob hears nothing
    "#);
}
