//! The verdict as the page draws it: what the terminal says, and both plays of the first scene that fails.

use builder::Diagnostic;
use grader::{Exercise, Played, SceneVerdict, Verdict, checksum, line_to_look_at};
use scenario::ServerEvent;
use serde::Serialize;
use site::{Comparison, ListedExercise, compare, listed};

use crate::check::{Checked, Graded, Outcome};
use crate::compiler::without_root;

/// How many of the compiler's messages are shown: the first few are the ones to begin with.
const MOST_MESSAGES: usize = 20;

/// How many lines of the log are shown.
const MOST_LOG: usize = 200;

/// What came of a check.
#[derive(Debug, Default, Serialize)]
pub(super) struct VerdictView {
    passed: bool,
    /// The verdict in a sentence.
    sentence: String,
    /// The version of the file that was checked.
    version: String,
    /// The file was saved while it was checked: the verdict is about neither text for sure.
    saved_meanwhile: bool,
    /// Why it isn't kept, if it isn't.
    not_kept: Option<String>,
    milliseconds: u128,
    /// What the server does and why, a sentence or two each.
    diagnosis: Vec<String>,
    /// The line of the learner's file to look at.
    line: Option<usize>,
    /// What the compiler says.
    compiler: Vec<MessageView>,
    /// The first scene that fails.
    failing: Option<FailingScene>,
    /// The other scenes that don't pass.
    others: Vec<OtherScene>,
    /// Stages that come later.
    later: Vec<String>,
    /// What the server logged, line by line: in the scene that fails, or in one that passed.
    log: Vec<String>,
    /// What its code printed in the same scene.
    output: String,
    /// What to look at in the solution, after a pass.
    look: String,
    /// What goes on from this exercise, and what comes next, after a pass.
    next: Vec<ListedExercise>,
    /// Why it was built in the slow way, if it was.
    slow: Option<String>,
}

/// A message of the compiler.
#[derive(Debug, Serialize)]
struct MessageView {
    /// `error` or `warning`.
    level: String,
    code: Option<String>,
    /// As rustc prints it.
    text: String,
    /// Its line, if it is about the file that the page shows.
    line: Option<usize>,
    advice: Option<&'static str>,
    /// Where the book says more, from its top.
    page: Option<String>,
}

#[derive(Debug, Serialize)]
struct FailingScene {
    name: String,
    title: String,
    /// The command that shows all of it.
    command: String,
    plays: Comparison,
}

#[derive(Debug, Serialize)]
struct OtherScene {
    name: String,
    title: String,
    /// `failed` or `not-run`.
    state: &'static str,
}

/// What the page shows of a check.
pub(super) fn view(exercise: &Exercise, exercises: &[Exercise], checked: &Checked) -> VerdictView {
    let view = VerdictView {
        passed: checked.passed(),
        version: checksum(&checked.source.text),
        saved_meanwhile: checked.saved_meanwhile,
        not_kept: checked.kept.as_ref().err().map(ToString::to_string),
        milliseconds: checked.time.as_millis(),
        ..VerdictView::default()
    };
    match &checked.outcome {
        Outcome::DoesNotCompile(said) => {
            let errors = said.iter().filter(|it| it.is_error() && it.is_about_code()).count();
            let count = if errors == 1 { "1 error".to_owned() } else { format!("{errors} errors") };
            let sentence = format!("✗ Your code doesn't compile: {count}.");
            VerdictView { sentence, compiler: messages(exercise, said), ..view }
        }
        Outcome::NotGraded(why) => {
            let sentence = format!("✗ It can't be graded: {why}. `git restore` brings the file back.");
            VerdictView { sentence, ..view }
        }
        Outcome::Graded(graded) => of_graded(view, exercise, exercises, graded, &checked.source.text),
    }
}

fn of_graded(
    view: VerdictView,
    exercise: &Exercise,
    exercises: &[Exercise],
    graded: &Graded,
    source: &str,
) -> VerdictView {
    let verdict = &graded.verdict;
    let slow = graded.fell_back.as_ref().map(|why| format!("Built with cargo, which takes longer: {why}."));
    let view = VerdictView { compiler: messages(exercise, &graded.warnings), slow, ..view };
    if !verdict.tampered.is_empty() {
        let sentence = "✗ The files that grade this exercise were changed. `git restore` brings them back.";
        return VerdictView { sentence: sentence.to_owned(), diagnosis: verdict.tampered.clone(), ..view };
    }
    let told = of_scenes(view, exercise, verdict);
    if verdict.failed() == 0 {
        let sentence = format!("✓ All {} scenes pass.", verdict.passed());
        let look = exercise.look.clone();
        return VerdictView { sentence, look, next: next(exercise, exercises), ..told };
    }
    let stage = verdict.stage(exercise);
    let later = stage.map_or(&[][..], |stage| &exercise.stages[stage + 1..]);
    VerdictView {
        sentence: format!("✗ {} pass.", verdict.score(exercise)),
        diagnosis: verdict.diagnosis.sentences(exercise),
        line: line_to_look_at(exercise, verdict, source),
        later: later.iter().map(|stage| stage.name.clone()).collect(),
        ..told
    }
}

/// The scenes: the first that fails in full, the others by their names, and what the server said in one of them.
fn of_scenes(mut view: VerdictView, exercise: &Exercise, verdict: &Verdict) -> VerdictView {
    let mut passing: Vec<&Played> = Vec::new();
    for (scene, one) in &verdict.scenes {
        let other = |state| OtherScene { name: scene.name.clone(), title: scene.title.clone(), state };
        match one {
            SceneVerdict::Passed(played) => passing.push(played),
            SceneVerdict::NotPlayed => view.others.push(other("not-run")),
            SceneVerdict::Failed { .. } if view.failing.is_some() => view.others.push(other("failed")),
            SceneVerdict::Failed { played, expected, .. } => {
                view.failing = Some(FailingScene {
                    name: scene.name.clone(),
                    title: scene.title.clone(),
                    command: format!("cargo test -p {} {} -- --nocapture", exercise.name, scene.name),
                    plays: compare(exercise, expected, &played.transcript),
                });
                said(&mut view, played);
            }
        }
    }
    if view.failing.is_none() {
        // A panic that failed no scene must be seen all the same.
        let panicked = passing.iter().find(|played| played.thread_panicked());
        if panicked.is_some() {
            view.diagnosis.push(
                "A thread that your code started has panicked. No client notices, so the scene passes. Fix it all the same."
                    .to_owned(),
            );
        }
        let any = passing.iter().find(|played| !played.output.is_empty() || !log(played).is_empty());
        if let Some(played) = panicked.or(any) {
            said(&mut view, played);
        }
    }
    view
}

fn said(view: &mut VerdictView, played: &Played) {
    view.log = log(played);
    view.output.clone_from(&played.output);
}

fn log(played: &Played) -> Vec<String> {
    let events = played.transcript.steps.iter().flat_map(|step| &step.server);
    let logged = events.filter_map(|event| match event {
        ServerEvent::Log(log) => Some(log.to_string()),
        _ => None,
    });
    logged.take(MOST_LOG).collect()
}

/// The compiler's messages that are about some code, errors first.
fn messages(exercise: &Exercise, said: &[Diagnostic]) -> Vec<MessageView> {
    let file = exercise.source_file();
    let about_code = said.iter().filter(|message| message.is_about_code());
    let view = |message: &Diagnostic| MessageView {
        level: message.level.clone(),
        code: message.code.clone(),
        text: without_root(exercise.root(), message.rendered.trim_end()),
        line: message.line_in(&file),
        advice: message.advice.map(|advice| advice.sentence),
        page: message.advice.and_then(|advice| advice.page).map(|page| page.replace(".md", ".html")),
    };
    about_code.take(MOST_MESSAGES).map(view).collect()
}

/// What goes on from this exercise, and the next one.
fn next(exercise: &Exercise, exercises: &[Exercise]) -> Vec<ListedExercise> {
    let here = (exercise.order, &exercise.name);
    let mut later: Vec<_> = exercises.iter().filter(|other| (other.order, &other.name) > here).collect();
    let goes_on = |other: &&&Exercise| other.after.as_ref() == Some(&exercise.name);
    let (more, next) = (later.iter().find(goes_on), later.iter().find(|other| other.after.is_none()));
    later = more.into_iter().chain(next).copied().collect();
    later.into_iter().flat_map(|it| listed(std::slice::from_ref(it))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_about_the_file_of_the_page_has_its_line() {
        let exercises = grader::exercises(&grader::root()).unwrap();
        let exercise = exercises.iter().find(|it| it.name == "broadcast").unwrap();
        let said = |place: Option<&str>| Diagnostic {
            level: "error".into(),
            code: Some("E0425".into()),
            rendered: format!("error: x\n --> {}:7:1\n", place.unwrap_or("nowhere")),
            place: place.map(|place| (place.into(), 7)),
            advice: None,
        };
        let file = exercise.source_file().display().to_string();
        let all = [said(Some(&file)), said(Some("exercises/chat/broadcast/src/rooms.rs")), said(None)];
        let messages = messages(exercise, &all);
        assert_eq!(messages.iter().map(|it| it.line).collect::<Vec<_>>(), [Some(7), None]);
        assert!(
            messages[0].text.ends_with("--> exercises/chat/broadcast/src/lib.rs:7:1"),
            "{}",
            messages[0].text
        );
    }

    #[test]
    fn after_a_pass_come_the_further_step_and_the_next_exercise() {
        let mut exercises = grader::exercises(&grader::root()).unwrap();
        // Another may come between them one day.
        exercises.retain(|it| ["broadcast", "typing", "heartbeat", "join-room"].contains(&it.name.as_str()));
        let after = |name: &str| {
            let exercise = exercises.iter().find(|it| it.name == name).unwrap();
            next(exercise, &exercises).into_iter().map(|it| it.name).collect::<Vec<_>>()
        };
        assert_eq!(after("broadcast"), ["typing", "heartbeat"]);
        assert_eq!(after("heartbeat"), ["join-room"], "in the next part");
        assert_eq!(after("join-room"), [""; 0]);
    }
}
