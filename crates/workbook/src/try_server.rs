//! `cargo run -- try NAME`: an exercise's server on a real port. The learner's own is built again and started again at
//! each save.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail};
use builder::{BuildError, Builder};
use grader::{Exercise, NotServed, SOLUTION};

use crate::cli::TryOptions;
use crate::course::Course;
use crate::output::out;
use crate::players;

/// How often the learner's files are looked at. To look at one file costs nothing, and works on every disk.
const LOOK: Duration = Duration::from_millis(250);

/// Serves until Ctrl+C.
pub(crate) fn try_server(root: &Path, options: &TryOptions) -> Result<()> {
    let course = Course::read(root)?;
    let exercise = course.find(&options.name)?;
    if exercise.is_client() {
        bail!("{}.", NotServed(exercise.name.clone()));
    }
    if options.solution {
        serve_from_book(root, exercise, SOLUTION, options)
    } else if let Some(mistake) = &options.mistake {
        serve_from_book(root, exercise, mistake, options)
    } else {
        Own::new(root, exercise, options).serve()
    }
}

/// Serves one of the book's servers: they are in a program of their own.
fn serve_from_book(root: &Path, exercise: &Exercise, name: &str, options: &TryOptions) -> Result<()> {
    if name != SOLUTION && exercise.mistake(name).is_none() {
        let names: Vec<_> = exercise.mistakes.iter().map(|mistake| mistake.name.as_str()).collect();
        bail!("`{}` has no known mistake `{name}`. There are: {}.", exercise.name, names.join(", "));
    }
    let mut command = Command::new(players::program(root)?);
    command.arg(format!("{}/{name}", exercise.name)).args(options.port.map(|port| port.to_string()));
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().context("the program with the book's servers can't be started")?;
    let says = child.stdout.take().context("a program without its output")?;
    let mut is_open = !options.open;
    for line in BufReader::new(says).lines().map_while(Result::ok) {
        out!("{line}");
        if !is_open && line.trim().starts_with("http://127.0.0.1:") {
            is_open = true;
            open(line.trim());
        }
    }
    if !child.wait()?.success() {
        bail!("the server has ended. Above stands why");
    }
    Ok(())
}

fn open(address: &str) {
    if let Err(error) = open::that_detached(address) {
        out!("No browser can be opened ({error}). Open {address} yourself.");
    }
}

/// The learner's own server, in a process of its own: its test program.
struct Own<'a> {
    builder: Builder,
    exercise: &'a Exercise,
    port: Option<u16>,
    open: bool,
    running: Option<Child>,
    /// Where the program says that it serves.
    address: Option<mpsc::Receiver<String>>,
}

impl Drop for Own<'_> {
    fn drop(&mut self) {
        self.stop();
    }
}

impl<'a> Own<'a> {
    fn new(root: &Path, exercise: &'a Exercise, options: &TryOptions) -> Self {
        let builder = Builder::new(root);
        Self { builder, exercise, port: options.port, open: options.open, running: None, address: None }
    }

    fn serve(mut self) -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let stopped = harness::live::stopped(&runtime)?;
        out!("Building {} … (the first time this takes a while)", self.exercise.name);
        let mut seen = self.files();
        self.start()?;
        runtime.block_on(async {
            tokio::pin!(stopped);
            loop {
                tokio::select! {
                    () = &mut stopped => break,
                    () = tokio::time::sleep(LOOK) => {}
                }
                self.keep_address();
                let now = self.files();
                if now != seen {
                    seen = now;
                    self.start()?;
                } else if let Some(child) = &mut self.running
                    && let Some(status) = child.try_wait()?
                {
                    self.running = None;
                    out!("\nYour server has ended ({status}). Save {} to start it again.", self.file());
                }
            }
            anyhow::Ok(())
        })?;
        self.stop();
        out!("\nStopped.");
        Ok(())
    }

    fn file(&self) -> String {
        format!("{}/src/lib.rs", self.exercise.path())
    }

    /// Builds the server as it is now, and puts it in the place of the one that runs. One that doesn't compile leaves
    /// everything as it is.
    fn start(&mut self) -> Result<()> {
        let began = Instant::now();
        let program = match self.builder.build(self.exercise) {
            Ok(program) => program,
            Err(error @ BuildError::DoesNotCompile(_)) => {
                let goes_on = if self.running.is_some() { "The server from before goes on. " } else { "" };
                out!("\n{error}\n\nYour server doesn't compile. {goes_on}Fix {} and save.", self.file());
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        // The last one only counts the others.
        for warning in program.warnings.iter().filter(|warning| warning.place.is_some()) {
            out!("{}", warning.rendered.trim_end());
        }
        if self.running.is_some() {
            out!("\nSaved: built in {:.1} s. Starting again.", began.elapsed().as_secs_f32());
        }
        self.stop();

        let mut command = Command::new(&program.path);
        command.arg("--serve").envs(program.env).stdin(Stdio::null()).stdout(Stdio::piped());
        if let Some(port) = self.port {
            command.arg(format!("--port={port}"));
        }
        // Ctrl+C is for the tool, which ends the program. Windows has another way, and tells both.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn().context("your server's program can't be started")?;
        let says = child.stdout.take().context("a program without its output")?;
        self.running = Some(child);

        let (sender, address) = mpsc::channel();
        self.address = Some(address);
        // What it writes is shown on a thread: nobody knows when the next line comes.
        thread::Builder::new().name("server output".to_owned()).spawn(move || {
            for line in BufReader::new(says).lines().map_while(Result::ok) {
                out!("{line}");
                if line.trim().starts_with("http://127.0.0.1:") {
                    let _ = sender.send(line.trim().to_owned());
                }
            }
        })?;
        Ok(())
    }

    /// Once the server has said where it is: the next one will be in the same place, so that the pages that are open
    /// come back to it.
    fn keep_address(&mut self) {
        let Some(address) = self.address.as_ref().and_then(|address| address.try_recv().ok()) else { return };
        self.address = None;
        self.port = address.rsplit(':').next().and_then(|port| port.parse().ok()).or(self.port);
        if std::mem::take(&mut self.open) {
            open(&address);
        }
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.running.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// The learner's files, and when they were last changed.
    fn files(&self) -> BTreeMap<PathBuf, Option<SystemTime>> {
        let file = self.exercise.source_file();
        let entries = file.parent().map(fs::read_dir).into_iter().flatten().flatten().flatten();
        let changed = |path: &Path| fs::metadata(path).and_then(|about| about.modified()).ok();
        entries.map(|entry| entry.path()).map(|path| (path.clone(), changed(&path))).collect()
    }
}
