//! A process that ends with its owner.

use std::process::Child;

/// A process. It's killed when this is dropped, as `kill -9` does.
pub(crate) struct Process(pub(crate) Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
