//! `cargo run -- try NAME`: an exercise's server on a real port. The learner's own is built again and started again at
//! each save.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use builder::{BuildError, Builder};
use grader::{Exercise, NotServed, SOLUTION};

use crate::cli::TryOptions;
use crate::course::Course;
use crate::files::Files;
use crate::output::{err, out};
use crate::served_program::{self, ServedProgram};

/// How often the learner's files are looked at. To look at one file costs nothing, and works on every disk.
const LOOK: Duration = Duration::from_millis(250);

/// Serves until Ctrl+C.
pub(crate) fn try_server(root: &Path, options: &TryOptions) -> Result<()> {
    let exercise = &Exercise::read(&Course::read(root)?.find(&options.name)?.dir)?;
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
    until_stopped(
        || {
            if !Builder::new(root).has_book_servers() {
                out!("Building the book's servers … (the first time this takes about a minute)");
            }
            let mut command = Command::new(players::program(root)?);
            command.arg(format!("{}/{name}", exercise.name)).args(options.port.map(|port| port.to_string()));
            let (server, says, complains) = ServedProgram::start_command(command, None)
                .context("the program with the book's servers can't be started")?;
            let is_open = AtomicBool::new(!options.open);
            show(says, move |line| {
                out!("{line}");
                if let Some((address, _)) = served_program::address(line)
                    && !is_open.swap(true, Ordering::Relaxed)
                {
                    open(address);
                }
            })?;
            show(complains, |line| err!("{line}"))?;
            Ok(server)
        },
        |server| match server.try_wait()? {
            Some(status) => bail!("the server has ended ({status})"),
            None => Ok(()),
        },
    )
}

/// Begins something, and looks at it again and again until the tool is told to stop. What was begun ends with that.
fn until_stopped<T>(
    begin: impl FnOnce() -> Result<T>,
    mut look: impl FnMut(&mut T) -> Result<()>,
) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // From here on a signal ends the tool in good order, also while it builds.
    let stopped = signals::stopped(&runtime)?;
    let mut begun = begin()?;
    runtime.block_on(async {
        tokio::pin!(stopped);
        loop {
            tokio::select! {
                () = &mut stopped => return anyhow::Ok(()),
                () = tokio::time::sleep(LOOK) => look(&mut begun)?,
            }
        }
    })?;
    drop(begun);
    out!("\nStopped.");
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
    running: Option<ServedProgram>,
    /// Where the program says that it serves.
    address: Option<mpsc::Receiver<String>>,
}

impl<'a> Own<'a> {
    fn new(root: &Path, exercise: &'a Exercise, options: &TryOptions) -> Self {
        let builder = Builder::new(root);
        Self { builder, exercise, port: options.port, open: options.open, running: None, address: None }
    }

    fn serve(mut self) -> Result<()> {
        until_stopped(
            move || {
                let first = if self.builder.is_ready_for(self.exercise) {
                    ""
                } else {
                    " (the first time this takes a while)"
                };
                out!("Building {} …{first}", self.exercise.name);
                let seen = Files::now(&self.exercise.dir).ok();
                self.start()?;
                Ok((self, seen))
            },
            |(own, seen)| {
                own.keep_address();
                // An editor may be replacing them: then they are looked at again.
                let now = Files::now(&own.exercise.dir).ok();
                if now.is_some() && now != *seen {
                    *seen = now;
                    own.start()?;
                } else if let Some(server) = &mut own.running
                    && let Some(status) = server.try_wait()?
                {
                    own.running = None;
                    out!("\nYour server has ended ({status}). Save {} to start it again.", own.file());
                }
                Ok(())
            },
        )
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
        for warning in program.warnings.iter().filter(|warning| warning.is_about_code()) {
            out!("{}", warning.rendered.trim_end());
        }
        if self.running.is_some() {
            out!("\nSaved: built in {:.1} s. Starting again.", began.elapsed().as_secs_f32());
        }
        // Before the next one: it gets the port.
        self.running = None;
        let (server, says, complains) =
            ServedProgram::start(&program, self.port).context("your server's program can't be started")?;
        self.running = Some(server);
        let (sender, address) = mpsc::channel();
        self.address = Some(address);
        show(says, move |line| {
            out!("{line}");
            if let Some((address, _)) = served_program::address(line) {
                let _ = sender.send(address.to_owned());
            }
        })?;
        show(complains, |line| err!("{line}"))?;
        Ok(())
    }

    /// Once the server has said where it is: the next one will be in the same place, so that the pages that are open
    /// come back to it.
    fn keep_address(&mut self) {
        let Some(address) = self.address.as_ref().and_then(|address| address.try_recv().ok()) else { return };
        self.address = None;
        self.port = served_program::address(&address).map(|(_, port)| port);
        if std::mem::take(&mut self.open) {
            open(&address);
        }
    }
}

/// Shows what a program writes, on a thread: nobody knows when the next line comes.
fn show(stream: impl Read + Send + 'static, on: impl Fn(&str) + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name("server output".to_owned()).spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            on(String::from_utf8_lossy(&line).trim_end_matches('\r'));
        }
    })?;
    Ok(())
}
