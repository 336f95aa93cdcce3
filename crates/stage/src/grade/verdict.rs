//! The verdict: what was expected against what happened, and which wrong answer it is. Pure.

use similar::{ChangeTag, TextDiff};

use crate::{Exercise, Kept, STARTER};

/// Reads a log line for what it says: many wordings, one meaning. It is given the step that the line was logged in, as it
/// stands in the transcript, and the line. `None`: it says nothing that is graded.
pub type ReadLog = fn(step: &str, line: &str) -> Option<String>;

/// How a log line stands in a transcript's text.
const LOGS: &str = "  server logs: ";

/// What counts of a transcript's text: its log lines are read where the log is graded, and left out where it is not.
pub fn graded_text(text: &str, read_log: Option<ReadLog>) -> String {
    read_lines(text, read_log).filter_map(|(_, graded)| graded).collect::<Vec<_>>().join("\n")
}

/// The lines of a transcript's text, each with what counts of it.
fn read_lines(text: &str, read_log: Option<ReadLog>) -> impl Iterator<Item = (&str, Option<String>)> {
    let mut step = "";
    text.lines().map(move |line| {
        if !line.starts_with(' ') {
            step = line;
        }
        let graded = match line.strip_prefix(LOGS) {
            None => Some(line.to_owned()),
            Some(log) => read_log.and_then(|read| read(step, log)).map(|log| format!("{LOGS}{log}")),
        };
        (line, graded)
    })
}

/// A line of the comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// Where it stands.
    pub side: Side,
    /// The line.
    pub text: String,
}

/// Where a line of the comparison stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// In both.
    Both,
    /// Only in what was expected.
    Expected,
    /// Only in what happened.
    Yours,
    /// In what happened, and not graded: the server's own log lines.
    Aside,
}

/// Compares the text that was expected with the text of what happened, line by line. What happens after the step with the
/// last difference is left out.
pub fn compare(expected: &str, yours: &str, read_log: Option<ReadLog>) -> Vec<DiffLine> {
    let mut asides = asides(yours, read_log);
    // Every line with its end, or the last one would differ for want of it.
    let text = |text| graded_text(text, read_log) + "\n";
    let (expected, yours) = (text(expected), text(yours));
    let diff = TextDiff::from_lines(&expected, &yours);
    let mut lines = Vec::new();
    for change in diff.iter_all_changes() {
        let side = match change.tag() {
            ChangeTag::Equal => Side::Both,
            ChangeTag::Delete => Side::Expected,
            ChangeTag::Insert => Side::Yours,
        };
        if let Some(index) = change.new_index() {
            while asides.first().is_some_and(|(before, _)| *before <= index) {
                lines.push(DiffLine { side: Side::Aside, text: asides.remove(0).1 });
            }
        }
        lines.push(DiffLine { side, text: change.value().trim_end_matches('\n').to_owned() });
    }
    lines.extend(asides.into_iter().map(|(_, text)| DiffLine { side: Side::Aside, text }));
    let last = lines.iter().rposition(|line| matches!(line.side, Side::Expected | Side::Yours));
    let Some(last) = last else { return lines };
    // The step that the last difference is in is shown to its end.
    let rest = lines[last + 1..].iter().position(|line| !line.text.starts_with(' '));
    if let Some(rest) = rest {
        lines.truncate(last + 1 + rest);
    }
    lines
}

/// The log lines that are not graded: each with the graded line that it stands before.
fn asides(text: &str, read_log: Option<ReadLog>) -> Vec<(usize, String)> {
    let (mut asides, mut graded) = (Vec::new(), 0);
    for (line, counts) in read_lines(text, read_log) {
        match counts {
            None => asides.push((graded, line.to_owned())),
            Some(_) => graded += 1,
        }
    }
    asides
}

/// A wrong answer's kept transcripts.
#[derive(Debug, Clone)]
pub struct KnownWrong {
    /// Its name; [`STARTER`] for the exercise as shipped.
    pub name: String,
    /// What each scene plays as.
    pub kept: Vec<Kept>,
}

/// What a scene was expected to be and what it was, as texts of which only what counts is left.
#[derive(Debug, Clone, Copy)]
pub struct Scored<'a> {
    /// The scene's name.
    pub scene: &'a str,
    /// What was expected.
    pub expected: &'a str,
    /// What happened.
    pub yours: &'a str,
}

/// The wrong answers that do what was done here, by name: those that agree in every scene if there are any, else those
/// that agree in every scene that failed.
///
/// Several can behave alike. Then the learner's code decides what to call it: `as_shipped` if it was not touched, else
/// the wrong answer whose `code` (in `exercise.toml`) stands in `source`, the longest one; else those without a `code`.
pub fn recognise<'a>(
    known: &'a [KnownWrong],
    exercise: &Exercise,
    scored: &[Scored<'_>],
    read_log: Option<ReadLog>,
    as_shipped: bool,
    source: &str,
) -> Vec<&'a str> {
    let agrees = |wrong: &KnownWrong, s: &Scored<'_>| {
        let kept = wrong.kept.iter().find(|kept| kept.scene.name == s.scene);
        kept.is_some_and(|kept| graded_text(&kept.text, read_log) == s.yours)
    };
    let failed: Vec<_> = scored.iter().filter(|s| s.expected != s.yours).collect();
    if failed.is_empty() {
        return Vec::new();
    }
    let known = || known.iter().filter(|wrong| as_shipped || wrong.name != STARTER);
    let mut alike: Vec<_> = known().filter(|wrong| scored.iter().all(|s| agrees(wrong, s))).collect();
    if alike.is_empty() {
        alike = known().filter(|wrong| failed.iter().all(|s| agrees(wrong, s))).collect();
    }
    let names: Vec<_> = alike.into_iter().map(|wrong| wrong.name.as_str()).collect();
    if as_shipped && names.contains(&STARTER) {
        return vec![STARTER];
    }
    if names.len() > 1 {
        let source = squeezed(source);
        let code_of = |name: &str| exercise.wrong.iter().find(|wrong| wrong.name == name)?.code.as_deref();
        // The longest piece of code that stands there; failing that, those that no code is known of.
        let written = |name: &str| match code_of(name).map(squeezed) {
            Some(code) if source.contains(&code) => Some(code.len()),
            Some(_) => None,
            None => Some(0),
        };
        let best = names.iter().filter_map(|name| written(name)).max();
        if best.is_some() {
            return names.into_iter().filter(|name| written(name) == best).collect();
        }
    }
    names
}

/// Code without its comments and its white space.
fn squeezed(code: &str) -> String {
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.flat_map(str::chars).filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Act, Heard, Line, Note, ROOT, Scene, Starter, Step, Transcript, Verdict, Wrong};

    fn kept(scene: &str, text: &str) -> Kept {
        Kept { scene: Scene::new(scene, scene), text: text.to_owned() }
    }

    fn exercise(wrong: &[(&str, Option<&str>)]) -> Exercise {
        Exercise {
            name: "x".into(),
            part: "p".into(),
            title: "t".into(),
            question: "q".into(),
            page: "p/x.md".into(),
            task: "t".into(),
            minutes: 1,
            logs: false,
            hints: vec!["h".into()],
            starter: Starter { why: "w".into() },
            wrong: wrong
                .iter()
                .map(|(name, code)| Wrong {
                    name: (*name).into(),
                    claim: "c".into(),
                    why: "w".into(),
                    verdict: Verdict::Wrong,
                    code: code.map(Into::into),
                })
                .collect(),
        }
    }

    fn known(wrong: &[(&str, &[(&str, &str)])]) -> Vec<KnownWrong> {
        let one = |(name, scenes): &(&str, &[(&str, &str)])| KnownWrong {
            name: (*name).into(),
            kept: scenes.iter().map(|(scene, text)| kept(scene, text)).collect(),
        };
        wrong.iter().map(one).collect()
    }

    #[test]
    fn a_wrong_answer_is_known_by_what_it_does() {
        let known =
            known(&[("all", &[("a", "everyone"), ("b", "x")]), ("none", &[("a", "nobody"), ("b", "x")])]);
        let scored = [Scored { scene: "a", expected: "others", yours: "nobody" }];
        assert_eq!(recognise(&known, &exercise(&[]), &scored, None, false, ""), ["none"]);
        let scored = [Scored { scene: "a", expected: "others", yours: "others" }];
        assert!(recognise(&known, &exercise(&[]), &scored, None, false, "").is_empty(), "it is right");
    }

    #[test]
    fn of_those_that_behave_alike_the_code_decides() {
        let known = known(&[
            (STARTER, &[("a", "nobody")]),
            ("to-id", &[("a", "nobody")]),
            ("forgot", &[("a", "nobody")]),
        ]);
        let exercise = exercise(&[("to-id", Some("io.to(")), ("forgot", None)]);
        let scored = [Scored { scene: "a", expected: "others", yours: "nobody" }];
        assert_eq!(recognise(&known, &exercise, &scored, None, true, ""), [STARTER]);
        assert_eq!(recognise(&known, &exercise, &scored, None, false, "io .to (id)"), ["to-id"]);
        assert_eq!(recognise(&known, &exercise, &scored, None, false, "// io.to("), ["forgot"], "a comment");
    }

    #[test]
    fn agreeing_where_it_failed_is_enough() {
        let known = known(&[("all", &[("a", "everyone"), ("b", "also wrong")])]);
        let scored = [
            Scored { scene: "a", expected: "others", yours: "everyone" },
            Scored { scene: "b", expected: "fine", yours: "fine" },
        ];
        assert_eq!(recognise(&known, &exercise(&[]), &scored, None, false, ""), ["all"]);
    }

    fn says_hi(lines: Vec<Line>, logs: &[&str]) -> Transcript {
        let step =
            Step::Emit { client: "ada".into(), ns: ROOT.into(), event: "say".into(), args: "hi".into() };
        let server = logs.iter().map(|log| Note::Logs((*log).into())).collect();
        let heard = vec![Heard { client: "ada".into(), lines, gone: false, frames: vec![] }];
        let quiet = Step::Wait { seconds: 1 };
        let acts = vec![Act { step, server, heard }, Act { step: quiet, server: vec![], heard: vec![] }];
        Transcript { cast: vec!["ada".into()], acts, trouble: None }
    }

    #[test]
    fn the_comparison_keeps_the_log_and_ends_with_the_last_different_step() {
        let heard = Line::Hears { ns: ROOT.into(), event: "said".into(), args: "hi".into() };
        let yours = says_hi(vec![heard], &["got hi"]);
        let expected = says_hi(vec![], &[]).to_string();
        let lines: Vec<_> =
            compare(&expected, &yours.to_string(), None).into_iter().map(|l| (l.side, l.text)).collect();
        assert_eq!(
            lines,
            [
                (Side::Both, "ada emits say \"hi\"".to_owned()),
                (Side::Expected, "  ada hears nothing".to_owned()),
                (Side::Aside, "  server logs: got hi".to_owned()),
                (Side::Yours, "  ada hears said \"hi\"".to_owned()),
            ]
        );
    }

    #[test]
    fn a_log_that_is_graded_is_read_first() {
        let yours = says_hi(vec![], &["Ada SAID hi", "by the way"]).to_string();
        let read: ReadLog = |_, line| line.contains("SAID").then(|| line.to_lowercase());
        let text = graded_text(&yours, Some(read));
        assert!(text.contains("server logs: ada said hi") && !text.contains("by the way"), "{text}");
        assert!(!graded_text(&yours, None).contains("logs"));
    }
}
