//! What the learner has done so far: a small file, `.workbook/progress.json`, which the terminal and the page share.
//!
//! [`Progress`] is what is kept, [`Store`] is where. A program may be killed at any moment, and two may write at the same
//! time: the file is replaced as a whole, under a lock. A file that can't be read is set aside, and that is told
//! ([`Notice`]). A file of a newer workbook is left alone ([`ProgressError::Newer`]).

mod error;
mod progress;
mod store;

pub use error::{Notice, ProgressError};
pub use progress::{Passed, Progress, Standing, VERSION, Work};
pub use store::{FILE, FOLDER, Store};
