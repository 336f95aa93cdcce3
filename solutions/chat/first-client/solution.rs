//! The other side: Echo, a client in our chat.

use std::time::Duration;

use futures_util::FutureExt;
use rust_socketio::asynchronous::{Client, ClientBuilder};
use rust_socketio::{Error, Event, Payload};
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// Echo, from its start to its end. `url` is where the server is.
pub async fn client(url: String) -> Result<(), Error> {
    // Callbacks can't return anything to this function. They send it a sign when it's time to leave.
    let (leave, mut time_to_leave) = mpsc::unbounded_channel();
    let refused = leave.clone();
    let echo = ClientBuilder::new(url)
        .auth(json!({ "name": "echo" }))
        .on(Event::Connect, |_, echo: Client| ask_who(echo).boxed())
        .on(Event::Error, move |_, _| {
            refused.send(()).ok();
            async {}.boxed()
        })
        .on("whispered", |payload, echo: Client| whisper_back(payload, echo).boxed())
        .on("said", move |payload, _| {
            if matches!(payload, Payload::Text(args) if args[0] == "bye") {
                leave.send(()).ok();
            }
            async {}.boxed()
        })
        .connect()
        .await?;

    time_to_leave.recv().await;
    // After a refusal there is nothing to disconnect from: that it's an error is fine.
    echo.disconnect().await.ok();
    Ok(())
}

/// Asks who is there, and says it.
async fn ask_who(echo: Client) {
    let on_ack = |payload: Payload, echo: Client| {
        async move {
            // One argument: the list of what was acknowledged. The list of names is the first in it.
            let Payload::Text(args) = payload else { return };
            let names = args[0][0].as_array().cloned().unwrap_or_default();
            let names: Vec<_> = names.iter().filter_map(Value::as_str).collect();
            echo.emit("say", json!(format!("here: {}", names.join(", ")))).await.ok();
        }
        .boxed()
    };
    echo.emit_with_ack("who", Payload::Text(vec![]), Duration::from_secs(10), on_ack).await.ok();
}

/// Whispers back what was whispered: two arguments come, and two go.
async fn whisper_back(payload: Payload, echo: Client) {
    if let Payload::Text(args) = payload {
        echo.emit("whisper", args).await.ok();
    }
}
