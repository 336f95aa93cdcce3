//! The plain commands, on a Redis in the same process. `e2e/rust/replay` runs them on a real one.

use std::collections::HashMap;

use futures_util::FutureExt;
use futures_util::future::join;
use nodes::{Broker, Redis, RedisError};

fn run<F: Future>(test: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(test)
}

#[test]
fn each_does_what_it_does_in_redis() -> Result<(), RedisError> {
    run(async {
        let redis = Broker::default().redis(0);
        assert_eq!((redis.incr("n").await?, redis.incr("n").await?, redis.incr("m").await?), (1, 2, 1));

        assert_eq!((redis.llen("list").await?, redis.lrange("list", 0, -1).await?), (0, vec![]));
        for (value, length) in [("a", 1), ("b", 2), ("c", 3), ("a", 4)] {
            assert_eq!(redis.rpush("list", value).await?, length);
        }
        assert_eq!(redis.llen("list").await?, 4);
        let ranges = [
            (0, -1, "abca"),
            (1, 2, "bc"),
            (2, -1, "ca"),
            (0, -2, "abc"),
            (4, -1, ""),
            (2, 1, ""),
            (0, -9, ""),
            (3, i64::MAX, "a"),
            (u64::MAX, -1, ""),
        ];
        for (start, stop, values) in ranges {
            assert_eq!(redis.lrange("list", start, stop).await?.concat(), values, "{start} {stop}");
        }

        assert!(redis.hsetnx("hash", "field", "1").await?);
        assert!(!redis.hsetnx("hash", "field", "2").await?);
        assert!(redis.hsetnx("hash", "", "").await?);
        let fields = [("field", "1"), ("", "")].map(|(field, value)| (field.to_owned(), value.to_owned()));
        assert_eq!(redis.hgetall("hash").await?, HashMap::from(fields));
        assert_eq!(redis.hgetall("no hash").await?, HashMap::new());

        assert!(redis.sadd("set", "b").await? && redis.sadd("set", "a").await?);
        assert!(!redis.sadd("set", "b").await?);
        assert_eq!(redis.smembers("set").await?, ["a", "b"]);
        Ok(())
    })
}

#[test]
fn a_key_holds_one_kind_of_value() {
    run(async {
        let redis = Broker::default().redis(0);
        redis.rpush("key", "a").await.unwrap();
        assert_eq!(
            redis.sadd("key", "a").await.unwrap_err().to_string(),
            "WRONGTYPE: the key key holds another kind of value"
        );
        // To look for something isn't to make it.
        assert!(redis.smembers("other").await.unwrap().is_empty());
        assert_eq!(redis.rpush("other", "a").await.unwrap(), 1);
    });
}

/// What one server stores, the other one finds.
#[test]
fn servers_share_what_is_stored() {
    run(async {
        let broker = Broker::default();
        broker.redis(0).rpush("list", "a").await.unwrap();
        assert_eq!(broker.redis(1).lrange("list", 0, -1).await.unwrap(), ["a"]);
        assert_eq!(Broker::default().redis(0).llen("list").await.unwrap(), 0);
    });
}

/// Reads how many there are, and stores that number.
async fn read_then_write(redis: Redis) {
    let length = redis.llen("list").await.unwrap();
    redis.rpush("list", &length.to_string()).await.unwrap();
}

/// However the ways to Redis differ at that moment.
#[test]
fn between_two_commands_others_have_their_turn() {
    run(async {
        for before in 0..20 {
            let broker = Broker::default();
            for _ in 0..before {
                broker.redis(2).rpush("list", "before").await.unwrap();
            }
            tokio::join!(read_then_write(broker.redis(0)), read_then_write(broker.redis(1)));
            let both = [before.to_string(), before.to_string()];
            assert_eq!(broker.redis(0).lrange("list", before, -1).await.unwrap(), both);
        }
    });
}

/// Who has the lower number isn't always the first to store it.
#[test]
fn commands_overtake_each_other() {
    async fn number_and_store(redis: Redis) {
        let number = redis.incr("number").await.unwrap();
        redis.rpush("list", &number.to_string()).await.unwrap();
    }
    run(async {
        let mut orders = Vec::new();
        for _ in 0..2 {
            let broker = Broker::default();
            for _ in 0..20 {
                // This asks both in the same order each time: what is not in order was overtaken.
                join(number_and_store(broker.redis(0)), number_and_store(broker.redis(1))).await;
            }
            let numbers = broker.redis(0).lrange("list", 0, -1).await.unwrap();
            let numbers: Vec<u64> = numbers.iter().map(|number| number.parse().unwrap()).collect();
            assert!(!numbers.is_sorted(), "{numbers:?}");
            assert!(numbers.windows(2).any(|two| two[0] < two[1]), "{numbers:?}");
            orders.push(numbers);
        }
        assert_eq!(orders[0], orders[1], "two plays differ");
    });
}

#[test]
fn over_a_broken_line_nothing_is_done() {
    run(async {
        let broker = Broker::default();
        let redis = broker.redis(0);
        broker.cut();
        assert_eq!(redis.rpush("list", "a").await.unwrap_err().to_string(), "the line to Redis is broken");
        broker.mend();
        assert_eq!(redis.rpush("list", "b").await.unwrap(), 1);
    });
}

#[test]
fn a_killed_server_gets_no_reply_and_what_it_has_stored_stays() {
    run(async {
        let broker = Broker::default();
        broker.redis(1).rpush("list", "a").await.unwrap();
        broker.end(1);
        let killed = broker.redis(1);
        let mut waits = Box::pin(killed.rpush("list", "b"));
        for _ in 0..20 {
            assert!((&mut waits).now_or_never().is_none());
            tokio::task::yield_now().await;
        }
        assert_eq!(broker.redis(0).lrange("list", 0, -1).await.unwrap(), ["a"]);
        // Nobody plays any more: its tasks can be taken back.
        broker.close();
        assert!(waits.await.is_err());
    });
}

/// The command is on its way when its server is killed: it isn't done.
#[test]
fn a_command_on_its_way_from_a_killed_server_is_lost() {
    run(async {
        let broker = Broker::default();
        let killed = broker.redis(1);
        let mut waits = Box::pin(killed.rpush("list", "a"));
        assert!((&mut waits).now_or_never().is_none());
        broker.end(1);
        for _ in 0..20 {
            assert!((&mut waits).now_or_never().is_none());
        }
        assert_eq!(broker.redis(0).llen("list").await.unwrap(), 0);
    });
}
