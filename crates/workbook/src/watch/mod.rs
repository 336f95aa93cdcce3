//! `cargo workbook watch`: the verdict on an exercise, at each save.
//!
//! [`state`] decides what is done about what happens. Here it is done: by one thread, which waits for events. The others
//! look for saves, read keys, run an exercise, serve it.

mod editor;
mod keys;
mod runs;
mod saves;
mod screen;
mod served;
mod signals;
mod state;
mod terminal;
mod verdict;

use std::env;
use std::io::{self, Stdout};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use anyhow::Result;
use grader::Exercise;

use crate::check::Checker;
use crate::cli::{Command, SolutionOptions, WatchOptions};
use crate::commands;
use crate::course::{Course, after};
use crate::output::err;
use crate::programs;
use crate::terminal::Terminal;

use keys::Keys;
use runs::Runs;
use saves::Watching;
use screen::Screen;
use served::Serving;
use signals::Signal;
use state::{Effect, Event, Machine, Run};
use terminal::SingleKeys;

/// How often a run that takes long is told of.
const SECOND: Duration = Duration::from_secs(1);

/// How long the last run is waited for at the end. It was cancelled, and its compiler and its server are ended by then.
const GRACE: Duration = Duration::from_secs(2);

/// Watches until somebody quits.
pub(crate) fn watch(course: Course, options: &WatchOptions) -> Result<()> {
    let (progress, notices) = course.store.read()?;
    for notice in notices {
        err!("{notice}");
    }
    let exercise = Exercise::read(&course.find_or_last(options.name.as_deref(), &progress)?.dir)?;
    let (events, inbox) = mpsc::channel();
    let interactive = terminal::is_interactive(options.plain);
    signals::send(events.clone(), |signal| match signal {
        Signal::Stop => Event::Stop,
        Signal::Suspend => Event::Suspended,
        Signal::Resize => Event::Resized,
    })?;
    let columns = interactive.then(|| terminal::size().1);
    let mut watch = Watch {
        checker: Arc::new(Checker::new(
            options.kit_of.as_ref().unwrap_or(&course.root),
            course.store.clone(),
        )),
        course: Arc::new(course),
        saves: Watching::begin(&exercise.dir, events.clone())?,
        runs: Runs::new(events.clone()),
        serving: Serving::new(events.clone()),
        keys: Keys::read(interactive, events.clone())?,
        exercise,
        interactive,
        events,
        screen: Screen::new(io::stdout(), columns),
        // The last one to be made: from here on it is dropped, whatever happens.
        single_keys: SingleKeys::begin(interactive)?,
    };
    watch.run(&inbox);
    Ok(())
}

/// Everything that is at work.
struct Watch {
    checker: Arc<Checker>,
    course: Arc<Course>,
    exercise: Exercise,
    interactive: bool,
    events: Sender<Event>,
    saves: Watching,
    runs: Runs,
    serving: Serving,
    keys: Keys,
    screen: Screen<Stdout>,
    single_keys: SingleKeys,
}

impl Watch {
    fn run(&mut self, inbox: &Receiver<Event>) {
        let (mut state, mut effects) = Machine::begin(self.about());
        self.keys.next();
        loop {
            for effect in effects {
                if effect == Effect::Quit {
                    self.quit();
                    return;
                }
                self.perform(effect, &state);
            }
            let event = if state.is_running() {
                inbox.recv_timeout(SECOND)
            } else {
                inbox.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            let event = match event {
                Ok(event) => event,
                Err(RecvTimeoutError::Timeout) => Event::Second,
                Err(RecvTimeoutError::Disconnected) => Event::Stop,
            };
            if event == Event::Resized {
                self.screen.resize(terminal::size().1);
            }
            let typed = matches!(event, Event::Typed(_));
            effects = state.on(event);
            if typed {
                // What a key has asked for is done first: it may need the terminal.
                self.events.send(Event::Ready).unwrap_or_default();
            }
        }
    }

    fn about(&self) -> state::Exercise {
        let file = format!("{}/src/lib.rs", self.exercise.path());
        let is_client = self.exercise.is_client();
        state::Exercise { name: self.exercise.name.clone(), file, is_client }
    }

    fn name(&self) -> String {
        self.exercise.name.clone()
    }

    fn perform(&mut self, effect: Effect, state: &Machine) {
        match effect {
            Effect::Run(run) => self.begin(run),
            Effect::Cancel => self.runs.cancel(),
            Effect::Progress(what) => self.screen.progress(&what),
            Effect::Verdict { lines, keys } => self.screen.verdict(&lines, &keys),
            Effect::Say { lines, keys } => self.screen.below(&lines, &keys),
            Effect::Keys(keys) => self.screen.keys(&keys),
            Effect::ReadKey => self.keys.next(),
            Effect::Hint => self.command(&Command::Hint { name: Some(self.name()), all: false }, state),
            Effect::List => self.command(&Command::List { json: false }, state),
            Effect::Diff => {
                let options = SolutionOptions { name: Some(self.name()), yes: true };
                self.command(&Command::Diff(options), state);
            }
            Effect::Next => self.go_on(state),
            Effect::Edit(line) => self.edit(line, state),
            Effect::Serve => {
                if let Err(error) = self.serving.start(&self.checker, &self.exercise) {
                    self.say(format!("Your server can't be started: {error}"), state);
                }
            }
            Effect::StopServing => self.serving.stop(),
            Effect::Suspend => {
                self.screen.end();
                self.single_keys.pause();
                signals::suspend();
                self.single_keys.again();
                let _ = self.events.send(Event::Continued);
            }
            Effect::Quit => {}
        }
    }

    fn begin(&mut self, run: Run) {
        let (checker, course, exercise) = (self.checker.clone(), self.course.clone(), self.exercise.clone());
        let work = move |stop: &Arc<AtomicBool>, tell: &mut dyn FnMut(crate::check::Stage)| {
            let result = checker.check_until(&exercise, stop, tell);
            let mut outcome = verdict::outcome(&course.root, &exercise, result);
            if outcome.passed {
                let progress = course.store.read().map(|(progress, _)| progress).unwrap_or_default();
                let next = after(&course.exercises, &progress, Some(&exercise));
                outcome.next = next.map(|next| next.name.clone());
            }
            outcome
        };
        if let Err(error) = self.runs.begin(run, Box::new(work)) {
            let lines = vec![format!("The system has no thread to run it with ({error}). r tries again.")];
            let outcome = state::Outcome { lines, ..state::Outcome::default() };
            let _ = self.events.send(Event::Finished(run, outcome));
        }
    }

    /// Shows something below what is there.
    fn say(&mut self, sentence: String, state: &Machine) {
        for effect in state.below(vec![sentence]) {
            self.perform(effect, state);
        }
    }

    /// Shows what a command of this tool says, below what is there.
    fn command(&mut self, command: &Command, state: &Machine) {
        self.screen.make_room();
        match commands::run(command, &self.course.root, &mut Terminal::of_process()) {
            Some(Err(error)) => self.say(format!("{error:#}"), state),
            _ => self.perform(state.last_line(), state),
        }
    }

    fn go_on(&mut self, state: &Machine) {
        let progress = self.course.store.read().map(|(progress, _)| progress).unwrap_or_default();
        let next = after(&self.course.exercises, &progress, Some(&self.exercise));
        match next.map(|next| Exercise::read(&next.dir)) {
            Some(Ok(next)) => {
                self.saves.look_at(&next.dir);
                self.exercise = next;
                let _ = self.events.send(Event::Went(self.about()));
            }
            Some(Err(error)) => self.say(error.to_string(), state),
            None => self.say("There is no other exercise that hasn't passed.".to_owned(), state),
        }
    }

    fn edit(&mut self, line: Option<usize>, state: &Machine) {
        let file = self.exercise.source_file();
        let opener = editor::opener(&file, line, |name| env::var(name).ok(), programs::find);
        self.screen.make_room();
        self.single_keys.pause();
        let opened = opener.open(&file, self.interactive);
        self.single_keys.again();
        match opened {
            Ok(sentence) | Err(sentence) => self.say(sentence, state),
        }
    }

    fn quit(&mut self) {
        self.screen.end();
        self.serving.stop();
        self.runs.end(GRACE);
    }
}
