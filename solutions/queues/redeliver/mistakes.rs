//! Mistakes in `redeliver`, as code. `exercise.toml` says what each stands for.

use std::sync::{Arc, Mutex};

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::socket::Sid;
use tokio::time::sleep;

use super::solution::{Auth, Message, PATIENCE, Publish, Queues, TIMES, ask, connect};

type Shared = Arc<Mutex<Queues>>;

/// A server that delivers in another way than it should. `deliver` gets a message, and whose it is.
fn delivering<D, F>(io: &SocketIo, deliver: D)
where
    D: Fn(SocketIo, Shared, String, Message) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let queues = Shared::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        connect(&socket, &queues, name);
        dead_letters(&socket, &queues);
        let state = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, subscribers) = state.lock().unwrap().accept(publish);
            ack.send(&message.id).ok();
            for name in subscribers {
                tokio::spawn(deliver(io.clone(), Arc::clone(&state), name, message.clone()));
            }
        });
    });
}

/// `deadLetters`, as it should be.
fn dead_letters(socket: &SocketRef, queues: &Shared) {
    let state = Arc::clone(queues);
    socket.on("deadLetters", async move |ack: AckSender| {
        ack.send(&state.lock().unwrap().dead_letters).ok();
    });
}

fn give_up(queues: &Shared, name: String, message: Message) {
    queues.lock().unwrap().dead_letters.push((name, message));
}

/// Delivers as it should, one try after the other.
async fn deliver(io: SocketIo, queues: Shared, name: String, message: Message) {
    for _ in 0..TIMES {
        let (acknowledged, ()) = tokio::join!(ask(&io, &queues, &name, &message), sleep(PATIENCE));
        if acknowledged {
            return;
        }
    }
    give_up(&queues, name, message);
}

/// Asks for an acknowledgement, and never emits it again.
pub fn once_is_enough(io: &SocketIo) {
    delivering(io, async |io, queues, name, message| {
        let (acknowledged, ()) = tokio::join!(ask(&io, &queues, &name, &message), sleep(PATIENCE));
        if !acknowledged {
            give_up(&queues, name, message);
        }
    });
}

/// Asks for an acknowledgement, and doesn't look whether one comes.
pub fn acks_ignored(io: &SocketIo) {
    delivering(io, async |io, queues, name, message| {
        for _ in 0..TIMES {
            let connection: Option<Sid> = queues.lock().unwrap().connection(&name);
            if let Some(socket) = connection.and_then(|id| io.get_socket(id)) {
                socket.timeout(PATIENCE).emit_with_ack::<_, String>("message", &message).ok();
            }
            sleep(PATIENCE).await;
        }
        give_up(&queues, name, message);
    });
}

/// Goes on at once when nobody is connected.
pub fn no_pause(io: &SocketIo) {
    delivering(io, async |io, queues, name, message| {
        for _ in 0..TIMES {
            if ask(&io, &queues, &name, &message).await {
                return;
            }
        }
        give_up(&queues, name, message);
    });
}

/// Waits for the acknowledgement, and then for 5 seconds more.
pub fn waits_twice(io: &SocketIo) {
    delivering(io, async |io, queues, name, message| {
        for _ in 0..TIMES {
            if ask(&io, &queues, &name, &message).await {
                return;
            }
            sleep(PATIENCE).await;
        }
        give_up(&queues, name, message);
    });
}

/// Looks up the connection once, and stays with it.
pub fn old_connection(io: &SocketIo) {
    delivering(io, async |io, queues, name, message| {
        let connection: Option<Sid> = queues.lock().unwrap().connection(&name);
        if let Some(socket) = connection.and_then(|id| io.get_socket(id)) {
            for _ in 0..TIMES {
                let asked = socket.timeout(PATIENCE).emit_with_ack::<_, String>("message", &message);
                if let Ok(asked) = asked
                    && asked.await.is_ok()
                {
                    return;
                }
            }
        }
        give_up(&queues, name, message);
    });
}

/// Gives the message another id each time.
pub fn new_id(io: &SocketIo) {
    delivering(io, async |io, queues, name, mut message| {
        for _ in 0..TIMES {
            let (acknowledged, ()) = tokio::join!(ask(&io, &queues, &name, &message), sleep(PATIENCE));
            if acknowledged {
                return;
            }
            let Message { topic, text, .. } = message;
            (message, _) = queues.lock().unwrap().accept(Publish { topic, text });
        }
        give_up(&queues, name, message);
    });
}

/// Emits it once, and then three times more.
pub fn four_times(io: &SocketIo) {
    delivering(io, async |io, queues, name, message| {
        for _ in 0..=TIMES {
            let (acknowledged, ()) = tokio::join!(ask(&io, &queues, &name, &message), sleep(PATIENCE));
            if acknowledged {
                return;
            }
        }
        give_up(&queues, name, message);
    });
}

/// Never gives up.
pub fn for_ever(io: &SocketIo) {
    delivering(io, async |io, queues, name, message| {
        loop {
            let (acknowledged, ()) = tokio::join!(ask(&io, &queues, &name, &message), sleep(PATIENCE));
            if acknowledged {
                return;
            }
        }
    });
}

/// Expects another acknowledgement than the one that comes.
pub fn wrong_type(io: &SocketIo) {
    delivering(io, async |io, queues, name, message| {
        for _ in 0..TIMES {
            let connection: Option<Sid> = queues.lock().unwrap().connection(&name);
            let socket = connection.and_then(|id| io.get_socket(id));
            let asked = socket.map(|it| it.timeout(PATIENCE).emit_with_ack::<_, bool>("message", &message));
            sleep(PATIENCE).await;
            // The time is over, so this no longer waits. It's an error even if the client has acknowledged.
            if let Some(Ok(asked)) = asked
                && asked.await.is_ok()
            {
                return;
            }
        }
        give_up(&queues, name, message);
    });
}

/// Delivers to one subscriber after the other.
pub fn one_after_the_other(io: &SocketIo) {
    let queues = Shared::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        connect(&socket, &queues, name);
        dead_letters(&socket, &queues);
        let state = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, subscribers) = state.lock().unwrap().accept(publish);
            ack.send(&message.id).ok();
            for name in subscribers {
                deliver(io.clone(), Arc::clone(&state), name, message.clone()).await;
            }
        });
    });
}

/// Acknowledges the publisher's event when the subscribers have acknowledged theirs.
pub fn ack_at_the_end(io: &SocketIo) {
    let queues = Shared::default();
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        connect(&socket, &queues, name);
        dead_letters(&socket, &queues);
        let state = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, subscribers) = state.lock().unwrap().accept(publish);
            let mut deliveries = Vec::new();
            for name in subscribers {
                deliveries.push(tokio::spawn(deliver(io.clone(), Arc::clone(&state), name, message.clone())));
            }
            for delivery in deliveries {
                delivery.await.ok();
            }
            ack.send(&message.id).ok();
        });
    });
}
