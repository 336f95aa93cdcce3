//! Which known mistake a failing server makes, if it makes one.

use scenario::{Scene, Transcript};

use crate::snapshot::Mistakes;
use crate::{Exercise, STARTER};

/// What is known of a failing server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Diagnosis {
    /// Nothing.
    #[default]
    None,
    /// It is the exercise as it was shipped.
    AsShipped,
    /// It behaves in every scene that was played like these known mistakes, and nothing tells which of them it is.
    Mistakes(Vec<String>),
}

/// Finds the known mistakes that play exactly as the server did, in every scene that was played.
///
/// Several can behave alike. Then the code decides: the mistake whose `code` (in `exercise.toml`) stands in `source`, the
/// longest one, or else those without a `code`.
pub(crate) fn diagnose(
    exercise: &Exercise,
    played: &[(&Scene, &Transcript)],
    source: &str,
    mistakes: &Mistakes,
) -> Diagnosis {
    let rules = &exercise.log_rules;
    let alike = mistakes.mistakes.iter().filter(|(_, scenes)| {
        played.iter().all(|(scene, transcript)| {
            let behaviour = scenes.iter().find(|(name, _)| *name == scene.name);
            behaviour.is_some_and(|(_, it)| it.plays_alike(scene, transcript, rules))
        })
    });
    let mut names: Vec<&str> = alike.map(|(name, _)| name.as_str()).collect();
    let starter = std::fs::read_to_string(exercise.starter_file()).unwrap_or_default();
    if names.contains(&STARTER) && is_as_shipped(source, &starter) {
        return Diagnosis::AsShipped;
    }
    names.retain(|name| *name != STARTER);
    if names.len() > 1 {
        names = by_code(exercise, &names, source);
    }
    if names.is_empty() {
        return Diagnosis::None;
    }
    Diagnosis::Mistakes(names.into_iter().map(ToOwned::to_owned).collect())
}

/// Of mistakes that behave alike, those that the code tells.
fn by_code<'n>(exercise: &Exercise, names: &[&'n str], source: &str) -> Vec<&'n str> {
    let source = strip_comments_and_whitespace(source);
    // How much of its code stands in the source; without a `code`, nothing does.
    let found = |name: &str| match exercise.mistake(name).and_then(|mistake| mistake.code.as_deref()) {
        Some(code) => {
            let code = strip_comments_and_whitespace(code);
            source.contains(&code).then_some(code.len())
        }
        None => Some(0),
    };
    let longest = names.iter().filter_map(|name| found(name)).max();
    if longest.is_none() {
        return names.to_vec();
    }
    names.iter().copied().filter(|name| found(name) == longest).collect()
}

/// Whether the learner's file is still the one that was shipped. Comments and spaces don't count.
pub fn is_as_shipped(source: &str, starter: &str) -> bool {
    !starter.is_empty() && strip_comments_and_whitespace(source) == strip_comments_and_whitespace(starter)
}

/// Code without its comments and its white space. What looks like a comment in a string is taken for one.
fn strip_comments_and_whitespace(code: &str) -> String {
    let (mut rest, mut stripped) = (code, String::new());
    let start = |code: &str| ["//", "/*"].iter().filter_map(|start| code.find(start)).min();
    while let Some(at) = start(rest) {
        let (before, comment) = rest.split_at(at);
        stripped.push_str(before);
        let end = if comment.starts_with("//") { "\n" } else { "*/" };
        rest = comment[2..].split_once(end).map_or("", |(_, after)| after);
    }
    stripped.push_str(rest);
    stripped.retain(|c| !c.is_whitespace());
    stripped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Behaviour;
    use scenario::{ClientEvent, ClientOutcome, LogEvent, ServerEvent, StepResult};

    /// An exercise with these mistakes, each with its `code`.
    fn exercise(mistakes: &[(&str, Option<&str>)]) -> Exercise {
        let mut about = String::from(
            "title = 't'\nquestion = 'q'\norder = 1\npage = 'p'\ntask = 't'\nminutes = 1\nhints = ['h']\n\
             starter = { why = 'w' }\nmistake = []\n",
        );
        if !mistakes.is_empty() {
            about = about.replace("mistake = []\n", "");
        }
        for (name, code) in mistakes {
            let code = code.map(|code| format!("code = '{code}'\n")).unwrap_or_default();
            let mistake = format!("name = '{name}'\nclaim = 'c'\nwhy = 'w'\nverdict = 'wrong'\n{code}");
            about = format!("{about}[[mistake]]\n{mistake}");
        }
        toml::from_str(&about).unwrap()
    }

    fn scene(name: &str) -> Scene {
        Scene::new(name, name).emit("ada", "say", "hi")
    }

    /// Of Ada and Bob these hear it.
    fn heard_by(names: &[&str]) -> Transcript {
        let outcome = |client: &str| {
            let said = ClientEvent::Event { ns: "/".into(), event: "said".into(), args: "hi".into() };
            let events = if names.contains(&client) { vec![said] } else { Vec::new() };
            ClientOutcome { client: client.into(), events, left: false, frames: Vec::new() }
        };
        let clients = vec![outcome("ada"), outcome("bob")];
        let step = scene("").steps.remove(0);
        let steps = vec![StepResult { step, server: Vec::new(), clients }];
        Transcript { clients: vec!["ada".into(), "bob".into()], steps, error: None }
    }

    /// Mistakes, and who hears in which scene.
    fn mistakes(known: &[(&str, &[(&str, &[&str])])]) -> Mistakes {
        let behaviour =
            |(scene, names): &(&str, &[&str])| ((*scene).to_owned(), Behaviour::of(&heard_by(names)));
        let mistake = |(name, scenes): &(&str, &[(&str, &[&str])])| {
            ((*name).to_owned(), scenes.iter().map(behaviour).collect())
        };
        Mistakes { mistakes: known.iter().map(mistake).collect() }
    }

    /// The diagnosis of a server that played the scenes so, and whose code is `source`.
    fn diagnosis(
        exercise: &Exercise,
        known: &Mistakes,
        played: &[(&str, Transcript)],
        source: &str,
    ) -> Diagnosis {
        let scenes: Vec<_> = played.iter().map(|(name, _)| scene(name)).collect();
        let played: Vec<_> = scenes.iter().zip(played.iter().map(|(_, transcript)| transcript)).collect();
        diagnose(exercise, &played, source, known)
    }

    fn named(names: &[&str]) -> Diagnosis {
        Diagnosis::Mistakes(names.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_mistake_is_known_if_it_plays_alike_in_every_scene() {
        let known = mistakes(&[
            ("all", &[("a", &["ada", "bob"]), ("b", &[])]),
            ("none", &[("a", &[]), ("b", &[])]),
            ("half", &[("a", &["ada"])]),
        ]);
        let exercise = exercise(&[("all", None), ("none", None), ("half", None)]);
        let of = |a: &[&str], b: &[&str]| {
            diagnosis(&exercise, &known, &[("a", heard_by(a)), ("b", heard_by(b))], "")
        };
        assert_eq!(of(&["ada", "bob"], &[]), named(&["all"]));
        assert_eq!(of(&[], &[]), named(&["none"]));
        assert_eq!(of(&["ada", "bob"], &["bob"]), Diagnosis::None, "another in `b`");
        assert_eq!(of(&["ada"], &[]), Diagnosis::None, "nothing is known of `half` in `b`");
        let a_alone = [("a", heard_by(&["ada", "bob"]))];
        assert_eq!(diagnosis(&exercise, &known, &a_alone, ""), named(&["all"]), "`b` wasn't played");
    }

    #[test]
    fn a_log_that_is_not_graded_tells_nothing() {
        let known = mistakes(&[("all", &[("a", &["ada", "bob"])])]);
        let mut played = heard_by(&["ada", "bob"]);
        let event = LogEvent { message: "hi".into(), ..LogEvent::default() };
        played.steps[0].server.push(ServerEvent::Log(event));
        assert_eq!(diagnosis(&exercise(&[("all", None)]), &known, &[("a", played)], ""), named(&["all"]));
    }

    #[test]
    fn of_those_that_play_alike_the_code_decides() {
        let nobody: &[(&str, &[&str])] = &[("a", &[])];
        let known = mistakes(&[("to", nobody), ("to-id", nobody), ("except", nobody), ("forgot", nobody)]);
        let coded = [("to", Some("io.to(")), ("to-id", Some("io.to(id)")), ("except", Some("io.except("))];
        let with_one_uncoded = exercise(&[coded.as_slice(), &[("forgot", None)]].concat());
        let of = |exercise: &Exercise, source| diagnosis(exercise, &known, &[("a", heard_by(&[]))], source);
        for (source, name) in [
            ("io.to(room)", "to"),
            ("io\n    .to( room )", "to"),
            ("io.to(id)", "to-id"),
            ("io.except(id)", "except"),
            ("", "forgot"),
            ("// io.to(id)", "forgot"),
            ("/* io.to(id) */", "forgot"),
            ("io.to /* whom? */ (id) // io.except(", "to-id"),
        ] {
            assert_eq!(of(&with_one_uncoded, source), named(&[name]), "{source}");
        }
        // If each has its code, and none of it stands there, any of them can be meant.
        let known = mistakes(&[("to", nobody), ("except", nobody)]);
        let of = |source| diagnosis(&exercise(&coded), &known, &[("a", heard_by(&[]))], source);
        assert_eq!(of("socket.emit(id)"), named(&["to", "except"]));
        assert_eq!(of("io.except(id)"), named(&["except"]));
    }

    #[test]
    fn one_that_plays_alike_alone_needs_no_code() {
        let known = mistakes(&[("to", &[("a", &[])])]);
        let exercise = exercise(&[("to", Some("io.to("))]);
        assert_eq!(diagnosis(&exercise, &known, &[("a", heard_by(&[]))], "nothing like it"), named(&["to"]));
    }

    #[test]
    fn the_starter_is_known_by_its_code_and_is_no_mistake() {
        let root = tempfile::tempdir().unwrap();
        let mut exercise = exercise(&[("forgot", None)]);
        exercise.dir = root.path().join("exercises/chat/x");
        (exercise.chapter, exercise.name) = ("chat".into(), "x".into());
        let nobody: &[(&str, &[&str])] = &[("a", &[])];
        let of = |known: &Mistakes, source| diagnosis(&exercise, known, &[("a", heard_by(&[]))], source);
        let known = mistakes(&[(STARTER, nobody), ("forgot", nobody)]);
        assert_eq!(of(&known, ""), named(&["forgot"]), "there is no starter.rs to compare with");

        let starter = exercise.starter_file();
        std::fs::create_dir_all(starter.parent().unwrap()).unwrap();
        std::fs::write(starter, "fn server() {}\n").unwrap();
        assert_eq!(of(&known, "// Mine.\nfn server() { }"), Diagnosis::AsShipped);
        assert_eq!(of(&known, "fn server() { todo() }"), named(&["forgot"]));
        assert_eq!(of(&mistakes(&[(STARTER, nobody)]), "fn server() { todo() }"), Diagnosis::None);
        let other = mistakes(&[(STARTER, &[("a", &["bob"])]), ("forgot", nobody)]);
        assert_eq!(of(&other, "fn server() {}"), named(&["forgot"]), "it doesn't play like the starter");
    }

    #[test]
    fn comments_and_spaces_are_no_change() {
        let starter = "fn a() {\n    b(1); // to do\n}\n";
        for same in
            ["fn a(){b(1);}", "/* x\n */ fn a() {\r\n\tb(1); }", "// /* x\nfn a() { b(1); } // */", starter]
        {
            assert!(is_as_shipped(same, starter), "{same}");
        }
        for other in ["fn a() { b(2); }", "fn a() { // b(1); }", "fn a() { b(1) }", "", "/* fn a() { b(1); }"]
        {
            assert!(!is_as_shipped(other, starter), "{other}");
        }
        assert!(!is_as_shipped("", ""), "a starter that can't be read");
        assert_eq!(strip_comments_and_whitespace("a /*/ b */ c // d"), "ac");
    }
}
