//! Two plays of one scene, to be seen beside each other: what is expected, and what happened.

use std::ops::Range;

use grader::Exercise;
use scenario::Transcript;
use serde::Serialize;

use crate::difference::difference;
use crate::draw;
use crate::step_view::{StepView, step_view};

/// How many steps are shown before the first that differs, and how many from there on. A long scene has a hundred.
const BEFORE: usize = 3;
const FROM: usize = 3;

/// Longer steps aren't drawn: a server that floods its clients would flood the page.
const LONGEST_DRAWING: usize = 64 * 1024;

/// Two plays of one scene.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// What is expected.
    pub expected: Play,
    /// What happened.
    pub actual: Play,
    /// The number of the first step that is shown, counted from 1.
    pub from: usize,
    /// How many steps the scene has.
    pub all: usize,
}

/// Some steps of a play, drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Play {
    /// The style of what is around them.
    pub style: String,
    /// The names above them.
    pub names: String,
    /// The steps. Each says where it differs from the other play's.
    pub steps: Vec<StepView>,
    /// Why the play ended early, as a sentence, if it did.
    pub error: Option<String>,
}

/// Compares what is expected with what happened, around the first step that differs.
pub fn compare(exercise: &Exercise, expected: &Transcript, actual: &Transcript) -> Comparison {
    let mut columns = expected.clients.clone();
    columns.extend(actual.clients.iter().filter(|client| !expected.clients.contains(client)).cloned());
    let all = expected.steps.len().max(actual.steps.len());
    let steps = difference(exercise, expected, actual).steps;
    let first = steps.iter().position(|step| !step.is_empty()).unwrap_or_default();
    let shown =
        if all <= BEFORE + FROM { 0..all } else { first.saturating_sub(BEFORE)..all.min(first + FROM) };
    Comparison {
        expected: play(exercise, &columns, expected, actual, shown.clone()),
        actual: play(exercise, &columns, actual, expected, shown.clone()),
        from: shown.start + 1,
        all,
    }
}

fn play(
    exercise: &Exercise,
    columns: &[String],
    played: &Transcript,
    other: &Transcript,
    shown: Range<usize>,
) -> Play {
    let difference = difference(exercise, other, played);
    let numbers: Vec<_> = shown.collect();
    let (style, names) = draw::frame(columns, played, &numbers);
    let view = |number: &usize| step_view(exercise, columns, played, *number, Some(&difference));
    let steps = numbers.iter().filter_map(view).map(bounded).collect();
    Play { style, names, steps, error: played.error_sentence() }
}

/// The step, or that it can't be drawn.
fn bounded(step: StepView) -> StepView {
    let length: usize = step.lines.iter().map(String::len).sum();
    if step.html.len().max(length) <= LONGEST_DRAWING {
        return step;
    }
    let sentence =
        format!("{} things happen in this step: too many, or too long, to be drawn.", step.lines.len());
    StepView {
        html: format!(
            "<li class=\"step\"><span class=\"number\" aria-hidden=\"true\"></span><p>{sentence}</p></li>"
        ),
        lines: vec![sentence],
        difference: None,
        ..step
    }
}

#[cfg(test)]
mod tests {
    use scenario::Scene;

    use super::*;

    fn exercise() -> Exercise {
        let all = grader::exercises(&grader::root()).unwrap();
        all.into_iter().find(|exercise| exercise.name == "broadcast").unwrap()
    }

    fn played(scene: &Scene, server: &str) -> Transcript {
        harness::play(scene, &solutions::server(&format!("broadcast/{server}")).unwrap()).unwrap()
    }

    #[test]
    fn each_play_says_where_it_differs_from_the_other() {
        let scene = Scene::new("x", "x").connect(["ada", "bob"]).emit("ada", "say", "hi");
        let both = compare(&exercise(), &played(&scene, "solution"), &played(&scene, "io-emit"));
        assert_eq!((both.from, both.all), (1, 2));
        let last = |play: &Play| {
            let step = play.steps.last().unwrap();
            let difference = step.difference.clone().unwrap();
            let extra: Vec<_> = difference.extra.iter().map(|line| step.lines[*line].clone()).collect();
            (extra, difference.missing)
        };
        let (silence, hears) =
            (vec!["ada hears nothing".to_owned()], vec!["ada hears said \"hi\"".to_owned()]);
        assert_eq!(last(&both.expected), (silence.clone(), hears.clone()));
        assert_eq!(last(&both.actual), (hears, silence));
        assert!(both.actual.steps[0].difference.is_none());
        assert!(both.expected.names.contains("data-name=\"bob\""), "{}", both.expected.names);
    }

    #[test]
    fn of_a_long_scene_only_what_stands_around_the_difference_is_shown() {
        let mut scene = Scene::new("x", "x").connect(["ada", "bob"]);
        for _ in 0..9 {
            scene = scene.wait(1);
        }
        scene = scene.emit("ada", "say", "hi").wait(1).wait(1).wait(1).wait(1);
        let both = compare(&exercise(), &played(&scene, "solution"), &played(&scene, "io-emit"));
        assert_eq!((both.from, both.all), (8, 15));
        assert_eq!(both.expected.steps.len(), BEFORE + FROM);
        assert!(both.actual.steps[BEFORE].difference.is_some());
    }

    #[test]
    fn a_flood_is_told_and_not_drawn() {
        let scene = Scene::new("x", "x").connect(["ada", "bob"]).emit(
            "ada",
            "say",
            "x".repeat(LONGEST_DRAWING).as_str(),
        );
        let both = compare(&exercise(), &played(&scene, "solution"), &played(&scene, "io-emit"));
        let last = both.actual.steps.last().unwrap();
        assert!(last.html.len() < 300 && last.lines[0].contains("too long"), "{:?}", last.lines);
    }
}
