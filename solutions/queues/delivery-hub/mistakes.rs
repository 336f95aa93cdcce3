//! Mistakes in `delivery-hub`, as code. `exercise.toml` says what each stands for.

use std::sync::Arc;

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

use super::solution::{
    Auth, Confirmation, DRIVERS, Hub, News, Parcel, Pickup, Report, Role, Shared, confirm, connect, room_of,
};

/// Registers handlers on a socket, over those of the solution. The last one counts.
type Change = fn(&SocketRef, &Shared, &Auth);

/// The solution's server, with a change.
fn with(io: &SocketIo, change: Change) {
    let hub = Shared::default();
    io.ns("/caps", async move |socket: SocketRef, Data::<Auth>(auth)| {
        connect(&socket, &hub, &auth);
        change(&socket, &hub, &auth);
    });
}

/// What a driver's report comes to: what to acknowledge, and what is new to the vendor.
type Reported = fn(&mut Hub, &str, &str) -> (&'static str, Option<News>);

/// The handler of `in-transit` or `delivered`.
fn on_report(event: &'static str, socket: &SocketRef, hub: &Shared, driver: &str, report: Reported) {
    let (hub, driver) = (Arc::clone(hub), driver.to_owned());
    socket.on(event, async move |socket: SocketRef, Data::<Report>(said), ack: AckSender| {
        let (said, news) = report(&mut hub.lock().unwrap(), &said.order_id, &driver);
        ack.send(said).ok();
        confirm(&socket, news).await;
    });
}

/// Both handlers of a driver, with something else in the place of `confirm`.
fn on_reports(socket: &SocketRef, hub: &Shared, driver: &str, tell: fn(&SocketRef, &Shared, &News)) {
    let reports: [(&str, Reported); 2] = [("in-transit", Hub::take), ("delivered", Hub::deliver)];
    for (event, report) in reports {
        let (hub, driver) = (Arc::clone(hub), driver.to_owned());
        socket.on(event, async move |socket: SocketRef, Data::<Report>(said), ack: AckSender| {
            let (said, news) = report(&mut hub.lock().unwrap(), &said.order_id, &driver);
            ack.send(said).ok();
            if let Some(news) = &news {
                tell(&socket, &hub, news);
            }
            confirm(&socket, news).await;
        });
    }
}

/// Announces a parcel in `/`.
pub fn io_to(io: &SocketIo) {
    with(io, |socket, hub, auth| {
        if auth.role == Role::Vendor {
            let (hub, vendor) = (Arc::clone(hub), auth.name.clone());
            socket.on("pickup", async move |io: SocketIo, Data::<Pickup>(pickup), ack: AckSender| {
                let announced = hub.lock().unwrap().announce(vendor, pickup);
                ack.send(if announced.is_some() { "accepted" } else { "known order" }).ok();
                if let Some(parcel) = announced {
                    io.to(DRIVERS).emit("pickup", &parcel).await.ok();
                }
            });
        }
    });
}

/// Lists what somebody has taken, too.
pub fn lists_all(io: &SocketIo) {
    with(io, |socket, hub, auth| {
        if auth.role == Role::Driver {
            let hub = Arc::clone(hub);
            socket.on("waiting", async move |ack: AckSender| {
                let parcels: Vec<Parcel> =
                    hub.lock().unwrap().parcels.iter().map(|tracked| tracked.parcel.clone()).collect();
                ack.send(&parcels).ok();
            });
        }
    });
}

/// Whoever says it last has the parcel.
pub fn last_wins(io: &SocketIo) {
    with(io, |socket, hub, auth| {
        if auth.role == Role::Driver {
            on_report("in-transit", socket, hub, &auth.name, |hub, order_id, driver| {
                let Some(tracked) = hub.find(order_id) else { return ("unknown order", None) };
                tracked.driver = Some(driver.to_owned());
                let parcel = tracked.parcel.clone();
                ("in-transit", Some(hub.queue_up("in-transit", parcel, driver)))
            });
        }
    });
}

/// A parcel belongs to the connection of its driver.
pub fn by_socket(io: &SocketIo) {
    with(io, |socket, hub, auth| {
        if auth.role == Role::Driver {
            // As the solution has it, with an id where the name should be.
            let id = socket.id.to_string();
            on_report("in-transit", socket, hub, &id, Hub::take);
            on_report("delivered", socket, hub, &id, Hub::deliver);
        }
    });
}

/// Each `delivered` is news.
pub fn counts_twice(io: &SocketIo) {
    with(io, |socket, hub, auth| {
        if auth.role == Role::Driver {
            on_report("delivered", socket, hub, &auth.name, |hub, order_id, driver| {
                if let Some(tracked) = hub.find(order_id) {
                    tracked.delivered = false;
                }
                hub.deliver(order_id, driver)
            });
        }
    });
}

/// Every vendor hears what becomes of every parcel.
pub fn all_vendors(io: &SocketIo) {
    let hub = Shared::default();
    io.ns("/caps", async move |socket: SocketRef, Data::<Auth>(auth)| {
        connect(&socket, &hub, &auth);
        match auth.role {
            Role::Vendor => socket.join("vendors"),
            Role::Driver => {
                // The vendor hears it from the solution, and the others from here.
                on_reports(&socket, &hub, &auth.name, |socket, _, (vendor, confirmation)| {
                    let others = socket.to("vendors").except(room_of(vendor)).sockets();
                    for other in others {
                        other.emit(confirmation.event, confirmation).ok();
                    }
                });
            }
        }
    });
}

/// Keeps a confirmation only for a vendor who isn't connected.
pub fn only_for_the_away(io: &SocketIo) {
    with(io, |socket, hub, auth| {
        if auth.role == Role::Driver {
            on_reports(socket, hub, &auth.name, |socket, hub, (vendor, confirmation)| {
                if !socket.within(room_of(vendor)).sockets().is_empty() {
                    hub.lock().unwrap().received(vendor, confirmation.id);
                }
            });
        }
    });
}

/// Whoever asks for the queue empties it.
pub fn forgets_when_fetched(io: &SocketIo) {
    with(io, |socket, hub, auth| {
        if auth.role == Role::Vendor {
            let (hub, vendor) = (Arc::clone(hub), auth.name.clone());
            socket.on("getAll", async move |ack: AckSender| {
                let queue = std::mem::take(hub.lock().unwrap().queue(&vendor));
                ack.send(&queue.into_values().collect::<Vec<Confirmation>>()).ok();
            });
        }
    });
}

/// Anybody's `received` takes a confirmation out, whosever queue it's in.
pub fn anyones_received(io: &SocketIo) {
    with(io, |socket, hub, auth| {
        if auth.role == Role::Vendor {
            let hub = Arc::clone(hub);
            socket.on("received", async move |Data::<u64>(id), ack: AckSender| {
                let known = {
                    let mut hub = hub.lock().unwrap();
                    let vendors: Vec<String> = hub.queues.keys().cloned().collect();
                    vendors.iter().any(|vendor| hub.received(vendor, id))
                };
                ack.send(if known { "received" } else { "unknown message" }).ok();
            });
        }
    });
}
