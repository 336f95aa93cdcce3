//! What is said between a player and its worker: the process in which servers are played, so that whatever their code
//! does to its process, the verdict survives.
//!
//! A worker is a program that was started with [`WORKER`]. It reads requests on standard input, a line of JSON each. Its
//! messages go to standard output, on lines that begin with a mark which is made for each worker; everything else that is
//! written there comes from the server's own code.
//!
//! Such a program can also serve a server on a real port: [`Served`] is what is said of it there. Whoever starts it starts it
//! as a [`Child`], with which all ends that its servers have started.

mod child;

use std::path::PathBuf;
use std::time::Duration;

use scenario::{Progress, Scene, Transcript};
use serde::{Deserialize, Serialize};
use serde_json::{Result, Value};

pub use child::Child;

/// The argument that makes a program a worker. It isn't an environment variable, which a child could inherit.
pub const WORKER: &str = "--worker";

/// What a message's line begins with: ASCII's "record separator", which nobody prints by accident. The worker's token
/// follows.
pub const MARK: char = '\u{1e}';

/// A worker's exit code: it never passes for a test that passed.
pub const EXIT: i32 = 3;

/// How a value is written and read. By functions of this crate, so that it is compiled once for both sides.
macro_rules! as_json {
    ($($value:ty),*) => {$(
        impl $value {
            /// As JSON, in one line.
            ///
            /// # Errors
            /// Only if it holds what JSON can't.
            pub fn to_json(&self) -> Result<String> {
                serde_json::to_string(self)
            }

            /// From what [`to_json`](Self::to_json) has written.
            ///
            /// # Errors
            /// If it is anything else.
            pub fn from_json(json: &[u8]) -> Result<Self> {
                serde_json::from_slice(json)
            }
        }
    )*};
}

as_json!(Hello, Message, Request, Served);

/// The first line on standard input.
#[derive(Serialize, Deserialize)]
pub struct Hello {
    /// Stands in the mark of each message.
    pub token: String,
    /// A folder for the files that servers keep. The worker removes it if it is left alone.
    pub scratch: PathBuf,
}

/// A scene to play.
#[derive(Serialize, Deserialize)]
pub struct Request {
    /// The server's name: an exercise's test program has only the learner's.
    pub server: String,
    /// The scene.
    pub scene: Scene,
    /// How long the play may take.
    pub timeout: Duration,
    /// Whether the transcript has the frames. They are most of it, and nothing is graded by them.
    pub frames: bool,
}

/// What a worker says.
#[derive(Serialize, Deserialize)]
pub enum Message {
    /// How far the play has come. This is all there is if the process doesn't live to the end.
    Progress(Progress),
    /// The play is over, and took that long. Of the steps only those are in it that were not said to be finished.
    Done(Transcript, Duration),
    /// The scene can't be played: why.
    Refused(String),
}

/// What is said of a server where it's served on a real port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    /// The exercise: "Why does everyone hear it?: Broadcast (broadcast)".
    pub exercise: String,
    /// Which server it is, in a few words: "your server (…)".
    pub called: String,
    /// What the page is told of the exercise.
    pub about: Value,
    /// The exercise's own page, if it has one.
    pub window: Option<PathBuf>,
}
