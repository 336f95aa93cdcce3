//! What is said of a client, coded; and slips.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rust_socketio::asynchronous::{Client, ClientBuilder};
use rust_socketio::{Error, Event, Payload};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::sleep;

type Sign = UnboundedSender<()>;

/// "The callbacks run, so my function is done".
pub async fn ends_at_once(url: String) -> Result<(), Error> {
    let (leave, _time_to_leave) = unbounded_channel();
    builder(url, &leave).on(Event::Connect, |_, echo| ask_who(echo)).connect().await?;
    Ok(())
}

/// "`connect().await` returns when I'm connected".
pub async fn emits_at_once(url: String) -> Result<(), Error> {
    let (leave, time_to_leave) = unbounded_channel();
    let echo = builder(url, &leave).connect().await?;
    ask_who(echo.clone()).await;
    leave_at(time_to_leave, echo).await
}

/// "I wait a moment, then it's connected".
pub async fn sleeps(url: String) -> Result<(), Error> {
    let (leave, time_to_leave) = unbounded_channel();
    let echo = builder(url, &leave).connect().await?;
    sleep(Duration::from_secs(2)).await;
    ask_who(echo.clone()).await;
    leave_at(time_to_leave, echo).await
}

/// "The event is called `connect`".
pub async fn on_connect_by_name(url: String) -> Result<(), Error> {
    let (leave, time_to_leave) = unbounded_channel();
    let echo = builder(url, &leave).on("connect", |_, echo| ask_who(echo)).connect().await?;
    leave_at(time_to_leave, echo).await
}

/// "The server notices when I'm gone".
pub async fn vanishes(url: String) -> Result<(), Error> {
    let (leave, mut time_to_leave) = unbounded_channel();
    let _echo = builder(url, &leave).on(Event::Connect, |_, echo| ask_who(echo)).connect().await?;
    time_to_leave.recv().await;
    Ok(())
}

/// "The acknowledgement's first argument is the list".
pub async fn still_nested(url: String) -> Result<(), Error> {
    let (leave, time_to_leave) = unbounded_channel();
    let ask = |_: Payload, echo: Client| {
        let on_ack = |payload: Payload, echo: Client| {
            async move {
                let Payload::Text(args) = payload else { return };
                say_who(&args[0], &echo).await;
            }
            .boxed()
        };
        async move {
            echo.emit_with_ack("who", Payload::Text(vec![]), Duration::from_secs(10), on_ack).await.ok();
        }
        .boxed()
    };
    let echo = builder(url, &leave).on(Event::Connect, ask).connect().await?;
    leave_at(time_to_leave, echo).await
}

/// "`json!([name, text])` is two arguments".
pub async fn one_argument(url: String) -> Result<(), Error> {
    let (leave, time_to_leave) = unbounded_channel();
    let whisper_back = |payload, echo: Client| {
        async move {
            let Payload::Text(args) = payload else { return };
            echo.emit("whisper", json!([args[0], args[1]])).await.ok();
        }
        .boxed()
    };
    let echo = builder(url, &leave)
        .on(Event::Connect, |_, echo| ask_who(echo))
        .on("whispered", whisper_back)
        .connect()
        .await?;
    leave_at(time_to_leave, echo).await
}

/// "A `String` is sent as a text".
pub async fn text_as_json(url: String) -> Result<(), Error> {
    let (leave, time_to_leave) = unbounded_channel();
    let whisper_back = |payload, echo: Client| {
        async move {
            let Payload::Text(args) = payload else { return };
            let texts: Vec<String> = args.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            echo.emit("whisper", texts).await.ok();
        }
        .boxed()
    };
    let echo = builder(url, &leave)
        .on(Event::Connect, |_, echo| ask_who(echo))
        .on("whispered", whisper_back)
        .connect()
        .await?;
    leave_at(time_to_leave, echo).await
}

/// "I took the two seconds of the documentation's example".
pub async fn impatient(url: String) -> Result<(), Error> {
    let (leave, time_to_leave) = unbounded_channel();
    let ask = |_: Payload, echo: Client| {
        async move {
            echo.emit_with_ack("who", Payload::Text(vec![]), Duration::from_secs(2), on_ack).await.ok();
        }
        .boxed()
    };
    let echo = builder(url, &leave).on(Event::Connect, ask).connect().await?;
    leave_at(time_to_leave, echo).await
}

/// "If I'm refused, `connect()` gives an error".
pub async fn deaf_to_refusal(url: String) -> Result<(), Error> {
    let (leave, time_to_leave) = unbounded_channel();
    let nothing = |_, _| async {}.boxed();
    let echo = builder(url, &leave)
        .on(Event::Connect, |_, echo| ask_who(echo))
        .on(Event::Error, nothing)
        .connect()
        .await?;
    leave_at(time_to_leave, echo).await
}

/// "I looked for “bye” in the text".
pub async fn contains_bye(url: String) -> Result<(), Error> {
    let (leave, time_to_leave) = unbounded_channel();
    let sign = leave.clone();
    let on_said = move |payload, _| {
        if let Payload::Text(args) = payload
            && args[0].as_str().is_some_and(|text| text.contains("bye"))
        {
            sign.send(()).ok();
        }
        async {}.boxed()
    };
    let echo = builder(url, &leave)
        .on(Event::Connect, |_, echo| ask_who(echo))
        .on("said", on_said)
        .connect()
        .await?;
    leave_at(time_to_leave, echo).await
}

/// Echo without its question.
fn builder(url: String, leave: &Sign) -> ClientBuilder {
    let (refused, bye) = (leave.clone(), leave.clone());
    ClientBuilder::new(url)
        .auth(json!({ "name": "echo" }))
        .on(Event::Error, move |_, _| {
            refused.send(()).ok();
            async {}.boxed()
        })
        .on("whispered", |payload, echo: Client| {
            async move {
                let Payload::Text(args) = payload else { return };
                echo.emit("whisper", args).await.ok();
            }
            .boxed()
        })
        .on("said", move |payload, _| {
            if matches!(payload, Payload::Text(args) if args[0] == json!("bye")) {
                bye.send(()).ok();
            }
            async {}.boxed()
        })
}

fn ask_who(echo: Client) -> BoxFuture<'static, ()> {
    async move {
        echo.emit_with_ack("who", Payload::Text(vec![]), Duration::from_secs(10), on_ack).await.ok();
    }
    .boxed()
}

fn on_ack(payload: Payload, echo: Client) -> BoxFuture<'static, ()> {
    async move {
        let Payload::Text(args) = payload else { return };
        say_who(&args[0][0], &echo).await;
    }
    .boxed()
}

async fn say_who(names: &Value, echo: &Client) {
    let names = names.as_array().cloned().unwrap_or_default();
    let names: Vec<_> = names.iter().filter_map(Value::as_str).collect();
    echo.emit("say", json!(format!("here: {}", names.join(", ")))).await.ok();
}

async fn leave_at(mut time_to_leave: UnboundedReceiver<()>, echo: Client) -> Result<(), Error> {
    time_to_leave.recv().await;
    echo.disconnect().await.ok();
    Ok(())
}
