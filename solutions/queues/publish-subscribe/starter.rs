//! Queues 2: the server remembers who has subscribed.
//!
//! A client says who it is when it connects: `auth.name`. A name is a person. One person may have several devices, and come
//! back with another socket. So a subscription belongs to the name, and outlives the connection.
//! - A client emits `subscribe` with a topic. From then on all devices of that name hear what is published to it: those
//!   that are connected already, and those that connect later. The acknowledgement is "subscribed".
//! - A client emits `publish` with a topic and a text. The message gets the next id: 1, 2, 3 and so on, over all topics,
//!   whether anybody hears it or not. Each device of a subscriber hears `message` once. The publisher does too, if it has
//!   subscribed. Then the publisher gets the id as its acknowledgement.
//! - What is published while a subscriber is away, it never hears. That comes later.
//!
//! Any text can be a topic, and any text a name.
//!
//! Try it: `cargo test -p publish-subscribe`.

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
// You may need these:
// use std::collections::{BTreeSet, HashMap};
// use std::sync::{Arc, Mutex};

/// What a client sends when it connects: its `auth` option.
#[derive(Deserialize)]
struct Auth {
    name: String,
}

/// What a client publishes.
#[derive(Deserialize)]
struct Publish {
    topic: String,
    text: String,
}

/// What a subscriber hears.
#[derive(Serialize)]
struct Message {
    id: u64,
    topic: String,
    text: String,
}

/// A server with topics. So far a topic is a room: the server knows which sockets are in it, and not whose they are.
pub fn server(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef, Data::<Auth>(auth)| {
        let _name = auth.name; // Delete the underscore when you use it.

        socket.on("subscribe", async |socket: SocketRef, Data::<String>(topic), ack: AckSender| {
            // Remember the name. A socket ends with its connection.
            socket.join(topic);
            ack.send("subscribed").ok();
        });

        socket.on("publish", async |io: SocketIo, Data::<Publish>(publish), _ack: AckSender| {
            // Which id is next? Who has subscribed? Acknowledge with the id.
            let Publish { topic, text } = publish;
            let message = Message { id: 0, topic: topic.clone(), text };
            io.to(topic).emit("message", &message).await.ok();
        });
    });
}
