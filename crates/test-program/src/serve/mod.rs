//! `--serve`: the learner's server on a real port, with a page to try it in.

mod vocabulary;

use std::{fs, io};

use grader::Exercise;
use harness::Server;
use harness::live::{Live, Page};

/// Where a server is, unless the port is taken. The book has 3000.
const DEFAULT_PORT: u16 = 4000;

/// Where the exercise's own page is, if it has one.
const WINDOW: &str = "/window.html";

/// Serves `server` with the page of `exercise` until Ctrl+C. `served` says in a few words which server it is.
/// `port` is the one that was asked for.
///
/// # Errors
/// If the server can't be set up, or there is no port.
pub fn serve(exercise: &Exercise, server: &Server, served: &str, port: Option<u16>) -> io::Result<()> {
    let asked = port.unwrap_or(DEFAULT_PORT);
    let live = Live::bind(asked, server).map_err(|error| {
        io::Error::other(format!(
            "port {asked} can't be used ({error}). Name another with --port, from 1024 to 65535"
        ))
    })?;
    if live.port_was_taken {
        println!("Port {asked} is taken by another program. Using {} instead.", live.ports[0]);
    }
    let addresses: Vec<_> = live.ports.iter().map(|port| format!("http://127.0.0.1:{port}")).collect();
    let address = &addresses[0];
    live.run(server, pages(exercise, served), || {
        println!("\n{}: {} ({})\n", exercise.question, exercise.title, exercise.name);
        println!("Serving {served} at\n\n    {address}\n");
        if let Some(second) = addresses.get(1) {
            println!("and a second time, as server B, at {second}\n");
            println!("Next: open each of them in a browser tab. Emit in one, and watch both.");
        } else {
            println!("Next: open it in two browser tabs. Emit in one, and watch both.");
        }
        if exercise.window_file().exists() {
            println!("It has a page of its own, too: {address}{WINDOW}");
        }
        println!("Press Ctrl+C to stop. What happens on the server is written here:\n");
    })?;
    println!("\nStopped.");
    Ok(())
}

/// The page and its parts.
fn pages(exercise: &Exercise, served: &str) -> Vec<Page> {
    let page = |path, media_type, text: &str| Page { path, media_type, text: text.to_owned() };
    let (html, css, js) =
        ("text/html; charset=utf-8", "text/css; charset=utf-8", "text/javascript; charset=utf-8");
    let mut pages = vec![
        page("/", html, include_str!("page/index.html")),
        page("/page.css", css, include_str!("page/page.css")),
        page("/page.js", js, include_str!("page/page.js")),
        page("/client.js", js, include_str!("page/client.js")),
        page("/exercise.json", "application/json", &vocabulary::of(exercise, served).to_string()),
    ];
    // An exercise may have a page that is more like what it's for.
    pages.extend(fs::read_to_string(exercise.window_file()).ok().map(|text| page(WINDOW, html, &text)));
    pages
}
