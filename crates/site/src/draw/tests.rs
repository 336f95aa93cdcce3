//! What is drawn says what happened, in the transcript's own words, and lets nothing out of its place.

use scenario::{
    Body, ClientEvent, ClientOutcome, Direction, Frame, LogEvent, PlayError, Scene, ServerEvent, Step,
    StepResult, Transcript,
};
use serde_json::json;

use super::{block, diagram, step};
use crate::blocks::{Block, Choice, Choices, ClaimToJudge, ClaimsIndex, Diagram, ListedClaim, PageClaims};

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

/// A step that is a whole play.
fn alone(columns: &[&str], result: &StepResult) -> String {
    let transcript = Transcript { clients: names(columns), steps: vec![result.clone()], error: None };
    step(&names(columns), &transcript, 0, false)
}

/// What a screen reader reads of a drawn step: its sentence, then a line an item. (Just enough of HTML for our own.)
fn read_aloud(html: &str) -> Vec<String> {
    let picture = html.split("<details").next().unwrap_or_default();
    let mut lines = Vec::new();
    for item in picture.split("<p").flat_map(|part| part.split("<li")).filter(|item| !item.is_empty()) {
        // Frames are there for whoever asks for them, the step's number for the eye.
        let not_read = ["aria-hidden", "class=\"step", "class=\"wire"];
        if item.split('>').next().is_some_and(|tag| not_read.iter().any(|it| tag.contains(it))) {
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

/// A step in which everything happens that can.
fn everything() -> StepResult {
    let ns = || "/admin".to_owned();
    let event = || "said".to_owned();
    let events = vec![
        ClientEvent::Connected { ns: "/".into() },
        ClientEvent::Connected { ns: ns() },
        ClientEvent::Refused { ns: ns(), message: "<no> & \"never\"".into() },
        ClientEvent::Event { ns: "/".into(), event: event(), args: "hi".into() },
        ClientEvent::Event { ns: ns(), event: event(), args: ().into() },
        ClientEvent::EventWithAck { ns: ns(), event: event(), args: "hi".into() },
        ClientEvent::Acknowledged { ns: "/".into(), event: event(), args: ().into() },
        ClientEvent::Acknowledged { ns: ns(), event: event(), args: "ok".into() },
        ClientEvent::Disconnected { ns: "/".into() },
        ClientEvent::Disconnected { ns: ns() },
        ClientEvent::ConnectionClosed {},
        ClientEvent::NotConnected { ns: ns() },
        ClientEvent::AlreadyConnected { ns: ns() },
        ClientEvent::Response { status: 200, body: Body::Json(serde_json::json!({ "<a>": 1 })) },
        ClientEvent::Response { status: 404, body: Body::Text("<no>".into()) },
        ClientEvent::NoResponse {},
        ClientEvent::InvalidPacket { frame: "4?".into() },
    ];
    let frames = vec![
        Frame { direction: Direction::ToServer, text: "3".into(), lost: false },
        Frame { direction: Direction::ToClient, text: "<2>".into(), lost: false },
    ];
    let outcome = |client: &str, events: &[ClientEvent], left| ClientOutcome {
        client: client.into(),
        events: events.to_vec(),
        left,
        frames: frames.clone(),
    };
    let message = "ada <script>\n\nconnected".into();
    StepResult {
        step: Step::Wait { seconds: 45 },
        server: vec![
            ServerEvent::Log(LogEvent { message, ..LogEvent::default() }),
            ServerEvent::Panic { message: "no".into(), at: "src/lib.rs:3".into() },
            ServerEvent::HandlerSkipped { reason: "invalid type".into() },
            ServerEvent::NoHandler { event: "<Say>".into(), client: None, ns: Some("/admin".into()) },
        ],
        clients: vec![
            outcome("ada", &events, false),
            outcome("bob", &[], false),
            outcome("server", &[], true),
        ],
    }
}

#[test]
fn steps_are_drawn() {
    let scene =
        Scene::new("x", "x").connect(["ada", "bob", "cyd"]).emit("ada", "say", "hi").disconnect("cyd");
    let server = solutions::server("broadcast/solution").unwrap();
    let transcript = harness::play(&scene, &server).unwrap();
    let drawn: Vec<_> = (0..transcript.steps.len())
        .map(|number| step(&transcript.clients, &transcript, number, false))
        .collect();
    // One tag a line, to be read and compared.
    insta::assert_snapshot!(drawn.join("\n").replace("><", ">\n<"));
}

#[test]
fn what_is_read_aloud_is_the_transcript() {
    let result = everything();
    let mut lines = vec![result.step.to_string()];
    lines.extend(result.lines());
    assert_eq!(read_aloud(&alone(&["ada", "bob"], &result)), lines);
}

#[test]
fn every_kind_of_step_is_drawn_with_any_columns() {
    let client = || "ada".to_owned();
    let (ns, event) = (|| "/".to_owned(), || "say".to_owned());
    let steps = [
        Step::Connect {
            clients: names(&["ada", "bob"]),
            ns: ns(),
            auth: Some(1.into()),
            at: Some(scenario::Node::B),
        },
        Step::Emit { client: client(), ns: ns(), event: event(), args: "<hi>".into() },
        Step::EmitWithAck { client: client(), ns: ns(), event: event(), args: ().into() },
        Step::Acknowledge { client: client(), args: ().into() },
        Step::Disconnect { client: client(), ns: ns() },
        Step::DropConnection { client: client() },
        Step::CloseConnection { client: client() },
        Step::CutOff { client: client() },
        Step::StopPongs { client: client() },
        Step::Kill { server: scenario::Node::B },
        Step::CutLine {},
        Step::MendLine {},
        Step::Request { client: "monitor".into(), path: "/health?<a>".into() },
        Step::Together(vec![
            Step::Emit { client: client(), ns: ns(), event: event(), args: "<hi>".into() },
            Step::CutOff { client: "bob".into() },
        ]),
        Step::Wait { seconds: 1 },
    ];
    for kind in steps {
        for columns in [&[][..], &["ada"], &["server", "<b>", "ada", "ada"]] {
            let result = StepResult { step: kind.clone(), server: Vec::new(), clients: Vec::new() };
            let html = alone(columns, &result);
            assert_eq!(read_aloud(&html), [kind.to_string()], "{html}");
            assert!(!html.contains("<b>\"") && !html.contains("<hi>"), "{html}");
        }
    }
}

#[test]
fn nothing_ends_the_html_in_its_page() {
    let transcript = Transcript { clients: names(&["ada"]), steps: vec![everything()], error: None };
    let drawing = Diagram {
        scene: Scene::new("x", "a \"title\""),
        server: "solution".into(),
        claim: None,
        columns: transcript.clients.clone(),
        transcript,
        steps: None,
        caption: Some("one\n\ntwo".into()),
        queues: true,
    };
    let choices = Choices {
        page: "x.md".into(),
        question: "```text\na\n\n\nb\n```".into(),
        options: vec![Choice { text: "a\n\nb".into(), right: true, why: "- a\n\n- b".into() }],
    };
    for html in [block(&Block::Diagram(drawing)), block(&Block::Choices(choices))] {
        assert!(html.lines().all(|line| !line.trim().is_empty()), "{html}");
        assert!(!html.contains("<script>"), "{html}");
    }
}

#[test]
fn a_queue_is_drawn_where_it_changes() {
    let ada = || Scene::new("x", "x");
    let ack = |event: &str, said: serde_json::Value| {
        vec![ClientEvent::Acknowledged { ns: "/".into(), event: event.into(), args: said.into() }]
    };
    let message = json!({ "id": 1, "topic": "rust", "text": "<hi>" });
    let heard =
        || vec![ClientEvent::Event { ns: "/".into(), event: "message".into(), args: message.clone().into() }];
    let connected = || vec![ClientEvent::Connected { ns: "/".into() }];
    let publish = json!({ "topic": "rust", "text": "<hi>" });
    let told = [
        (ada().connect(["ada"]), connected(), Vec::new()),
        (ada().connect_with("phone", "/", json!({ "name": "bob" })), Vec::new(), connected()),
        (
            ada().emit_with_ack("phone", "subscribe", "rust"),
            Vec::new(),
            ack("subscribe", json!("subscribed")),
        ),
        (ada().emit_with_ack("ada", "publish", publish), ack("publish", json!(1)), Vec::new()),
        (ada().wait(1), Vec::new(), heard()),
        (ada().wait(1), Vec::new(), Vec::new()),
        (ada().emit_with_ack("phone", "received", json!(1)), Vec::new(), ack("received", json!("received"))),
    ];
    let outcome = |client: &str, events| ClientOutcome {
        client: client.into(),
        events,
        left: false,
        frames: Vec::new(),
    };
    let steps = told.into_iter().map(|(mut scene, ada, phone)| StepResult {
        step: scene.steps.remove(0),
        server: Vec::new(),
        clients: vec![outcome("ada", ada), outcome("phone", phone)],
    });
    let transcript = Transcript { clients: names(&["ada", "phone"]), steps: steps.collect(), error: None };
    let read = |number| {
        let html = step(&transcript.clients, &transcript, number, true);
        html.split_once("class=\"queues\"").map(|(_, queues)| read_aloud(&format!("<ul {queues}")))
    };
    let queues: Vec<_> = (0..7).map(read).collect();
    let is = |said: &str| Some(vec![format!("bob’s queue{said}")]);
    let expected =
        [None, None, is("empty"), is("1 “<hi>” waits "), is("1 “<hi>” handed out "), None, is("empty")];
    assert_eq!(queues, expected);
    assert!(!step(&transcript.clients, &transcript, 3, false).contains("queue"));
}

#[test]
fn an_error_is_told_once_and_with_its_step() {
    let quiet = |event: &str| {
        let step = Scene::new("x", "x").emit("ada", event, ()).steps.remove(0);
        StepResult { step, server: Vec::new(), clients: Vec::new() }
    };
    let transcript = Transcript {
        clients: names(&["ada"]),
        steps: vec![quiet("say"), quiet("spin")],
        error: Some(PlayError::ThreadBlocked {}),
    };
    let drawing = |steps| {
        diagram(&Diagram {
            scene: Scene::new("x", "x"),
            server: "solution".into(),
            claim: None,
            columns: transcript.clients.clone(),
            transcript: transcript.clone(),
            steps,
            caption: None,
            queues: false,
        })
    };
    let error = "the handler of `spin` blocks the thread";
    assert_eq!(drawing(None).matches(error).count(), 2, "in the picture and in the text");
    assert!(!drawing(Some(vec![1])).contains(error));
}

/// A claim of each kind.
fn listed() -> Vec<ListedClaim> {
    let kinds = [grader::Truth::Right, grader::Truth::Half, grader::Truth::Wrong];
    kinds
        .into_iter()
        .map(|truth| ListedClaim {
            id: format!("claim-{truth:?}").to_lowercase(),
            text: "`<b>` & *so*".into(),
            truth,
            why: "one\n\ntwo".into(),
        })
        .collect()
}

#[test]
fn an_index_counts_the_claims_and_leads_to_each() {
    let page = |page: &str, question: Option<&str>| PageClaims {
        page: page.into(),
        title: "A < B".into(),
        question: question.map(Into::into),
        claims: listed(),
    };
    let pages = vec![page("chat/a.md", Some("Chat 1")), page("b.md", None)];
    let html = block(&Block::ClaimsIndex(ClaimsIndex { pages, to_root: "../".into() }));
    for part in [
        "6 claims stand on 2 pages. 2 of them are right, 2 are half right, and 2 are wrong.",
        "<h2 id=\"chat-a\"><a class=\"header\" href=\"#chat-a\">Chat 1 · A &lt; B</a></h2>",
        "<a href=\"../chat/a.html#claim-half\"><code>&lt;b&gt;</code> &amp; <em>so</em></a>",
        "<a href=\"../b.html#claim-wrong\">",
    ] {
        assert!(html.contains(part), "{html}");
    }
    assert!(!html.contains("two"), "the reasons stand on the pages: {html}");
}

#[test]
fn of_three_verdicts_one_is_right() {
    let judge = |claim: ListedClaim| {
        let link = format!("a.html#{}", claim.id);
        block(&Block::RightOrWrong(vec![ClaimToJudge {
            page: "x.md".into(),
            asked: "*Who?*".into(),
            claim,
            link,
        }]))
    };
    for (claim, word) in listed().into_iter().zip(["right", "half right", "wrong"]) {
        let html = judge(claim);
        assert_eq!(html.matches("class=\"right-one\"").count(), 1, "{html}");
        assert_eq!(html.matches("class=\"wrong-one\"").count(), 2, "{html}");
        let right = html.split("<li ").find(|item| item.starts_with("class=\"right-one\"")).unwrap();
        assert!(right.contains(&format!("<summary>{word}</summary>")), "{right}");
        assert!(right.contains("href=\"a.html#claim-"), "{right}");
        assert!(html.lines().all(|line| !line.trim().is_empty()), "{html}");
    }
}
