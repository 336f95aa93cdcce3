//! Several servers in one play: a [`Broker`] joins them.

use std::any::Any;

use harness::compiled_here::on_connect;
use harness::{Between, Connection, Http, Started};
use socketioxide::SocketIo;
use socketioxide::layer::SocketIoLayer;

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
static COMPILED: (fn(&SocketIo<RedisAdapter>), Start) =
    (|io| drop(io.ns("/", on_connect::<RedisAdapter>)), Started::new);

type Start = fn(&SocketIoLayer<RedisAdapter>, SocketIo<RedisAdapter>, Http) -> Started;
