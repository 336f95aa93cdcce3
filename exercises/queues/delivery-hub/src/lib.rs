//! Build it: a delivery hub.
//!
//! Four stages, each graded before the next one is looked at. The task is in exercise.toml and on the page.
//! 1. Pickups: a vendor announces a `pickup`, all drivers hear it, and `waiting` lists what nobody has taken.
//! 2. Driving: one driver, and no other, has a parcel `in-transit`, and then `delivered` it.
//! 3. Confirmations: its vendor hears `in-transit` and `delivered`.
//! 4. Queues: each vendor has a queue, with `received` and `getAll`.
//!
//! Try it: `cargo test -p delivery-hub`, or one stage: `cargo test -p delivery-hub pickups`. And in two browser windows:
//! `cargo run -- try delivery-hub`.

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
// You will need these:
// use std::collections::HashMap;
// use socketioxide::extract::AckSender;

/// What a client sends when it connects: its `auth` option. A name is a person, and a person may have several connections.
#[derive(Deserialize)]
struct Auth {
    name: String,
    role: Role,
}

/// What somebody does here.
#[derive(PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    Vendor,
    Driver,
}

/// What a vendor announces. In JSON, `order_id` is `orderId`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)] // Delete this line when you use it, here and below.
struct Pickup {
    order_id: String,
    customer: String,
    address: String,
}

/// What a driver hears of it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
struct Parcel {
    order_id: String,
    vendor: String,
    customer: String,
    address: String,
}

/// What a driver reports: which parcel.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
struct Report {
    order_id: String,
}

/// What a vendor hears of it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
struct Confirmation {
    id: u64,
    event: &'static str,
    order_id: String,
    driver: String,
}

/// The room with all drivers.
const DRIVERS: &str = "all drivers";

/// The room with all connections of this vendor. Not just the name: a vendor may be called “all drivers”.
fn room_of(vendor: &str) -> String {
    format!("vendor {vendor}")
}

/// What all handlers share.
type Shared = Arc<Mutex<Hub>>;

/// A delivery hub.
pub fn server(io: &SocketIo) {
    let hub = Shared::default();
    io.ns("/caps", async move |socket: SocketRef, Data::<Auth>(auth)| connect(&socket, &hub, &auth));
}

/// A client has connected.
fn connect(socket: &SocketRef, _hub: &Shared, auth: &Auth) {
    match auth.role {
        Role::Vendor => {
            socket.join(room_of(&auth.name));
            // Stage 1: `pickup`.

            // Stage 4: `received` and `getAll`.
        }
        Role::Driver => {
            socket.join(DRIVERS);
            // Stage 1: `waiting`.

            // Stage 2: `in-transit` and `delivered`. In stage 3 the vendor hears of them.
        }
    }
}

/// All that the server remembers.
#[derive(Default)]
struct Hub {
    // Stage 1: which parcels are there, and in which order?

    // Stage 2: what has become of each?

    // Stages 3 and 4: how many confirmations have there been, and which hasn't each vendor received?
}
