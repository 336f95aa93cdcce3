//! The other side: write a client. Echo is a small program in our chat, and you write it with the crate `rust_socketio`.
//!
//! - Echo connects, and sends `{ "name": "echo" }` as its `auth`.
//! - The server may take some seconds to accept it. Then Echo emits `who`, once, without arguments, and asks for an
//!   acknowledgement. What comes, within 5 seconds, is a list of names.
//! - Echo emits `say` with "here: " and these names, with ", " between them.
//! - When it hears `whispered`, with two arguments, it emits `whisper` with the same two.
//! - When it hears `said` with exactly "bye", it disconnects, and the function returns.
//! - When the server refuses it, the function returns, too.
//!
//! Nothing else is sent. Try it: `cargo test -p first-client`.

use futures_util::FutureExt;
use rust_socketio::asynchronous::{Client, ClientBuilder};
use rust_socketio::{Error, Payload};
// You will need these, too:
// use rust_socketio::Event;
// use serde_json::{Value, json};
// use std::time::Duration;
// use tokio::sync::mpsc;

/// Echo, from its start to its end. `url` is where the server is.
pub async fn client(url: String) -> Result<(), Error> {
    let _echo = ClientBuilder::new(url)
        // Send the name here, with `auth`.
        .on("said", |payload: Payload, _echo: Client| {
            async move {
                // What you print is shown below the verdict.
                if let Payload::Text(args) = payload {
                    println!("said: {args:?}");
                }
            }
            .boxed()
        })
        // Add more callbacks here. `Event` has names for what isn't an event of the chat's.
        .connect()
        .await?;

    // This function returns at once, and then the program ends. Wait here until it's time to leave.
    Ok(())
}
