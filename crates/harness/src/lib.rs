//! Plays a [`Scene`](scenario::Scene) over a Socket.IO server and returns its [`Transcript`](scenario::Transcript).
//!
//! The server is ordinary socketioxide code. It runs in one process with scripted clients, on in-memory connections and
//! a paused clock, and every frame is recorded. The clock only moves when no task has anything left to do. So to sleep
//! is to wait until the server is idle, however it got there (at once, after yields, after a timer or a blocking task),
//! and it takes no time. This is how "cyd hears nothing" can be proved.
//!
//! ```
//! use harness::{Server, play};
//! use scenario::Scene;
//! use socketioxide::SocketIo;
//! use socketioxide::extract::{Data, SocketRef};
//!
//! fn chat(io: &SocketIo) {
//!     io.ns("/", async |socket: SocketRef| {
//!         socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
//!             socket.broadcast().emit("said", &text).await.ok();
//!         });
//!     });
//! }
//!
//! let scene = Scene::new("hi", "Ada says hi").connect(["ada", "bob"]).emit("ada", "say", "hi");
//! let transcript = play(&scene, &Server::new(chat))?;
//! assert_eq!(transcript.steps[1].lines(), ["ada hears nothing", r#"bob hears said "hi""#]);
//! # Ok::<(), scenario::SceneError>(())
//! ```

mod capture;
mod client;
#[doc(hidden)]
pub mod compiled_here;
mod folder;
mod http;
pub mod live;
mod memory;
mod packet;
mod pipe;
mod play;
mod record;
mod request;
mod server;
mod server_log;
mod several;

pub use capture::panic_event;
pub use folder::make_no_more_folders;
pub use http::{Http, Routes};
pub use play::{Options, SETTLE, play, play_with};
pub use request::{Received, get};
pub use server::{Configured, Handlers, OneOfSeveral, Server, Setup, Start, Started, WithFolder, WithRoutes};
pub use server_log::ServerLog;
pub use several::{Between, Connection};
