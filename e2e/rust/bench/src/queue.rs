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

/// Both clients of a queue.
pub(crate) struct Ends {
    /// Puts something in: the publisher, or the driver.
    pub(crate) from: Client,
    /// Takes it out: the subscriber, or the vendor.
    pub(crate) to: Client,
}

impl Queue {
    /// What the server of that name has.
    pub(crate) fn of(server: &str) -> Self {
        if server == "delivery-hub" { Self::Deliveries } else { Self::Messages }
    }

    pub(crate) async fn connect(self, address: SocketAddr) -> Result<Ends> {
        let (from, mut to) = match self {
            Self::Messages => (
                Client::connect(address, "/", &json!({ "name": "publisher" })).await?,
                self.connect_receiver(address).await?,
            ),
            Self::Deliveries => (
                Client::connect(address, "/caps", &json!({ "name": "dora", "role": "driver" })).await?,
                self.connect_receiver(address).await?,
            ),
        };
        if self == Self::Messages {
            to.ask_and_wait(&json!(["subscribe", "news"])).await?;
        }
        Ok(Ends { from, to })
    }

    pub(crate) async fn connect_receiver(self, address: SocketAddr) -> Result<Client> {
        match self {
            Self::Messages => Client::connect(address, "/", &json!({ "name": "subscriber" })).await,
            Self::Deliveries => {
                Client::connect(address, "/caps", &json!({ "name": "ada", "role": "vendor" })).await
            }
        }
    }

    /// What has to be said before the messages can be: the vendor's pickups.
    pub(crate) fn announcement(self, number: u64) -> Option<Value> {
        let pickup = json!({ "orderId": order(number), "customer": "Carla", "address": "Calle Mayor 7" });
        (self == Self::Deliveries).then(|| json!(["pickup", pickup]))
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
