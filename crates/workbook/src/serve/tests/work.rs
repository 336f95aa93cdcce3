//! Work in the page: who may write and run, and what.

use std::fs;

use super::*;

/// A workspace with one exercise, whose file is as it was shipped.
fn workspace() -> TempDir {
    let root = tempfile::tempdir().expect("a folder");
    for (folder, files) in [
        ("exercises/chat/broadcast", &["Cargo.toml", "exercise.toml", "scenes.toml"][..]),
        ("solutions/chat/broadcast", &["starter.rs"]),
    ] {
        let (from, to) = (grader::root().join(folder), root.path().join(folder));
        fs::create_dir_all(to.join("src")).expect("a folder");
        for file in files {
            fs::copy(from.join(file), to.join(file)).expect("a file that can be copied");
        }
    }
    let starter = root.path().join("solutions/chat/broadcast/starter.rs");
    fs::copy(starter, file_in(&root)).expect("a file that can be copied");
    root
}

fn file_in(root: &TempDir) -> std::path::PathBuf {
    root.path().join("exercises/chat/broadcast/src/lib.rs")
}

/// Every address that writes or runs, with a body that it would take.
fn writing() -> [(&'static str, Value); 8] {
    let exercise = json!({ "exercise": "broadcast" });
    [
        ("/api/play", json!({ "exercise": "broadcast", "scene": "three-people" })),
        ("/api/save", json!({ "exercise": "broadcast", "text": "theirs", "base": null })),
        ("/api/check", exercise.clone()),
        ("/api/hint", json!({ "exercise": "broadcast", "number": 1 })),
        ("/api/solution", exercise),
        ("/api/page", json!({ "keep": { "a": 1 } })),
        ("/api/take", json!({ "work": { "broadcast": { "hints": 1 } } })),
        ("/api/erase", json!({ "everything": "yes" })),
    ]
}

#[tokio::test]
async fn nothing_is_written_or_run_without_the_token() {
    let root = workspace();
    let before = fs::read(file_in(&root)).expect("the file");
    let site = Site::over(root.path(), InProcess);
    let other = Site::over(root.path(), InProcess);
    for (path, body) in writing() {
        for token in [None, Some(""), Some("0"), Some(other.app.token.text())] {
            let mut request = Request::post(path)
                .header(header::HOST, "localhost:3000")
                .header(header::ORIGIN, "http://localhost:3000")
                .header(header::CONTENT_TYPE, "application/json");
            if let Some(token) = token {
                request = request.header(HEADER, token);
            }
            let request = request.body(Body::from(body.to_string())).expect("a good request");
            let answer = said(site.ask(request).await).await;
            refuses(&answer, StatusCode::FORBIDDEN, &["token", "Reload"]);
            assert_eq!(answer.1["kind"], "token", "{path}");
        }
    }
    assert_eq!(fs::read(file_in(&root)).expect("the file"), before);
    assert!(!root.path().join(".workbook").exists());
}

/// The right token doesn't help a page that isn't the book's, nor a name that only leads here.
#[tokio::test]
async fn another_site_writes_nothing_and_reads_no_token() {
    let root = workspace();
    let site = Site::over(root.path(), InProcess);
    let from = [
        ("localhost:3000", "http://evil.example", None),
        ("localhost:3000", "null", None),
        ("localhost:3000", "http://localhost:4000", Some("same-site")),
        ("localhost:3000", "http://localhost:3000", Some("cross-site")),
        ("evil.example:3000", "http://evil.example:3000", Some("same-origin")),
    ];
    for (host, origin, fetch_site) in from {
        let with = |request: axum::http::request::Builder, body: String| {
            let request = request.header(header::HOST, host).header(header::ORIGIN, origin);
            let request = request.header(HEADER, site.app.token.text());
            let request = match fetch_site {
                Some(site) => request.header("sec-fetch-site", site),
                None => request,
            };
            request.body(Body::from(body)).expect("a good request")
        };
        for (path, body) in writing() {
            let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
            let answer = said(site.ask(with(request, body.to_string())).await).await;
            refuses(&answer, StatusCode::FORBIDDEN, &[]);
        }
        for path in ["/api/token", "/api/file/broadcast", "/api/progress", "/api/reload"] {
            let answer = said(site.ask(with(Request::get(path), String::new())).await).await;
            refuses(&answer, StatusCode::FORBIDDEN, &[]);
            assert!(!answer.1.to_string().contains(site.app.token.text()));
        }
    }
    assert!(!root.path().join(".workbook").exists());
}

#[tokio::test]
async fn a_token_is_told_to_the_book_s_own_pages_and_to_nobody_across() {
    let site = Site::new();
    let response = site.get("/api/token").await;
    assert_eq!(response.headers()["cross-origin-resource-policy"], "same-origin");
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    assert!(response.headers().keys().all(|name| !name.as_str().starts_with("access-control-")));
    assert_eq!(said(response).await, (StatusCode::OK, json!({ "token": site.app.token.text() })));
}

#[tokio::test]
async fn a_file_is_read_saved_and_a_conflict_loses_nothing() {
    let root = workspace();
    let site = Site::over(root.path(), InProcess);
    let (status, opened) = said(site.get("/api/file/broadcast").await).await;
    assert_eq!((status, &opened["file"]), (StatusCode::OK, &json!("exercises/chat/broadcast/src/lib.rs")));
    let save = async |text: &str, base: &Value| {
        let body = json!({ "exercise": "broadcast", "text": text, "base": base });
        site.post("/api/save", body.to_string()).await
    };
    let (status, saved) = save("mine", &opened["version"]).await;
    assert_eq!((status, &saved["text"]), (StatusCode::OK, &json!("mine")));
    fs::write(file_in(&root), "theirs").expect("a file that can be written");
    let answer = save("mine too", &saved["version"]).await;
    refuses(&answer, StatusCode::CONFLICT, &["exercises/chat/broadcast/src/lib.rs", "Nothing was written"]);
    assert_eq!((&answer.1["kind"], &answer.1["disk"]["text"]), (&json!("conflict"), &json!("theirs")));
    assert_eq!(fs::read_to_string(file_in(&root)).expect("the file"), "theirs");
    let (status, _) = save("mine too", &answer.1["disk"]["version"]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(fs::read_to_string(file_in(&root)).expect("the file"), "mine too");
}

#[tokio::test]
async fn a_name_is_never_a_path() {
    let root = workspace();
    let site = Site::over(root.path(), InProcess);
    for name in
        ["../broadcast", "chat/broadcast", "broadcast/../broadcast", "", ".", "/etc/passwd", "broadcast\0"]
    {
        for (path, mut body) in writing() {
            if body.get("exercise").is_some() {
                body["exercise"] = json!(name);
                refuses(
                    &site.post(path, body.to_string()).await,
                    StatusCode::NOT_FOUND,
                    &["There is no exercise"],
                );
            }
        }
    }
    for path in ["..%2fbroadcast", "chat%2fbroadcast", "%2e%2e", "%00", "..%5cbroadcast"] {
        let answer = said(site.get(&format!("/api/file/{path}")).await).await;
        refuses(&answer, StatusCode::NOT_FOUND, &[]);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_that_leads_out_is_neither_read_nor_written() {
    let root = workspace();
    let secret = root.path().join("secret.rs");
    fs::write(&secret, "secret").expect("a file that can be written");
    fs::remove_file(file_in(&root)).expect("a file that can be removed");
    std::os::unix::fs::symlink(&secret, file_in(&root)).expect("a link");
    let site = Site::over(root.path(), InProcess);
    let answer = said(site.get("/api/file/broadcast").await).await;
    refuses(&answer, StatusCode::FORBIDDEN, &["isn't an ordinary file"]);
    assert!(!answer.1.to_string().contains("\"secret\""));
    let body = json!({ "exercise": "broadcast", "text": "mine", "base": null });
    refuses(
        &site.post("/api/save", body.to_string()).await,
        StatusCode::FORBIDDEN,
        &["isn't an ordinary file"],
    );
    assert_eq!(fs::read_to_string(&secret).expect("the file"), "secret");
}

#[tokio::test]
async fn what_is_malformed_or_too_large_is_refused_in_json() {
    let root = workspace();
    let before = fs::read(file_in(&root)).expect("the file");
    let site = Site::over(root.path(), InProcess);
    for (path, _) in writing() {
        for body in ["", "{", "[]", "null", "{\"x\":1}", "\u{fffd}", "{\"exercise\":5}"] {
            refuses(&site.post(path, body).await, StatusCode::BAD_REQUEST, &["can't be read", "It takes"]);
        }
        let answer = site.post(path, vec![b' '; 5 * 1024 * 1024]).await;
        refuses(&answer, StatusCode::PAYLOAD_TOO_LARGE, &["KiB is the most"]);
        let text = Request::post(path)
            .header(header::HOST, "localhost:3000")
            .header(header::CONTENT_TYPE, "text/plain")
            .header(HEADER, site.app.token.text())
            .body(Body::from("{}"));
        let answer = said(site.ask(text.expect("a good request")).await).await;
        refuses(&answer, StatusCode::UNSUPPORTED_MEDIA_TYPE, &["application/json"]);
        refuses(&said(site.get(path).await).await, StatusCode::METHOD_NOT_ALLOWED, &["POST"]);
    }
    let body = json!({ "exercise": "broadcast", "text": "x".repeat(300 * 1024), "base": null });
    refuses(&site.post("/api/save", body.to_string()).await, StatusCode::PAYLOAD_TOO_LARGE, &["256 KiB"]);
    let many = json!({ "keep": { "a": "x".repeat(300 * 1024), "b": "y" } });
    assert_eq!(site.post("/api/page", many.to_string()).await.0, StatusCode::OK);
    let more = json!({ "keep": { "c": "x".repeat(300 * 1024) } });
    refuses(&site.post("/api/page", more.to_string()).await, StatusCode::PAYLOAD_TOO_LARGE, &["512 KiB"]);
    assert_eq!(fs::read(file_in(&root)).expect("the file"), before);
}

#[tokio::test]
async fn progress_is_shared_kept_and_erased() {
    let root = workspace();
    let site = Site::over(root.path(), InProcess);
    let progress = async || said(site.get("/api/progress").await).await.1;
    let first = progress().await;
    let shown = &first["exercises"][0];
    assert_eq!((&shown["name"], &shown["state"]), (&json!("broadcast"), &json!("new")));
    assert_eq!(shown["page"], "chat/broadcast.html");
    fs::write(file_in(&root), "pub fn server() {}").expect("a file that can be written");
    assert_eq!(progress().await["exercises"][0]["state"], "begun");

    let hint = json!({ "exercise": "broadcast", "number": 2 });
    assert_eq!(site.post("/api/hint", hint.to_string()).await.0, StatusCode::OK);
    let hint = json!({ "exercise": "broadcast", "number": 1 });
    assert_eq!(site.post("/api/hint", hint.to_string()).await.0, StatusCode::OK);
    for number in [0, 99] {
        let hint = json!({ "exercise": "broadcast", "number": number });
        refuses(
            &site.post("/api/hint", hint.to_string()).await,
            StatusCode::NOT_FOUND,
            &["There is no hint"],
        );
    }
    let solution = json!({ "exercise": "broadcast" });
    assert_eq!(site.post("/api/solution", solution.to_string()).await.0, StatusCode::OK);
    let keep = json!({ "keep": { "a": { "text": "mine" }, "b": 1 } });
    assert_eq!(site.post("/api/page", keep.to_string()).await.0, StatusCode::OK);
    let keep = json!({ "keep": { "b": null } });
    assert_eq!(site.post("/api/page", keep.to_string()).await.0, StatusCode::OK);
    let (kept, _) = progress::Store::at(root.path()).read().expect("the terminal reads the same");
    assert_eq!((kept.work("broadcast").hints, kept.work("broadcast").solution_seen), (2, true));
    let second = progress().await;
    assert_eq!(second["exercises"][0]["hints"], 2);
    assert_eq!(second["page"], json!({ "a": { "text": "mine" } }));

    assert_eq!(site.post("/api/erase", json!({ "everything": "yes" }).to_string()).await.0, StatusCode::OK);
    let third = progress().await;
    assert_eq!(third["exercises"][0]["hints"], 0);
    // Another browser sees by this that it should forget what it has.
    let left: Vec<_> = third["page"].as_object().expect("an object").keys().collect();
    assert_eq!(left, [r#"["workbook","erased","",""]"#]);
    assert_eq!(fs::read_to_string(file_in(&root)).expect("the code stays"), "pub fn server() {}");
}

/// A page saves the `work` of its progress to a file, and takes it again.
#[tokio::test]
async fn what_was_done_elsewhere_is_taken_and_what_was_done_here_stays() {
    let root = workspace();
    let site = Site::over(root.path(), InProcess);
    let passed = |source: &str| json!({ "source": source, "at": 5 });
    let theirs = json!({ "passed": passed("theirs"), "checks": 2, "hints": 1, "solution_seen": true });
    let take = async |work: Value| site.post("/api/take", json!({ "work": work }).to_string()).await;
    let taken = take(json!({ "broadcast": theirs, "no-such-exercise": theirs })).await;
    assert_eq!(taken, (StatusCode::OK, json!({})));
    let progress = async || said(site.get("/api/progress").await).await.1;
    assert_eq!(progress().await["work"], json!({ "broadcast": theirs }));
    assert_eq!(progress().await["exercises"][0]["state"], "changed-since", "this code has not passed");

    let other = json!({ "passed": passed("other"), "checks": 1, "hints": 3, "solution_seen": false });
    assert_eq!(take(json!({ "broadcast": other })).await.0, StatusCode::OK);
    let both = json!({ "passed": passed("theirs"), "checks": 2, "hints": 3, "solution_seen": true });
    assert_eq!(progress().await["work"], json!({ "broadcast": both }));
}

/// More requests than a reader's pages ever have wait for nothing, and take no memory.
#[tokio::test]
async fn too_many_requests_at_once_are_refused() {
    let root = workspace();
    let site = Site::over(root.path(), InProcess);
    let all = u32::try_from(site.app.requests.available_permits()).expect("a few");
    assert!((8..=64).contains(&all), "{all}");
    let others = site.app.requests.clone().acquire_many_owned(all).await.expect("they are free");
    for (path, body) in writing() {
        let answer = site.post(path, body.to_string()).await;
        refuses(&answer, StatusCode::TOO_MANY_REQUESTS, &["Wait a moment"]);
    }
    assert_eq!(site.get("/").await.status(), StatusCode::OK, "who reads isn't held up");
    drop(others);
    let hint = json!({ "exercise": "broadcast", "number": 1 }).to_string();
    assert_eq!(site.post("/api/hint", hint).await.0, StatusCode::OK);
    assert_eq!(site.app.requests.available_permits(), all as usize, "the turn is given back");

    // A request that waits has its turn, and whoever is gone gives it back.
    let turn = site.app.learner_plays.clone().acquire_owned().await.expect("a turn");
    let check = json!({ "exercise": "broadcast" }).to_string();
    let meanwhile = async {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        site.app.requests.available_permits()
    };
    tokio::select! {
        biased;
        _ = site.post("/api/check", check) => panic!("it has no turn"),
        left = meanwhile => assert_eq!(left, all as usize - 1),
    }
    drop(turn);
    assert_eq!(site.app.requests.available_permits(), all as usize);
}

/// What is refused may have words of another site's in it: a browser takes it for nothing but JSON.
#[tokio::test]
async fn what_is_refused_is_safe_to_show() {
    let site = Site::new();
    let script = "<script>alert(1)</script>";
    let host = Request::get("/").header(header::HOST, script);
    let origin =
        Request::get("/api/token").header(header::HOST, "localhost:3000").header(header::ORIGIN, script);
    let unknown = Request::get("/api/file/%3Cscript%3E").header(header::HOST, "localhost:3000");
    for request in [host, origin, unknown] {
        let response = site.ask(request.body(Body::empty()).expect("a good request")).await;
        assert!(response.status().is_client_error());
        let headers = response.headers();
        assert_eq!(headers[header::CONTENT_TYPE], "application/json");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
        assert!(policy.contains("script-src 'self';"), "{policy}");
    }
}

/// A check that waits is answered when a newer one comes, and the newer one waits in its place.
#[tokio::test]
async fn a_newer_check_takes_the_place_of_an_older_one() {
    let root = workspace();
    let site = Site::over(root.path(), InProcess);
    let turn = site.app.learner_plays.clone().acquire_owned().await.expect("a turn");
    let body = json!({ "exercise": "broadcast" }).to_string();
    let newer = async {
        tokio::task::yield_now().await;
        tokio::select! {
            biased;
            _ = site.post("/api/check", body.clone()) => panic!("it has no turn"),
            () = async { for _ in 0..20 { tokio::task::yield_now().await } } => {}
        }
    };
    let (older, ()) = tokio::join!(site.post("/api/check", body.clone()), newer);
    refuses(&older, StatusCode::CONFLICT, &["newer check"]);
    assert_eq!(older.1["kind"], "superseded");
    drop(turn);
    assert_eq!(site.app.learner_plays.available_permits(), 1);
}

#[tokio::test]
async fn only_scripts_with_the_page_s_own_nonce_run() {
    let site = Site::new();
    let dir = site.versions.borrow().dir.clone();
    let page = "<script>a</script><script src=\"x.js\"></script><pre>&lt;script&gt;</pre>";
    fs::write(dir.join("page.html"), page).expect("a file that can be written");
    fs::write(dir.join("x.js"), "\"<script>\"").expect("a file that can be written");
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let response = site.get("/page.html").await;
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("text").to_owned();
        let scripts = policy.split("; ").find(|it| it.starts_with("script-src")).expect("one").to_owned();
        let nonce = scripts.strip_prefix("script-src 'self' 'nonce-").and_then(|it| it.strip_suffix('\''));
        let nonce = nonce.unwrap_or_else(|| panic!("{scripts}")).to_owned();
        let marked = page.replace("<script", &format!("<script nonce=\"{nonce}\""));
        assert_eq!(text(response).await, marked);
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
    let script = site.get("/x.js").await;
    let policy = script.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("text").to_owned();
    assert!(policy.contains("script-src 'self';"), "{policy}");
    assert_eq!(text(script).await, "\"<script>\"");
}
