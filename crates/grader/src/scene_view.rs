//! A scene that failed, in as many lines as there are: what the clients did, what was expected and what happened.

use console::Style;
use scenario::text::{list, outcome};
use scenario::{
    Change, ClientChange, Difference, LogEvent, Outcome, ServerEvent, Side, StepDifference, StepResult,
    Transcript,
};

use crate::LogRule;
use crate::log::graded;
use crate::page::{Page, shorten};

/// How much of a step is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// What the clients did, and everything that came of it.
    All,
    /// What the clients did, and what differs.
    Changes,
    /// What the clients did.
    Step,
}

/// A scene that failed.
pub(crate) struct SceneView<'v> {
    /// What happened.
    pub(crate) played: &'v Transcript,
    /// How it differs from what was expected.
    pub(crate) difference: &'v Difference,
    /// How the log is graded.
    pub(crate) rules: &'v [LogRule],
    /// The exercise's folder, for the places of panics.
    pub(crate) path: &'v str,
}

impl SceneView<'_> {
    /// The scene in at most `rows` lines, if it can be. What is left out is said.
    pub(crate) fn fit(&self, page: &Page, rows: usize) -> Page {
        let steps = &self.difference.steps;
        let Some(first) = steps.iter().position(|step| !step.is_empty()) else { return page.another() };
        // A play that ended early has nothing behind its end.
        let ends = self.played.error.is_some().then(|| self.played.steps.len().saturating_sub(1));
        let last = self.difference.last_step().unwrap_or(first).min(ends.unwrap_or(usize::MAX)).max(first);
        let tries =
            [(0, Detail::All), (0, Detail::Step)].into_iter().map(|(from, before)| (from, before, last));
        // To say that one step is left out takes as much room as the step.
        let from = if first == 1 { 0 } else { first };
        let later = (first..=last).rev().map(|to| (from, Detail::Step, to));
        let mut view = page.another();
        for (from, before, to) in tries.chain(later) {
            view = self.view(page, from, before, (first, to), Detail::All);
            if view.lines.len() <= rows {
                return view;
            }
        }
        let brief = self.view(page, from, Detail::Step, (first, first), Detail::Changes);
        if brief.lines.len() <= rows { brief } else { cut(brief, rows, view.width) }
    }

    /// Everything, however long.
    pub(crate) fn whole(&self, page: &Page) -> Page {
        let last = self.difference.steps.len().saturating_sub(1);
        self.view(page, 0, Detail::All, (0, last), Detail::All)
    }

    /// The steps `from` ..= `to`; those before the `first` that differs with less `before` them.
    fn view(
        &self,
        page: &Page,
        from: usize,
        before: Detail,
        (first, to): (usize, usize),
        detail: Detail,
    ) -> Page {
        let (mut view, faint) = (page.another(), Style::new().dim());
        let steps = &self.difference.steps;
        match from {
            0 => {}
            1 => view.styled("  … ", "the step before this one is as expected", &faint),
            n => view.styled("  … ", &format!("{n} steps before this one are as expected"), &faint),
        }
        for (i, step) in steps.iter().enumerate().take(to + 1).skip(from) {
            self.step(&mut view, i, step, if i < first { before } else { detail });
        }
        let rest = &steps[to + 1..];
        let differ = rest.iter().filter(|step| !step.is_empty()).count();
        if self.played.error.is_some() && differ == rest.len() {
            return view;
        }
        match (rest.len(), differ) {
            (0, _) => {}
            (_, 0) => view.styled("  ", "(the rest is as expected)", &faint),
            (1, _) => view.styled("  … ", "the next step differs, too", &faint),
            (n, differ) if n == differ => {
                view.styled("  … ", &format!("the next {n} steps differ, too"), &faint);
            }
            (n, 1) => view.styled("  … ", &format!("{n} more steps, of which one differs"), &faint),
            (n, differ) => view.styled("  … ", &format!("{n} more steps, of which {differ} differ"), &faint),
        }
        view
    }

    fn step(&self, view: &mut Page, i: usize, step: &StepDifference, detail: Detail) {
        view.text("  ", &shorten(&step.step.to_string()));
        if detail == Detail::Step {
            return;
        }
        let (good, bad, faint) = (Style::new().green(), Style::new().red(), Style::new().dim());
        let (lines, ungraded) = self.lines(i, step);
        let mut as_expected = 0;
        for (word, line) in ungraded.into_iter().filter(|_| detail == Detail::All) {
            view.styled(word, &shorten(&line), &faint);
        }
        for Change { side, item } in lines {
            let item = shorten(&item);
            match side {
                Side::Expected => view.styled("    expected: ", &item, &good),
                Side::Actual => view.styled("    got:      ", &item, &bad),
                Side::Both if detail == Detail::All => view.text("              ", &item),
                Side::Both => as_expected += 1,
            }
        }
        match as_expected {
            0 => {}
            1 => view.styled("              ", "(and one line as expected)", &faint),
            n => view.styled("              ", &format!("(and {n} lines as expected)"), &faint),
        }
    }

    /// The lines of a step; and what the server did that isn't graded, each with a word before it.
    fn lines(&self, i: usize, step: &StepDifference) -> (Vec<Change<String>>, Vec<(&'static str, String)>) {
        let mut step = step.clone();
        let Some(result) = self.played.steps.get(i) else { return (grouped(step), Vec::new()) };
        let (mut raw, mut ungraded) = (Vec::new(), Vec::new());
        for event in &result.server {
            match self.as_written(result, event) {
                Ok(event) => raw.push(event),
                Err(line) => ungraded.push(line),
            }
        }
        // How the process has ended isn't compared, but it's worth knowing.
        for change in step.error.iter_mut().filter(|change| change.side != Side::Expected) {
            change.item = self.played.error.clone().unwrap_or_else(|| change.item.clone());
        }
        let mut raw = raw.into_iter();
        for change in step.server.iter_mut().filter(|change| change.side != Side::Expected) {
            if let Some(event) = raw.next() {
                change.item = event;
            }
        }
        (grouped(step), ungraded)
    }

    /// Where a panic happened, as the learner finds it from the workspace's folder.
    fn place(&self, at: &str) -> String {
        if at.starts_with("src/") { format!("{}/{at}", self.path) } else { at.to_owned() }
    }

    /// An event of the server's, as the learner wrote it or can find it; or the text of one that isn't graded.
    fn as_written(
        &self,
        result: &StepResult,
        event: &ServerEvent,
    ) -> Result<ServerEvent, (&'static str, String)> {
        let alone = StepResult { server: vec![event.clone()], clients: Vec::new(), ..result.clone() };
        let alone = Transcript { clients: self.played.clients.clone(), steps: vec![alone], error: None };
        let read = graded(&alone, self.rules).steps.remove(0).server.pop();
        match (event, read) {
            (ServerEvent::Log(line), Some(ServerEvent::Log(read))) => {
                let lacks = if read.message.starts_with("someone ") { " (names nobody)" } else { "" };
                let message = format!("{}{lacks}", quoted(line));
                Ok(ServerEvent::Log(LogEvent { message, ..LogEvent::default() }))
            }
            (ServerEvent::Log(line), _) => Err(("    (log)     ", quoted(line))),
            (ServerEvent::Panic { message, at }, _) => {
                Ok(ServerEvent::Panic { message: message.clone(), at: self.place(at) })
            }
            (ServerEvent::ClientPanic { message, at }, _) => {
                Ok(ServerEvent::ClientPanic { message: message.clone(), at: self.place(at) })
            }
            (other, Some(_)) => Ok(other.clone()),
            (other, None) => Err(("    (note)    ", other.to_string())),
        }
    }
}

/// The lines of a step, where clients to which the same comes share a line.
fn grouped(mut step: StepDifference) -> Vec<Change<String>> {
    let mut groups: Vec<(Vec<String>, Vec<ClientChange>)> = Vec::new();
    for (client, changes) in std::mem::take(&mut step.clients) {
        match groups.iter_mut().find(|(_, known)| *known == changes) {
            Some((clients, _)) => clients.push(client),
            None => groups.push((vec![client], changes)),
        }
    }
    // What the server did stands before them, and how the play ended behind them.
    let error = std::mem::take(&mut step.error);
    let mut lines = step.lines();
    for (clients, changes) in groups {
        for change in changes {
            let event = change.item.as_ref().map_or(Outcome::Nothing, Outcome::Event);
            let mut sentence = outcome(&list(&clients), event);
            if clients.len() > 1 {
                sentence.verb = plural(sentence.verb);
            }
            lines.push(Change { side: change.side, item: sentence.to_string() });
        }
    }
    step.error = error;
    step.server.clear();
    lines.extend(step.lines());
    lines
}

fn plural(verb: &'static str) -> &'static str {
    match verb {
        "hears" => "hear",
        "is" => "are",
        "isn't" => "aren't",
        "gets" => "get",
        "loses" => "lose",
        other => other,
    }
}

fn quoted(line: &LogEvent) -> String {
    format!("“{line}”")
}

/// The first lines of a view that is too long, and how many there are more.
fn cut(mut view: Page, rows: usize, width: usize) -> Page {
    let left_out = view.lines.len() - rows.saturating_sub(1).min(view.lines.len());
    view.lines.truncate(rows.saturating_sub(1));
    view.width = width;
    view.styled("  … ", &format!("{left_out} more lines"), &Style::new().dim());
    view
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenario::{ClientEvent, ClientOutcome, Scene};

    fn hears(text: &str) -> Vec<ClientEvent> {
        vec![ClientEvent::Event { ns: "/".into(), event: "said".into(), args: text.into() }]
    }

    /// Ada says `texts` to herself, one after the other. In each step the server does what `server` says.
    fn transcript(texts: &[&str], server: &[ServerEvent]) -> Transcript {
        let step = |text: &&str| StepResult {
            step: Scene::new("s", "s").emit("ada", "say", "hi").steps.remove(0),
            server: server.to_vec(),
            clients: vec![ClientOutcome {
                client: "ada".into(),
                events: if text.is_empty() { Vec::new() } else { hears(text) },
                left: false,
                frames: Vec::new(),
            }],
        };
        Transcript { clients: vec!["ada".into()], steps: texts.iter().map(step).collect(), error: None }
    }

    fn fit(expected: &Transcript, played: &Transcript, rules: &[LogRule], rows: usize) -> Vec<String> {
        let difference = Difference::between(&graded(expected, rules), &graded(played, rules));
        let view = SceneView { played, difference: &difference, rules, path: "exercises/chat/x" };
        let lines = view.fit(&Page::default(), rows).lines;
        assert!(lines.len() <= rows, "{lines:?}");
        lines
    }

    const STEP: &str = "  ada emits say \"hi\"";
    const RIGHT: &str = "              ada hears said \"a\"";
    const EXPECTED: &str = "    expected: ada hears said \"a\"";
    const GOT: &str = "    got:      ada hears said \"x\"";

    #[test]
    fn what_is_left_out_is_said() {
        let right = transcript(&["a"; 6], &[]);
        let one = transcript(&["a", "a", "a", "x", "a", "a"], &[]);
        let two = transcript(&["a", "a", "a", "x", "a", "x"], &[]);
        let (before, rest) = ("  … 3 steps before this one are as expected", "  (the rest is as expected)");
        let (wrong, fine) = ([STEP, EXPECTED, GOT], [STEP, RIGHT]);
        let all = [&fine[..], &fine, &fine, &wrong, &[rest]].concat();
        assert_eq!(fit(&right, &one, &[], 10), all);
        assert_eq!(
            fit(&right, &one, &[], 9),
            [&[STEP; 3][..], &wrong, &[rest]].concat(),
            "the steps before it, in short"
        );
        assert_eq!(fit(&right, &one, &[], 6), [&[before][..], &wrong, &[rest]].concat());
        let both = [&[before][..], &wrong, &fine, &wrong].concat();
        assert_eq!(fit(&right, &two, &[], 9), both);
        let one_of_two = "  … 2 more steps, of which one differs";
        assert_eq!(fit(&right, &two, &[], 5), [&[before][..], &wrong, &[one_of_two]].concat());
        let third = transcript(&["a", "x", "x"], &[]);
        let next = "  … the next step differs, too";
        assert_eq!(fit(&transcript(&["a"; 3], &[]), &third, &[], 5), [&[STEP][..], &wrong, &[next]].concat());
        assert_eq!(fit(&right, &one, &[], 4), [before, STEP, EXPECTED, "  … 2 more lines"]);
    }

    #[test]
    fn a_log_is_shown_as_it_was_written() {
        let log = |text: &str| ServerEvent::Log(LogEvent { message: text.into(), ..LogEvent::default() });
        let rule = |means: &str| LogRule { means: means.into(), words: vec![means.into()], steps: vec![] };
        let shown = |text: &str| {
            let (expected, played) =
                (transcript(&[""], &[log("ada connected")]), transcript(&["x"], &[log(text)]));
            fit(&expected, &played, &[rule("connected")], 9).join("\n")
        };
        let nobody = "    expected: server logs: ada connected\n    got:      server logs: “has \"connected\"” (names nobody)\n";
        assert!(shown("has \"connected\"").contains(nobody), "{}", shown("has \"connected\""));
        assert!(shown("+ ada is connected").contains("\n              server logs: “+ ada is connected”\n"));
        assert!(shown("hi").contains("\n    (log)     “hi”\n    expected: server logs: ada connected\n"));
    }

    #[test]
    fn clients_to_which_the_same_comes_share_a_line() {
        let mut right = transcript(&["a"], &[]);
        for client in ["bob", "cyd"] {
            let outcome = ClientOutcome { client: client.into(), ..right.steps[0].clients[0].clone() };
            right.steps[0].clients.push(outcome);
        }
        let mut wrong = right.clone();
        wrong.steps[0].clients[0].events.clear();
        wrong.steps[0].clients[2].events.clear();
        let lines = [
            STEP,
            "    expected: ada and cyd hear said \"a\"",
            "    got:      ada and cyd hear nothing",
            "              bob hears said \"a\"",
        ];
        assert_eq!(fit(&right, &wrong, &[], 9), lines);
    }

    #[test]
    fn the_place_of_a_panic_can_be_opened_from_where_cargo_runs() {
        let panic = ServerEvent::Panic { message: "no".into(), at: "src/lib.rs:7".into() };
        let lines = fit(&transcript(&["a"], &[]), &transcript(&["a"], &[panic]), &[], 9);
        assert_eq!(lines[1], "    got:      server panics: no (exercises/chat/x/src/lib.rs:7)");
    }
}
