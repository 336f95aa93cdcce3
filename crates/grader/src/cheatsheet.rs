//! The emit cheatsheet on disk: its entries as code in Rust and on Node, the scene that each is played in, and what came.

use std::fs;
use std::path::{Path, PathBuf};

use scenario::Scene;

use crate::exercise::{ExerciseError, read_toml};
use crate::snapshot::{Recorded, SnapshotError};

/// The emit cheatsheet: `solutions/cheatsheet`. `rust.rs` and `node.mjs` have a function for each entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cheatsheet {
    /// Its folder.
    pub dir: PathBuf,
    /// The scene that each entry is played in.
    pub scene: Scene,
}

impl Cheatsheet {
    /// Its folder, from the workspace's.
    pub const PATH: &str = "solutions/cheatsheet";

    /// Reads the cheatsheet of the workspace in the folder `root`.
    ///
    /// # Errors
    /// If its scene can't be read.
    pub fn read(root: &Path) -> Result<Self, ExerciseError> {
        let dir = root.join(Self::PATH);
        Ok(Self { scene: read_toml(&dir.join("scene.toml"))?, dir })
    }

    /// Where it is kept what the entries play as in Rust. A test over the solutions does that.
    pub fn rust_file(&self) -> PathBuf {
        self.dir.join("rust.snap")
    }

    /// Where it is kept what the entries play as on Node: `node e2e/replay.mjs --update cheatsheet` does that.
    pub fn node_file(&self) -> PathBuf {
        self.dir.join("node.snap")
    }

    /// What the entries play as, by name: in Rust, and on Node.
    ///
    /// # Errors
    /// If a file can't be read.
    pub fn plays(&self) -> Result<[Recorded; 2], SnapshotError> {
        Ok([Recorded::read(&self.rust_file())?, Recorded::read(&self.node_file())?])
    }

    /// The entries' code: in Rust, and on Node. A file that isn't there has none.
    pub fn code(&self) -> [String; 2] {
        ["rust.rs", "node.mjs"].map(|file| fs::read_to_string(self.dir.join(file)).unwrap_or_default())
    }
}
