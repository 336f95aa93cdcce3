//! Several servers, joined by a real Redis: each is a process of its own, so that it can be killed.

use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead, BufReader, stdin};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use scenario::Node;

use crate::process::Process;
use crate::redis::RedisServer;
use crate::tcp_server::{Heartbeat, TcpServer};

/// The argument of a process that is one of several servers: the exercise's name and Redis's address follow.
const ONE: &str = "--one-of-several";

/// The servers of a play. They end when this is dropped.
pub struct Several {
    servers: BTreeMap<Node, Process>,
    /// Where each listens.
    pub urls: BTreeMap<Node, String>,
    _redis: RedisServer,
}

impl Several {
    /// Starts `count` processes of the solution of `exercise`, and a Redis for them.
    ///
    /// # Errors
    /// If there is no `redis-server`, or a process can't be started.
    pub fn start(exercise: &str, count: usize) -> Result<Self> {
        let redis = RedisServer::start()?;
        let (mut servers, mut urls) = (BTreeMap::new(), BTreeMap::new());
        for node in Node::ALL.into_iter().take(count) {
            let mut command = Command::new(env::current_exe()?);
            command.args([ONE, exercise, &redis.url()]);
            let mut server = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
            let mut url = String::new();
            let out = server.stdout.take().context("it has an output")?;
            BufReader::new(out).read_line(&mut url)?;
            servers.insert(node, Process(server));
            urls.insert(node, url.trim().to_owned());
        }
        Ok(Self { servers, urls, _redis: redis })
    }

    /// Ends the process of one server, as `kill -9` does.
    ///
    /// # Errors
    /// If there is no such server any more.
    pub fn kill(&mut self, node: Node) -> Result<()> {
        self.servers.remove(&node).map(drop).context("no such server")
    }
}

/// If this process is to be one of several servers, it is that one until its input ends. Returns whether it was.
///
/// # Errors
/// If there is no such exercise, or no Redis.
pub fn serve_one() -> Result<bool> {
    let args: Vec<_> = env::args().skip(1).collect();
    let [one, exercise, redis] = &args[..] else { return Ok(false) };
    if one != ONE {
        return Ok(false);
    }
    let solution = solutions::find(exercise).context("no such exercise")?;
    let server = TcpServer::start_with(&solution.solution, Heartbeat::DEFAULT, Some(redis.clone()))?;
    println!("http://{}", server.address());
    for _ in stdin().lock().lines() {}
    Ok(true)
}
