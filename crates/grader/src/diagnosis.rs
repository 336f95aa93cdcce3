//! Which known mistake a failing server makes; or else what can be said of it.

use scenario::{Scene, Transcript};

use crate::code::Code;
use crate::snapshot::{Graded, Mistakes};
use crate::{Exercise, Mistake, STARTER, Truth};

/// What is known of a failing server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Diagnosis {
    /// Nothing.
    #[default]
    None,
    /// It is the exercise as it was shipped.
    AsShipped,
    /// It plays like this known mistake in every scene of the exercise, up to the stage that it fails, and its code doesn't
    /// say otherwise.
    Mistake(String),
    /// It makes no known mistake. What can be said of it, a sentence each.
    Facts(Vec<String>),
}

impl Diagnosis {
    /// What is said of the server: first what it does, then why. Facts are of equal weight, a sentence each.
    pub fn sentences(&self, exercise: &Exercise) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::AsShipped => {
                vec![
                    "This is the exercise as it was shipped.".to_owned(),
                    exercise.starter.why.trim().to_owned(),
                ]
            }
            Self::Mistake(name) => {
                let Some(Mistake { claim, does, why, truth, .. }) = exercise.mistake(name) else {
                    return Vec::new();
                };
                let (claim, why) = (claim.trim(), why.trim());
                let why = match truth {
                    Truth::Slip => why.to_owned(),
                    Truth::Right | Truth::Half | Truth::Wrong => format!("People say “{claim}”. {why}"),
                };
                vec![does.trim().to_owned(), why]
            }
            Self::Facts(facts) => facts.clone(),
        }
    }
}

/// Finds the known mistake that plays exactly as the server did, in every scene of the exercise. Where it has stages, in
/// every scene up to `stage`: nobody has written what comes later.
///
/// A mistake with a `code` is only meant if that stands in `source`. Where several play alike, nothing but such a `code`
/// tells them apart: if it fits none of them, or more than one, no mistake is named.
pub(crate) fn diagnose(
    exercise: &Exercise,
    stage: Option<usize>,
    played: &[(&Scene, &Transcript)],
    source: &str,
    mistakes: &Mistakes,
) -> Diagnosis {
    let counts = |scene: &Scene| exercise.stage_of(&scene.name) <= stage;
    let rules = &exercise.log_rules;
    let played = played.iter().filter(|(scene, _)| counts(scene));
    let played: Vec<_> = played.map(|(scene, transcript)| (*scene, Graded::of(transcript, rules))).collect();
    let was_played = |scene: &Scene| played.iter().any(|(it, _)| it.name == scene.name);
    if !exercise.all_scenes().filter(|scene| counts(scene)).all(was_played) {
        return Diagnosis::None;
    }
    let alike = mistakes.mistakes.iter().filter(|(_, scenes)| {
        played.iter().all(|(scene, transcript)| {
            let behaviour = scenes.iter().find(|(name, _)| *name == scene.name);
            behaviour.is_some_and(|(_, it)| it.plays_alike(scene, transcript))
        })
    });
    let names: Vec<&str> = alike.map(|(name, _)| name.as_str()).collect();
    let starter = std::fs::read_to_string(exercise.starter_file()).unwrap_or_default();
    if names.contains(&STARTER) && is_as_shipped(source, &starter) {
        return Diagnosis::AsShipped;
    }
    let code = Code::of(source);
    // The starter is no mistake, but where it plays alike, a behaviour alone tells nothing.
    let alone = names.len() == 1;
    let known = names.iter().filter_map(|name| exercise.mistake(name));
    let mut meant = known.filter(|mistake| if is_coded(mistake) { fits(mistake, &code) } else { alone });
    match (meant.next(), meant.next()) {
        (Some(mistake), None) => Diagnosis::Mistake(mistake.name.clone()),
        _ => Diagnosis::None,
    }
}

/// Whether a mistake is known by its code, too.
fn is_coded(mistake: &Mistake) -> bool {
    !(mistake.code.is_empty() && mistake.without.is_empty())
}

/// Whether the code is that of the mistake.
fn fits(mistake: &Mistake, code: &Code) -> bool {
    let stands = |snippet: &String| code.find(snippet).is_some();
    (mistake.code.is_empty() || mistake.code.iter().any(stands)) && !mistake.without.iter().any(stands)
}

/// Whether the learner's file is still the one that was shipped. Comments and spaces don't count.
pub fn is_as_shipped(source: &str, starter: &str) -> bool {
    !starter.is_empty() && Code::of(source).text() == Code::of(starter).text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Behaviour;
    use scenario::{ClientEvent, ClientOutcome, LogEvent, ServerEvent, StepResult};

    /// An exercise with the scenes `a`, … and these mistakes, each with its `code`.
    fn exercise(scenes: &[&str], mistakes: &[(&str, Option<&str>)]) -> Exercise {
        let mut about = String::from(
            "title = 't'\nquestion = 'q'\norder = 1\npage = 'p'\ntask = 't'\nminutes = 1\nhints = ['h']\n\
             starter = { why = 'w' }\nmistake = []\n",
        );
        if !mistakes.is_empty() {
            about = about.replace("mistake = []\n", "");
        }
        for (name, code) in mistakes {
            let code = code.map(|code| format!("code = ['another', '{code}']\n")).unwrap_or_default();
            let mistake =
                format!("name = '{name}'\nclaim = 'c'\ndoes = 'd'\nwhy = 'w'\nverdict = 'wrong'\n{code}");
            about = format!("{about}[[mistake]]\n{mistake}");
        }
        let mut exercise: Exercise = toml::from_str(&about).unwrap();
        exercise.scenes = scenes.iter().map(|name| scene(name)).collect();
        exercise
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
        diagnose(exercise, None, &played, source, known)
    }

    fn named(name: &str) -> Diagnosis {
        Diagnosis::Mistake(name.to_owned())
    }

    #[test]
    fn a_mistake_is_known_if_it_plays_alike_in_every_scene() {
        let known = mistakes(&[
            ("all", &[("a", &["ada", "bob"]), ("b", &[])]),
            ("none", &[("a", &[]), ("b", &[])]),
            ("half", &[("a", &["ada"])]),
        ]);
        let exercise = exercise(&["a", "b"], &[("all", None), ("none", None), ("half", None)]);
        let of = |a: &[&str], b: &[&str]| {
            diagnosis(&exercise, &known, &[("a", heard_by(a)), ("b", heard_by(b))], "")
        };
        assert_eq!(of(&["ada", "bob"], &[]), named("all"));
        assert_eq!(of(&[], &[]), named("none"));
        assert_eq!(of(&["ada", "bob"], &["bob"]), Diagnosis::None, "another in `b`");
        assert_eq!(of(&["ada"], &[]), Diagnosis::None, "nothing is known of `half` in `b`");
        let a_alone = [("a", heard_by(&["ada", "bob"]))];
        assert_eq!(diagnosis(&exercise, &known, &a_alone, ""), Diagnosis::None, "`b` wasn't played");
    }

    #[test]
    fn a_log_that_is_not_graded_tells_nothing() {
        let known = mistakes(&[("all", &[("a", &["ada", "bob"])])]);
        let mut played = heard_by(&["ada", "bob"]);
        let event = LogEvent { message: "hi".into(), ..LogEvent::default() };
        played.steps[0].server.push(ServerEvent::Log(event));
        assert_eq!(
            diagnosis(&exercise(&["a"], &[("all", None)]), &known, &[("a", played)], ""),
            named("all")
        );
    }

    #[test]
    fn of_those_that_play_alike_the_code_has_to_tell() {
        let nobody: &[(&str, &[&str])] = &[("a", &[])];
        let known = mistakes(&[("to", nobody), ("to-id", nobody), ("except", nobody), ("silent", nobody)]);
        let coded = [("to", Some("io.to(r")), ("to-id", Some("io.to(id)")), ("except", Some("io.except("))];
        let exercise = exercise(&["a"], &[coded.as_slice(), &[("silent", None)]].concat());
        let of = |source| diagnosis(&exercise, &known, &[("a", heard_by(&[]))], source);
        for (source, name) in [
            ("io.to(room)", "to"),
            ("io\n    .to( room )", "to"),
            ("io.to(id)", "to-id"),
            ("io.except(id)", "except"),
            ("io.to /* whom? */ (id) // io.except(", "to-id"),
            ("another(); io.to(id)", "-"),
            ("io.to(id); io.to(room)", "-"),
            ("// io.to(id)", "-"),
            ("", "-"),
        ] {
            let expected = if name == "-" { Diagnosis::None } else { named(name) };
            assert_eq!(of(source), expected, "{source}");
        }
    }

    #[test]
    fn a_mistake_with_a_code_is_not_named_without_it() {
        let known = mistakes(&[("to", &[("a", &[])])]);
        let exercise = exercise(&["a"], &[("to", Some("io.to("))]);
        let of = |source| diagnosis(&exercise, &known, &[("a", heard_by(&[]))], source);
        assert_eq!(of("io.to(room)"), named("to"));
        assert_eq!(of("nothing like it"), Diagnosis::None);
    }

    #[test]
    fn a_mistake_can_be_known_by_what_it_lacks() {
        let nobody: &[(&str, &[&str])] = &[("a", &[])];
        let known = mistakes(&[("unattached", nobody), ("other", nobody)]);
        let mut exercise = exercise(&["a"], &[("unattached", Some("fn check")), ("other", Some("fn other"))]);
        exercise.mistakes[0].without = vec![".with(".into()];
        let of = |source| diagnosis(&exercise, &known, &[("a", heard_by(&[]))], source);
        assert_eq!(of("fn check() {}"), named("unattached"));
        assert_eq!(of("fn check() {} admin.with(x)"), Diagnosis::None);
        // And by that alone.
        exercise.mistakes[0].code.clear();
        let known = mistakes(&[("unattached", nobody)]);
        let of = |source| diagnosis(&exercise, &known, &[("a", heard_by(&[]))], source);
        assert_eq!(of("fn check() {}"), named("unattached"));
        assert_eq!(of("fn check() {} admin.with(x)"), Diagnosis::None);
    }

    #[test]
    fn the_starter_is_known_by_its_code_and_is_no_mistake() {
        let root = tempfile::tempdir().unwrap();
        let mut exercise = exercise(&["a"], &[("forgot", Some("todo"))]);
        exercise.dir = root.path().join("exercises/chat/x");
        (exercise.chapter, exercise.name) = ("chat".into(), "x".into());
        let nobody: &[(&str, &[&str])] = &[("a", &[])];
        let of = |known: &Mistakes, source| diagnosis(&exercise, known, &[("a", heard_by(&[]))], source);
        let known = mistakes(&[(STARTER, nobody), ("forgot", nobody)]);
        assert_eq!(of(&known, "todo"), named("forgot"), "there is no starter.rs to compare with");

        let starter = exercise.starter_file();
        std::fs::create_dir_all(starter.parent().unwrap()).unwrap();
        std::fs::write(starter, "fn server() {}\n").unwrap();
        assert_eq!(of(&known, "// Mine.\nfn server() { }"), Diagnosis::AsShipped);
        assert_eq!(of(&known, "fn server() { todo() }"), named("forgot"));
        assert_eq!(of(&known, "fn server() { other() }"), Diagnosis::None);
        assert_eq!(of(&mistakes(&[(STARTER, nobody)]), "fn server() { todo() }"), Diagnosis::None);
        let other = mistakes(&[(STARTER, &[("a", &["bob"])]), ("forgot", nobody)]);
        assert_eq!(of(&other, "fn server() {}"), Diagnosis::None, "it doesn't play like the starter");
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
    }
}
