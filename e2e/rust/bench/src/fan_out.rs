//! One room, and one client that tells it something: how many messages arrive in a second.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::sync::Notify;
use tokio::task::{LocalSet, spawn_local};
use tokio::time::{sleep, timeout};

use crate::client::{SETTLED, open};
use crate::frames::{Frames, frame};
use crate::process::used;

/// 31 bytes, as in the first measurement.
const TEXT: &str = "the quick brown fox is said to ";

/// How long nothing may come.
const PATIENCE: Duration = Duration::from_secs(20);

/// What all members of the room have heard, together.
#[derive(Default)]
struct Heard {
    events: Cell<u64>,
    /// Members that are in the room.
    joined: Cell<u64>,
    /// The number of events that somebody waits for.
    wanted: Cell<u64>,
    reached: Notify,
    /// All read into the same buffer: what is in it is counted before the next one reads.
    buffer: RefCell<Vec<u8>>,
}

impl Heard {
    async fn wait_for(&self, events: u64) -> Result<()> {
        self.wanted.set(events);
        while self.events.get() < events {
            let waited = timeout(PATIENCE, self.reached.notified()).await;
            waited.with_context(|| format!("only {} of {events} messages arrive", self.events.get()))?;
        }
        Ok(())
    }

    /// Counts what a member hears, until it's disconnected.
    async fn listen(self: Rc<Self>, stream: TcpStream) -> Result<()> {
        let (mut reader, mut writer) = stream.into_split();
        let (mut frames, mut answers, mut is_connected) = (Frames::default(), Vec::new(), false);
        writer.write_all(&frame("40")).await?;
        loop {
            self.read(&mut reader, |bytes| {
                frames.feed(bytes, |text| match text {
                    [b'4', b'2', ..] => self.events.set(self.events.get() + 1),
                    [b'4', b'3', ..] => self.joined.set(self.joined.get() + 1),
                    [b'4', b'0', ..] => is_connected = true,
                    b"2" => answers.extend_from_slice(&frame("3")),
                    _ => {}
                });
            })
            .await?;
            if self.events.get() >= self.wanted.get() {
                self.reached.notify_one();
            }
            if is_connected {
                is_connected = false;
                sleep(SETTLED).await;
                answers.extend_from_slice(&frame(r#"420["join","rust"]"#));
            }
            if !answers.is_empty() {
                writer.write_all(&answers).await?;
                answers = Vec::new();
            }
        }
    }

    /// Waits for bytes.
    async fn read(&self, reader: &mut OwnedReadHalf, each: impl FnOnce(&[u8])) -> Result<()> {
        let mut each = Some(each);
        poll_fn(|context| {
            let mut buffer = self.buffer.borrow_mut();
            let mut buffer = ReadBuf::new(&mut buffer);
            Pin::new(&mut *reader).poll_read(context, &mut buffer).map(|result| {
                result?;
                if buffer.filled().is_empty() {
                    bail!("the server has closed a connection");
                }
                if let Some(each) = each.take() {
                    each(buffer.filled());
                }
                Ok(())
            })
        })
        .await
    }
}

/// Lets `members` clients join the room, and tells it things for `seconds`, with `in_flight` messages on their way at a
/// moment. `server` is the id of its process.
pub async fn fan_out(
    address: SocketAddr,
    server: &str,
    members: u64,
    seconds: f64,
    in_flight: u64,
) -> Result<Value> {
    LocalSet::new().run_until(run(address, server, members, seconds, in_flight)).await
}

async fn run(address: SocketAddr, server: &str, members: u64, seconds: f64, in_flight: u64) -> Result<Value> {
    let empty = used(server)?;
    let heard = Rc::new(Heard { buffer: RefCell::new(vec![0; 64 * 1024]), ..Heard::default() });
    for _ in 0..members {
        spawn_local(Rc::clone(&heard).listen(open(address).await?));
    }
    let began = Instant::now();
    while heard.joined.get() < members {
        if began.elapsed() > PATIENCE {
            bail!("only {} of {members} members could join", heard.joined.get());
        }
        sleep(Duration::from_millis(10)).await;
    }
    // What was needed to connect only is given back by now, if it ever is.
    sleep(Duration::from_secs(1)).await;
    let connected = used(server)?;

    let mut teller = open(address).await?;
    teller.write_all(&frame("40")).await?;
    sleep(SETTLED).await;
    let message = frame(&format!("42{}", json!(["tell", "rust", TEXT])));
    // First a while that doesn't count: buffers grow, Node compiles.
    let mut telling = Telling { heard: &heard, teller, message, members, in_flight, told: 0 };
    telling.go_on(seconds / 3.0).await?;
    let before = (heard.events.get(), used(server)?, used("self")?, Instant::now());
    telling.go_on(seconds).await?;
    let after = (heard.events.get(), used(server)?, used("self")?, before.3.elapsed());
    let delivered = after.0 - before.0;
    Ok(json!({
        "delivered": delivered,
        "seconds": after.3.as_secs_f64(),
        "serverCpu": after.1.cpu - before.1.cpu,
        "loadCpu": after.2.cpu - before.2.cpu,
        "empty": empty,
        "connected": connected,
        "busy": after.1,
    }))
}

/// The one who tells.
struct Telling<'a> {
    heard: &'a Heard,
    teller: TcpStream,
    message: Vec<u8>,
    members: u64,
    in_flight: u64,
    told: u64,
}

impl Telling<'_> {
    /// Tells for so long, and waits until all have heard it all.
    async fn go_on(&mut self, seconds: f64) -> Result<()> {
        let began = Instant::now();
        while began.elapsed().as_secs_f64() < seconds {
            self.heard.wait_for((self.told + 1).saturating_sub(self.in_flight) * self.members).await?;
            self.teller.write_all(&self.message).await?;
            self.told += 1;
        }
        self.heard.wait_for(self.told * self.members).await
    }
}
