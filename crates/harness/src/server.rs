//! A server that can be played, again and again: the code that sets it up, and what it needs.

use std::any::{Any, type_name};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt, ready};
use socketioxide::adapter::Adapter;
use socketioxide::layer::SocketIoLayer;
use socketioxide::{SocketIo, SocketIoBuilder};

use crate::http::{Http, Routes};
use crate::several::{Between, Connection, Nothing};

/// A Socket.IO server: how to start it. Each play starts a fresh one. Clones share the code.
#[derive(Clone)]
pub struct Server {
    start: Arc<dyn Fn(Start) -> BoxFuture<'static, Started> + Send + Sync>,
    crate_name: &'static str,
    needs: Needs,
}

/// What a server is given when it's started.
#[derive(Clone, Copy)]
pub(crate) enum Needs {
    /// Nothing: one server, all in its memory.
    Nothing,
    /// A folder to keep files in.
    Folder,
    /// A connection to what this makes: there may be several servers.
    Connection(fn() -> Box<dyn Between>),
}

/// What a server is started with.
pub struct Start {
    /// Its configuration. A server that builds itself doesn't use it.
    pub builder: SocketIoBuilder,
    /// The folder that it may keep files in. It is empty when a play begins and gone after it. There is one only for a
    /// server that takes a folder.
    pub folder: PathBuf,
    /// What it reaches the other servers through, if it takes a [`Connection`].
    pub connection: Box<dyn Any + Send>,
}

/// A server that was started.
pub struct Started {
    /// What answers its requests.
    pub http: Http,
    /// Ends it, and all its connections.
    pub(crate) close: BoxFuture<'static, ()>,
}

impl Started {
    /// A server that answers by `layer`, and by `routes` what isn't Socket.IO's.
    pub fn new<A: Adapter>(layer: &SocketIoLayer<A>, io: SocketIo<A>, routes: Http) -> Self {
        Self { http: Http::new(layer, routes), close: async move { io.close().await }.boxed() }
    }

    /// A server whose handlers `set_up` registers. It isn't generic, so Socket.IO's own code is compiled once, here, and
    /// not again with each exercise.
    fn with_handlers(
        builder: SocketIoBuilder,
        set_up: &dyn Fn(&SocketIo) -> Http,
    ) -> BoxFuture<'static, Self> {
        let (layer, io) = builder.build_layer();
        let routes = set_up(&io);
        ready(Self::new(&layer, io, routes)).boxed()
    }
}

/// A function that is a server. Its signature tells of which kind it is:
///
/// - `fn server(io: &SocketIo)` registers its handlers: what most exercises ask for.
/// - `fn server(io: &SocketIo) -> Router` also returns what is served beside Socket.IO: an `axum::Router`, or any other
///   service of tower's kind.
/// - `fn server(io: &SocketIo, folder: &Path)` keeps files in a folder: they are still there when it's started again.
/// - `fn server() -> (SocketIoLayer, SocketIo)` builds it, too, and so chooses its configuration.
/// - `async fn server(redis: Redis) -> (SocketIoLayer<_>, SocketIo<_>)` is one of several, joined by an adapter.
#[diagnostic::on_unimplemented(
    message = "`server` doesn't have one of the signatures that can be graded",
    label = "this function",
    note = "it's the one that `server` had in the file as it was shipped: `fn server(io: &SocketIo)`, \
            `fn server(io: &SocketIo) -> Router`, `fn server(io: &SocketIo, folder: &Path)`, \
            `fn server() -> (SocketIoLayer, SocketIo)`, or `async fn server(redis: Redis) -> (SocketIoLayer<_>, SocketIo<_>)`"
)]
pub trait Setup<Signature>: Send + Sync + 'static {
    /// What it is given when it's started.
    #[doc(hidden)]
    const NEEDS: Given = Given(Needs::Nothing);

    /// Starts the server.
    fn start(&self, start: Start) -> BoxFuture<'static, Started>;
}

/// What a server is given when it's started.
#[doc(hidden)]
pub struct Given(Needs);

/// The signature `fn(&SocketIo)`.
pub struct Handlers;

/// The signature `fn(&SocketIo) -> R`.
pub struct WithRoutes<R>(R);

/// The signature `fn(&SocketIo, &Path)`.
pub struct WithFolder;

/// The signature `fn() -> (SocketIoLayer, SocketIo)`.
pub struct Configured;

/// The signature `async fn(C) -> (SocketIoLayer<A>, SocketIo<A>)`, with a [`Connection`].
pub struct OneOfSeveral<C, F, A>(C, F, A);

impl<F: Fn(&SocketIo) + Send + Sync + 'static> Setup<Handlers> for F {
    fn start(&self, start: Start) -> BoxFuture<'static, Started> {
        Started::with_handlers(start.builder, &|io| {
            self(io);
            Http::nothing()
        })
    }
}

impl<F: Fn(&SocketIo) -> R + Send + Sync + 'static, R: Routes> Setup<WithRoutes<R>> for F {
    fn start(&self, start: Start) -> BoxFuture<'static, Started> {
        Started::with_handlers(start.builder, &|io| Http::of(self(io)))
    }
}

impl<F: Fn(&SocketIo, &Path) + Send + Sync + 'static> Setup<WithFolder> for F {
    const NEEDS: Given = Given(Needs::Folder);

    fn start(&self, start: Start) -> BoxFuture<'static, Started> {
        Started::with_handlers(start.builder, &|io| {
            self(io, &start.folder);
            Http::nothing()
        })
    }
}

impl<F: Fn() -> (SocketIoLayer, SocketIo) + Send + Sync + 'static> Setup<Configured> for F {
    fn start(&self, _: Start) -> BoxFuture<'static, Started> {
        let (layer, io) = self();
        ready(Started::new(&layer, io, Http::nothing())).boxed()
    }
}

impl<F, C, S, A> Setup<OneOfSeveral<C, S, A>> for F
where
    F: Fn(C) -> S + Send + Sync + 'static,
    S: Future<Output = (SocketIoLayer<A>, SocketIo<A>)> + Send + 'static,
    C: Connection,
    A: Adapter,
{
    const NEEDS: Given = Given(Needs::Connection(C::between));

    fn start(&self, start: Start) -> BoxFuture<'static, Started> {
        let connection = start.connection.downcast().expect("it is started with what it takes");
        let server = self(*connection);
        async move {
            let (layer, io) = server.await;
            Started::new(&layer, io, Http::nothing())
        }
        .boxed()
    }
}

impl Server {
    /// The server that a function is: see [`Setup`] for what it may look like.
    ///
    /// What it logs is recorded. The log lines of a server are those of the crate that `setup` is defined in, so pass a
    /// function or a closure itself, not a function pointer.
    pub fn new<F: Setup<Signature>, Signature>(setup: F) -> Self {
        Self {
            start: Arc::new(move |start| setup.start(start)),
            crate_name: crate_of::<F>(),
            needs: F::NEEDS.0,
        }
    }

    /// The name of the crate that the server's code is in.
    pub fn crate_name(&self) -> &'static str {
        self.crate_name
    }

    pub(crate) fn is_one_of_several(&self) -> bool {
        matches!(self.needs, Needs::Connection(_))
    }

    /// What joins the servers of one play.
    pub(crate) fn between(&self) -> Box<dyn Between> {
        match self.needs {
            Needs::Connection(between) => between(),
            Needs::Nothing | Needs::Folder => Box::new(Nothing),
        }
    }

    pub(crate) fn keeps_files(&self) -> bool {
        matches!(self.needs, Needs::Folder)
    }

    /// Starts it. [`play`](crate::play) does it by itself; call this for a server on real sockets. What the server logs
    /// there goes to a [`ServerLog`](crate::ServerLog).
    pub fn start(&self, start: Start) -> BoxFuture<'static, Started> {
        (self.start)(start)
    }
}

/// The crate that a function or a closure is defined in. Of a function pointer the name says only its arguments.
fn crate_of<F>() -> &'static str {
    type_name::<F>().split("::").next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(_: &SocketIo) {}

    #[test]
    fn the_crate_is_that_of_the_function_or_closure() {
        assert_eq!(Server::new(server).crate_name(), env!("CARGO_CRATE_NAME"));
        assert_eq!(Server::new(|_: &SocketIo| ()).crate_name(), env!("CARGO_CRATE_NAME"));
    }
}
