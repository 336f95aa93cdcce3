//! The API, asked as a browser asks, without a network.

mod work;

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use scenario::{Scene, Transcript};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Builder;
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt;

use super::app::{App, Changes, router};
use super::token::HEADER;
use super::version::BookVersion;

/// The API over the real exercises, and a book of two pages.
struct Site {
    app: Arc<App>,
    versions: watch::Sender<BookVersion>,
    changes: watch::Sender<Changes>,
    _folder: TempDir,
}

impl Site {
    fn new() -> Self {
        Self::with_players(InProcess)
    }

    fn with_players(players: impl site::Player + Send + 'static) -> Self {
        Self::over(&grader::root(), players)
    }

    /// The same over the workspace in the folder `root`.
    fn over(root: &Path, players: impl site::Player + Send + 'static) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (file, text) in [("index.html", "the front page"), ("404.html", "no such page")] {
            std::fs::write(folder.path().join(file), text).expect("a file that can be written");
        }
        let exercises = Arc::new(grader::exercises(root).expect("good exercises"));
        let first = BookVersion { number: 1, dir: folder.path().to_owned(), exercises, defects: None };
        let (versions, receiver) = watch::channel(first);
        let (changes, changed) = watch::channel(Changes::default());
        Self {
            app: Arc::new(App::new(root, 3000, receiver, changed, players).expect("random bytes")),
            versions,
            changes,
            _folder: folder,
        }
    }

    async fn ask(&self, request: Request<Body>) -> Response {
        router(self.app.clone()).oneshot(request).await.expect("the router always answers")
    }

    async fn get(&self, path: &str) -> Response {
        let request = Request::get(path).header(header::HOST, "localhost:3000").body(Body::empty());
        self.ask(request.expect("a good request")).await
    }

    /// Asks for a play: what it says, and how.
    async fn play(&self, body: impl Into<Body>) -> (StatusCode, Value) {
        self.post("/api/play", body).await
    }

    /// Sends a body as the book's own pages do: what the API says, and how.
    async fn post(&self, path: &str, body: impl Into<Body>) -> (StatusCode, Value) {
        let request = self.own(path).body(body.into());
        said(self.ask(request.expect("a good request")).await).await
    }

    /// A request as the book's own pages make it.
    fn own(&self, path: &str) -> axum::http::request::Builder {
        Request::post(path)
            .header(header::HOST, "localhost:3000")
            .header(header::ORIGIN, "http://localhost:3000")
            .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
            .header(HEADER, self.app.token.text())
    }
}

async fn said(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    (status, serde_json::from_str(&text(response).await).expect("JSON"))
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 1 << 24).await.expect("a body");
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// Plays in this process: nothing that is played here blocks.
struct InProcess;

impl site::Player for InProcess {
    fn play(&self, exercise: &str, server: &str, scene: &Scene) -> Result<Transcript, String> {
        let server = solutions::find(exercise).and_then(|it| it.server(server)).ok_or("no such server")?;
        harness::play(scene, &server).map_err(|error| error.to_string())
    }
}

/// A scene of `broadcast`, over `server`, and then `steps`.
fn request(server: &str, steps: &Value) -> String {
    json!({ "exercise": "broadcast", "scene": "three-people", "server": server, "steps": steps }).to_string()
}

#[track_caller]
fn refuses((status, answer): &(StatusCode, Value), expected: StatusCode, parts: &[&str]) {
    let error = answer["error"].as_str().expect("an error as a sentence");
    assert_eq!(*status, expected, "{error}");
    for part in parts {
        assert!(error.contains(part), "{error:?} does not say {part:?}");
    }
}

#[tokio::test]
async fn a_play_goes_on_after_the_scene() {
    let site = Site::new();
    let says = json!([{ "connect": { "clients": ["zoe"] } }, { "emit": { "client": "zoe", "event": "say", "args": ["hi"] } }]);
    let (status, before) = site.play(request("solution", &json!([]))).await;
    assert_eq!(status, StatusCode::OK);
    let (status, after) = site.play(request("solution", &says)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(after["error"], Value::Null);
    let (before, after) =
        (before["steps"].as_array().expect("steps"), after["steps"].as_array().expect("steps"));
    assert_eq!(after.len(), before.len() + 2);
    let last = after.last().expect("a step");
    assert_eq!(last["step"], "zoe emits say \"hi\"");
    assert!(last["lines"].as_array().expect("lines").contains(&json!("zoe hears nothing")), "{last}");
    assert!(last["html"].as_str().expect("html").starts_with('<'));
    assert!(!last["heard"].as_array().expect("names").iter().any(|name| name == "zoe"));
}

/// A learner may be in the middle of something: then the compiler says what.
#[tokio::test]
async fn the_learner_s_own_server_is_compiled_and_played() {
    let (status, answer) = Site::new().play(request("mine", &json!([]))).await;
    match status {
        StatusCode::OK => {
            let first = &answer["steps"][0];
            assert!(first["step"].as_str().expect("words").contains("connect"), "{answer}");
        }
        StatusCode::UNPROCESSABLE_ENTITY => {
            assert!(answer["error"].as_str().expect("a sentence").contains("doesn't compile"), "{answer}");
            assert!(answer["compiler"].as_str().expect("its words").contains("error"), "{answer}");
        }
        _ => panic!("{status}: {answer}"),
    }
}

/// Notes how many turns are left while it plays.
#[derive(Clone, Default)]
struct TurnsLeft {
    plays: Arc<OnceLock<Arc<Semaphore>>>,
    seen: Arc<Mutex<Vec<usize>>>,
}

impl site::Player for TurnsLeft {
    fn play(&self, exercise: &str, server: &str, scene: &Scene) -> Result<Transcript, String> {
        let plays = self.plays.get().expect("a semaphore");
        self.seen.lock().expect("not poisoned").push(plays.available_permits());
        site::Player::play(&InProcess, exercise, server, scene)
    }
}

#[tokio::test]
async fn a_play_keeps_its_turn_to_its_end() {
    let players = TurnsLeft::default();
    let site = Site::with_players(players.clone());
    let turns = site.app.plays.available_permits();
    players.plays.set(site.app.plays.clone()).expect("it is set once");
    // The mistake's play, and the solution's that it is compared with.
    let (status, answer) = site.play(request("io-emit", &json!([]))).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(*players.seen.lock().expect("not poisoned"), [turns - 1, turns - 1]);
    assert_eq!(site.app.plays.available_permits(), turns);
}

/// The learner's own play waits for its turn; another server's doesn't wait for it.
#[tokio::test]
async fn the_learner_s_own_server_holds_up_no_other() {
    let site = Site::new();
    let turn = site.app.learner_plays.clone().acquire_owned().await.expect("a turn");
    tokio::select! {
        biased;
        _ = site.play(request("mine", &json!([]))) => panic!("it has no turn"),
        (status, answer) = site.play(request("io-emit", &json!([]))) => assert_eq!(status, StatusCode::OK, "{answer}"),
    }
    drop(turn);
    assert_eq!(site.app.learner_plays.available_permits(), 1, "whoever is gone has left the queue");
}

#[tokio::test]
async fn a_mistake_is_compared_with_the_solution() {
    let site = Site::new();
    let differs = async |server: &str| {
        let (_, answer) = site.play(request(server, &json!([]))).await;
        let steps = answer["steps"].as_array().expect("steps").clone();
        steps.iter().any(|step| step["difference"] != Value::Null)
    };
    assert!(differs("io-emit").await);
    assert!(!differs("solution").await);
}

#[tokio::test]
async fn a_server_on_node_shows_what_was_recorded_and_no_more() {
    let site = Site::new();
    let (status, answer) = site.play(request("node:io-to-id", &json!([]))).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let last = answer["steps"].as_array().and_then(|steps| steps.last()).expect("a step");
    assert_eq!(last["heard"], json!(["ada"]));
    assert_ne!(last["difference"], Value::Null);
    let says = json!([{ "emit": { "client": "ada", "event": "say", "args": ["hi"] } }]);
    refuses(
        &site.play(request("node", &says)).await,
        StatusCode::BAD_REQUEST,
        &["for these steps only", "Start over"],
    );
    refuses(
        &site.play(request("node:io-emit", &json!([]))).await,
        StatusCode::NOT_FOUND,
        &["chat/broadcast/node.snap has no play of this scene"],
    );
}

/// A page that asks and goes away, again and again, gets no more plays at a time than one that waits.
#[test]
fn a_play_keeps_its_turn_though_nobody_waits_for_it() {
    let runtime =
        Builder::new_current_thread().enable_all().max_blocking_threads(1).build().expect("a runtime");
    runtime.block_on(async {
        let site = Site::new();
        let turns = site.app.plays.available_permits();
        // The one thread that plays is busy: the play that is asked for does not begin.
        let (done, busy) = std::sync::mpsc::channel::<()>();
        let busy = tokio::task::spawn_blocking(move || busy.recv());
        tokio::select! {
            biased;
            _ = site.play(request("solution", &json!([]))) => panic!("it cannot have been played"),
            () = std::future::ready(()) => {}
        }
        assert_eq!(site.app.plays.available_permits(), turns - 1);
        drop(done);
        let _ = busy.await;
        let all = u32::try_from(turns).expect("a few");
        drop(site.app.plays.acquire_many(all).await.expect("it gives its turn back"));
    });
}

#[tokio::test]
async fn what_is_not_known_is_named_beside_what_is() {
    let site = Site::new();
    let ask = |exercise: &str, scene: &str, server: &str| {
        json!({ "exercise": exercise, "scene": scene, "server": server, "steps": [] }).to_string()
    };
    let answer = site.play(ask("brodcast", "", "")).await;
    refuses(&answer, StatusCode::NOT_FOUND, &["There is no exercise `brodcast`", "broadcast", "join-room"]);
    let answer = site.play(ask("broadcast", "nowhere", "")).await;
    refuses(&answer, StatusCode::NOT_FOUND, &["There is no scene `nowhere`. There are: "]);
    let answer = site.play(request("iro-emit", &json!([]))).await;
    refuses(
        &answer,
        StatusCode::NOT_FOUND,
        &["There is no server `iro-emit`. There are: solution, ", "mine"],
    );
}

#[tokio::test]
async fn a_client_is_no_server_to_be_played() {
    let site = Site::new();
    for server in ["mine", "solution"] {
        let body = json!({ "exercise": "first-client", "scene": "bye", "server": server }).to_string();
        refuses(
            &site.play(body).await,
            StatusCode::BAD_REQUEST,
            &["`first-client` is a client", "cargo workbook check first-client"],
        );
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_read_or_played_is_told_why() {
    let site = Site::new();
    let answer = site.play("{").await;
    refuses(&answer, StatusCode::BAD_REQUEST, &["EOF", "A step looks like this: {\"emit\""]);
    let answer = site.play(request("solution", &json!([{ "shout": { "client": "ada" } }]))).await;
    refuses(&answer, StatusCode::BAD_REQUEST, &["unknown variant `shout`", "`emit`"]);
    let answer = site.play(request("solution", &json!([{ "drop_connection": { "client": "zoe" } }]))).await;
    refuses(&answer, StatusCode::BAD_REQUEST, &["zoe isn't connected. Let zoe connect first"]);
    let many = vec![json!({ "wait": { "seconds": 1 } }); 300];
    let answer = site.play(request("solution", &json!(many))).await;
    refuses(&answer, StatusCode::BAD_REQUEST, &["at most 200 steps"]);
    let mut wide: Value = serde_json::from_str(&request("solution", &json!([]))).expect("JSON");
    wide["columns"] = json!(vec!["ada"; 33]);
    let answer = site.play(wide.to_string()).await;
    refuses(&answer, StatusCode::BAD_REQUEST, &["at most 32 columns"]);
    let answer = site.play(vec![b' '; 70_000]).await;
    refuses(&answer, StatusCode::PAYLOAD_TOO_LARGE, &["64 KiB is the most"]);
}

#[tokio::test]
async fn the_body_must_be_json_and_say_so() {
    let site = Site::new();
    let request = Request::post("/api/play")
        .header(header::HOST, "localhost:3000")
        .header(HEADER, site.app.token.text())
        .body(Body::from("{}"));
    let answer = said(site.ask(request.expect("a good request")).await).await;
    refuses(&answer, StatusCode::UNSUPPORTED_MEDIA_TYPE, &["application/json"]);
}

#[tokio::test]
async fn another_site_is_turned_away() {
    let site = Site::new();
    let request = |host: &str, origin: &str| {
        Request::post("/api/play")
            .header(header::HOST, host)
            .header(header::ORIGIN, origin)
            .header(header::CONTENT_TYPE, "application/json")
            .header(HEADER, site.app.token.text())
            .body(Body::from(request("solution", &json!([]))))
            .expect("a good request")
    };
    let answer = said(site.ask(request("localhost:3000", "http://evil.example")).await).await;
    refuses(
        &answer,
        StatusCode::FORBIDDEN,
        &["Only the book's own pages can use this", "http://evil.example"],
    );
    let answer = said(site.ask(request("evil.example:3000", "http://evil.example:3000")).await).await;
    refuses(&answer, StatusCode::FORBIDDEN, &["http://127.0.0.1:3000", "evil.example"]);
    let page =
        Request::get("/").header(header::HOST, "evil.example").body(Body::empty()).expect("a good request");
    refuses(&said(site.ask(page).await).await, StatusCode::FORBIDDEN, &["evil.example"]);
    assert_eq!(site.ask(request("127.0.0.1:3000", "http://127.0.0.1:3000")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_book_s_files_are_served_and_never_kept_by_the_browser() {
    let site = Site::new();
    let front = site.get("/").await;
    assert_eq!(front.status(), StatusCode::OK);
    assert_eq!(front.headers()[header::CACHE_CONTROL], "no-store");
    assert_eq!(front.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(front.headers()[header::X_FRAME_OPTIONS], "SAMEORIGIN");
    assert_eq!(front.headers()["cross-origin-resource-policy"], "same-origin");
    let policy = front.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.starts_with("default-src 'self'; "), "{policy}");
    assert_eq!(text(front).await, "the front page");
    let again = Request::get("/")
        .header(header::HOST, "localhost:3000")
        .header(header::IF_MODIFIED_SINCE, "Fri, 01 Jan 2100 00:00:00 GMT");
    let again = site.ask(again.body(Body::empty()).expect("a good request")).await;
    assert_eq!(again.status(), StatusCode::OK, "a version may come within a second of the one before");
    let missing = site.get("/chat/nowhere.html").await;
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    assert_eq!(text(missing).await, "no such page");
    assert_eq!(site.get(&format!("/{}", "x".repeat(5_000))).await.status(), StatusCode::NOT_FOUND);
    for outside in ["/../Cargo.toml", "/%2e%2e/Cargo.toml", "/..%2fCargo.toml"] {
        assert_eq!(site.get(outside).await.status(), StatusCode::NOT_FOUND, "{outside}");
    }
    let answer = said(site.get("/api/nothing").await).await;
    refuses(&answer, StatusCode::NOT_FOUND, &["/api/play"]);
    let answer = said(site.get("/api/play").await).await;
    refuses(&answer, StatusCode::METHOD_NOT_ALLOWED, &["POST", "/api/play"]);
}

#[tokio::test]
async fn a_page_hears_of_a_new_version_and_of_defects() {
    let site = Site::new();
    let mut events = site.get("/api/reload").await.into_body();
    let mut next = async || {
        let frame =
            http_body_util::BodyExt::frame(&mut events).await.expect("an event").expect("a whole one");
        String::from_utf8(frame.into_data().expect("data").to_vec()).expect("text")
    };
    let run = site.app.run;
    assert_eq!(next().await, format!("event: version\ndata: {run}-1\n\n"));
    assert_eq!(next().await, "event: saves\ndata: {}\n\n");
    assert_eq!(next().await, "event: progress\ndata: 0\n\n");
    site.changes.send_modify(|changes| *changes.saves.entry("broadcast".to_owned()).or_default() += 1);
    assert_eq!(next().await, "event: saves\ndata: {\"broadcast\":1}\n\n");
    site.changes.send_modify(|changes| changes.progress += 1);
    assert_eq!(next().await, "event: progress\ndata: 1\n\n");
    site.versions
        .send_modify(|version| version.defects = Some("book/a.md:1: one\nbook/a.md:2: two".to_owned()));
    assert_eq!(next().await, "event: defects\ndata: book/a.md:1: one\ndata: book/a.md:2: two\n\n");
    site.versions.send_modify(|version| {
        version.number = 2;
        version.defects = None;
    });
    assert_eq!(next().await, format!("event: reload\ndata: {run}-2\n\n"));
}
