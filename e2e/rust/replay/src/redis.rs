//! A real Redis, for scenes with several servers.

use std::fmt::Display;
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use nodes::{Commands, Redis, RedisError, Reply};
use redis::Value;
use redis::aio::MultiplexedConnection;
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

/// The connection for the commands.
struct Connection(MultiplexedConnection);

impl Commands for Connection {
    fn run(&self, command: Vec<String>) -> BoxFuture<'_, Result<Reply, RedisError>> {
        async move {
            let mut words = command.iter();
            let mut call = redis::cmd(words.next().map_or("", |name| name.as_str()));
            words.for_each(|word| {
                call.arg(word);
            });
            reply(call.query_async(&mut self.0.clone()).await.map_err(told)?)
        }
        .boxed()
    }
}

fn told(error: impl Display) -> RedisError {
    RedisError::new(error.to_string())
}

/// What Redis replies, in the words of `nodes`.
fn reply(value: Value) -> Result<Reply, RedisError> {
    let texts = match value {
        Value::Int(number) => {
            return u64::try_from(number).map(Reply::Number).map_err(told);
        }
        Value::Array(values) | Value::Set(values) => values,
        Value::Map(fields) => fields.into_iter().flat_map(|(field, value)| [field, value]).collect(),
        other => return Err(RedisError::new(format!("Redis replied {other:?}"))),
    };
    texts.iter().map(redis::from_redis_value_ref).collect::<Result<_, _>>().map(Reply::Texts).map_err(told)
}

/// A connection to the Redis at `url`, as a server is given it.
///
/// # Errors
/// If there is none.
pub(crate) async fn connect(url: &str) -> Result<Redis> {
    let client = redis::Client::open(url)?;
    let commands = client.get_multiplexed_async_connection().await?;
    Ok(Redis::over(RedisDriver::new(&client).await?, Connection(commands)))
}

#[cfg(test)]
mod tests {
    use nodes::Broker;

    use super::*;

    /// What a Redis replies to all commands.
    async fn replies(redis: &Redis) -> Result<Vec<String>, RedisError> {
        let mut said = vec![
            format!("{:?}", [redis.incr("n").await?, redis.incr("n").await?]),
            format!("{:?}", [redis.llen("list").await?, redis.rpush("list", "ä b").await?]),
            format!("{:?}", [redis.rpush("list", "").await?, redis.llen("list").await?]),
            format!("{:?}", [redis.hsetnx("hash", "f", "1").await?, redis.hsetnx("hash", "f", "2").await?]),
            format!("{:?} {:?}", redis.hgetall("hash").await?, redis.hgetall("none").await?),
            format!("{:?}", [redis.sadd("set", "a").await?, redis.sadd("set", "a").await?]),
            format!("{:?} {:?}", redis.smembers("set").await?, redis.smembers("none").await?),
            format!("{:?}", redis.sadd("list", "a").await.is_err()),
        ];
        for (start, stop) in [(0, -1), (1, 1), (1, -1), (0, -2), (2, -1), (1, 0), (0, -9), (0, 99)] {
            said.push(format!("{start} {stop} {:?}", redis.lrange("list", start, stop).await?));
        }
        Ok(said)
    }

    /// The Redis in the same process replies as a real one does.
    #[test]
    fn the_commands_do_the_same_in_both() -> Result<()> {
        let server = RedisServer::start()?;
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
            let real = replies(&connect(&server.url()).await?).await?;
            assert_eq!(real, replies(&Broker::default().redis(0)).await?);
            Ok(())
        })
    }
}
