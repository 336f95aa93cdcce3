//! What a Redis in the same process keeps, and what its commands do with that.

use std::collections::{BTreeMap, BTreeSet};

use crate::{RedisError, Reply};

/// All keys with their values.
#[derive(Default)]
pub(crate) struct Store {
    values: BTreeMap<String, Value>,
    /// How often each key was written to.
    changes: BTreeMap<String, u64>,
}

/// The commands that write.
const WRITES: [&str; 4] = ["INCR", "RPUSH", "HSETNX", "SADD"];

enum Value {
    Number(u64),
    List(Vec<String>),
    Hash(BTreeMap<String, String>),
    Set(BTreeSet<String>),
}

impl Value {
    fn is_empty(&self) -> bool {
        match self {
            Self::Number(number) => *number == 0,
            Self::List(list) => list.is_empty(),
            Self::Hash(hash) => hash.is_empty(),
            Self::Set(set) => set.is_empty(),
        }
    }
}

impl Store {
    /// Runs one command.
    pub(crate) fn run(&mut self, command: &[String]) -> Result<Reply, RedisError> {
        let reply = self.reply(command);
        if let [name, key, ..] = command
            && WRITES.contains(&name.as_str())
        {
            *self.changes.entry(key.clone()).or_default() += 1;
        }
        // As in Redis, a key with nothing in it doesn't exist. Nor does it once somebody has looked for it.
        if let Some(key) = command.get(1).filter(|key| self.values.get(*key).is_some_and(Value::is_empty)) {
            self.values.remove(key);
        }
        reply
    }

    /// How often the key of this command was written to.
    pub(crate) fn changes(&self, command: &[String]) -> u64 {
        command.get(1).and_then(|key| self.changes.get(key)).copied().unwrap_or_default()
    }

    fn reply(&mut self, command: &[String]) -> Result<Reply, RedisError> {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        match words[..] {
            ["INCR", key] => {
                let number = self.number(key)?;
                *number += 1;
                Ok(Reply::Number(*number))
            }
            ["RPUSH", key, value] => {
                let list = self.list(key)?;
                list.push(value.to_owned());
                Ok(count(list.len()))
            }
            ["LLEN", key] => Ok(count(self.list(key)?.len())),
            ["LRANGE", key, start, stop] => {
                let list = self.list(key)?;
                let (start, stop) = (place(start, list.len())?, place(stop, list.len())?);
                let (start, end) =
                    (start.max(0).unsigned_abs(), stop.saturating_add(1).max(0).unsigned_abs());
                let texts = list.iter().take(end).skip(start);
                Ok(Reply::Texts(texts.cloned().collect()))
            }
            ["HSETNX", key, field, value] => {
                let hash = self.hash(key)?;
                let is_new = !hash.contains_key(field);
                if is_new {
                    hash.insert(field.to_owned(), value.to_owned());
                }
                Ok(Reply::Number(is_new.into()))
            }
            ["HGETALL", key] => {
                let fields = self.hash(key)?.iter();
                Ok(Reply::Texts(fields.flat_map(|(field, value)| [field.clone(), value.clone()]).collect()))
            }
            ["SADD", key, value] => Ok(Reply::Number(self.set(key)?.insert(value.to_owned()).into())),
            ["SMEMBERS", key] => Ok(Reply::Texts(self.set(key)?.iter().cloned().collect())),
            _ => Err(RedisError::new(format!("there is no such command here: {}", words.join(" ")))),
        }
    }

    fn number(&mut self, key: &str) -> Result<&mut u64, RedisError> {
        match self.values.entry(key.to_owned()).or_insert(Value::Number(0)) {
            Value::Number(number) => Ok(number),
            _ => Err(wrong_kind(key)),
        }
    }

    fn list(&mut self, key: &str) -> Result<&mut Vec<String>, RedisError> {
        match self.values.entry(key.to_owned()).or_insert_with(|| Value::List(Vec::new())) {
            Value::List(list) => Ok(list),
            _ => Err(wrong_kind(key)),
        }
    }

    fn hash(&mut self, key: &str) -> Result<&mut BTreeMap<String, String>, RedisError> {
        match self.values.entry(key.to_owned()).or_insert_with(|| Value::Hash(BTreeMap::new())) {
            Value::Hash(hash) => Ok(hash),
            _ => Err(wrong_kind(key)),
        }
    }

    fn set(&mut self, key: &str) -> Result<&mut BTreeSet<String>, RedisError> {
        match self.values.entry(key.to_owned()).or_insert_with(|| Value::Set(BTreeSet::new())) {
            Value::Set(set) => Ok(set),
            _ => Err(wrong_kind(key)),
        }
    }
}

/// As Redis says it.
fn wrong_kind(key: &str) -> RedisError {
    RedisError::new(format!("WRONGTYPE: the key {key} holds another kind of value"))
}

fn count(length: usize) -> Reply {
    Reply::Number(u64::try_from(length).unwrap_or(u64::MAX))
}

/// No list is longer.
const MOST: i128 = u32::MAX as i128;

/// An index into a list of that length. A negative one counts from the end.
fn place(index: &str, length: usize) -> Result<isize, RedisError> {
    let index: i128 = index.parse().map_err(|_| RedisError::new("an index has to be a number"))?;
    // Beyond the end is beyond the end.
    let index = isize::try_from(index.clamp(-MOST, MOST)).unwrap_or_default();
    Ok(if index < 0 { index.saturating_add_unsigned(length) } else { index })
}
