//! What is drawn says what happened, in the transcript's own words, and lets nothing out of its place.

use stage::{Act, Frame, Heard, Line, Note, Scene, Step, Transcript, Way};

use super::{act, block, diagram};
use crate::blocks::{ActData, Block, Choice, Choices, Diagram};

fn play(exercise: &str, server: &str, scene: &Scene) -> Transcript {
    let entries = catalogue::entries(&catalogue::root()).expect("the exercises can be read");
    let entry =
        entries.iter().find(|entry| entry.exercise.name == exercise).expect("there is such an exercise");
    stage::play(scene, entry.server(server).expect("there is such a server"))
        .expect("the scene can be played")
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

/// What a screen reader reads of a drawn act: the step, then a line an item. (Just enough of HTML for our own.)
fn read_aloud(html: &str) -> Vec<String> {
    let picture = html.split("<details").next().unwrap_or_default();
    let mut lines = Vec::new();
    for item in picture.split("<p").flat_map(|part| part.split("<li")).filter(|item| !item.is_empty()) {
        if item.split('>').next().is_some_and(|tag| tag.contains("aria-hidden")) {
            continue;
        }
        let mut text = String::new();
        for piece in item.split('<') {
            let (tag, words) = piece.split_once('>').unwrap_or_default();
            if !tag.starts_with("i ") {
                text.push_str(words);
            }
        }
        if !text.is_empty() {
            lines.push(unescape(&text));
        }
    }
    lines
}

fn unescape(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&#10;", "\n"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

/// An act in which everything happens that can.
fn everything() -> Act {
    let ns = || "/admin".to_owned();
    let event = || "said".to_owned();
    let lines = vec![
        Line::IsIn { ns: "/".into() },
        Line::IsIn { ns: ns() },
        Line::IsRefused { ns: ns(), reason: "<no> & \"never\"".into() },
        Line::Hears { ns: "/".into(), event: event(), args: "hi".into() },
        Line::Hears { ns: ns(), event: event(), args: ().into() },
        Line::IsAsked { ns: ns(), event: event(), args: "hi".into() },
        Line::GetsAnswer { ns: "/".into(), event: event(), args: ().into() },
        Line::GetsAnswer { ns: ns(), event: event(), args: "ok".into() },
        Line::IsPutOut { ns: "/".into() },
        Line::IsPutOut { ns: ns() },
        Line::ConnectionCloses,
        Line::CannotRead { frame: "4?".into() },
    ];
    let frames = vec![Frame { way: Way::Up, text: "3".into() }, Frame { way: Way::Down, text: "<2>".into() }];
    let heard = |client: &str, lines: &[Line], gone| Heard {
        client: client.into(),
        lines: lines.to_vec(),
        gone,
        frames: frames.clone(),
    };
    Act {
        step: Step::Wait { seconds: 45 },
        server: vec![
            Note::Logs("ada <script>\n\nconnected".into()),
            Note::Panics { message: "no".into(), at: "src/lib.rs:3".into() },
            Note::Skips("invalid type".into()),
        ],
        heard: vec![heard("ada", &lines, false), heard("bob", &[], false), heard("server", &[], true)],
    }
}

#[test]
fn an_act_is_drawn() {
    let scene = Scene::new("x", "x").enter(["ada", "bob", "cyd"]).emit("ada", "say", "hi").disconnect("cyd");
    let transcript = play("broadcast", "answer", &scene);
    let drawn: Vec<_> = transcript.acts.iter().map(|it| act(&transcript.cast, it)).collect();
    // One tag a line, to be read and compared.
    insta::assert_snapshot!(drawn.join("\n").replace("><", ">\n<"));
}

#[test]
fn what_is_read_aloud_is_the_transcript() {
    let act_of_all = everything();
    let mut told = vec![act_of_all.step.to_string()];
    told.extend(act_of_all.to_lines());
    assert_eq!(read_aloud(&act(&names(&["ada", "bob"]), &act_of_all)), told);
}

#[test]
fn every_kind_of_step_is_drawn_whoever_has_a_column() {
    let client = || "ada".to_owned();
    let (ns, event) = (|| "/".to_owned(), || "say".to_owned());
    let steps = [
        Step::Enter { clients: names(&["ada", "bob"]), ns: ns(), auth: Some(1.into()) },
        Step::Emit { client: client(), ns: ns(), event: event(), args: "<hi>".into() },
        Step::Ask { client: client(), ns: ns(), event: event(), args: ().into() },
        Step::Answer { client: client(), args: ().into() },
        Step::Disconnect { client: client(), ns: ns() },
        Step::Lose { client: client() },
        Step::FallSilent { client: client() },
        Step::Wait { seconds: 1 },
    ];
    for step in steps {
        for columns in [&[][..], &["ada"], &["server", "<b>", "ada", "ada"]] {
            let one = Act { step: step.clone(), server: Vec::new(), heard: Vec::new() };
            let html = act(&names(columns), &one);
            assert_eq!(read_aloud(&html), [step.to_string()], "{html}");
            assert!(!html.contains("<b>\"") && !html.contains("<hi>"), "{html}");
        }
    }
}

#[test]
fn nothing_ends_the_html_in_its_page() {
    let transcript = Transcript { cast: names(&["ada"]), acts: vec![everything()], trouble: None };
    let drawing = Diagram {
        exercise: "x".into(),
        scene: Scene::new("x", "a \"title\""),
        server: "answer".into(),
        columns: transcript.cast.clone(),
        transcript,
        steps: None,
        caption: Some("one\n\ntwo".into()),
    };
    let choices = Choices {
        question: "```text\na\n\n\nb\n```".into(),
        options: vec![Choice { text: "a\n\nb".into(), right: true, why: "- a\n\n- b".into() }],
    };
    for html in [block(&Block::Diagram(drawing)), block(&Block::Choices(choices))] {
        assert!(html.lines().all(|line| !line.trim().is_empty()), "{html}");
        assert!(!html.contains("<script>"), "{html}");
    }
}

#[test]
fn trouble_is_told_once_and_with_its_act() {
    let step = |event: &str| Step::Emit {
        client: "ada".into(),
        ns: "/".into(),
        event: event.into(),
        args: ().into(),
    };
    let quiet = |event| Act { step: step(event), server: Vec::new(), heard: Vec::new() };
    let transcript = Transcript {
        cast: names(&["ada"]),
        acts: vec![quiet("say"), quiet("spin")],
        trouble: Some(stage::Trouble::Blocks),
    };
    let drawing = |steps| {
        diagram(&Diagram {
            exercise: "x".into(),
            scene: Scene::new("x", "x"),
            server: "answer".into(),
            columns: transcript.cast.clone(),
            transcript: transcript.clone(),
            steps,
            caption: None,
        })
    };
    let trouble = "the handler of `spin` blocks the thread";
    assert_eq!(drawing(None).matches(trouble).count(), 2, "in the picture and in the text");
    assert!(!drawing(Some(vec![1])).contains(trouble));
}

#[test]
fn to_be_let_in_is_not_to_hear() {
    let scene = Scene::new("x", "x").enter(["ada", "bob"]).emit("ada", "say", "hi");
    let transcript = play("broadcast", "answer", &scene);
    let heard: Vec<_> = transcript.acts.iter().map(|it| ActData::new(&transcript.cast, it).heard).collect();
    assert_eq!(heard, [vec![], names(&["bob"])]);
}
