//! What stands around the steps of a play that is shown beside another.

use scenario::Transcript;

use super::diagram::{names, tracks};

/// The style of a play between `columns`, and the names above its `steps`.
pub(crate) fn frame(columns: &[String], transcript: &Transcript, steps: &[usize]) -> (String, String) {
    let mut out = String::new();
    names(&mut out, columns, transcript, steps);
    (tracks(columns), out)
}
