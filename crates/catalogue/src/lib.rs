//! The list of the exercises, each with the servers that answer it: rightly and wrongly.
//!
//! The site plays them for its readers, the maintainers' checks play them all.

mod solutions;

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use socketioxide::SocketIo;
use stage::{ANSWER, Exercise, Kept};

/// A Socket.IO server, as an exercise asks for it.
pub type Server = fn(&SocketIo);

/// An exercise, its scenes and its servers.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it says of itself.
    pub exercise: Exercise,
    /// Its folder: `exercises/PART/NAME`.
    pub dir: PathBuf,
    /// Its solution's folder: `solutions/PART/NAME`.
    pub solution_dir: PathBuf,
    /// The scenes it is graded by, with the transcripts kept of the answer, in the order of their names.
    pub kept: Vec<Kept>,
    /// The answer, then the wrong answers in the order of `exercise.toml`, by their names.
    pub servers: Vec<(String, Server)>,
}

impl Entry {
    /// The server of that name: `answer`, or a wrong answer's.
    pub fn server(&self, name: &str) -> Option<Server> {
        self.servers.iter().find(|(n, _)| n == name).map(|(_, server)| *server)
    }

    /// The kept scene of that name.
    pub fn scene(&self, name: &str) -> Option<&Kept> {
        self.kept.iter().find(|kept| kept.scene.name == name)
    }
}

/// All exercises, in the order of the book. `root` is the workspace's folder.
///
/// # Errors
/// If an `exercise.toml` or a kept transcript cannot be read, or names a wrong answer that has no code: with what is
/// wrong in each of the exercises, not only in the first.
pub fn entries(root: &Path) -> Result<Vec<Entry>> {
    let (mut entries, mut errors) = (Vec::new(), Vec::new());
    for solution in solutions::ALL {
        match entry(root, solution) {
            Ok(entry) => entries.push(entry),
            Err(error) => errors.push(format!("{error:#}")),
        }
    }
    if errors.is_empty() { Ok(entries) } else { bail!("{}", errors.join("\n")) }
}

fn entry(root: &Path, solution: &solutions::Solution) -> Result<Entry> {
    let dir = root.join("exercises").join(solution.folder);
    let exercise = Exercise::read(&dir)?;
    let kept = Kept::read_all(&dir.join("tests").join("snapshots"))?;
    let mut servers = vec![(ANSWER.to_owned(), solution.answer)];
    for wrong in &exercise.wrong {
        let code = solution.wrong.iter().find(|(name, _)| *name == wrong.name);
        let (_, server) = code.with_context(|| {
            format!(
                "{}: the wrong answer `{}` has no code. Write `pub fn {}` in solutions/{}/src/wrong.rs and list it \
                 in that file's `ALL`.",
                dir.join("exercise.toml").display(),
                wrong.name,
                wrong.name.replace('-', "_"),
                solution.folder,
            )
        })?;
        servers.push((wrong.name.clone(), *server));
    }
    if let Some((name, _)) =
        solution.wrong.iter().find(|(name, _)| !exercise.wrong.iter().any(|w| w.name == *name))
    {
        bail!(
            "{}: the wrong answer `{name}` of solutions/{}/src/wrong.rs has no `[[wrong]]` that says what it stands for.",
            dir.join("exercise.toml").display(),
            solution.folder
        );
    }
    Ok(Entry { exercise, solution_dir: root.join("solutions").join(solution.folder), dir, kept, servers })
}

/// The workspace's folder: of the crate that cargo runs, so that clones may share a target folder; without cargo, where
/// this was built, or, when the built tool was moved, wherever it is run.
pub fn root() -> PathBuf {
    let run = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let built = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let root_of =
        |dir: PathBuf| dir.ancestors().find(|dir| dir.join("exercises").is_dir()).map(Path::to_owned);
    run.and_then(root_of).or_else(|| root_of(built)).unwrap_or_else(|| PathBuf::from("."))
}
