//! What `watch` does about each thing that happens. A pure state machine: events in, effects out.

use crate::check::Stage;

use super::keys::Action;

/// The number of a run. What comes of an older one no longer counts.
pub(super) type Run = u64;

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// The learner has saved.
    Saved,
    /// The learner's file can't be read.
    Unreadable(String),
    /// Some keys were pressed, or a line was entered.
    Typed(Vec<Action>),
    /// Nothing more will be typed.
    InputEnded,
    /// A run is at this stage.
    Stage(Run, Stage),
    /// A run has come to its end.
    Finished(Run, Outcome),
    /// A second has passed during a run.
    Second,
    /// The window has another size.
    Resized,
    /// What the keys asked for is done.
    Ready,
    /// Ctrl+Z.
    Suspended,
    /// The program was stopped by Ctrl+Z, and goes on.
    Continued,
    /// Something about the server that is tried.
    Served(Served),
    /// Another exercise is at hand now.
    Went(Exercise),
    /// Somebody ends the program: Ctrl+C, `kill`, a terminal that is closed.
    Stop,
}

/// As much of an exercise as matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exercise {
    pub(super) name: String,
    /// The learner's file, from the workspace's folder.
    pub(super) file: String,
    /// There is no server to try.
    pub(super) is_client: bool,
}

/// What came of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) passed: bool,
    /// Whether there is a program, which can be served.
    pub(super) compiles: bool,
    /// What the learner reads.
    pub(super) lines: Vec<String>,
    /// How long it took, in milliseconds.
    pub(super) took: u64,
    /// The line of the learner's file that is to be looked at.
    pub(super) line: Option<usize>,
    /// The exercise that comes next. `None`: all others pass.
    pub(super) next: Option<String>,
}

/// What happens to the server that is tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Served {
    /// It listens at this address.
    At(String),
    /// It has written a line.
    Wrote(String),
    /// It has ended, or never began: why, as a sentence.
    Ended(String),
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effect {
    /// Build and play. A run before it is cancelled.
    Run(Run),
    /// Cancel the run.
    Cancel,
    /// Show what is going on, in the last line.
    Progress(String),
    /// Show this alone: what was there is of an earlier save.
    Verdict { lines: Vec<String>, keys: Keys },
    /// Show this below what is there.
    Say { lines: Vec<String>, keys: Keys },
    /// Show the keys again.
    Keys(Keys),
    /// Show another hint.
    Hint,
    /// Show all exercises.
    List,
    /// Show the solution beside the learner's code.
    Diff,
    /// Go to the next exercise.
    Next,
    /// Open the learner's file, at this line.
    Edit(Option<usize>),
    /// Serve the learner's server as it is now. One that is served already is stopped.
    Serve,
    /// Stop it.
    StopServing,
    /// Read the next key.
    ReadKey,
    /// Stop as Ctrl+Z does. [`Event::Continued`] comes when the program goes on.
    Suspend,
    /// End the program.
    Quit,
}

/// What the line of keys says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Keys {
    /// What `n` goes to, if that is what one wants now.
    pub(super) next: Option<String>,
    /// Whether `t` stops the server.
    pub(super) serving: bool,
}

/// Where things stand.
#[derive(Debug)]
pub(super) struct Machine {
    exercise: Exercise,
    /// The last run that was begun.
    run: Run,
    /// What it is at, and for how many seconds. `None`: it has come to its end.
    running: Option<(Stage, u32)>,
    /// Why the last run was begun, if it was by a save: `Saved. `
    saved: &'static str,
    outcome: Option<Outcome>,
    serving: Serving,
    /// The exercise whose server was stopped on the way to this one. It's told beside the first verdict, too, which takes
    /// the place of what was on the screen.
    left: Option<String>,
    /// `d` was pressed, and would show a solution.
    asked: bool,
    /// Input has ended: the last verdict is shown, and then it is over.
    leaving: bool,
}

/// Whether the learner's server can be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Serving {
    No,
    /// When this run has come to its end.
    Soon,
    Yes,
}

impl Machine {
    /// The first run is begun at once.
    pub(super) fn begin(exercise: Exercise) -> (Self, Vec<Effect>) {
        let mut state = Self {
            exercise,
            run: 0,
            running: None,
            saved: "",
            outcome: None,
            serving: Serving::No,
            left: None,
            asked: false,
            leaving: false,
        };
        let effects = state.run("");
        (state, effects)
    }

    /// Whether a run is under way.
    pub(super) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    pub(super) fn keys(&self) -> Keys {
        let passed = self.outcome.as_ref().filter(|outcome| outcome.passed && !self.is_running());
        Keys { next: passed.and_then(|it| it.next.clone()), serving: self.serving != Serving::No }
    }

    /// What is to be done about `event`.
    pub(super) fn on(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Saved if self.is_running() => self.run("Saved again. "),
            Event::Saved => self.run("Saved. "),
            Event::Unreadable(file) => {
                self.say(format!("{file} can't be read. Is it there? It's looked at again, until it is."))
            }
            Event::Typed(actions) => actions.into_iter().flat_map(|action| self.typed(action)).collect(),
            Event::InputEnded if self.is_running() => {
                self.leaving = true;
                Vec::new()
            }
            Event::InputEnded | Event::Stop => vec![Effect::Cancel, Effect::StopServing, Effect::Quit],
            Event::Stage(run, stage) if run == self.run && self.is_running() => {
                self.running = Some((stage, 0));
                vec![self.last_line()]
            }
            Event::Finished(run, outcome) if run == self.run && self.is_running() => self.finished(outcome),
            // Of an earlier save.
            Event::Stage(..) | Event::Finished(..) => Vec::new(),
            Event::Second => match &mut self.running {
                Some((_, seconds)) => {
                    *seconds += 1;
                    vec![self.last_line()]
                }
                None => Vec::new(),
            },
            Event::Ready => vec![Effect::ReadKey],
            Event::Suspended => vec![Effect::Suspend],
            // A play goes by the clock, which went on meanwhile.
            Event::Continued if self.is_running() => self.run(self.saved),
            Event::Resized | Event::Continued => self.again(),
            Event::Served(served) => self.served(served),
            Event::Went(exercise) => {
                let was_serving = self.serving != Serving::No;
                let mut effects = self.stop_serving();
                let before = std::mem::replace(&mut self.exercise, exercise).name;
                self.outcome = None;
                let run = self.run("");
                self.left = was_serving.then_some(before);
                effects.extend(
                    self.left_server().map(|told| Effect::Say { lines: vec![told], keys: self.keys() }),
                );
                effects.extend(run);
                effects
            }
        }
    }

    /// Begins a run. One that is under way would give a verdict on what is no longer there.
    fn run(&mut self, saved: &'static str) -> Vec<Effect> {
        self.run += 1;
        (self.running, self.saved, self.asked) = (Some((Stage::Building, 0)), saved, false);
        self.left = None;
        vec![Effect::Run(self.run), self.last_line()]
    }

    fn finished(&mut self, outcome: Outcome) -> Vec<Effect> {
        self.running = None;
        let mut effects = Vec::new();
        if self.serving != Serving::No && outcome.compiles {
            self.serving = Serving::Yes;
            effects.push(Effect::Serve);
        } else if self.serving == Serving::Soon {
            self.serving = Serving::No;
        }
        self.outcome = Some(outcome);
        effects.insert(0, self.verdict());
        if self.leaving {
            effects.extend([Effect::StopServing, Effect::Quit]);
        }
        effects
    }

    fn verdict(&self) -> Effect {
        let Some(outcome) = &self.outcome else { return self.last_line() };
        let seconds = format!("{}.{:02} s", outcome.took / 1000, outcome.took % 1000 / 10);
        let mut lines = vec![format!("watching {} · {seconds}", self.exercise.file)];
        lines.extend(outcome.lines.iter().cloned());
        lines.extend(self.left_server());
        Effect::Verdict { lines, keys: self.keys() }
    }

    /// What is going on, or else the keys.
    pub(super) fn last_line(&self) -> Effect {
        let Some((stage, seconds)) = self.running else { return Effect::Keys(self.keys()) };
        let name = &self.exercise.name;
        let saved = self.saved;
        let what = match stage {
            Stage::FirstBuild => {
                format!("{saved}Building {name} … (the first time, the libraries are built, too)")
            }
            Stage::Building => format!("{saved}Building {name} …"),
            Stage::Playing => format!("{saved}Playing the scenes of {name} …"),
        };
        Effect::Progress(if seconds == 0 { what } else { format!("{what} {seconds} s") })
    }

    fn typed(&mut self, action: Action) -> Vec<Effect> {
        let asked = std::mem::take(&mut self.asked);
        match action {
            Action::Diff | Action::Yes if asked => vec![Effect::Diff],
            Action::Diff if self.outcome.as_ref().is_some_and(|it| it.passed && !self.is_running()) => {
                vec![Effect::Diff]
            }
            Action::Diff => {
                self.asked = true;
                let name = &self.exercise.name;
                self.below(vec![
                    format!("This shows the solution beside your code, and {name} hasn't passed yet."),
                    "d again shows it, any other key doesn't.".to_owned(),
                ])
            }
            Action::Hint => vec![Effect::Hint],
            Action::List => vec![Effect::List],
            Action::Next => vec![Effect::Next],
            Action::Try => self.try_it(),
            Action::Edit => {
                vec![Effect::Edit(self.outcome.as_ref().and_then(|outcome| outcome.line))]
            }
            Action::Run => self.run(""),
            Action::Quit => vec![Effect::Cancel, Effect::StopServing, Effect::Quit],
            Action::Help => self.help(None),
            Action::Unknown if !asked => self.help(Some("That isn't one of the keys:")),
            Action::Yes | Action::Other | Action::Unknown if asked => {
                self.say("The solution isn't shown.".to_owned())
            }
            Action::Yes | Action::Other | Action::Unknown => Vec::new(),
        }
    }

    fn try_it(&mut self) -> Vec<Effect> {
        if self.serving != Serving::No {
            let mut effects = self.stop_serving();
            effects.extend(self.say("Your server is stopped. t starts it again.".to_owned()));
            return effects;
        }
        match &self.outcome {
            _ if self.exercise.is_client => {
                self.say(format!("{} is a client: there is no server to try.", self.exercise.name))
            }
            _ if self.is_running() => {
                self.serving = Serving::Soon;
                Vec::new()
            }
            Some(outcome) if outcome.compiles => {
                self.serving = Serving::Yes;
                vec![Effect::Serve]
            }
            _ => self.say("There is no server to try: your code doesn't compile yet.".to_owned()),
        }
    }

    fn served(&mut self, served: Served) -> Vec<Effect> {
        match served {
            // It was stopped meanwhile.
            _ if self.serving == Serving::No => Vec::new(),
            Served::At(address) => self.below(vec![
                format!("Your server runs at {address}"),
                "Open it in two tabs. It starts again when you save, and t stops it.".to_owned(),
            ]),
            Served::Wrote(line) => self.say(format!("  {line}")),
            Served::Ended(why) => {
                self.serving = Serving::No;
                self.say(why)
            }
        }
    }

    fn left_server(&self) -> Option<String> {
        self.left.as_ref().map(|name| format!("The server of {name} is stopped."))
    }

    fn stop_serving(&mut self) -> Vec<Effect> {
        if std::mem::replace(&mut self.serving, Serving::No) == Serving::Yes {
            vec![Effect::StopServing]
        } else {
            Vec::new()
        }
    }

    fn help(&self, why: Option<&str>) -> Vec<Effect> {
        let mut lines = vec![why.unwrap_or_default().to_owned()];
        lines.extend(Action::ALL.iter().map(|action| format!("  {}  {}", action.key(), action.does())));
        lines.push("  A save is always seen, and checked at once.".to_owned());
        self.below(lines)
    }

    /// Everything as it should be on the screen.
    fn again(&self) -> Vec<Effect> {
        let mut effects = Vec::new();
        effects.extend(self.outcome.is_some().then(|| self.verdict()));
        effects.extend(self.is_running().then(|| self.last_line()));
        effects
    }

    fn say(&self, sentence: String) -> Vec<Effect> {
        self.below(vec![sentence])
    }

    /// These lines, below what is there. A run goes on being told of.
    pub(super) fn below(&self, lines: Vec<String>) -> Vec<Effect> {
        let mut effects = vec![Effect::Say { lines, keys: self.keys() }];
        effects.extend(self.is_running().then(|| self.last_line()));
        effects
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
