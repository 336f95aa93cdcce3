//! Mistakes in `acknowledge`, as code. `exercise.toml` says what each stands for.

use std::time::Duration;

use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) name: String,
}

const PATIENCE: Duration = Duration::from_secs(8);

/// `say`, as it should be.
fn say(socket: &SocketRef) {
    socket.on("say", async |socket: SocketRef, Data::<String>(text), ack: AckSender| {
        socket.broadcast().emit("said", &text).await.ok();
        ack.send("sent").ok();
    });
}

/// `invite`, as it should be.
fn invite(socket: &SocketRef, name: String) {
    socket.on("invite", async move |io: SocketIo, Data::<String>(to), ack: AckSender| {
        let asked = io.to(to).timeout(PATIENCE).emit_with_ack::<_, bool>("invited", &name).await;
        acknowledge(ack, asked.unwrap().await.ok());
    });
}

/// Acknowledges what came of an invitation, as it should be.
fn acknowledge(ack: AckSender, accepted: Option<bool>) {
    let outcome = match accepted {
        Some(true) => "accepted",
        Some(false) => "declined",
        None => "no answer",
    };
    ack.send(outcome).ok();
}

/// `say` isn't acknowledged.
pub fn no_ack(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("said", &text).await.ok();
        });
        invite(&socket, name);
    });
}

/// Emits an event where it should acknowledge.
pub fn event_as_ack(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.broadcast().emit("said", &text).await.ok();
            socket.emit("sent", &()).ok();
        });
        invite(&socket, name);
    });
}

/// Waits as long as socketioxide does by default.
pub fn default_timeout(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        say(&socket);
        socket.on("invite", async move |io: SocketIo, Data::<String>(to), ack: AckSender| {
            let asked = io.to(to).emit_with_ack::<_, bool>("invited", &name).await;
            acknowledge(ack, asked.unwrap().await.ok());
        });
    });
}

/// Keeps the invited client's socket while it waits, so nobody tells it that the client is gone.
pub fn kept_socket(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        say(&socket);
        socket.on("invite", async move |io: SocketIo, Data::<String>(to), ack: AckSender| {
            let Some(invited) = io.to(to).sockets().pop() else {
                ack.send("no answer").ok();
                return;
            };
            let asked = invited.timeout(PATIENCE).emit_with_ack::<_, bool>("invited", &name);
            acknowledge(ack, asked.unwrap().await.ok());
        });
    });
}

/// Takes any acknowledgement for a yes.
pub fn any_ack_is_yes(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        say(&socket);
        socket.on("invite", async move |io: SocketIo, Data::<String>(to), ack: AckSender| {
            let asked = io.to(to).timeout(PATIENCE).emit_with_ack::<_, bool>("invited", &name).await;
            let outcome = if asked.unwrap().await.is_ok() { "accepted" } else { "no answer" };
            ack.send(outcome).ok();
        });
    });
}

/// Takes silence for a no.
pub fn silence_is_no(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        say(&socket);
        socket.on("invite", async move |io: SocketIo, Data::<String>(to), ack: AckSender| {
            let asked = io.to(to).timeout(PATIENCE).emit_with_ack::<_, bool>("invited", &name).await;
            let accepted = asked.unwrap().await.unwrap_or(false);
            ack.send(if accepted { "accepted" } else { "declined" }).ok();
        });
    });
}

/// Says nothing when no acknowledgement comes.
pub fn silence_unsaid(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        say(&socket);
        socket.on("invite", async move |io: SocketIo, Data::<String>(to), ack: AckSender| {
            let asked = io.to(to).timeout(PATIENCE).emit_with_ack::<_, bool>("invited", &name).await;
            if let Ok(accepted) = asked.unwrap().await {
                acknowledge(ack, Some(accepted));
            }
        });
    });
}

/// Emits without asking, and takes what `emit` returns for an acknowledgement.
pub fn emit_is_enough(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        say(&socket);
        socket.on("invite", async move |io: SocketIo, Data::<String>(to), ack: AckSender| {
            let emitted = io.to(to).emit("invited", &name).await;
            ack.send(if emitted.is_ok() { "accepted" } else { "no answer" }).ok();
        });
    });
}

/// Asks everyone else, and takes the first acknowledgement.
pub fn asked_everyone(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        say(&socket);
        socket.on("invite", async move |socket: SocketRef, Data::<String>(_to), ack: AckSender| {
            let asked = socket.broadcast().timeout(PATIENCE).emit_with_ack::<_, bool>("invited", &name).await;
            acknowledge(ack, asked.unwrap().await.ok());
        });
    });
}

/// Asks the client that invites.
pub fn asked_myself(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        say(&socket);
        socket.on("invite", async move |socket: SocketRef, Data::<String>(_to), ack: AckSender| {
            let asked = socket.timeout(PATIENCE).emit_with_ack::<_, bool>("invited", &name);
            acknowledge(ack, asked.unwrap().await.ok());
        });
    });
}

/// Reads the acknowledgement as a text.
pub fn wrong_type(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        say(&socket);
        socket.on("invite", async move |io: SocketIo, Data::<String>(to), ack: AckSender| {
            let asked = io.to(to).timeout(PATIENCE).emit_with_ack::<_, String>("invited", &name).await;
            acknowledge(ack, asked.unwrap().await.ok().map(|answer| answer == "true"));
        });
    });
}

/// Waits for 8 milliseconds.
pub fn milliseconds(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        say(&socket);
        socket.on("invite", async move |io: SocketIo, Data::<String>(to), ack: AckSender| {
            let invited = io.to(to).timeout(Duration::from_millis(8));
            let asked = invited.emit_with_ack::<_, bool>("invited", &name).await;
            acknowledge(ack, asked.unwrap().await.ok());
        });
    });
}
