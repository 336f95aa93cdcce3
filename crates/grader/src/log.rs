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
    result.server = graded_events(result, clients, rules).into_iter().map(|(_, event)| event).collect();
}

/// What the server did in a step, as it is compared: each thing that counts with its place in the step. A log event that
/// a rule fits counts in the rule's words, anything else as it is.
///
/// - That a server has no handler for an event isn't graded: one that ignores an event is right, if nothing should come
///   of it. What should come of it and doesn't is graded anyway, and the missing handler stands beside it as the reason.
/// - A log may say more than it must. An event doesn't count if another one of the step says the same better: if it says
///   more ("disconnected", and why), or names somebody where this names nobody, or says in words what this only says by
///   naming a client at the right time.
#[must_use]
pub fn graded_events(
    result: &StepResult,
    clients: &[String],
    rules: &[LogRule],
) -> Vec<(usize, ServerEvent)> {
    let log = |event: &ServerEvent| match event {
        ServerEvent::Log(event) => rules.iter().find_map(|rule| rule.read(event, &result.step, clients)),
        _ => None,
    };
    let read: Vec<_> = result.server.iter().map(log).collect();
    let is_said_better = |place: usize, meaning: &Meaning| {
        let others = read.iter().enumerate().filter_map(|(i, other)| Some((i, other.as_ref()?)));
        others.filter(|(i, _)| *i != place).any(|(i, other)| meaning.is_said_better_by(other, i < place))
    };
    let grade = |(place, event): (usize, &ServerEvent)| match event {
        ServerEvent::Log(_) => {
            let meaning = read[place].as_ref().filter(|meaning| !is_said_better(place, meaning))?;
            Some((place, ServerEvent::Log(LogEvent { message: meaning.to_string(), ..LogEvent::default() })))
        }
        ServerEvent::NoHandler { .. } => None,
        ServerEvent::Panic { .. }
        | ServerEvent::ClientPanic { .. }
        | ServerEvent::Crashed {}
        | ServerEvent::HandlerSkipped { .. } => Some((place, event.clone())),
    };
    let mut graded: Vec<_> = result.server.iter().enumerate().filter_map(grade).collect();
    if let Step::Together(_) = result.step {
        // What is done at the same moment has no order, whatever the words.
        graded.sort_by_cached_key(|(_, event)| event.to_string());
    }
    graded
}

/// What a log event says.
struct Meaning {
    /// `None`: it names nobody.
    who: Option<String>,
    what: String,
    /// It says so in words, and doesn't only name a client at the right time.
    in_words: bool,
}

impl Meaning {
    fn is_said_better_by(&self, other: &Self, other_is_first: bool) -> bool {
        let is_of_another = self.who.is_some() && self.who != other.who;
        if is_of_another || !other.what.starts_with(&self.what) {
            return false;
        }
        let says_more = other.what != self.what;
        let names_somebody = self.who.is_none() && other.who.is_some();
        let in_words = self.who == other.who && !self.in_words && (other.in_words || other_is_first);
        says_more || names_somebody || in_words
    }
}

impl std::fmt::Display for Meaning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.who.as_deref().unwrap_or("someone"), self.what)
    }
}

impl LogRule {
    /// What the event says, if the rule fits.
    fn read(&self, event: &LogEvent, step: &Step, clients: &[String]) -> Option<Meaning> {
        let words = event.words();
        let who = named_in(&words, step, clients);
        if self.means.contains(TEXT) {
            let text = said_in(&words, step, who)?;
            let what = self.means.replace(TEXT, &format!("{text:?}"));
            return Some(Meaning { who: who.cloned(), what, in_words: true });
        }
        let letters = squeeze(&words);
        let in_words = self.words.iter().any(|word| letters.contains(&squeeze(word)));
        let is_its_time =
            || step.parts().iter().any(|part| self.steps.iter().any(|kind| kind == part.kind()));
        (in_words || who.is_some() && is_its_time()).then(|| Meaning {
            who: who.cloned(),
            what: self.means.clone(),
            in_words,
        })
    }
}

/// The client that stands in `words`. Where several do, it is one of those that act in the step, and of these the first.
/// A name inside a longer word counts only if no other does: an id may follow right behind a letter.
fn named_in<'c>(words: &str, step: &Step, clients: &'c [String]) -> Option<&'c String> {
    let acting = step.clients();
    let named = clients.iter().filter_map(|client| Some((words.find(client.as_str())?, client)));
    let (_, named) = named.min_by_key(|(place, client)| {
        (!stands_in(client, words), !acting.contains(&client.as_str()), *place)
    })?;
    Some(named)
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
    // The empty text stands anywhere: to log it, it is enough to name who said it.
    if text.is_empty() {
        return true;
    }
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
            rule("disconnected", &["disconnect"], &[]),
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
        let nothing = Scene::new("s", "s").emit("ada", "say", "");
        assert_eq!(read(&nothing, says("message ada")), [r#"server logs: ada said """#]);
    }

    /// What these messages count as, in one step.
    fn read_all(scene: &Scene, messages: &[&str]) -> Vec<String> {
        let server = messages.iter().map(|message| ServerEvent::Log(says(message))).collect();
        let result = StepResult { step: scene.steps[0].clone(), server, clients: Vec::new() };
        let clients = ["ada", "bob"].map(ToOwned::to_owned);
        graded_events(&result, &clients, &rules()).into_iter().map(|(_, event)| event.to_string()).collect()
    }

    #[test]
    fn a_log_may_say_more_than_it_must() {
        let connect = Scene::new("s", "s").connect(["bob"]);
        let once = ["server logs: bob connected"];
        for messages in [
            &["bob connected", "2 clients connected"][..],
            &["a client connected", "  id: bob"],
            &["+ bob", "  (bob)"],
            &["bob", "hello bob"],
            &["bob connected (already here: ada)"],
            &["already here: ada. Now bob connected, too"],
        ] {
            assert_eq!(read_all(&connect, messages), once, "{messages:?}");
        }
        let wait = Scene::new("s", "s").wait(45);
        for messages in [
            &["bob disconnected", "bob: did not send a pong"][..],
            &["bob: HeartbeatTimeout", "somebody disconnected"],
        ] {
            assert_eq!(
                read_all(&wait, messages),
                ["server logs: bob disconnected (Timeout)"],
                "{messages:?}"
            );
        }
        // But it mustn't say it twice, or of another, or of nobody only.
        let twice = [once[0], once[0]];
        assert_eq!(read_all(&connect, &["bob connected", "bob connected"]), twice);
        assert_eq!(read_all(&connect, &["ada connected"]), ["server logs: ada connected"]);
        assert_eq!(read_all(&connect, &["a client connected"]), ["server logs: someone connected"]);
    }

    #[test]
    fn a_name_is_a_word_of_its_own_if_it_can_be() {
        let connect = Scene::new("s", "s").connect(["bob"]);
        assert_eq!(read_all(&connect, &["the adapter: bob connected"]), ["server logs: bob connected"]);
        assert_eq!(read_all(&connect, &["clientbob connected"]), ["server logs: bob connected"]);
        // In a wait nobody acts: it is the first.
        let wait = Scene::new("s", "s").wait(45);
        assert_eq!(
            read_all(&wait, &["bob did not send a pong; ada is still here"]),
            ["server logs: bob disconnected (Timeout)"]
        );
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
    fn what_is_done_together_has_no_order_whatever_the_words() {
        let part = Scene::new("s", "s").emit("ada", "say", "a").emit("bob", "say", "b").wait(1);
        let together = Scene::new("s", "s").together(part);
        let read = |messages| read_all(&together, messages);
        assert_eq!(read(&["1. bob b", "2. ada a"]), read(&["1. ada a", "2. bob b"]));
        assert_eq!(
            read(&["bob b", "ada a"]),
            [r#"server logs: ada said "a""#, r#"server logs: bob said "b""#]
        );
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
