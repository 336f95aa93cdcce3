//! Ada sells flowers. She announces three parcels, goes home for a while, and asks for what she missed.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::client::Connection;

const PARCELS: [(&str, &str, &str); 3] =
    [("p-1", "Cyd", "1 Quay Street"), ("p-2", "Zoë", "2 Quay Street"), ("p-3", "Hal", "3 Mill Lane")];

/// What the hub tells of a parcel.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Confirmation {
    id: u64,
    event: String,
    order_id: String,
    driver: String,
}

/// From her first parcel to her last confirmation.
pub(crate) async fn vendor(url: &str) -> Result<(), String> {
    work(url).await.map_err(|error| format!("Ada: {error}."))
}

async fn work(url: &str) -> Result<(), String> {
    let mut received = Received::default();
    let mut hub = connect(url).await?;
    for (order, customer, address) in PARCELS {
        let parcel = json!({ "orderId": order, "customer": customer, "address": address });
        let said = hub.ask("pickup", vec![parcel]).await?;
        println!("vendor  pickup {order} for {customer}: {said}");
    }
    let (_, confirmation) = hub.expect().await?;
    received.say(&hub, confirmation).await?;

    println!("vendor  goes home");
    hub.close().await;
    sleep(Duration::from_secs(1)).await;

    let mut hub = connect(url).await?;
    let missed = hub.ask("getAll", Vec::new()).await?;
    let missed = missed.as_array().cloned().unwrap_or_default();
    println!("vendor  is back: {} in the queue", missed.len());
    for confirmation in missed {
        received.say(&hub, confirmation).await?;
    }
    while received.delivered.len() < PARCELS.len() {
        let (_, confirmation) = hub.expect().await?;
        received.say(&hub, confirmation).await?;
    }
    let left = hub.ask("getAll", Vec::new()).await?;
    println!("vendor  all is delivered; in the queue: {left}");
    hub.close().await;
    Ok(())
}

async fn connect(url: &str) -> Result<Connection, String> {
    Connection::open(url, "Ada", "vendor", &["in-transit", "delivered"]).await
}

/// What she has received.
#[derive(Default)]
struct Received {
    ids: BTreeSet<u64>,
    delivered: BTreeSet<String>,
}

impl Received {
    /// She says that she has received it. If it came twice, live and out of the queue, it counts once.
    async fn say(&mut self, hub: &Connection, confirmation: Value) -> Result<(), String> {
        let Confirmation { id, event, order_id, driver } = serde_json::from_value(confirmation)
            .map_err(|error| format!("that's no confirmation: {error}"))?;
        if !self.ids.insert(id) {
            return Ok(());
        }
        println!("vendor  hears {id}: {order_id} is {event}, by {driver}");
        let said = hub.ask("received", vec![json!(id)]).await?;
        println!("vendor  received {id}: {said}");
        if event == "delivered" {
            self.delivered.insert(order_id);
        }
        Ok(())
    }
}
