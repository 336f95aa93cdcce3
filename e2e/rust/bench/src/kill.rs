//! Kills a queue server at random moments, and looks whether it keeps what it has promised.
//!
//! `kill -9` ends a process, and the system goes on: what was written is still there, synced to the disk or not. So this holds
//! the server's order of things, what is stored before what is acknowledged. It says nothing about a power failure.

use std::collections::BTreeMap;
use std::env::current_exe;
use std::fmt::{Display, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use fastrand::Rng;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{sleep, sleep_until, timeout};
use tokio::try_join;

use crate::client::{Client, Heard};

/// How many messages the publisher has on their way.
const IN_FLIGHT: u64 = 8;

/// The moment is within so many microseconds after the load begins.
const MOMENTS: u64 = 80_000;

/// One start of many is killed while it still opens its files: within so many microseconds.
const MOMENTS_OF_START: u64 = 15_000;

/// One in so many messages isn't received when it comes, so that some always wait.
const LEFT: u64 = 8;

/// How long a started server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(20);

/// Kills the server so often, and starts it again. Fails if it has broken a promise.
pub async fn kill(server: &str, rounds: u64, seed: u64) -> Result<Value> {
    let folder = tempfile::tempdir()?;
    let mut random = Rng::with_seed(seed);
    let mut known = Known::default();
    let mut while_starting = 0;
    let began = Instant::now();
    for round in 0..rounds {
        if round > 0 && random.u64(..10) == 0 {
            while_starting += 1;
            let mut child = start(server, folder.path())?;
            sleep(Duration::from_micros(random.u64(..MOMENTS_OF_START))).await;
            child.kill().await?;
            continue;
        }
        let mut running = Running::start(server, folder.path()).await?;
        known.compare(running.queue().await?).with_context(|| told(round, seed))?;
        let moment = Duration::from_micros(random.u64(..MOMENTS));
        running.load(round, moment, &mut known, &mut random).await.with_context(|| told(round, seed))?;
        running.child.kill().await?;
    }
    // All that is left is received. Then nothing may be left.
    let mut running = Running::start(server, folder.path()).await?;
    let queue = running.queue().await?;
    known.compare(queue.clone()).with_context(|| told(rounds, seed))?;
    for message in queue {
        known.says_received(message.id);
        let said = running.subscriber.ask_and_wait(&json!(["received", message.id])).await?;
        known.was_received(message.id, &said)?;
    }
    let left = running.queue().await?;
    known.compare(left).with_context(|| told(rounds, seed))?;
    running.child.kill().await?;
    let count = |holds: fn(&Fate) -> bool| known.messages.values().filter(|fate| holds(fate)).count();
    Ok(json!({
        "kills": rounds,
        "whileStarting": while_starting,
        "seconds": began.elapsed().as_secs_f64(),
        "published": known.published,
        "accepted": count(|fate| fate.accepted),
        "acceptedUnheard": count(|fate| !fate.accepted),
        "received": count(|fate| fate.received == Received::Acknowledged),
        "receivedUnheard": known.received_unheard,
        "cameAgain": known.came_again,
    }))
}

fn told(round: u64, seed: u64) -> impl Display + Send + Sync + 'static {
    format!("after kill {round}, with the seed {seed}")
}

/// A message, as the server tells it.
#[derive(Debug, Clone, Deserialize)]
struct Message {
    id: u64,
    text: String,
}

/// Whether a message was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Received {
    /// Nobody said so.
    No,
    /// The subscriber said it, and the server hasn't acknowledged it. It may know of it or not.
    Said,
    /// The server has acknowledged it.
    Acknowledged,
}

/// What is known of a message.
#[derive(Debug)]
struct Fate {
    text: String,
    /// Whether the publisher has its acknowledgement. If not, the message is known since the subscriber has heard it.
    accepted: bool,
    received: Received,
}

/// What the clients know, whatever the server does.
#[derive(Default)]
struct Known {
    published: u64,
    messages: BTreeMap<u64, Fate>,
    /// How often a message was no longer there, though `received` was never acknowledged: the crash came between the two.
    received_unheard: u64,
    /// How often a message came again whose `received` was on its way: the protocol allows that.
    came_again: u64,
}

impl Known {
    /// The publisher's acknowledgement, or a message that the subscriber hears.
    fn learn(&mut self, id: u64, text: &str, accepted: bool) -> Result<()> {
        if let Some(fate) = self.messages.get_mut(&id) {
            fate.accepted |= accepted;
            if fate.text != text {
                bail!("the id {id} is given twice: to {} and to {text}", fate.text);
            }
        } else {
            self.messages.insert(id, Fate { text: text.to_owned(), accepted, received: Received::No });
        }
        Ok(())
    }

    /// The subscriber hears a message.
    fn hear(&mut self, message: &Message) -> Result<()> {
        self.learn(message.id, &message.text, false)?;
        match self.messages[&message.id].received {
            Received::Acknowledged => bail!("{message:?} comes again, and its `received` was acknowledged"),
            Received::Said => self.came_again += 1,
            Received::No => {}
        }
        Ok(())
    }

    fn says_received(&mut self, id: u64) {
        if let Some(fate) = self.messages.get_mut(&id) {
            fate.received = fate.received.max_of(Received::Said);
        }
    }

    fn was_received(&mut self, id: u64, said: &Value) -> Result<()> {
        if said != "received" {
            bail!("`received` {id} is acknowledged with {said}");
        }
        self.messages.get_mut(&id).context("it was heard")?.received = Received::Acknowledged;
        Ok(())
    }

    /// Compares the whole queue, after a start.
    fn compare(&mut self, queue: Vec<Message>) -> Result<()> {
        let mut queued = BTreeMap::new();
        for message in queue {
            self.hear(&message)?;
            if let Some(twice) = queued.insert(message.id, message) {
                bail!("{twice:?} is in the queue twice");
            }
        }
        let mut lost = String::new();
        for (id, fate) in &mut self.messages {
            match fate.received {
                // What was said before the crash is void: it's still there, and must be from now on.
                _ if queued.contains_key(id) => fate.received = Received::No,
                Received::No => _ = write!(lost, " {id} ({})", fate.text),
                Received::Said => {
                    fate.received = Received::Acknowledged;
                    self.received_unheard += 1;
                }
                Received::Acknowledged => {}
            }
        }
        if lost.is_empty() { Ok(()) } else { bail!("accepted, never received, and lost:{lost}") }
    }
}

impl Received {
    fn max_of(self, other: Self) -> Self {
        if self == Self::No { other } else { self }
    }
}

/// A server that runs, and its clients.
struct Running {
    child: Child,
    publisher: Client,
    subscriber: Client,
}

impl Running {
    async fn start(server: &str, folder: &Path) -> Result<Self> {
        let mut child = start(server, folder)?;
        let mut line = String::new();
        let stdout = child.stdout.take().context("it's a pipe")?;
        timeout(PATIENCE, BufReader::new(stdout).read_line(&mut line)).await??;
        let address: SocketAddr = line.trim().parse().context("the server doesn't start again")?;
        let (publisher, subscriber) = (json!({ "name": "publisher" }), json!({ "name": "subscriber" }));
        let (publisher, mut subscriber) =
            try_join!(Client::connect(address, "/", &publisher), Client::connect(address, "/", &subscriber))?;
        timeout(PATIENCE, subscriber.ask_and_wait(&json!(["subscribe", "news"]))).await??;
        Ok(Self { child, publisher, subscriber })
    }

    /// All that waits for the subscriber.
    async fn queue(&mut self) -> Result<Vec<Message>> {
        let list = timeout(PATIENCE, self.subscriber.ask_and_wait(&json!(["getAll"]))).await??;
        Ok(serde_json::from_value(list)?)
    }

    /// Publishes, and receives most of what comes and of what has waited, until that moment.
    async fn load(
        &mut self,
        round: u64,
        moment: Duration,
        known: &mut Known,
        random: &mut Rng,
    ) -> Result<()> {
        let end = tokio::time::Instant::now() + moment;
        // By the number of what was asked: the text, or the id.
        let (mut published, mut received) = (BTreeMap::new(), BTreeMap::new());
        let waiting: Vec<_> = known
            .messages
            .iter()
            .filter(|(_, fate)| fate.received != Received::Acknowledged)
            .map(|(id, _)| *id)
            .collect();
        for id in waiting {
            if random.u64(..2) == 0 {
                known.says_received(id);
                received.insert(self.subscriber.ask(&json!(["received", id])).await?, id);
            }
        }
        for _ in 0..IN_FLIGHT {
            self.publish(round, known, &mut published).await?;
        }
        loop {
            tokio::select! {
                biased;
                () = sleep_until(end) => return Ok(()),
                heard = self.publisher.hear() => {
                    let Heard::Ack(asked, args) = heard? else { bail!("the publisher hears an event") };
                    let [id]: [u64; 1] = serde_json::from_str(&args)?;
                    known.learn(id, &published.remove(&asked).context("it was asked")?, true)?;
                    self.publish(round, known, &mut published).await?;
                }
                heard = self.subscriber.hear() => match heard? {
                    Heard::Event(args) => {
                        let (_, message): (String, Message) = serde_json::from_str(&args)?;
                        known.hear(&message)?;
                        if random.u64(..LEFT) != 0 {
                            known.says_received(message.id);
                            received.insert(self.subscriber.ask(&json!(["received", message.id])).await?, message.id);
                        }
                    }
                    Heard::Ack(asked, args) => {
                        let [said]: [Value; 1] = serde_json::from_str(&args)?;
                        known.was_received(received.remove(&asked).context("it was asked")?, &said)?;
                    }
                },
            }
        }
    }

    async fn publish(
        &mut self,
        round: u64,
        known: &mut Known,
        published: &mut BTreeMap<u64, String>,
    ) -> Result<()> {
        known.published += 1;
        let text = format!("message {} of kill {round}", known.published);
        let asked = self.publisher.ask(&json!(["publish", { "topic": "news", "text": text }])).await?;
        published.insert(asked, text);
        Ok(())
    }
}

/// Starts the program beside this one.
fn start(server: &str, folder: &Path) -> Result<Child> {
    let program = current_exe()?.with_file_name("serve");
    let mut command = Command::new(program);
    command.arg(server).arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    Ok(command.spawn()?)
}
