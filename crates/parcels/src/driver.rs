//! Dora drives. She takes what waits and what is announced, and ends when she has delivered three parcels.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::client::Connection;

/// How many parcels she delivers before she goes home.
const PARCELS: usize = 3;

/// How long she drives.
const WAY: Duration = Duration::from_millis(500);

/// What the hub announces, as far as a driver needs it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parcel {
    order_id: String,
    address: String,
}

/// From her first parcel to her last.
pub(crate) async fn driver(url: &str) -> Result<(), String> {
    work(url).await.map_err(|error| format!("Dora: {error}."))
}

async fn work(url: &str) -> Result<(), String> {
    let mut hub = Connection::open(url, "Dora", "driver", &["pickup"]).await?;
    let mut known = BTreeSet::new();
    let mut to_do = VecDeque::new();
    // A driver who comes later doesn't hear of what was announced before.
    let waiting = hub.ask("waiting", Vec::new()).await?;
    let waiting = waiting.as_array().cloned().unwrap_or_default();
    println!("driver  {} waiting", waiting.len());
    for parcel in waiting {
        note(parcel, &mut known, &mut to_do)?;
    }
    let mut delivered = 0;
    while delivered < PARCELS {
        let Some(Parcel { order_id, address }) = to_do.pop_front() else {
            let (_, parcel) = hub.expect().await?;
            note(parcel, &mut known, &mut to_do)?;
            continue;
        };
        let said = hub.ask("in-transit", vec![json!({ "orderId": order_id })]).await?;
        println!("driver  in-transit {order_id}: {said}");
        if said != "in-transit" {
            continue;
        }
        sleep(WAY).await;
        let said = hub.ask("delivered", vec![json!({ "orderId": order_id })]).await?;
        println!("driver  delivered {order_id} to {address}: {said}");
        delivered += 1;
    }
    hub.close().await;
    Ok(())
}

/// A parcel that she may have heard of already: both in the list and by itself.
fn note(parcel: Value, known: &mut BTreeSet<String>, to_do: &mut VecDeque<Parcel>) -> Result<(), String> {
    let parcel: Parcel =
        serde_json::from_value(parcel).map_err(|error| format!("that's no parcel: {error}"))?;
    if known.insert(parcel.order_id.clone()) {
        to_do.push_back(parcel);
    }
    Ok(())
}
