//! Mistakes in `recruiting`, as code. `exercise.toml` says what each stands for.

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, Extension, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;

use super::solution::{
    Name, Recruiter, candidate_gone, join, leave, only_named, only_recruiters, recruiter_gone, recruiters,
    say, tell, tell_both_sides, who,
};

/// Registers handlers on a socket, over those of the solution. The last one counts.
type Change = fn(&SocketRef);

/// Changes nothing.
fn same(_: &SocketRef) {}

/// Every handler of the solution for a recruiter.
fn as_recruiter(socket: &SocketRef) {
    who(socket);
    join(socket);
    leave(socket);
    tell(socket);
    recruiter_gone(socket);
}

/// The solution's candidates, with a change.
fn candidates_with(io: &SocketIo, change: Change) {
    let candidate = async move |socket: SocketRef, io: SocketIo, Extension(Name(name)): Extension<Name>| {
        socket.join(name.clone());
        say(&socket);
        candidate_gone(&socket);
        change(&socket);
        recruiters(&io).emit("joined", &name).await.ok();
    };
    io.ns("/candidates", candidate.with(only_named));
}

/// The server with every handler of the solution, and with changes to either side.
fn with(io: &SocketIo, for_recruiters: Change, for_candidates: Change) {
    io.ns("/", async |_socket: SocketRef| {});
    let recruiter = async move |socket: SocketRef| {
        as_recruiter(&socket);
        for_recruiters(&socket);
    };
    io.ns("/recruiters", recruiter.with(only_recruiters));
    candidates_with(io, for_candidates);
}

/// Everybody is connected, and those without the token are disconnected again.
pub fn after_the_fact(io: &SocketIo) {
    io.ns("/", async |_socket: SocketRef| {});
    io.ns("/recruiters", async |socket: SocketRef, TryData::<Recruiter>(auth)| match auth {
        Ok(auth) if auth.token == "sesame" => {
            socket.extensions.insert(Name(auth.name));
            as_recruiter(&socket);
        }
        _ => {
            socket.disconnect().ok();
        }
    });
    candidates_with(io, same);
}

/// News of a candidate stays in the candidate's namespace.
pub fn candidates_hear(io: &SocketIo) {
    io.ns("/", async |_socket: SocketRef| {});
    let recruiter = async |socket: SocketRef| as_recruiter(&socket);
    io.ns("/recruiters", recruiter.with(only_recruiters));
    let candidate = async |socket: SocketRef, Extension(Name(name)): Extension<Name>| {
        socket.join(name.clone());
        say(&socket);
        socket.on_disconnect(
            async |socket: SocketRef, io: SocketIo, Extension(Name(name)): Extension<Name>| {
                recruiters(&io).within(name.clone()).leave(name.clone()).await.ok();
                socket.broadcast().emit("left", &name).await.ok();
            },
        );
        socket.broadcast().emit("joined", &name).await.ok();
    };
    io.ns("/candidates", candidate.with(only_named));
}

/// A recruiter that is disconnected leaves without a word.
pub fn only_polite(io: &SocketIo) {
    with(io, |socket| socket.on_disconnect(async || {}), same);
}

/// The recruiters stay in the room of a candidate that has left.
pub fn never_ends(io: &SocketIo) {
    with(io, same, |socket| {
        socket.on_disconnect(async |io: SocketIo, Extension(Name(name)): Extension<Name>| {
            recruiters(&io).emit("left", &name).await.ok();
        });
    });
}

/// Emits to the room in the candidate's namespace.
pub fn same_room(io: &SocketIo) {
    with(io, same, |socket| {
        socket.on(
            "say",
            async |socket: SocketRef, Extension(Name(name)): Extension<Name>, Data::<String>(text)| {
                socket.to(name.clone()).emit("said", &(&name, &text)).await.ok();
            },
        );
    });
}

/// Emits to a room in `/`.
pub fn io_to(io: &SocketIo) {
    with(io, same, |socket| {
        socket.on(
            "say",
            async |io: SocketIo, Extension(Name(name)): Extension<Name>, Data::<String>(text)| {
                io.to(name.clone()).emit("said", &(&name, &text)).await.ok();
            },
        );
    });
}

/// Emits to everyone in the other namespace.
pub fn all_recruiters(io: &SocketIo) {
    with(io, same, |socket| {
        socket.on(
            "say",
            async |io: SocketIo, Extension(Name(name)): Extension<Name>, Data::<String>(text)| {
                recruiters(&io).emit("said", &(&name, &text)).await.ok();
            },
        );
    });
}

/// Nobody asks whether the recruiter is in the conversation.
pub fn anyone_tells(io: &SocketIo) {
    with(
        io,
        |socket| {
            socket.on(
                "tell",
                async |socket: SocketRef,
                       io: SocketIo,
                       Extension(Name(name)): Extension<Name>,
                       Data::<(String, String)>((candidate, text)),
                       ack: AckSender| {
                    tell_both_sides(&socket, &io, &name, &candidate, &text).await;
                    ack.send("told").ok();
                },
            );
        },
        same,
    );
}
