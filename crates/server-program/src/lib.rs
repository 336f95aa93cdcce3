//! A program with servers: it plays them as a worker ([`serve_worker`]), or serves one on a real port ([`serve()`]).
//!
//! It grades nothing. So a learner's server needs no more than this in the fast way, where the tool grades: rustc and the
//! linker look through all that a program could use.

mod plays;
mod serve;

use std::env;
use std::process::ExitCode;

use worker::{Served, WORKER};

pub use harness::Server;
pub use plays::{serve_worker, serve_worker_plays};
pub use serve::serve;

/// Is a program with one server: a worker, or, with `--serve`, that server on a real port. `served` says what it's called
/// there: a [`Served`](worker::Served) in JSON.
pub fn program(server: &Server, served: &str) -> ExitCode {
    let args: Vec<_> = env::args().skip(1).collect();
    let result = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [WORKER] => serve_worker(|_| Some(server.clone())),
        ["--serve"] => serve_as(server, served, None),
        ["--serve", port] if port.starts_with("--port=") => {
            serve_as(server, served, Some(port.trim_start_matches("--port=")))
        }
        _ => Err(format!("It takes `{WORKER}`, or `--serve`, and not {args:?}.")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error}\n");
            ExitCode::FAILURE
        }
    }
}

fn serve_as(server: &Server, served: &str, port: Option<&str>) -> Result<(), String> {
    let served = Served::from_json(served.as_bytes()).map_err(|error| error.to_string())?;
    let port = port.map(str::parse).transpose().map_err(|_| "A port is a number.".to_owned())?;
    serve(server, &served, port).map_err(|error| error.to_string())
}
