//! Mistakes in `after-a-crash`, as code. `exercise.toml` says what each stands for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use redb::{ReadableDatabase, ReadableTable, WriteTransaction};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use tokio::time::sleep;

use super::solution::{Auth, Message, NUMBERS, Publish, Queues, WAITING};

type State = Arc<Queues>;

fn open(folder: &Path) -> State {
    Arc::new(Queues::open(folder).expect("the database can be opened"))
}

fn on_subscribe(socket: &SocketRef, queues: &State, name: &str) {
    socket.join(name.to_owned());
    let (queues, name) = (Arc::clone(queues), name.to_owned());
    socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
        queues.subscribe(&name, &topic).await.unwrap();
        ack.send("subscribed").ok();
    });
}

fn on_publish(socket: &SocketRef, queues: &State) {
    let queues = Arc::clone(queues);
    socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
        let (message, subscribers) = queues.accept(publish).await.unwrap();
        ack.send(&message.id).ok();
        tell(&io, &message, subscribers).await;
    });
}

async fn tell(io: &SocketIo, message: &Message, subscribers: impl IntoIterator<Item = String>) {
    for name in subscribers {
        io.to(name).emit("message", message).await.ok();
    }
}

fn on_received(socket: &SocketRef, queues: &State, name: &str) {
    let (queues, name) = (Arc::clone(queues), name.to_owned());
    socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
        let known = queues.received(&name, id).await.unwrap();
        say_whether_known(ack, known);
    });
}

fn say_whether_known(ack: AckSender, known: bool) {
    ack.send(if known { "received" } else { "unknown message" }).ok();
}

fn on_get_all(socket: &SocketRef, queues: &State, name: &str) {
    let (queues, name) = (Arc::clone(queues), name.to_owned());
    socket.on("getAll", async move |ack: AckSender| {
        ack.send(&queues.queue(&name).unwrap()).ok();
    });
}

/// The next id.
fn count(transaction: &WriteTransaction) -> Result<u64, redb::Error> {
    let mut numbers = transaction.open_table(NUMBERS)?;
    let id = numbers.get("accepted")?.map_or(0, |accepted| accepted.value()) + 1;
    numbers.insert("accepted", id)?;
    Ok(id)
}

fn put(
    transaction: &WriteTransaction,
    names: &[String],
    Message { id, topic, text }: &Message,
) -> Result<(), redb::Error> {
    let mut waiting = transaction.open_table(WAITING)?;
    for name in names {
        waiting.insert((name.as_str(), *id), (topic.as_str(), text.as_str()))?;
    }
    Ok(())
}

/// How many messages were accepted, as far as it's stored.
fn stored_number(queues: &Queues) -> Result<u64, redb::Error> {
    let numbers = queues.database.begin_read()?.open_table(NUMBERS)?;
    Ok(numbers.get("accepted")?.map_or(0, |accepted| accepted.value()))
}

/// The solution, but for `publish`.
fn serve<Done: Future<Output = ()> + Send + 'static>(
    io: &SocketIo,
    folder: &Path,
    publish: impl Fn(SocketIo, State, Publish, AckSender) -> Done + Copy + Send + Sync + 'static,
) {
    let queues = open(folder);
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        on_subscribe(&socket, &queues, &name);
        on_received(&socket, &queues, &name);
        on_get_all(&socket, &queues, &name);
        let queues = Arc::clone(&queues);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(data), ack: AckSender| {
            publish(io, Arc::clone(&queues), data, ack).await;
        });
    });
}

/// Takes a number and says it, and stores the message after that.
pub fn acks_first(io: &SocketIo, folder: &Path) {
    serve(io, folder, async |io, queues, Publish { topic, text }, ack| {
        let id = queues.write(count).await.unwrap();
        ack.send(&id).ok();
        let message = Message { id, topic, text };
        let subscribers = queues.subscribers(&message.topic).unwrap();
        queues.write(|transaction| put(transaction, &subscribers, &message)).await.unwrap();
        tell(&io, &message, subscribers).await;
    });
}

/// Stores what was published after a while.
pub fn every_second(io: &SocketIo, folder: &Path) {
    let last = Arc::new(Mutex::new(None));
    let queues = open(folder);
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        on_subscribe(&socket, &queues, &name);
        on_received(&socket, &queues, &name);
        on_get_all(&socket, &queues, &name);
        let (queues, last) = (Arc::clone(&queues), Arc::clone(&last));
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let Publish { topic, text } = publish;
            let id = {
                let mut last = last.lock().unwrap();
                let id = last.unwrap_or_else(|| stored_number(&queues).unwrap()) + 1;
                *last.insert(id)
            };
            ack.send(&id).ok();
            let message = Message { id, topic, text };
            let subscribers = queues.subscribers(&message.topic).unwrap();
            tell(&io, &message, subscribers.clone()).await;
            tokio::spawn(async move {
                sleep(Duration::from_millis(500)).await;
                let store = |transaction: &WriteTransaction| {
                    transaction.open_table(NUMBERS)?.insert("accepted", id)?;
                    put(transaction, &subscribers, &message)
                };
                queues.write(store).await.unwrap();
            });
        });
    });
}

/// Stores each subscriber's copy and tells that subscriber, one after the other.
pub fn queue_by_queue(io: &SocketIo, folder: &Path) {
    serve(io, folder, async |io, queues, Publish { topic, text }, ack| {
        let id = queues.write(count).await.unwrap();
        let message = Message { id, topic, text };
        for name in queues.subscribers(&message.topic).unwrap() {
            let only = [name.clone()];
            queues.write(|transaction| put(transaction, &only, &message)).await.unwrap();
            tell(&io, &message, only).await;
        }
        ack.send(&id).ok();
    });
}

/// Counts in memory.
pub fn ids_in_memory(io: &SocketIo, folder: &Path) {
    let (queues, last) = (open(folder), Arc::new(Mutex::new(0)));
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        on_subscribe(&socket, &queues, &name);
        on_received(&socket, &queues, &name);
        on_get_all(&socket, &queues, &name);
        let (queues, last) = (Arc::clone(&queues), Arc::clone(&last));
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let Publish { topic, text } = publish;
            let id = {
                let mut last = last.lock().unwrap();
                *last += 1;
                *last
            };
            let message = Message { id, topic, text };
            let subscribers = queues.subscribers(&message.topic).unwrap();
            queues.write(|transaction| put(transaction, &subscribers, &message)).await.unwrap();
            ack.send(&id).ok();
            tell(&io, &message, subscribers).await;
        });
    });
}

/// The next id is one more than the largest that waits.
pub fn largest_id(io: &SocketIo, folder: &Path) {
    serve(io, folder, async |io, queues, Publish { topic, text }, ack| {
        let subscribers = queues.subscribers(&topic).unwrap();
        let accept = |transaction: &WriteTransaction| {
            let mut largest = 0;
            for entry in transaction.open_table(WAITING)?.iter()? {
                largest = largest.max(entry?.0.value().1);
            }
            let message = Message { id: largest + 1, topic, text };
            put(transaction, &subscribers, &message)?;
            Ok(message)
        };
        let message = queues.write(accept).await.unwrap();
        ack.send(&message.id).ok();
        tell(&io, &message, subscribers).await;
    });
}

/// Keeps the subscriptions in memory.
pub fn subscribers_in_memory(io: &SocketIo, folder: &Path) {
    let (queues, by_topic) =
        (open(folder), Arc::new(Mutex::new(BTreeMap::<String, BTreeSet<String>>::new())));
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        socket.join(name.clone());
        on_received(&socket, &queues, &name);
        on_get_all(&socket, &queues, &name);
        let subscribers = Arc::clone(&by_topic);
        socket.on("subscribe", async move |Data::<String>(topic), ack: AckSender| {
            subscribers.lock().unwrap().entry(topic).or_default().insert(name);
            ack.send("subscribed").ok();
        });
        let (queues, subscribers) = (Arc::clone(&queues), Arc::clone(&by_topic));
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let Publish { topic, text } = publish;
            let names = subscribers.lock().unwrap().get(&topic).cloned().unwrap_or_default();
            let names: Vec<_> = names.into_iter().collect();
            let accept = |transaction: &WriteTransaction| {
                let message = Message { id: count(transaction)?, topic, text };
                put(transaction, &names, &message)?;
                Ok(message)
            };
            let message = queues.write(accept).await.unwrap();
            ack.send(&message.id).ok();
            tell(&io, &message, names).await;
        });
    });
}

/// What is received is taken out of the copy in memory only.
pub fn received_in_memory(io: &SocketIo, folder: &Path) {
    let copy = Arc::new(InMemory { queues: open(folder), taken: Mutex::default() });
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        on_subscribe(&socket, &copy.queues, &name);
        on_publish(&socket, &copy.queues);
        let (state, me) = (Arc::clone(&copy), name.clone());
        socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
            let known = state.queue(&me).iter().any(|it| it.id == id);
            state.taken.lock().unwrap().insert((me, id));
            say_whether_known(ack, known);
        });
        let state = Arc::clone(&copy);
        socket.on("getAll", async move |ack: AckSender| {
            ack.send(&state.queue(&name)).ok();
        });
    });
}

/// What is stored, without what was taken out of the copy.
struct InMemory {
    queues: State,
    taken: Mutex<BTreeSet<(String, u64)>>,
}

impl InMemory {
    fn queue(&self, name: &str) -> Vec<Message> {
        let mut queue = self.queues.queue(name).unwrap();
        let taken = self.taken.lock().unwrap();
        queue.retain(|it| !taken.contains(&(name.to_owned(), it.id)));
        queue
    }
}

/// Says "received", and takes the message out after that.
pub fn acks_received_first(io: &SocketIo, folder: &Path) {
    let queues = open(folder);
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        on_subscribe(&socket, &queues, &name);
        on_publish(&socket, &queues);
        on_get_all(&socket, &queues, &name);
        let queues = Arc::clone(&queues);
        socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
            let known = queues.queue(&name).unwrap().iter().any(|it| it.id == id);
            say_whether_known(ack, known);
            queues.received(&name, id).await.unwrap();
        });
    });
}

/// Reads from a name on, with no end.
pub fn no_end(io: &SocketIo, folder: &Path) {
    let queues = open(folder);
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        on_subscribe(&socket, &queues, &name);
        on_publish(&socket, &queues);
        on_received(&socket, &queues, &name);
        let queues = Arc::clone(&queues);
        socket.on("getAll", async move |ack: AckSender| {
            ack.send(&from(&queues, &name).unwrap()).ok();
        });
    });
}

fn from(queues: &Queues, name: &str) -> Result<Vec<Message>, redb::Error> {
    let waiting = queues.database.begin_read()?.open_table(WAITING)?;
    let entries = waiting.range((name, 0)..)?;
    let messages = entries.map(|entry| {
        let (key, value) = entry?;
        let ((_, id), (topic, text)) = (key.value(), value.value());
        Ok(Message { id, topic: topic.to_owned(), text: text.to_owned() })
    });
    messages.collect()
}

/// Keeps the queues in memory, and stores them when it ends in good order.
pub fn at_the_end(io: &SocketIo, folder: &Path) {
    struct Keeper(Mutex<Memory>);

    impl Drop for Keeper {
        fn drop(&mut self) {
            self.0.lock().unwrap().store().ok();
        }
    }

    let memory = Memory { last: 0, waiting: Vec::new(), queues: open(folder) };
    let keeper = Arc::new(Keeper(Mutex::new(memory)));
    io.ns("/", async move |socket: SocketRef, Data::<Auth>(Auth { name })| {
        on_subscribe(&socket, &keeper.0.lock().unwrap().queues, &name);
        let state = Arc::clone(&keeper);
        socket.on("publish", async move |io: SocketIo, Data::<Publish>(publish), ack: AckSender| {
            let (message, subscribers) = state.0.lock().unwrap().accept(publish);
            ack.send(&message.id).ok();
            tell(&io, &message, subscribers).await;
        });
        let (state, me) = (Arc::clone(&keeper), name.clone());
        socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
            let mut memory = state.0.lock().unwrap();
            let before = memory.waiting.len();
            memory.waiting.retain(|(name, message)| *name != me || message.id != id);
            say_whether_known(ack, memory.waiting.len() < before);
        });
        let state = Arc::clone(&keeper);
        socket.on("getAll", async move |ack: AckSender| {
            let memory = state.0.lock().unwrap();
            let mine = memory.waiting.iter().filter(|(of, _)| *of == name).map(|(_, message)| message);
            ack.send(&mine.collect::<Vec<_>>()).ok();
        });
    });
}

struct Memory {
    last: u64,
    waiting: Vec<(String, Message)>,
    queues: State,
}

impl Memory {
    fn accept(&mut self, Publish { topic, text }: Publish) -> (Message, Vec<String>) {
        self.last += 1;
        let message = Message { id: self.last, topic, text };
        let subscribers = self.queues.subscribers(&message.topic).unwrap();
        self.waiting.extend(subscribers.iter().map(|name| (name.clone(), message.clone())));
        (message, subscribers)
    }

    fn store(&self) -> Result<(), redb::Error> {
        let transaction = self.queues.database.begin_write()?;
        transaction.open_table(NUMBERS)?.insert("accepted", self.last)?;
        for (name, message) in &self.waiting {
            put(&transaction, std::slice::from_ref(name), message)?;
        }
        transaction.commit()?;
        Ok(())
    }
}
