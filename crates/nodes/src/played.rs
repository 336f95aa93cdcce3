//! Several servers in one play: a [`Broker`] joins them.

use std::any::Any;

use harness::{Between, Connection, compiled_here};

use crate::{Broker, Redis, RedisAdapter};

impl Connection for Redis {
    fn between() -> Box<dyn Between> {
        Box::new(Broker::default())
    }
}

impl Between for Broker {
    fn connection(&self, server: usize) -> Box<dyn Any + Send> {
        Box::new(self.redis(server))
    }

    fn cut(&self) {
        self.cut();
    }

    fn mend(&self) {
        self.mend();
    }

    fn end(&self, server: usize) {
        self.end(server);
    }

    fn close(&self) {
        self.close();
    }
}

/// What nearly every server of several uses, compiled here once. Nobody calls it.
#[used]
static COMPILED: (compiled_here::Handlers<RedisAdapter>, compiled_here::Start<RedisAdapter>) =
    (|io| drop(io.ns("/", compiled_here::on_connect::<RedisAdapter>)), compiled_here::start::<RedisAdapter>);
