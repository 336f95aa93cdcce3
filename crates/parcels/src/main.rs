//! A delivery hub, a vendor and a driver. Three programs, started by one command:
//!
//! ```sh
//! cargo run -p parcels                 # with your hub, of `exercises/queues/delivery-hub`
//! cargo run -p parcels -- --solution   # with the solution's
//! ```
//!
//! Vendor and driver are clients over TCP, with `rust_socketio`, and print what they do and what they hear. It ends by
//! itself after three parcels, or with Ctrl+C.

mod client;
mod driver;
mod hub;
#[path = "../../../solutions/queues/delivery-hub/solution.rs"]
#[expect(unreachable_pub, reason = "it's a file of the crate `solutions`, where it can be reached")]
mod solution;
mod vendor;

use std::future::Future;
use std::process::{Child, Command, ExitCode};
use std::time::Duration;
use std::{env, io};

use tokio::runtime::Builder;
use tokio::time::{Instant, sleep};

const USAGE: &str = "Usage: cargo run -p parcels              with your hub
       cargo run -p parcels -- --solution  with the solution's hub

By themselves, for a hub that is served already (`cargo run -- try delivery-hub`):
       cargo run -p parcels -- vendor http://127.0.0.1:4000
       cargo run -p parcels -- driver http://127.0.0.1:4000";

/// How long all of it may take.
const AT_MOST: Duration = Duration::from_mins(1);

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args[..] {
        [] => run(all("your hub", delivery_hub::exercise::server)),
        ["--solution"] => run(all("the solution's hub", solution::server)),
        ["vendor", url] => run(vendor::vendor(url)),
        ["driver", url] => run(driver::driver(url)),
        _ => Err(USAGE.to_owned()),
    };
    let Err(error) = result else { return ExitCode::SUCCESS };
    eprintln!("{error}");
    ExitCode::FAILURE
}

/// One thread is enough for anybody here.
fn run(program: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(program)
}

/// The hub in this process, and the two others in theirs.
async fn all(whose: &str, server: fn(&socketioxide::SocketIo)) -> Result<(), String> {
    let url = hub::serve(server).await.map_err(|error| format!("The hub can't be served: {error}"))?;
    println!("hub     {whose} is at {url}");
    let start =
        |role| Started::new(role, &url).map_err(|error| format!("The {role} can't be started: {error}"));
    let mut programs = [start("driver")?, start("vendor")?];

    let begin = Instant::now();
    loop {
        sleep(Duration::from_millis(50)).await;
        let mut running = false;
        for Started(role, program) in &mut programs {
            match program.try_wait() {
                Ok(Some(status)) if status.success() => {}
                Ok(Some(_)) => return Err(format!("The {role} has given up, so this ends here.")),
                Ok(None) => running = true,
                Err(error) => return Err(format!("The {role} can't be waited for: {error}")),
            }
        }
        if !running {
            println!("hub     all three parcels are delivered, and both programs have ended");
            return Ok(());
        }
        if begin.elapsed() > AT_MOST {
            return Err("They are still not done after a minute, so this ends here.".to_owned());
        }
    }
}

/// This program once more, as somebody else. It ends with this one.
struct Started(&'static str, Child);

impl Started {
    fn new(role: &'static str, url: &str) -> io::Result<Self> {
        Ok(Self(role, Command::new(env::current_exe()?).args([role, url]).spawn()?))
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        self.1.kill().ok();
        self.1.wait().ok();
    }
}
