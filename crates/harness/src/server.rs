//! A server that can be played, again and again: the code that sets it up, and what it needs.

use std::any::type_name;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt, ready};
use socketioxide::adapter::{Adapter, LocalAdapter};
use socketioxide::layer::SocketIoLayer;
use socketioxide::{SocketIo, SocketIoBuilder};

use crate::http::{Http, NoRoutes, Routes};

/// A Socket.IO server: how to start it. Each play starts a fresh one. Clones share the code.
pub struct Server<A: Adapter = LocalAdapter> {
    start: Arc<dyn Fn(Start<A>) -> BoxFuture<'static, Started<A>> + Send + Sync>,
    adapters: Arc<dyn Fn(usize) -> Vec<A::State> + Send + Sync>,
    crate_name: &'static str,
    keeps_files: bool,
}

impl<A: Adapter> Clone for Server<A> {
    fn clone(&self) -> Self {
        Self {
            start: Arc::clone(&self.start),
            adapters: Arc::clone(&self.adapters),
            crate_name: self.crate_name,
            keeps_files: self.keeps_files,
        }
    }
}

/// What one node of a server is started with.
pub struct Start<A: Adapter = LocalAdapter> {
    /// Its configuration. A server that chooses its own doesn't use it.
    pub builder: SocketIoBuilder<A>,
    /// Which node this is, counted from 0.
    pub number: usize,
    /// The folder that it may keep files in: see [`Node::folder`].
    pub folder: PathBuf,
}

/// One node of a server that was started.
pub struct Started<A: Adapter = LocalAdapter> {
    /// What answers its requests.
    pub http: Http,
    /// The Socket.IO server.
    pub io: SocketIo<A>,
}

impl<A: Adapter> Started<A> {
    fn new(layer: &SocketIoLayer<A>, io: SocketIo<A>, routes: impl Routes) -> Self {
        Self { http: Http::new(layer, routes), io }
    }
}

/// One node of a server: what its setup is given.
pub struct Node<A: Adapter = LocalAdapter> {
    /// The Socket.IO server to register handlers with.
    pub io: SocketIo<A>,
    /// Which node this is, counted from 0.
    pub number: usize,
    /// The folder that the server may keep files in, the same for all nodes. It is empty when a play begins and gone
    /// after it. There is one only for servers made with [`Server::with_folder`] or [`Server::keeping_files`].
    pub folder: PathBuf,
}

/// A function that is a server. The three kinds tell by their signatures which they are:
///
/// - `fn server(io: &SocketIo)` registers its handlers: what most exercises ask for.
/// - `fn server(io: &SocketIo) -> Router` also returns what is served beside Socket.IO: an `axum::Router`, or any other
///   service of tower's kind.
/// - `fn server() -> (SocketIoLayer, SocketIo)` builds it, too, and so chooses its configuration.
#[diagnostic::on_unimplemented(
    message = "`server` doesn't have one of the signatures that can be graded",
    label = "this function",
    note = "it's the one that `server` had in the file as it was shipped: `fn server(io: &SocketIo)`, \
            `fn server(io: &SocketIo) -> Router`, or `fn server() -> (SocketIoLayer, SocketIo)`"
)]
pub trait Setup<Signature>: Send + Sync + 'static {
    /// Starts the server.
    fn start(&self, start: Start) -> Started;
}

/// The signature `fn(&SocketIo)`.
pub struct Handlers;

/// The signature `fn(&SocketIo) -> R`.
pub struct WithRoutes<R>(R);

/// The signature `fn() -> (SocketIoLayer, SocketIo)`.
pub struct Configured;

impl<F: Fn(&SocketIo) + Send + Sync + 'static> Setup<Handlers> for F {
    fn start(&self, start: Start) -> Started {
        let (layer, io) = start.builder.build_layer();
        self(&io);
        Started::new(&layer, io, NoRoutes)
    }
}

impl<F: Fn(&SocketIo) -> R + Send + Sync + 'static, R: Routes> Setup<WithRoutes<R>> for F {
    fn start(&self, start: Start) -> Started {
        let (layer, io) = start.builder.build_layer();
        let routes = self(&io);
        Started::new(&layer, io, routes)
    }
}

impl<F: Fn() -> (SocketIoLayer, SocketIo) + Send + Sync + 'static> Setup<Configured> for F {
    fn start(&self, _: Start) -> Started {
        let (layer, io) = self();
        Started::new(&layer, io, NoRoutes)
    }
}

impl Server {
    /// The server that a function is: see [`Setup`] for what it may look like.
    ///
    /// What it logs is recorded. The log lines of a server are those of the crate that `setup` is defined in, so pass a
    /// function or a closure itself, not a function pointer.
    pub fn new<F: Setup<Signature>, Signature>(setup: F) -> Self {
        Self {
            start: Arc::new(move |start| ready(setup.start(start)).boxed()),
            adapters: Arc::new(local_states),
            crate_name: crate_of::<F>(),
            keeps_files: false,
        }
    }

    /// A server with a folder to keep files in: see [`Node::folder`].
    pub fn with_folder<F: Fn(&SocketIo, &Path) + Send + Sync + 'static>(setup: F) -> Self {
        Self {
            start: Arc::new(move |start| {
                let (layer, io) = start.builder.build_layer();
                setup(&io, &start.folder);
                ready(Started::new(&layer, io, NoRoutes)).boxed()
            }),
            adapters: Arc::new(local_states),
            crate_name: crate_of::<F>(),
            keeps_files: true,
        }
    }
}

impl<A: Adapter> Server<A> {
    /// A server of several nodes, joined by an adapter.
    ///
    /// `adapters` makes the states of the nodes' adapters for one play, as many as it is asked for; `setup` sets up one
    /// node.
    pub fn with_adapter<F, S>(
        adapters: impl Fn(usize) -> Vec<A::State> + Send + Sync + 'static,
        setup: F,
    ) -> Self
    where
        F: Fn(Node<A>) -> S + Send + Sync + 'static,
        S: Future<Output = ()> + Send + 'static,
    {
        Self {
            start: Arc::new(move |start| {
                let Start { builder, number, folder } = start;
                let (layer, io) = builder.build_layer();
                let set_up = setup(Node { io: io.clone(), number, folder });
                async move {
                    set_up.await;
                    Started::new(&layer, io, NoRoutes)
                }
                .boxed()
            }),
            adapters: Arc::new(adapters),
            crate_name: crate_of::<F>(),
            keeps_files: false,
        }
    }

    /// The same server, with a folder to keep files in: see [`Node::folder`].
    #[must_use]
    pub fn keeping_files(self) -> Self {
        Self { keeps_files: true, ..self }
    }

    /// The name of the crate that the server's code is in.
    pub fn crate_name(&self) -> &'static str {
        self.crate_name
    }

    pub(crate) fn keeps_files(&self) -> bool {
        self.keeps_files
    }

    /// Starts one node. [`play`](crate::play) does it by itself; call this for a server on real sockets. What the server
    /// logs there goes to a [`ServerLog`](crate::ServerLog).
    pub async fn start(&self, start: Start<A>) -> Started<A> {
        (self.start)(start).await
    }

    pub(crate) fn adapters(&self, nodes: usize) -> Vec<A::State> {
        (self.adapters)(nodes)
    }
}

/// The local adapter has no state.
fn local_states(nodes: usize) -> Vec<()> {
    vec![(); nodes]
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
