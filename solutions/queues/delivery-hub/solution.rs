//! The solution of `delivery-hub`: vendors, drivers, and a queue of confirmations for each vendor.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// What a client sends when it connects: its `auth` option. A name is a person, and a person may have several connections.
#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) name: String,
    pub(super) role: Role,
}

/// What somebody does here.
#[derive(PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Role {
    Vendor,
    Driver,
}

/// What a vendor announces.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pickup {
    pub(super) order_id: String,
    pub(super) customer: String,
    pub(super) address: String,
}

/// What a driver hears of it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Parcel {
    pub(super) order_id: String,
    pub(super) vendor: String,
    pub(super) customer: String,
    pub(super) address: String,
}

/// What a driver reports: which parcel.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    pub(super) order_id: String,
}

/// What a vendor hears of it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Confirmation {
    pub(super) id: u64,
    pub(super) event: &'static str,
    pub(super) order_id: String,
    pub(super) driver: String,
}

/// The room with all drivers.
pub(super) const DRIVERS: &str = "all drivers";

/// The room with all connections of this vendor. Not just the name: a vendor may be called “all drivers”.
pub(super) fn room_of(vendor: &str) -> String {
    format!("vendor {vendor}")
}

/// What all handlers share.
pub(super) type Shared = Arc<Mutex<Hub>>;

/// A delivery hub.
pub fn server(io: &SocketIo) {
    let hub = Shared::default();
    io.ns("/caps", async move |socket: SocketRef, Data::<Auth>(auth)| connect(&socket, &hub, &auth));
}

/// A client has connected.
pub(super) fn connect(socket: &SocketRef, hub: &Shared, auth: &Auth) {
    match auth.role {
        Role::Vendor => {
            socket.join(room_of(&auth.name));
            pickup(socket, hub, &auth.name);
            received(socket, hub, &auth.name);
            get_all(socket, hub, &auth.name);
        }
        Role::Driver => {
            socket.join(DRIVERS);
            waiting(socket, hub);
            in_transit(socket, hub, &auth.name);
            delivered(socket, hub, &auth.name);
        }
    }
}

fn pickup(socket: &SocketRef, hub: &Shared, vendor: &str) {
    let (hub, vendor) = (Arc::clone(hub), vendor.to_owned());
    socket.on("pickup", async move |socket: SocketRef, Data::<Pickup>(pickup), ack: AckSender| {
        let announced = hub.lock().unwrap().announce(vendor, pickup);
        let Some(parcel) = announced else {
            ack.send("known order").ok();
            return;
        };
        ack.send("accepted").ok();
        socket.to(DRIVERS).emit("pickup", &parcel).await.ok();
    });
}

fn waiting(socket: &SocketRef, hub: &Shared) {
    let hub = Arc::clone(hub);
    socket.on("waiting", async move |ack: AckSender| {
        ack.send(&hub.lock().unwrap().waiting()).ok();
    });
}

fn in_transit(socket: &SocketRef, hub: &Shared, driver: &str) {
    let (hub, driver) = (Arc::clone(hub), driver.to_owned());
    socket.on("in-transit", async move |socket: SocketRef, Data::<Report>(report), ack: AckSender| {
        let (said, news) = hub.lock().unwrap().take(&report.order_id, &driver);
        ack.send(said).ok();
        confirm(&socket, news).await;
    });
}

fn delivered(socket: &SocketRef, hub: &Shared, driver: &str) {
    let (hub, driver) = (Arc::clone(hub), driver.to_owned());
    socket.on("delivered", async move |socket: SocketRef, Data::<Report>(report), ack: AckSender| {
        let (said, news) = hub.lock().unwrap().deliver(&report.order_id, &driver);
        ack.send(said).ok();
        confirm(&socket, news).await;
    });
}

/// Emits a confirmation to its vendor, if there is news. It's in the queue by then.
pub(super) async fn confirm(socket: &SocketRef, news: Option<News>) {
    if let Some((vendor, confirmation)) = news {
        socket.to(room_of(&vendor)).emit(confirmation.event, &confirmation).await.ok();
    }
}

fn received(socket: &SocketRef, hub: &Shared, vendor: &str) {
    let (hub, vendor) = (Arc::clone(hub), vendor.to_owned());
    socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
        let known = hub.lock().unwrap().received(&vendor, id);
        ack.send(if known { "received" } else { "unknown message" }).ok();
    });
}

fn get_all(socket: &SocketRef, hub: &Shared, vendor: &str) {
    let (hub, vendor) = (Arc::clone(hub), vendor.to_owned());
    socket.on("getAll", async move |ack: AckSender| {
        ack.send(&hub.lock().unwrap().queue(&vendor).values().collect::<Vec<_>>()).ok();
    });
}

/// A confirmation, and whose it is.
pub(super) type News = (String, Confirmation);

/// All that the server remembers.
#[derive(Default)]
pub(super) struct Hub {
    /// The parcels, in the order in which they were announced.
    pub(super) parcels: Vec<Tracked>,
    /// Where each one is in that list, by its `orderId`.
    places: HashMap<String, usize>,
    /// How many confirmations there have been.
    confirmed: u64,
    /// What each vendor hasn't received yet, by name and by id.
    pub(super) queues: HashMap<String, BTreeMap<u64, Confirmation>>,
}

/// A parcel, and what has become of it.
pub(super) struct Tracked {
    pub(super) parcel: Parcel,
    /// Who has taken it.
    pub(super) driver: Option<String>,
    pub(super) delivered: bool,
}

impl Hub {
    /// Remembers a parcel. `None`: it's known already.
    pub(super) fn announce(&mut self, vendor: String, pickup: Pickup) -> Option<Parcel> {
        let Pickup { order_id, customer, address } = pickup;
        if self.places.contains_key(&order_id) {
            return None;
        }
        self.places.insert(order_id.clone(), self.parcels.len());
        let parcel = Parcel { order_id, vendor, customer, address };
        self.parcels.push(Tracked { parcel: parcel.clone(), driver: None, delivered: false });
        Some(parcel)
    }

    /// The parcels that nobody has taken.
    pub(super) fn waiting(&self) -> Vec<Parcel> {
        let waiting = self.parcels.iter().filter(|tracked| tracked.driver.is_none());
        waiting.map(|tracked| tracked.parcel.clone()).collect()
    }

    pub(super) fn find(&mut self, order_id: &str) -> Option<&mut Tracked> {
        self.parcels.get_mut(*self.places.get(order_id)?)
    }

    /// A driver takes a parcel. Returns what to acknowledge, and what is new to its vendor.
    pub(super) fn take(&mut self, order_id: &str, driver: &str) -> (&'static str, Option<News>) {
        let Some(tracked) = self.find(order_id) else { return ("unknown order", None) };
        match &tracked.driver {
            Some(other) if other != driver => ("taken", None),
            Some(_) => ("in-transit", None),
            None => {
                tracked.driver = Some(driver.to_owned());
                let parcel = tracked.parcel.clone();
                ("in-transit", Some(self.queue_up("in-transit", parcel, driver)))
            }
        }
    }

    /// A driver delivers a parcel. Returns the same.
    pub(super) fn deliver(&mut self, order_id: &str, driver: &str) -> (&'static str, Option<News>) {
        match self.find(order_id) {
            Some(tracked) if tracked.driver.as_deref() == Some(driver) => {
                if tracked.delivered {
                    return ("delivered", None);
                }
                tracked.delivered = true;
                let parcel = tracked.parcel.clone();
                ("delivered", Some(self.queue_up("delivered", parcel, driver)))
            }
            _ => ("not yours", None),
        }
    }

    /// Puts a confirmation into its vendor's queue, and returns it.
    pub(super) fn queue_up(&mut self, event: &'static str, parcel: Parcel, driver: &str) -> News {
        self.confirmed += 1;
        let Parcel { order_id, vendor, .. } = parcel;
        let confirmation = Confirmation { id: self.confirmed, event, order_id, driver: driver.to_owned() };
        self.queue(&vendor).insert(confirmation.id, confirmation.clone());
        (vendor, confirmation)
    }

    /// What is in the queue of that vendor, the oldest first.
    pub(super) fn queue(&mut self, vendor: &str) -> &mut BTreeMap<u64, Confirmation> {
        self.queues.entry(vendor.to_owned()).or_default()
    }

    /// Forgets a confirmation, in this queue only. Returns whether it was in there.
    pub(super) fn received(&mut self, vendor: &str, id: u64) -> bool {
        self.queue(vendor).remove(&id).is_some()
    }
}
