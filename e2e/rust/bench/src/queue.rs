//! The two kinds of queue servers, as one: who puts something into a queue, and who takes it out.

use std::net::SocketAddr;

use anyhow::Result;
use serde_json::{Value, json};

use crate::client::Client;

/// What a server's clients have to say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Queue {
    /// `publish` puts a message into the queue.
    Messages,
    /// A driver's `in-transit` and `delivered` put confirmations into a vendor's queue.
    Deliveries,
}

impl Queue {
    /// What the server of that name has.
    pub(crate) fn of(server: &str) -> Self {
        if server == "delivery-hub" { Self::Deliveries } else { Self::Messages }
    }

    /// Who puts something in: the publisher, or the driver. A driver who is there hears of each pickup, so this one comes
    /// when all are announced: what a client doesn't read fills its buffer in the server, and acknowledgements are lost then.
    pub(crate) async fn connect_sender(self, address: SocketAddr) -> Result<Client> {
        match self {
            Self::Messages => Client::connect(address, "/", &json!({ "name": "publisher" })).await,
            Self::Deliveries => {
                Client::connect(address, "/caps", &json!({ "name": "dora", "role": "driver" })).await
            }
        }
    }

    /// Who takes it out: the subscriber, or the vendor.
    pub(crate) async fn connect_receiver(self, address: SocketAddr) -> Result<Client> {
        match self {
            Self::Messages => Client::connect(address, "/", &json!({ "name": "subscriber" })).await,
            Self::Deliveries => {
                Client::connect(address, "/caps", &json!({ "name": "ada", "role": "vendor" })).await
            }
        }
    }

    /// What the receiver has to say before `count` messages can be: it subscribes, or announces the parcels.
    pub(crate) fn preparations(self, count: u64) -> Vec<Value> {
        let pickup =
            |number| json!({ "orderId": order(number), "customer": "Carla", "address": "Calle Mayor 7" });
        match self {
            Self::Messages => vec![json!(["subscribe", "news"])],
            Self::Deliveries => {
                (0..count.div_ceil(2)).map(|number| json!(["pickup", pickup(number)])).collect()
            }
        }
    }

    /// What puts the message with that number into the queue, of `count`. The first is 0.
    pub(crate) fn message(self, number: u64, count: u64) -> Value {
        let half = count.div_ceil(2);
        match self {
            Self::Messages => {
                json!(["publish", { "topic": "news", "text": format!("message number {number}") }])
            }
            // All parcels are taken first: what is asked at the same time has no order.
            Self::Deliveries if number < half => json!(["in-transit", { "orderId": order(number) }]),
            Self::Deliveries => json!(["delivered", { "orderId": order(number - half) }]),
        }
    }
}

fn order(number: u64) -> String {
    format!("order-{number}")
}
