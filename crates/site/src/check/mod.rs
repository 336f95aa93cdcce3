//! From what an author wrote to what can be drawn: every name is looked up, every play is played.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use catalogue::Entry;
use stage::{ANSWER, Kept, Scene, Step, Transcript, Verdict};
use toml::Spanned;

use crate::ask::{self, Ask, Text};
use crate::blocks::{Answer, Block, Card, Choice, Choices, Diagram, Evidence, List, Server, Stage, Teacher};
use crate::defect::{Defects, shown};
use crate::include;
use crate::page::Fenced;
use crate::plays::Plays;

/// How many clicks deep the static tree goes, if the page does not say.
const DEPTH: usize = 3;

/// The most plays the static tree of one stage may take over one server: it is made at each build, and loaded whole.
const MOST_PLAYS: usize = 1_000;

/// What is needed to check a page's blocks.
pub(crate) struct Checker<'a> {
    /// The workspace's folder.
    pub(crate) root: &'a Path,
    pub(crate) entries: &'a [Entry],
    pub(crate) plays: &'a Plays,
    /// How many stages there are so far of an exercise's scene.
    pub(crate) stages: HashMap<(String, String), usize>,
    /// What is wrong so far.
    pub(crate) defects: Defects,
}

/// Something wrong at a place in the block's body; `None`: in the block as a whole.
struct Wrong {
    at: Option<usize>,
    what: String,
}

type Checked<T> = Result<T, Wrong>;

fn wrong<T>(at: &Spanned<T>, what: String) -> Wrong {
    Wrong { at: Some(at.span().start), what }
}

impl<'a> Checker<'a> {
    /// Checks a block of the page `file`. `None`: it has a defect, which is noted.
    pub(crate) fn block(&mut self, file: &Path, fenced: &Fenced) -> Option<Block> {
        if !fenced.at_top {
            self.defects.add(
                file,
                fenced.line,
                format!(
                    "a `{}` block must stand on its own; move it out of the list or quotation",
                    fenced.kind.name()
                ),
            );
            return None;
        }
        let ask = match fenced.kind.read(&fenced.body) {
            Ok(ask) => ask,
            Err(error) => {
                let line = error.span().map_or(fenced.line, |span| fenced.line_at(span.start));
                let what = error.message().trim_end().replace('\n', "; ");
                self.defects.add(
                    file,
                    line,
                    format!(
                        "this `{}` block cannot be read: {what}. CONTRIBUTING.md shows what it takes",
                        fenced.kind.name()
                    ),
                );
                return None;
            }
        };
        let mut wrongs = Vec::new();
        let block = match ask {
            Ask::Transcript(it) => self.transcript(&it).map(Block::Diagram),
            Ask::Stage(it) => self.stage(&it, &mut wrongs).map(Block::Stage),
            Ask::Choices(it) => choices(&it).map(Block::Choices),
            Ask::Answers(it) => Ok(Block::Answers(self.answers(&it, &mut wrongs))),
            Ask::Exercise(it) => self.card(&it).map(Block::Card),
            Ask::Exercises(_) => Ok(Block::List(self.list(file))),
            Ask::Teacher(it) => teacher(&it).map(Block::Teacher),
        };
        let block = block.map_err(|it| wrongs.push(it)).ok();
        for it in &wrongs {
            let line = it.at.map_or(fenced.line, |at| fenced.line_at(at));
            self.defects.add(file, line, it.what.clone());
        }
        if wrongs.is_empty() { block } else { None }
    }

    fn entry(&self, name: &Text) -> Checked<&'a Entry> {
        self.entries.iter().find(|entry| entry.exercise.name == *name.as_ref()).ok_or_else(|| {
            let known = self.entries.iter().map(|entry| &*entry.exercise.name);
            wrong(name, unknown("exercise", name.as_ref(), "there are", known))
        })
    }

    fn transcript(&self, it: &ask::Transcript) -> Checked<Diagram> {
        let entry = self.entry(&it.exercise)?;
        let scene = scene(entry, &it.scene)?;
        let server = match &it.server {
            Some(name) => server(entry, name)?,
            None => ANSWER,
        };
        let steps = steps(&scene.scene, it.steps.as_deref())?;
        let transcript = self.play(entry, server, &scene.scene.steps, &it.scene)?;
        Ok(diagram(entry, &scene.scene, server, transcript, steps, it.caption.clone()))
    }

    fn play(&self, entry: &Entry, server: &str, steps: &[Step], at: &Text) -> Checked<Transcript> {
        match self.plays.play(entry, server, steps) {
            Some(Ok(transcript)) => Ok((*transcript).clone()),
            Some(Err(error)) => {
                Err(wrong(at, format!("the scene `{}` cannot be played: {error}", at.as_ref())))
            }
            None => Err(wrong(at, format!("{} has no server `{server}`", entry.exercise.name))),
        }
    }

    fn stage(&mut self, it: &ask::Stage, wrongs: &mut Vec<Wrong>) -> Checked<Stage> {
        let entry = self.entry(&it.exercise)?;
        let scene = scene(entry, &it.scene)?.scene.clone();
        let transcript = self.play(entry, ANSWER, &scene.steps, &it.scene)?;
        let depth = it.depth.as_ref().map_or(DEPTH, |depth| *depth.as_ref());
        let actions: Vec<Step> = it.actions.iter().map(|action| action.as_ref().clone()).collect();
        if actions.is_empty() {
            return Err(wrong(&it.scene, "this stage has no `actions`; give at least one".to_owned()));
        }
        let exponent = u32::try_from(depth).unwrap_or(u32::MAX);
        let plays = actions.len().checked_pow(exponent).filter(|plays| *plays <= MOST_PLAYS);
        if depth == 0 || plays.is_none() {
            let what = format!(
                "{} actions to a depth of {depth} make too many or too few plays; take a depth from 1, with no more \
                 than {MOST_PLAYS} plays (actions to the power of depth)",
                actions.len()
            );
            return Err(it
                .depth
                .as_ref()
                .map_or_else(|| wrong(&it.scene, what.clone()), |at| wrong(at, what.clone())));
        }
        for action in &it.actions {
            if let Err(problem) = playable_somewhere(&scene, &actions, action.as_ref(), depth) {
                wrongs.push(wrong(action, format!("this action can never be played here: {problem}")));
            }
        }
        let mut columns = transcript.cast.clone();
        for action in &actions {
            for client in clients(action) {
                if !columns.contains(client) {
                    columns.push(client.clone());
                }
            }
        }
        let servers = entry.servers.iter().map(|(name, _)| Server {
            name: name.clone(),
            claim: entry.exercise.wrong.iter().find(|it| it.name == *name).map(|it| it.claim.clone()),
        });
        let (exercise, title) = (entry.exercise.name.clone(), entry.exercise.title.clone());
        let servers = servers.collect();
        let count = self.stages.entry((exercise.clone(), scene.name.clone())).or_default();
        *count += 1;
        let id = format!("{exercise}--{}-{count}", scene.name);
        let logs = entry.exercise.logs;
        Ok(Stage { id, exercise, title, scene, columns, transcript, actions, servers, depth, logs })
    }

    fn answers(&self, it: &ask::Answers, wrongs: &mut Vec<Wrong>) -> Vec<Answer> {
        if it.answers.is_empty() {
            wrongs
                .push(Wrong { at: None, what: "there are no answers in it; add an `[[answer]]`".to_owned() });
        }
        let mut answers = Vec::new();
        for one in &it.answers {
            match self.answer(it, one) {
                Ok(answer) => answers.push(answer),
                Err(it) => wrongs.push(it),
            }
        }
        answers
    }

    fn answer(&self, all: &ask::Answers, spanned: &Spanned<ask::Answer>) -> Checked<Answer> {
        let one = spanned.as_ref();
        let exercise = one.exercise.as_ref().or(all.exercise.as_ref());
        let entry = exercise.map(|name| self.entry(name)).transpose()?;
        let known = match (&one.server, entry) {
            (Some(name), Some(entry)) => {
                server(entry, name)?;
                entry.exercise.wrong.iter().find(|it| it.name == *name.as_ref())
            }
            (Some(name), None) => {
                return Err(wrong(
                    name,
                    "a `server` belongs to an exercise; name it with `exercise = …`".to_owned(),
                ));
            }
            (None, _) => None,
        };
        let missing = |field: &str| {
            wrong(
                spanned,
                format!("this answer has no `{field}`; write one, or name a wrong answer with `server`"),
            )
        };
        let claim = one.claim.clone().or_else(|| known.map(|it| it.claim.clone()));
        let verdict = one.verdict.or_else(|| known.map(|it| it.verdict));
        let why = one.why.clone().or_else(|| known.map(|it| it.why.clone()));
        Ok(Answer {
            claim: claim.ok_or_else(|| missing("claim"))?,
            verdict: verdict.ok_or_else(|| missing("verdict"))?,
            why: why.ok_or_else(|| missing("why"))?,
            evidence: self.evidence(one, entry, spanned)?,
        })
    }

    fn evidence(
        &self,
        one: &ask::Answer,
        entry: Option<&Entry>,
        at: &Spanned<ask::Answer>,
    ) -> Checked<Evidence> {
        if let Some(written) = &one.evidence {
            return match written.as_ref().strip_prefix("none:").map(str::trim) {
                Some(reason) if !reason.is_empty() && one.scene.is_none() => {
                    Ok(Evidence::None(reason.to_owned()))
                }
                Some(_) if one.scene.is_some() => Err(wrong(
                    written,
                    "this answer has both a `scene` and `evidence`; leave one out".to_owned(),
                )),
                _ => Err(wrong(
                    written,
                    "`evidence` takes \"none: \" and the reason why no scene can show it".to_owned(),
                )),
            };
        }
        let Some(entry) = entry else {
            return Err(wrong(at, "no evidence: name an `exercise` and a `scene`, or write `evidence = \"none: …\"` with the reason".to_owned()));
        };
        let name = one.server.as_ref().map_or(ANSWER, |name| name.as_ref());
        let caption = one.caption.clone();
        if let Some(written) = &one.scene {
            let scene = scene(entry, written)?;
            let steps = steps(&scene.scene, one.steps.as_deref())?;
            let transcript = self.play(entry, name, &scene.scene.steps, written)?;
            return Ok(Evidence::Play(Box::new(diagram(
                entry,
                &scene.scene,
                name,
                transcript,
                steps,
                caption,
            ))));
        }
        if name == ANSWER {
            return Err(wrong(
                at,
                "no evidence: name the `scene` that shows it, or write `evidence = \"none: …\"` with the reason".to_owned(),
            ));
        }
        // Of a wrong answer the first scene in which it shows itself will do, and the steps in which it does.
        for kept in &entry.kept {
            let steps = &kept.scene.steps;
            let plays = (self.plays.play(entry, ANSWER, steps), self.plays.play(entry, name, steps));
            let (Some(Ok(right)), Some(Ok(played))) = plays else { continue };
            let differing: Vec<usize> = (0..played.acts.len())
                .filter(|i| right.acts.get(*i) != played.acts.get(*i))
                .map(|i| i + 1)
                .collect();
            if !differing.is_empty() {
                let drawn = diagram(entry, &kept.scene, name, (*played).clone(), Some(differing), caption);
                return Ok(Evidence::Play(Box::new(drawn)));
            }
        }
        Err(wrong(
            at,
            format!(
                "`{name}` does the same as the answer in every scene; it needs a scene that tells them apart"
            ),
        ))
    }

    fn card(&self, it: &ask::Exercise) -> Checked<Card> {
        let entry = self.entry(&it.name)?;
        let file = entry.solution_dir.join("src").join("lib.rs");
        let solution = fs::read_to_string(&file).map_err(|error| {
            wrong(&it.name, format!("the solution {} cannot be read: {error}", shown(&file)))
        })?;
        let from_root = |file: &Path| shown(file.strip_prefix(self.root).unwrap_or(file));
        Ok(Card {
            exercise: entry.exercise.clone(),
            file: from_root(&entry.dir.join("src").join("lib.rs")),
            solution_file: from_root(&file),
            solution: include::as_learned(&solution),
        })
    }

    /// `file` is the page's, from the workspace's folder: `book/PAGE` or `book/PART/PAGE`.
    fn list(&self, file: &Path) -> List {
        let folders = file.components().count().saturating_sub(2);
        let exercises = self.entries.iter().map(|entry| entry.exercise.clone()).collect();
        List { exercises, to_root: "../".repeat(folders) }
    }

    /// Notes which wrong answers of the page's exercises the page does not tell of. A slip need not be told of.
    pub(crate) fn all_told(&mut self, file: &Path, page: &str, fenced: &[Fenced]) {
        let bodies = fenced.iter().filter(|it| it.kind == ask::Kind::Answers);
        let asks: Vec<_> =
            bodies.filter_map(|it| Some((it.line, toml::from_str::<ask::Answers>(&it.body).ok()?))).collect();
        let Some((line, _)) = asks.first() else { return };
        for entry in self.entries.iter().filter(|entry| entry.exercise.page == page) {
            for it in &entry.exercise.wrong {
                let named = |one: &Spanned<ask::Answer>| {
                    one.as_ref().server.as_ref().is_some_and(|name| *name.as_ref() == it.name)
                };
                if it.verdict != Verdict::Slip && !asks.iter().any(|(_, ask)| ask.answers.iter().any(named)) {
                    self.defects.add(
                        file,
                        *line,
                        format!(
                            "the wrong answer `{}` of `{}` is not told of; add an `[[answer]]` with `server = \"{}\"`, \
                             or make it a \"slip\" in its exercise.toml",
                            it.name, entry.exercise.name, it.name
                        ),
                    );
                }
            }
        }
    }
}

fn diagram(
    entry: &Entry,
    scene: &Scene,
    server: &str,
    transcript: Transcript,
    steps: Option<Vec<usize>>,
    caption: Option<String>,
) -> Diagram {
    Diagram {
        exercise: entry.exercise.name.clone(),
        scene: scene.clone(),
        server: server.to_owned(),
        columns: transcript.cast.clone(),
        transcript,
        steps,
        caption,
    }
}

fn unknown<'n>(what: &str, name: &str, has: &str, known: impl Iterator<Item = &'n str>) -> String {
    let known: Vec<_> = known.collect();
    if known.is_empty() {
        format!("no {what} is called `{name}`; {has} none at all")
    } else {
        format!("no {what} is called `{name}`; {has}: {}", known.join(", "))
    }
}

fn scene<'e>(entry: &'e Entry, name: &Text) -> Checked<&'e Kept> {
    entry.scene(name.as_ref()).ok_or_else(|| {
        let has = format!("`{}` has", entry.exercise.name);
        wrong(name, unknown("scene", name.as_ref(), &has, entry.kept.iter().map(|kept| &*kept.scene.name)))
    })
}

fn server<'e>(entry: &'e Entry, name: &Text) -> Checked<&'e str> {
    entry.servers.iter().find(|(known, _)| known == name.as_ref()).map(|(known, _)| &**known).ok_or_else(
        || {
            let has = format!("`{}` has", entry.exercise.name);
            wrong(
                name,
                unknown("server", name.as_ref(), &has, entry.servers.iter().map(|(known, _)| &**known)),
            )
        },
    )
}

fn steps(scene: &Scene, asked: Option<&[Spanned<usize>]>) -> Checked<Option<Vec<usize>>> {
    let Some(asked) = asked else { return Ok(None) };
    for step in asked {
        if !(1..=scene.steps.len()).contains(step.as_ref()) {
            let (step_number, last) = (step.as_ref(), scene.steps.len());
            return Err(wrong(
                step,
                format!("`{}` has no step {step_number}; its steps are 1 to {last}", scene.name),
            ));
        }
    }
    Ok(Some(asked.iter().map(|step| *step.as_ref()).collect()))
}

/// The clients that an action names.
fn clients(action: &Step) -> Vec<&String> {
    match action {
        Step::Enter { clients, .. } => clients.iter().collect(),
        Step::Emit { client, .. }
        | Step::Ask { client, .. }
        | Step::Answer { client, .. }
        | Step::Disconnect { client, .. }
        | Step::Lose { client }
        | Step::FallSilent { client } => vec![client],
        Step::Wait { .. } => Vec::new(),
    }
}

/// Whether `action` can be played after the scene, or after some clicks on other actions; if not, why not at once.
fn playable_somewhere(scene: &Scene, actions: &[Step], action: &Step, depth: usize) -> Result<(), String> {
    let problem = match scene.clone().step(action.clone()).check() {
        Ok(()) => return Ok(()),
        Err(error) => error.to_string(),
    };
    let without_step = problem.split_once(": ").map_or(&*problem, |(_, what)| what).to_owned();
    if depth <= 1 {
        return Err(without_step);
    }
    let others = actions.iter().filter(|other| *other != action);
    let after = others.map(|other| scene.clone().step(other.clone())).filter(|scene| scene.check().is_ok());
    for scene in after {
        if playable_somewhere(&scene, actions, action, depth - 1).is_ok() {
            return Ok(());
        }
    }
    Err(without_step)
}

fn choices(it: &ask::Choices) -> Checked<Choices> {
    let empty = |text: &Text, name: &str| {
        if text.as_ref().trim().is_empty() {
            Err(wrong(text, format!("`{name}` is empty; write it")))
        } else {
            Ok(())
        }
    };
    empty(&it.question, "question")?;
    if it.options.len() < 2 {
        return Err(wrong(
            &it.question,
            "a question needs at least two `[[option]]`s to choose from".to_owned(),
        ));
    }
    for option in &it.options {
        empty(&option.text, "text")?;
        empty(&option.why, "why")?;
    }
    if !it.options.iter().any(|option| option.right) {
        return Err(wrong(&it.question, "no option is right; mark one with `right = true`".to_owned()));
    }
    let options = it.options.iter().map(|option| Choice {
        text: option.text.as_ref().clone(),
        right: option.right,
        why: option.why.as_ref().clone(),
    });
    Ok(Choices { question: it.question.as_ref().clone(), options: options.collect() })
}

fn teacher(it: &ask::Teacher) -> Checked<Teacher> {
    let say = "say how many minutes the page takes in class: `minutes = 20`";
    match &it.minutes {
        None => Err(Wrong { at: None, what: format!("there are no `minutes`; {say}") }),
        Some(minutes) if *minutes.as_ref() == 0 => Err(wrong(minutes, format!("`minutes` is 0; {say}"))),
        Some(minutes) => Ok(Teacher { minutes: *minutes.as_ref() }),
    }
}
