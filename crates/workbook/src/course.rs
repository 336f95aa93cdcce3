//! The exercises, in the parts of the book, and where the learner is among them.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use grader::{Exercise, outlines};
use progress::{Progress, Store};

use crate::source::{State, store};

/// The workspace, as a learner sees it.
pub(crate) struct Course {
    pub(crate) root: PathBuf,
    /// In their order. Without their scenes.
    pub(crate) exercises: Vec<Exercise>,
    pub(crate) store: Store,
}

/// There is no exercise of that name.
#[derive(Debug)]
pub(crate) struct NoSuchExercise {
    name: String,
    /// The names that are like it.
    nearest: Vec<String>,
}

impl fmt::Display for NoSuchExercise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, nearest } = self;
        write!(f, "There is no exercise `{name}`. ")?;
        match &nearest[..] {
            [] => write!(f, "All exercises: cargo workbook list"),
            nearest => {
                write!(f, "Did you mean `{}`? All exercises: cargo workbook list", nearest.join("` or `"))
            }
        }
    }
}

impl std::error::Error for NoSuchExercise {}

/// A part of the book that has exercises.
pub(crate) struct Part<'a> {
    /// `Part I · The chat example`.
    pub(crate) title: String,
    pub(crate) exercises: Vec<&'a Exercise>,
}

/// What to do next.
pub(crate) enum Next<'a> {
    /// The exercise where the learner was isn't passed yet.
    GoOn(&'a Exercise),
    /// One that comes after it.
    Begin(&'a Exercise),
    /// Only further steps are left, for those who want more.
    More(&'a Exercise),
    /// They all passed.
    AllPassed,
}

impl<'a> Next<'a> {
    /// The exercise, if there is one.
    pub(crate) fn exercise(&self) -> Option<&'a Exercise> {
        match self {
            Self::GoOn(exercise) | Self::Begin(exercise) | Self::More(exercise) => Some(exercise),
            Self::AllPassed => None,
        }
    }
}

impl Course {
    /// Reads the outlines of all exercises, which are without their scenes. Whoever plays one reads that one.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let exercises = outlines(root)?;
        Ok(Self { root: root.to_owned(), store: store(root, &exercises), exercises })
    }

    /// The exercise of that name: the package's, or one that it had before.
    ///
    /// # Errors
    /// If there is none: with the nearest names.
    pub(crate) fn find(&self, name: &str) -> Result<&Exercise, NoSuchExercise> {
        let named = self.exercises.iter().find(|exercise| exercise.name == name);
        let renamed = || self.exercises.iter().find(|it| it.formerly.iter().any(|former| former == name));
        named.or_else(renamed).ok_or_else(|| {
            let names: Vec<_> = self.exercises.iter().map(|exercise| exercise.name.as_str()).collect();
            NoSuchExercise { name: name.to_owned(), nearest: nearest(name, &names) }
        })
    }

    /// The exercise of that name, or, without one, the one where the learner was. Without that, the next one.
    pub(crate) fn find_or_last(&self, name: Option<&str>, progress: &Progress) -> Result<&Exercise> {
        if let Some(name) = name {
            return Ok(self.find(name)?);
        }
        if let Some(last) = self.last(progress) {
            return Ok(last);
        }
        let next = self.next(progress).exercise();
        next.or(self.exercises.first())
            .ok_or_else(|| anyhow::anyhow!("there are no exercises in {}", self.root.display()))
    }

    /// The exercise where the learner was.
    pub(crate) fn last(&self, progress: &Progress) -> Option<&Exercise> {
        last(&self.exercises, progress)
    }

    /// What to do next.
    pub(crate) fn next(&self, progress: &Progress) -> Next<'_> {
        next(&self.exercises, progress)
    }

    /// The exercises by the parts of the book, as its table of contents has them. What no part has comes last, by its
    /// chapter.
    pub(crate) fn parts(&self) -> Vec<Part<'_>> {
        let summary = fs::read_to_string(self.root.join("book").join("SUMMARY.md")).unwrap_or_default();
        let mut titles: Vec<(String, Vec<&str>)> = Vec::new();
        for line in summary.lines() {
            if let Some(title) = line.strip_prefix("# ") {
                titles.push((title.trim().to_owned(), Vec::new()));
            } else if let Some((_, link)) = line.split_once("](")
                && let Some((_, pages)) = titles.last_mut()
            {
                pages.push(link.trim_end().trim_end_matches(')'));
            }
        }
        let mut parts: Vec<Part<'_>> = Vec::new();
        for exercise in &self.exercises {
            let has = |(_, pages): &&(String, Vec<&str>)| pages.contains(&&*exercise.page);
            let title = titles.iter().find(has).map_or(&exercise.chapter, |(title, _)| title);
            match parts.iter_mut().find(|part| part.title == *title) {
                Some(part) => part.exercises.push(exercise),
                None => parts.push(Part { title: title.clone(), exercises: vec![exercise] }),
            }
        }
        parts
    }
}

/// The exercise where the learner was.
fn last<'e>(exercises: &'e [Exercise], progress: &Progress) -> Option<&'e Exercise> {
    let last = progress.last.as_deref()?;
    exercises.iter().find(|exercise| exercise.name == last)
}

/// What to do next: go on where the learner was, or else the one that comes after it.
pub(crate) fn next<'e>(exercises: &'e [Exercise], progress: &Progress) -> Next<'e> {
    let last = last(exercises, progress);
    if let Some(last) = last
        && State::of(last, &progress.work(&last.name)) != State::Passed
    {
        return Next::GoOn(last);
    }
    match after(exercises, progress, last) {
        Some(next) if next.after.is_none() => Next::Begin(next),
        Some(further) => Next::More(further),
        None => Next::AllPassed,
    }
}

/// The exercise to go to from `here`, whether `here` has passed or not: the next one in their order that hasn't, and after
/// the last one those before it. Further steps come when all others have passed.
pub(crate) fn after<'e>(
    exercises: &'e [Exercise],
    progress: &Progress,
    here: Option<&Exercise>,
) -> Option<&'e Exercise> {
    let here = here.map(|here| (here.order, &*here.name));
    let others = exercises.iter().filter(|it| Some((it.order, &*it.name)) != here);
    let (later, earlier): (Vec<_>, Vec<_>) = others.partition(|it| Some((it.order, &*it.name)) > here);
    let open = |it: &&Exercise| !State::of(it, &progress.work(&it.name)).has_passed();
    let of_kind = |is_further: bool| {
        let mut in_order = later.iter().chain(&earlier).copied();
        in_order.find(|it| it.after.is_some() == is_further && open(it))
    };
    of_kind(false).or_else(|| of_kind(true))
}

/// The names that are most like `name`, if any is, and a few that it's a part of.
pub(crate) fn nearest(name: &str, names: &[&str]) -> Vec<String> {
    // Whoever types a part of a name means it: `room` is in `join-room`.
    let within = names.iter().filter(|other| name.len() > 2 && other.contains(name));
    let distance = |other: &&&str| strsim::damerau_levenshtein(name, other);
    let best = names.iter().map(|other| distance(&other)).min().unwrap_or_default();
    let all = names.iter().filter(|other| distance(other) == best && best <= 1 + name.chars().count() / 3);
    let mut nearest: Vec<String> = Vec::new();
    for other in all.chain(within).take(3) {
        if !nearest.iter().any(|it| it == other) {
            nearest.push((*other).to_owned());
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_names_are_suggested() {
        let names = ["broadcast", "join-room", "leave-room", "own-room", "chat", "chat-message"];
        let of = |name: &str| nearest(name, &names).join(" ");
        assert_eq!(of("brodcast"), "broadcast");
        assert_eq!(of("join_room"), "join-room");
        assert_eq!(of("message"), "chat-message");
        assert_eq!(of("room"), "join-room leave-room own-room");
        assert_eq!(of("caht"), "chat");
        assert_eq!(of("typescript"), "");
        assert_eq!(of(""), "");
    }
}
