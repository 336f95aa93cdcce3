//! Grades an exercise in which the learner writes a *client*: it plays a scene with a scripted server.
//!
//! The client is ordinary `rust_socketio` code, and connects over real TCP. Nothing tells from outside when such a client
//! has nothing more to do. But it answers pings, in the order in which things reach it. So after each step the server
//! pings, again and again, until some pongs in a row have brought nothing new. The clock of the client's timers stands still
//! meanwhile, and moves a second a step: a `sleep` is no way to wait for something here, and takes no time.
//!
//! What the client did is a [`Transcript`], in which [the server](scenario::SERVER) hears. All else (the kept
//! expectations, the child process, the verdict) is as for a server.

mod clock;
mod packet;
mod play;
mod server;

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use harness::Options;
use scenario::{Scene, SceneError, Transcript};

pub use play::play;
#[doc(hidden)]
pub use test_program::main_that_runs;

/// A client: a function that takes the server's address, and returns when the client has ended.
#[derive(Clone)]
pub struct Client(Arc<dyn Fn(String) -> Running + Send + Sync>);

/// A client that has been started. It need not be `Send`: a `main` of its own need not be, either.
type Running = Pin<Box<dyn Future<Output = ()>>>;

impl Client {
    /// A client from its function. An error that it returns is printed, as a `main` would.
    pub fn new<F, E>(client: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), E>> + 'static,
        E: Debug,
    {
        Self(Arc::new(move |url| {
            let running = client(url);
            Box::pin(async move {
                if let Err(error) = running.await {
                    eprintln!("Error: {error:?}");
                }
            })
        }))
    }

    fn start(&self, url: String) -> Running {
        (self.0)(url)
    }
}

/// The test program of the exercise in the folder `dir`: what [`main!`](crate::main!) makes.
pub fn test_program(dir: &str, client: &Client) -> ExitCode {
    test_program::test_program_of_client(dir, |scene, options| played(scene, client, options))
}

/// [`play`], with its error as a sentence: what a test program takes.
///
/// # Errors
/// If the scene can't be played: why.
pub fn played(scene: &Scene, client: &Client, options: Options) -> Result<Transcript, String> {
    play(scene, client, options).map_err(|error: SceneError| error.to_string())
}

/// Makes an exercise's test program. It takes the client's function.
///
/// ```ignore
/// #[path = "src/lib.rs"]
/// pub mod exercise;
///
/// #[cfg(test)]
/// client_grader::main!(exercise::client);
/// ```
#[macro_export]
macro_rules! main {
    ($client:expr) => {
        $crate::main_that_runs!($crate::test_program(
            env!("CARGO_MANIFEST_DIR"),
            &$crate::Client::new($client)
        ));
    };
}
