//! A server that can be played, again and again: the code that sets it up, and what it needs.

use std::any::type_name;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt, ready};
use socketioxide::SocketIo;
use socketioxide::adapter::{Adapter, LocalAdapter};

/// A Socket.IO server: how to set it up. Each play starts a fresh one. Clones share the code.
pub struct Server<A: Adapter = LocalAdapter> {
    setup: Arc<dyn Fn(Node<A>) -> BoxFuture<'static, ()> + Send + Sync>,
    adapters: Arc<dyn Fn(usize) -> Vec<A::State> + Send + Sync>,
    crate_name: &'static str,
    keeps_files: bool,
}

impl<A: Adapter> Clone for Server<A> {
    fn clone(&self) -> Self {
        Self {
            setup: Arc::clone(&self.setup),
            adapters: Arc::clone(&self.adapters),
            crate_name: self.crate_name,
            keeps_files: self.keeps_files,
        }
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

impl Server {
    /// A server that needs nothing but `io`: what most exercises ask for.
    ///
    /// What it logs is recorded. The log lines of a server are those of the crate that `setup` is defined in, so pass a
    /// function or a closure itself, not a function pointer.
    pub fn new<F: Fn(&SocketIo) + Send + Sync + 'static>(setup: F) -> Self {
        Self {
            setup: Arc::new(move |node| {
                setup(&node.io);
                ready(()).boxed()
            }),
            adapters: Arc::new(local_states),
            crate_name: crate_of::<F>(),
            keeps_files: false,
        }
    }

    /// A server with a folder to keep files in: see [`Node::folder`].
    pub fn with_folder<F: Fn(&SocketIo, &Path) + Send + Sync + 'static>(setup: F) -> Self {
        Self {
            setup: Arc::new(move |node| {
                setup(&node.io, &node.folder);
                ready(()).boxed()
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
            setup: Arc::new(move |node| setup(node).boxed()),
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

    /// Sets up one node. [`play`](crate::play) does it by itself; call this for a server on real sockets. What the server
    /// logs there goes to a [`ServerLog`](crate::ServerLog).
    pub async fn set_up(&self, node: Node<A>) {
        (self.setup)(node).await;
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
