//! A real Redis, for scenes with several servers.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nodes::Redis;
use socketioxide_redis::drivers::redis::RedisDriver;

use crate::process::Process;

/// How long Redis has to listen.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A `redis-server` of its own, which keeps nothing. It ends when this is dropped.
pub(crate) struct RedisServer {
    _program: Process,
    port: u16,
}

impl RedisServer {
    /// Starts one on a free port of this machine.
    ///
    /// # Errors
    /// If there is no `redis-server`, or it doesn't listen.
    pub(crate) fn start() -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut command = Command::new("redis-server");
        command.args([
            "--bind",
            "127.0.0.1",
            "--port",
            &port.to_string(),
            "--save",
            "",
            "--appendonly",
            "no",
        ]);
        let started = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let program = match started {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                bail!("there is no redis-server. Install it (on Debian: apt-get install redis-server)")
            }
            started => started.context("redis-server can't be started")?,
        };
        let server = Self { _program: Process(program), port };
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if began.elapsed() > TIMEOUT {
                bail!("redis-server doesn't listen on port {port}");
            }
            sleep(Duration::from_millis(5));
        }
        Ok(server)
    }

    /// Where it is. The adapter needs RESP3.
    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/?protocol=resp3", self.port)
    }
}

/// A connection to the Redis at `url`, as a server is given it.
///
/// # Errors
/// If there is none.
pub(crate) async fn connect(url: &str) -> Result<Redis> {
    let client = redis::Client::open(url)?;
    Ok(Redis::over(RedisDriver::new(&client).await?))
}
