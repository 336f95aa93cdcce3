//! Redis's plain commands: a few of them, under their own names.

use std::collections::HashMap;

use futures_util::future::BoxFuture;

use crate::{Redis, RedisError};

/// What runs a command: a line to a Redis of any kind.
pub trait Commands: Send + Sync + 'static {
    /// Runs the command with that name and these arguments, as Redis does: as a whole, and nothing in between.
    fn run(&self, command: Vec<String>) -> BoxFuture<'_, Result<Reply, RedisError>>;
}

/// What Redis replies to a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// A number.
    Number(u64),
    /// Texts. Of a hash, each field is followed by its value.
    Texts(Vec<String>),
}

impl Redis {
    /// `INCR`: counts one up, and returns what it is now. It's 1 the first time.
    pub async fn incr(&self, key: &str) -> Result<u64, RedisError> {
        self.number(["INCR", key]).await
    }

    /// `RPUSH`: puts a value at the end of a list, and returns how many are in it now.
    pub async fn rpush(&self, key: &str, value: &str) -> Result<u64, RedisError> {
        self.number(["RPUSH", key, value]).await
    }

    /// `LLEN`: how many values are in a list.
    pub async fn llen(&self, key: &str) -> Result<u64, RedisError> {
        self.number(["LLEN", key]).await
    }

    /// `LRANGE`: the values of a list from `start` to `stop`, both included. They are counted from 0. As `stop`, -1 is the last.
    pub async fn lrange(&self, key: &str, start: u64, stop: i64) -> Result<Vec<String>, RedisError> {
        self.texts(["LRANGE", key, &start.to_string(), &stop.to_string()]).await
    }

    /// `HSETNX`: gives a field of a hash a value if it has none yet. Returns whether it did.
    pub async fn hsetnx(&self, key: &str, field: &str, value: &str) -> Result<bool, RedisError> {
        Ok(self.number(["HSETNX", key, field, value]).await? == 1)
    }

    /// `HGETALL`: all fields of a hash, with their values.
    pub async fn hgetall(&self, key: &str) -> Result<HashMap<String, String>, RedisError> {
        let mut texts = self.texts(["HGETALL", key]).await?.into_iter();
        Ok(std::iter::from_fn(|| Some((texts.next()?, texts.next()?))).collect())
    }

    /// `SADD`: puts a value into a set. Returns whether it wasn't in there before.
    pub async fn sadd(&self, key: &str, value: &str) -> Result<bool, RedisError> {
        Ok(self.number(["SADD", key, value]).await? == 1)
    }

    /// `SMEMBERS`: all values of a set, in no order.
    pub async fn smembers(&self, key: &str) -> Result<Vec<String>, RedisError> {
        self.texts(["SMEMBERS", key]).await
    }

    async fn number<const N: usize>(&self, command: [&str; N]) -> Result<u64, RedisError> {
        match self.run(command).await? {
            Reply::Number(number) => Ok(number),
            Reply::Texts(_) => Err(RedisError::new("Redis replied with texts, and not with a number")),
        }
    }

    async fn texts<const N: usize>(&self, command: [&str; N]) -> Result<Vec<String>, RedisError> {
        match self.run(command).await? {
            Reply::Texts(texts) => Ok(texts),
            Reply::Number(_) => Err(RedisError::new("Redis replied with a number, and not with texts")),
        }
    }
}
