//! What was played, kept from run to run: the same program plays the same scene as the same transcript, always
//! (`cargo dev soak` holds that). So a proof plays again only what has changed.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use scenario::{Scene, Transcript};

/// The plays of one program.
pub(crate) struct Played {
    folder: PathBuf,
    /// Of the program: another build is another program.
    program: u64,
}

impl Played {
    /// What `program` has played before.
    pub(crate) fn of(program: &Path) -> std::io::Result<Self> {
        let metadata = fs::metadata(program)?;
        let mut hasher = DefaultHasher::new();
        (metadata.len(), metadata.modified()?).hash(&mut hasher);
        Ok(Self { folder: Path::new(env!("CARGO_TARGET_TMPDIR")).join("played"), program: hasher.finish() })
    }

    /// What the server of that name, `broadcast/io-emit`, has played these scenes as. `None`: it has to be played.
    pub(crate) fn find(&self, server: &str, scenes: &[Scene]) -> Option<Vec<Transcript>> {
        let text = fs::read_to_string(self.file(server, scenes)).ok()?;
        let (key, transcripts) = text.split_once('\n')?;
        if key != self.key(server, scenes) {
            return None;
        }
        serde_json::from_str(transcripts).ok()
    }

    /// Keeps what was played. If it can't be kept, it is played again next time.
    pub(crate) fn keep(&self, server: &str, scenes: &[Scene], transcripts: &[Transcript]) {
        let Ok(json) = serde_json::to_string(transcripts) else { return };
        let file = self.file(server, scenes);
        // Another run may read or write it at this moment: it takes its place as a whole.
        let new = file.with_extension(std::process::id().to_string());
        let written = fs::create_dir_all(&self.folder)
            .and_then(|()| fs::write(&new, format!("{}\n{json}", self.key(server, scenes))))
            .and_then(|()| fs::rename(&new, &file));
        if written.is_err() {
            let _ = fs::remove_file(&new);
        }
    }

    /// One for each list of scenes that a server plays: its listed ones, and its runs. Their first scenes differ.
    fn file(&self, server: &str, scenes: &[Scene]) -> PathBuf {
        let first = scenes.first().map_or("none", |scene| &scene.name);
        self.folder.join(format!("{}.{first}.json", server.replace('/', ".")))
    }

    fn key(&self, server: &str, scenes: &[Scene]) -> String {
        let mut hasher = DefaultHasher::new();
        (server, serde_json::to_string(scenes).unwrap_or_default()).hash(&mut hasher);
        format!("{:x} {:x}", self.program, hasher.finish())
    }
}
