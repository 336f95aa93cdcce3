//! `--serve`: a server on a real port, with a page to try it in.

use std::{fs, io};

use harness::Server;
use harness::live::{Live, Page};
use worker::Served;

/// Where a server is, unless the port is taken. The book has 3000.
const DEFAULT_PORT: u16 = 4000;

/// Where the exercise's own page is, if it has one.
const WINDOW: &str = "/window.html";

/// Serves `server` with a page until Ctrl+C. `port` is the one that was asked for.
///
/// # Errors
/// If the server can't be set up, or there is no port.
pub fn serve(server: &Server, served: &Served, port: Option<u16>) -> io::Result<()> {
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
    live.run(server, pages(served), || {
        println!("\n{}\n", served.exercise);
        println!("Serving {} at\n\n    {address}\n", served.called);
        if let Some(second) = addresses.get(1) {
            println!("and a second time, as server B, at {second}\n");
            println!("Next: open each of them in a browser tab. Emit in one, and watch both.");
        } else {
            println!("Next: open it in two browser tabs. Emit in one, and watch both.");
        }
        if served.window.is_some() {
            println!("It has a page of its own, too: {address}{WINDOW}");
        }
        println!("Press Ctrl+C to stop. What happens on the server is written here:\n");
    })?;
    println!("\nStopped.");
    Ok(())
}

/// The page and its parts.
fn pages(served: &Served) -> Vec<Page> {
    let page = |path, media_type, text: &str| Page { path, media_type, text: text.to_owned() };
    let (html, css, js) =
        ("text/html; charset=utf-8", "text/css; charset=utf-8", "text/javascript; charset=utf-8");
    let mut pages = vec![
        page("/", html, include_str!("page/index.html")),
        page("/page.css", css, include_str!("page/page.css")),
        page("/page.js", js, include_str!("page/page.js")),
        page("/client.js", js, include_str!("page/client.js")),
        page("/exercise.json", "application/json", &served.about.to_string()),
    ];
    // An exercise may have a page that is more like what it's for.
    let window = served.window.as_ref().and_then(|file| fs::read_to_string(file).ok());
    pages.extend(window.map(|text| page(WINDOW, html, &text)));
    pages
}
