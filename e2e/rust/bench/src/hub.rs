//! A queue server's life: how many messages a second are accepted, received, and caught up.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::client::{Client, Heard};
use crate::process::used;
use crate::queue::Queue;

/// How many requests a client has on their way.
const IN_FLIGHT: usize = 64;

/// How long an acknowledgement may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Puts `count` messages into the queue of one subscriber who is away. Then it comes back, gets all of them, and says
/// `received` for each. `pid` is the id of the server's process.
pub async fn hub(address: SocketAddr, pid: &str, server: &str, count: u64) -> Result<Value> {
    let queue = Queue::of(server);
    let mut to = queue.connect_receiver(address).await?;
    let announced = Instant::now();
    ask_all(&mut to, queue.preparations(count)).await?;
    let announced = announced.elapsed();
    drop(to);
    let mut from = queue.connect_sender(address).await?;

    let empty = used(pid)?;
    let accepted = Instant::now();
    ask_all(&mut from, (0..count).map(|number| queue.message(number, count))).await?;
    let accepted = accepted.elapsed();
    let full = used(pid)?;

    let mut to = queue.connect_receiver(address).await?;
    let caught_up = Instant::now();
    let list = to.ask_and_wait(&json!(["getAll"])).await?;
    let caught_up = caught_up.elapsed();
    let sent = used(pid)?;
    let list = list.as_array().context("a list")?;
    ensure!(list.len() as u64 == count, "{} of {count} messages wait", list.len());

    let received = Instant::now();
    ask_all(&mut to, list.iter().map(|message| json!(["received", message["id"]]))).await?;
    let received = received.elapsed();
    let left = to.ask_and_wait(&json!(["getAll"])).await?;
    ensure!(left == json!([]), "{left} is left");
    Ok(json!({
        "messages": count,
        "announced": announced.as_secs_f64(),
        "accepted": accepted.as_secs_f64(),
        "caughtUp": caught_up.as_secs_f64(),
        "received": received.as_secs_f64(),
        "waitingBytes": full.rss.saturating_sub(empty.rss),
        "sendingBytes": sent.peak.saturating_sub(full.rss),
        "cpu": used(pid)?.cpu,
    }))
}

/// Asks each, with some on their way at a time, and waits until all are acknowledged.
async fn ask_all(client: &mut Client, asked: impl IntoIterator<Item = Value>) -> Result<()> {
    let mut asked = asked.into_iter();
    let mut on_their_way = 0;
    for event in asked.by_ref().take(IN_FLIGHT) {
        client.ask(&event).await?;
        on_their_way += 1;
    }
    while on_their_way > 0 {
        let Heard::Ack(_, said) =
            timeout(PATIENCE, client.hear()).await.context("no acknowledgement comes")??
        else {
            continue;
        };
        let [said]: [Value; 1] = serde_json::from_str(&said)?;
        // The id of what was published, or one of these words.
        ensure!(
            said.is_number()
                || ["subscribed", "accepted", "in-transit", "delivered", "received"]
                    .map(Value::from)
                    .contains(&said),
            "a request is acknowledged with {said}"
        );
        on_their_way -= 1;
        if let Some(event) = asked.next() {
            client.ask(&event).await?;
            on_their_way += 1;
        }
    }
    Ok(())
}
