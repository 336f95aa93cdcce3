//! The solution of `recruiting`: two namespaces that reach each other, and a room in each for every conversation.

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, Extension, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use socketioxide::operators::BroadcastOperators;

/// What a recruiter sends.
const TOKEN: &str = "sesame";

/// What a client sends when it connects to `/recruiters`: its `auth` option.
#[derive(Deserialize)]
pub(super) struct Recruiter {
    pub(super) name: String,
    pub(super) token: String,
}

/// What a client sends when it connects to `/candidates`.
#[derive(Deserialize)]
pub(super) struct Candidate {
    pub(super) name: String,
}

/// The name of a socket's user. The middlewares put it there.
#[derive(Clone)]
pub(super) struct Name(pub(super) String);

/// Two sides of one application.
pub fn server(io: &SocketIo) {
    // Everybody can connect here, and nothing happens.
    io.ns("/", async |_socket: SocketRef| {});

    let recruiter = async |socket: SocketRef| {
        who(&socket);
        join(&socket);
        leave(&socket);
        tell(&socket);
        recruiter_gone(&socket);
    };
    io.ns("/recruiters", recruiter.with(only_recruiters));

    let candidate = async |socket: SocketRef, io: SocketIo, Extension(Name(name)): Extension<Name>| {
        // In `/candidates` a candidate is alone in the room of its conversation: there a recruiter finds it.
        socket.join(name.clone());
        say(&socket);
        candidate_gone(&socket);
        recruiters(&io).emit("joined", &name).await.ok();
    };
    io.ns("/candidates", candidate.with(only_named));
}

/// Lets a recruiter connect who has the token.
pub(super) async fn only_recruiters(
    socket: SocketRef,
    TryData(auth): TryData<Recruiter>,
) -> Result<(), &'static str> {
    match auth {
        Ok(auth) if auth.token == TOKEN => {
            socket.extensions.insert(Name(auth.name));
            Ok(())
        }
        _ => Err("not authorised"),
    }
}

/// Lets a candidate connect who has a name.
pub(super) async fn only_named(
    socket: SocketRef,
    TryData(auth): TryData<Candidate>,
) -> Result<(), &'static str> {
    match auth {
        Ok(auth) if !auth.name.is_empty() => {
            socket.extensions.insert(Name(auth.name));
            Ok(())
        }
        _ => Err("no name"),
    }
}

/// All recruiters, from wherever you are.
pub(super) fn recruiters(io: &SocketIo) -> BroadcastOperators {
    io.of("/recruiters").expect("`server` made it")
}

/// All candidates.
pub(super) fn candidates(io: &SocketIo) -> BroadcastOperators {
    io.of("/candidates").expect("`server` made it")
}

pub(super) fn who(socket: &SocketRef) {
    socket.on("who", async |io: SocketIo, ack: AckSender| {
        let sockets = candidates(&io).sockets();
        let names = sockets.iter().filter_map(|socket| socket.extensions.get::<Name>());
        let mut names: Vec<_> = names.map(|Name(name)| name).collect();
        names.sort();
        ack.send(&names).ok();
    });
}

pub(super) fn join(socket: &SocketRef) {
    socket.on(
        "join",
        async |socket: SocketRef,
               io: SocketIo,
               Extension(Name(name)): Extension<Name>,
               Data::<String>(candidate),
               ack: AckSender| {
            if candidates(&io).within(candidate.clone()).sockets().is_empty() {
                ack.send("no such candidate").ok();
                return;
            }
            if !is_member(&socket, &candidate) {
                socket.join(candidate.clone());
                candidates(&io).to(candidate).emit("joined", &name).await.ok();
            }
            ack.send("joined").ok();
        },
    );
}

pub(super) fn leave(socket: &SocketRef) {
    socket.on(
        "leave",
        async |socket: SocketRef,
               io: SocketIo,
               Extension(Name(name)): Extension<Name>,
               Data::<String>(candidate),
               ack: AckSender| {
            if is_member(&socket, &candidate) {
                socket.leave(candidate.clone());
                candidates(&io).to(candidate).emit("left", &name).await.ok();
                ack.send("left").ok();
            } else {
                ack.send("not a member").ok();
            }
        },
    );
}

pub(super) fn tell(socket: &SocketRef) {
    socket.on(
        "tell",
        async |socket: SocketRef,
               io: SocketIo,
               Extension(Name(name)): Extension<Name>,
               Data::<(String, String)>((candidate, text)),
               ack: AckSender| {
            if is_member(&socket, &candidate) {
                tell_both_sides(&socket, &io, &name, &candidate, &text).await;
                ack.send("told").ok();
            } else {
                ack.send("not a member").ok();
            }
        },
    );
}

/// The colleagues are in the room in this namespace, and the candidate is in the one in the other.
pub(super) async fn tell_both_sides(
    socket: &SocketRef,
    io: &SocketIo,
    name: &str,
    candidate: &str,
    text: &str,
) {
    let told = (name, candidate, text);
    socket.to(candidate.to_owned()).emit("told", &told).await.ok();
    candidates(io).to(candidate.to_owned()).emit("told", &told).await.ok();
}

/// However a recruiter is disconnected: its socket is still in its rooms when this runs.
pub(super) fn recruiter_gone(socket: &SocketRef) {
    socket.on_disconnect(async |socket: SocketRef, io: SocketIo, Extension(Name(name)): Extension<Name>| {
        for candidate in socket.rooms() {
            candidates(&io).to(candidate).emit("left", &name).await.ok();
        }
    });
}

pub(super) fn say(socket: &SocketRef) {
    socket.on("say", async |io: SocketIo, Extension(Name(name)): Extension<Name>, Data::<String>(text)| {
        recruiters(&io).to(name.clone()).emit("said", &(&name, &text)).await.ok();
    });
}

/// A candidate's room ends by itself, and the recruiters' room doesn't.
pub(super) fn candidate_gone(socket: &SocketRef) {
    socket.on_disconnect(async |io: SocketIo, Extension(Name(name)): Extension<Name>| {
        recruiters(&io).within(name.clone()).leave(name.clone()).await.ok();
        recruiters(&io).emit("left", &name).await.ok();
    });
}

/// Whether the socket is in the room. The server knows: it joined the socket itself.
pub fn is_member(socket: &SocketRef, room: &str) -> bool {
    socket.rooms().iter().any(|joined| joined == room)
}
