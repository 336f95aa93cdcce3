//! Kept transcripts: insta's `.snap` files, with the scene as data in their `info`.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use insta::Snapshot;
use insta::internals::{Content, SnapshotContents};
use serde_json::Value;

use crate::Scene;

/// A scene and the transcript that is kept of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The scene.
    pub scene: Scene,
    /// The transcript's readable lines.
    pub text: String,
}

/// Why a kept transcript cannot be read. Names the file.
#[derive(Debug)]
pub struct KeptError {
    file: PathBuf,
    what: String,
}

impl fmt::Display for KeptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} cannot be read: {}. `git restore` brings back the one that was shipped.",
            self.file.display(),
            self.what
        )
    }
}

impl std::error::Error for KeptError {}

impl Kept {
    /// Reads one `.snap` file.
    pub fn read(file: &Path) -> Result<Self, KeptError> {
        let error = |what: String| KeptError { file: file.to_owned(), what };
        let snapshot = Snapshot::from_file(file).map_err(|e| error(e.to_string()))?;
        let info = snapshot.metadata().private_info().ok_or_else(|| error("it has no `info`".to_owned()))?;
        let scene = serde_json::from_value(to_json(info)).map_err(|e| error(format!("its scene: {e}")))?;
        let SnapshotContents::Text(text) = snapshot.contents() else {
            return Err(error("it is not text".to_owned()));
        };
        Ok(Self { scene, text: text.to_string().trim_end().to_owned() })
    }

    /// Reads every `.snap` file in a folder, in the order of their names. A folder that is not there has none.
    pub fn read_all(folder: &Path) -> Result<Vec<Self>, KeptError> {
        let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
        let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "snap"));
        files.sort();
        files.iter().map(|file| Self::read(file)).collect()
    }
}

/// insta hands out its own kind of value.
fn to_json(content: &Content) -> Value {
    let content = content.resolve_inner();
    if let Some(text) = content.as_str() {
        return text.into();
    }
    match content {
        Content::Bool(value) => (*value).into(),
        Content::F32(value) => (*value).into(),
        Content::F64(value) => (*value).into(),
        Content::Seq(items) | Content::Tuple(items) => items.iter().map(to_json).collect(),
        Content::Map(entries) => entries
            .iter()
            .map(|(key, value)| (key.as_str().unwrap_or_default().to_owned(), to_json(value)))
            .collect(),
        Content::Struct(_, fields) => {
            fields.iter().map(|(key, value)| ((*key).to_owned(), to_json(value))).collect()
        }
        other => {
            other.as_i64().map(Value::from).or_else(|| other.as_u64().map(Value::from)).unwrap_or(Value::Null)
        }
    }
}
