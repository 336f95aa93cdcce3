//! How a graded log is read: for what it says, whatever the wording. The rules are data, in `exercise.toml`.

use scenario::{LogEvent, ServerEvent, Step, StepResult, Transcript};
use serde::Deserialize;

/// A rule that reads a log event. Of an exercise's rules the first that fits counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogRule {
    /// What an event says that fits: `connected`. `{text}` stands for the text that a client emits in the step; then the
    /// rule fits if that text stands in the event as words of its own.
    pub means: String,
    /// The rule fits if one of these stands in the event. Case, spaces and punctuation don't count.
    #[serde(default)]
    pub words: Vec<String>,
    /// The rule also fits an event that names a client and is logged in a step of one of these kinds: see
    /// [`Step::kind`].
    #[serde(default)]
    pub steps: Vec<String>,
}

/// Stands for the text that a client emits.
const TEXT: &str = "{text}";

/// The transcript with its log as it is graded: each event that a rule fits is put into the rule's words, the others are
/// left out. Without rules the log isn't graded, and all events are left out.
#[must_use]
pub fn graded(transcript: &Transcript, rules: &[LogRule]) -> Transcript {
    let mut graded = transcript.comparable();
    let clients = graded.clients.clone();
    for result in &mut graded.steps {
        grade_step(result, &clients, rules);
    }
    graded
}

fn grade_step(result: &mut StepResult, clients: &[String], rules: &[LogRule]) {
    let events = std::mem::take(&mut result.server).into_iter();
    result.server = events.filter_map(|event| graded_event(&event, &result.step, clients, rules)).collect();
}

/// How something that the server did in `step` counts: as it is, or, if it is a log event that a rule fits, in the rule's
/// words. `None`: it isn't graded.
///
/// That a server has no handler for an event isn't graded: one that ignores an event is right, if nothing should come of
/// it. What should come of it and doesn't is graded anyway, and the missing handler then stands beside it as the reason.
#[must_use]
pub fn graded_event(
    event: &ServerEvent,
    step: &Step,
    clients: &[String],
    rules: &[LogRule],
) -> Option<ServerEvent> {
    match event {
        ServerEvent::Log(event) => rules
            .iter()
            .find_map(|rule| rule.read(event, step, clients))
            .map(|message| ServerEvent::Log(LogEvent { message, ..LogEvent::default() })),
        ServerEvent::NoHandler { .. } => None,
        ServerEvent::Panic { .. } | ServerEvent::HandlerSkipped { .. } => Some(event.clone()),
    }
}

impl LogRule {
    /// What the event says, if the rule fits: who, and what.
    fn read(&self, event: &LogEvent, step: &Step, clients: &[String]) -> Option<String> {
        let words = event.words();
        let named = clients.iter().find(|client| words.contains(client.as_str()));
        let who = named.map_or("someone", String::as_str);
        if self.means.contains(TEXT) {
            let text = said_in(&words, step, named)?;
            return Some(format!("{who} {}", self.means.replace(TEXT, &format!("{text:?}"))));
        }
        let letters = squeeze(&words);
        let says = self.words.iter().any(|word| letters.contains(&squeeze(word)));
        let is_its_time =
            || step.parts().iter().any(|part| self.steps.iter().any(|kind| kind == part.kind()));
        (says || named.is_some() && is_its_time()).then(|| format!("{who} {}", self.means))
    }
}

/// The text that a client emits in this step and that stands in `words`. Where several do, it is the longest; where one
/// of the clients is `named`, it is one of theirs.
fn said_in<'s>(words: &str, step: &'s Step, named: Option<&String>) -> Option<&'s str> {
    let texts = |by: Option<&String>| {
        let emitted = step.parts().iter().filter_map(move |part| match part {
            Step::Emit { client, args, .. } | Step::EmitWithAck { client, args, .. } => {
                args.args.first()?.as_str().filter(|_| by.is_none_or(|by| by == client))
            }
            _ => None,
        });
        emitted.filter(|text| stands_in(text, words)).max_by_key(|text| text.len())
    };
    texts(named).or_else(|| texts(None))
}

/// Whether `text` stands in `words` as words of its own: "hi" doesn't stand in "this".
fn stands_in(text: &str, words: &str) -> bool {
    words.match_indices(text).any(|(at, _)| {
        let before = words[..at].chars().next_back();
        let after = words[at + text.len()..].chars().next();
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

/// Letters and digits only, in lower case.
fn squeeze(words: &str) -> String {
    words.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenario::Scene;

    fn rules() -> Vec<LogRule> {
        let rule = |means: &str, words: &[&str], steps: &[&str]| LogRule {
            means: means.into(),
            words: words.iter().map(ToString::to_string).collect(),
            steps: steps.iter().map(ToString::to_string).collect(),
        };
        vec![
            rule("said {text}", &[], &[]),
            rule("disconnected (Timeout)", &["HeartbeatTimeout", "did not send a pong"], &[]),
            rule("connected", &["connect", "hello"], &["connect"]),
        ]
    }

    fn read(scene: &Scene, event: LogEvent) -> Vec<String> {
        let result = StepResult {
            step: scene.steps[0].clone(),
            server: vec![ServerEvent::Log(event)],
            clients: Vec::new(),
        };
        let clients = vec!["ada".to_owned(), "bob".to_owned()];
        let transcript = Transcript { clients, steps: vec![result], error: None };
        graded(&transcript, &rules()).steps[0].server.iter().map(ToString::to_string).collect()
    }

    fn says(message: &str) -> LogEvent {
        LogEvent { level: "info".into(), message: message.into(), ..LogEvent::default() }
    }

    #[test]
    fn many_wordings_have_one_meaning() {
        let connect = Scene::new("s", "s").connect(["ada"]);
        for message in ["ada connected", "Hello, ada!", "+ ada"] {
            assert_eq!(read(&connect, says(message)), ["server logs: ada connected"], "{message}");
        }
        assert_eq!(read(&connect, says("a user CONNECTED")), ["server logs: someone connected"]);
        let wait = Scene::new("s", "s").wait(45);
        assert_eq!(
            read(&wait, says("bob: client did not send a pong")),
            ["server logs: bob disconnected (Timeout)"]
        );
        assert!(read(&wait, says("+ ada")).is_empty(), "it is no time to connect");
    }

    #[test]
    fn a_text_counts_as_words_of_its_own() {
        let emit = Scene::new("s", "s").emit("ada", "say", "hi");
        assert_eq!(read(&emit, says("ada: hi")), [r#"server logs: ada said "hi""#]);
        assert!(read(&emit, says("ada did this")).is_empty());
    }

    #[test]
    fn of_texts_that_are_emitted_together_it_is_the_speaker_s() {
        let part = Scene::new("s", "s").emit("ada", "say", "hi").emit("bob", "say", "hi there").wait(1);
        let together = Scene::new("s", "s").together(part);
        assert_eq!(read(&together, says("ada: hi")), [r#"server logs: ada said "hi""#]);
        assert_eq!(read(&together, says("bob: hi there")), [r#"server logs: bob said "hi there""#]);
        assert_eq!(read(&together, says("someone: hi there")), [r#"server logs: someone said "hi there""#]);
    }

    #[test]
    fn an_event_without_a_handler_is_not_graded() {
        let step = Step::Wait { seconds: 1 };
        let no_handler = ServerEvent::NoHandler { event: "Say".into(), client: None, ns: None };
        let skipped = ServerEvent::HandlerSkipped { reason: "x".into() };
        let server = vec![no_handler, skipped.clone()];
        let result = StepResult { step, server, clients: Vec::new() };
        let transcript = Transcript { clients: vec![], steps: vec![result], error: None };
        assert_eq!(graded(&transcript, &rules()).steps[0].server, [skipped]);
    }

    #[test]
    fn the_first_rule_that_fits_counts() {
        let connect = Scene::new("s", "s").connect(["ada"]);
        let both = says("ada connected again, did not send a pong");
        assert_eq!(read(&connect, both), ["server logs: ada disconnected (Timeout)"]);
        assert!(read(&connect, says("+ someone")).is_empty(), "a step's kind is enough only with a name");
        let ack = Scene::new("s", "s").emit_with_ack("ada", "say", "hi");
        assert_eq!(read(&ack, says("hi (by bob)")), [r#"server logs: bob said "hi""#]);
    }

    #[test]
    fn fields_and_spans_are_read_too() {
        let connect = Scene::new("s", "s").connect(["ada"]);
        let mut event = says("connected");
        event.fields.push(("id".into(), "ada".into()));
        assert_eq!(read(&connect, event), ["server logs: ada connected"]);
        let mut event = says("connected");
        let fields = vec![("id".into(), "bob".into())];
        event.spans.push(scenario::LogSpan { name: "client".into(), fields });
        assert_eq!(read(&connect, event), ["server logs: bob connected"]);
    }

    #[test]
    fn without_rules_the_log_is_left_out() {
        let step = Step::Wait { seconds: 1 };
        let panic = ServerEvent::Panic { message: "no".into(), at: String::new() };
        let server = vec![ServerEvent::Log(says("x")), panic.clone()];
        let result = StepResult { step, server, clients: Vec::new() };
        let transcript = Transcript { clients: vec![], steps: vec![result], error: None };
        assert_eq!(graded(&transcript, &[]).steps[0].server, [panic]);
    }
}
