//! Plays a scene over TCP: takes a step, waits for what should come of it, and makes sure that it is all.

use std::time::{Duration, Instant};

use harness::Server;
use replay::{Heartbeat, Proxy, TcpServer, difference, show_ids};
use scenario::{ClientEvent, ClientOutcome, Scene, ServerEvent, Step, StepResult};
use serde_json::Value;
use tokio::runtime::Builder;
use tokio::time::sleep;

use crate::connection::Connection;
use crate::plan::Plan;

/// How long to wait for what should come. It is long, because the whole of it passes only when something is wrong.
/// (An exercise's own heartbeat may take ten seconds, twice.)
pub(crate) const TIMEOUT: Duration = Duration::from_secs(25);

/// Why a plan fails.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A step has another result: the step and the difference, for a reader.
    Differs(String),
    /// A step can't be played.
    Error(String),
    /// `rust_socketio` draws the ids of its acknowledgements at random, and drew one twice. What comes of that isn't the
    /// server's fault.
    ReusedAckId,
}

/// Plays `plan`, which is of `scene`, over `server`.
pub(crate) fn run(plan: &Plan, scene: &Scene, server: &Server, timeout: Duration) -> Result<(), Failure> {
    const ATTEMPTS: usize = 5;
    let mut result = Err(Failure::ReusedAckId);
    for _ in 0..ATTEMPTS {
        result = run_once(plan, scene, server, timeout);
        if !matches!(result, Err(Failure::ReusedAckId)) {
            break;
        }
    }
    result
}

fn run_once(plan: &Plan, scene: &Scene, server: &Server, timeout: Duration) -> Result<(), Failure> {
    let error = |e: std::io::Error| Failure::Error(e.to_string());
    let server = TcpServer::start(server, Heartbeat::for_scene(scene)).map_err(error)?;
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(error)?;
    let mut play = Play {
        server,
        timeout,
        clients: Vec::new(),
        leaving: Vec::new(),
        cut_off: Vec::new(),
        server_events: Vec::new(),
        reused_ack_id: false,
    };
    let result = runtime.block_on(play.run(plan));
    play.collect();
    let result = if play.reused_ack_id { result.map_err(|_| Failure::ReusedAckId) } else { result };
    for connection in play.clients.iter().flat_map(|client| &client.connections).chain(&play.cut_off) {
        connection.proxy.drop_connection();
    }
    play.server.stop();
    runtime.shutdown_background();
    result
}

struct Play {
    server: TcpServer,
    timeout: Duration,
    /// The clients of the scene, in the order in which they first connected.
    clients: Vec<Client>,
    /// The connections of those that leave: the server may not know it yet.
    leaving: Vec<Proxy>,
    /// The connections of those that are cut off.
    cut_off: Vec<Connection>,
    /// What the server did in the current step.
    server_events: Vec<ServerEvent>,
    /// Whether a client has waited for two acknowledgements with the same id.
    reused_ack_id: bool,
}

/// A client of the scene.
struct Client {
    name: String,
    connections: Vec<Connection>,
    /// The namespaces that it is connected to: the server hasn't refused or disconnected it.
    connected: Vec<String>,
    /// The number of the connection that it has in the scene. Here that's one for each namespace.
    number: usize,
    /// Every id it has had, with the number of its connection.
    ids: Vec<(String, usize)>,
    /// What it received in the current step.
    events: Vec<ClientEvent>,
    stops_pongs: bool,
}

impl Play {
    async fn run(&mut self, plan: &Plan) -> Result<(), Failure> {
        for (i, expected) in plan.expected.iter().enumerate() {
            let step = &expected.step;
            let error = |what: String| Failure::Error(format!("step {}, {step}: {what}", i + 1));
            self.take(step).await.map_err(error)?;
            self.wait_for(expected).await;
            self.settle().await.map_err(error)?;

            let actual = self.take_result(expected);
            if let Some(difference) = difference(expected, &actual) {
                return Err(Failure::Differs(format!("step {}, {step}:\n{difference}", i + 1)));
            }
        }
        Ok(())
    }

    async fn take(&mut self, step: &Step) -> Result<(), String> {
        // What is done together is sent without waiting for what comes of it.
        for part in step.parts() {
            self.take_one(part).await?;
        }
        Ok(())
    }

    async fn take_one(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Connect { clients, ns, auth, .. } => {
                for client in clients {
                    self.connect(client, ns, auth.as_ref()).await?;
                }
            }
            Step::Emit { client, ns, event, args } => {
                if let Some(connection) = self.connected(client, ns) {
                    connection.emit(event, args).await?;
                }
            }
            Step::EmitWithAck { client, ns, event, args } => {
                if let Some(connection) = self.connected(client, ns) {
                    connection.emit_with_ack(event, args).await?;
                }
            }
            Step::Disconnect { client, ns } => {
                let is_connected = self.connected(client, ns).is_some();
                let client = self.client(client);
                client.connected.retain(|connected| connected != ns);
                if let Some(i) = client.connections.iter().position(|connection| connection.ns == *ns) {
                    let connection = client.connections.remove(i);
                    if is_connected {
                        self.leaving.push(connection.disconnect().await?);
                    } else {
                        connection.proxy.drop_connection();
                        self.leaving.push(connection.proxy);
                    }
                }
            }
            Step::DropConnection { client } => {
                let client = self.client(client);
                client.connected.clear();
                let dropped: Vec<_> =
                    client.connections.drain(..).map(|connection| connection.proxy).collect();
                dropped.iter().for_each(Proxy::drop_connection);
                self.leaving.extend(dropped);
            }
            Step::CloseConnection { client } => {
                let client = self.client(client);
                client.connected.clear();
                let closed: Vec<_> =
                    client.connections.drain(..).map(|connection| connection.proxy).collect();
                closed.iter().for_each(Proxy::close_connection);
                self.leaving.extend(closed);
            }
            Step::CutOff { client } => {
                let client = self.client(client);
                client.connected.clear();
                client.connections.iter().for_each(|connection| connection.proxy.cut_off());
                // Its client has to live: one that is dropped closes its connection.
                let cut_off = std::mem::take(&mut client.connections);
                self.cut_off.extend(cut_off);
            }
            Step::StopPongs { client } => {
                let client = self.client(client);
                client.stops_pongs = true;
                client.connections.iter().for_each(|connection| connection.proxy.stop_pongs());
            }
            Step::Request { client, path } => {
                let address = self.server.address();
                let error = |e: std::io::Error| e.to_string();
                let stream = tokio::net::TcpStream::connect(address).await.map_err(error)?;
                let response = tokio::time::timeout(self.timeout, harness::get(stream, path)).await;
                let event = match response {
                    Ok(Ok(received)) => received.event,
                    Ok(Err(_)) | Err(_) => ClientEvent::NoResponse {},
                };
                self.client(client).events.push(event);
            }
            // After every step there is a wait for what should come of it.
            Step::Wait { .. } | Step::Together(_) => {}
            Step::Start {} | Step::Accept {} | Step::Refuse { .. } => {
                return Err("that is for a learner's client, and here the client is ours".to_owned());
            }
            Step::Acknowledge { .. } => return Err("rust_socketio can't acknowledge".to_owned()),
            // The plan stops before these.
            Step::LoseNext { .. }
            | Step::CrashAtNext { .. }
            | Step::Restart {}
            | Step::Kill { .. }
            | Step::CutLine {}
            | Step::MendLine {} => {
                return Err("only the harness can do that".to_owned());
            }
        }
        Ok(())
    }

    async fn connect(&mut self, client: &str, ns: &str, auth: Option<&Value>) -> Result<(), String> {
        let (upstream, timeout) = (self.server.address(), self.timeout);
        let client = self.client(client);
        if client.connected.iter().any(|connected| connected == ns) {
            client.events.push(ClientEvent::AlreadyConnected { ns: ns.to_owned() });
            return Ok(());
        }
        let is_new = client.connections.is_empty();
        // To try again after a refusal is to open another connection.
        if let Some(i) = client.connections.iter().position(|connection| connection.ns == ns) {
            client.connections.remove(i).proxy.drop_connection();
        }
        let proxy = Proxy::start(upstream, ns).await.map_err(|e| e.to_string())?;
        if client.connections.is_empty() {
            client.stops_pongs = false;
        } else if client.stops_pongs {
            proxy.stop_pongs();
        }
        if is_new {
            // One in which it was only refused doesn't count.
            client.number += usize::from(client.ids.iter().any(|(_, number)| *number == client.number));
        }
        let opened = tokio::time::timeout(timeout, Connection::open(proxy, ns, auth)).await;
        let connection = opened.map_err(|_| "rust_socketio doesn't connect in time".to_owned())??;
        client.connections.push(connection);
        Ok(())
    }

    fn client(&mut self, name: &str) -> &mut Client {
        let i = self.clients.iter().position(|client| client.name == name).unwrap_or_else(|| {
            self.clients.push(Client {
                name: name.to_owned(),
                connections: Vec::new(),
                connected: Vec::new(),
                number: 1,
                ids: Vec::new(),
                events: Vec::new(),
                stops_pongs: false,
            });
            self.clients.len() - 1
        });
        &mut self.clients[i]
    }

    /// The connection for the namespace `ns`. Where the client isn't connected to it, it sends nothing, and says so.
    fn connected(&mut self, client: &str, ns: &str) -> Option<&Connection> {
        let client = self.client(client);
        if !client.connected.iter().any(|connected| connected == ns) {
            client.events.push(ClientEvent::NotConnected { ns: ns.to_owned() });
            return None;
        }
        client.connections.iter().find(|connection| connection.ns == ns)
    }

    /// Waits until as many events have come as should come. Whether they are the right ones is compared later.
    async fn wait_for(&mut self, expected: &StepResult) {
        let enough = |play: &mut Self| {
            play.collect();
            let all_came = expected.clients.iter().all(|outcome| {
                let client = play.clients.iter().find(|client| client.name == outcome.client);
                client.is_some_and(|client| client.events.len() >= outcome.events.len())
            });
            all_came && play.server_events.len() >= expected.server.len()
        };
        // After the timeout the comparison tells what is missing.
        let _ = self.until(enough).await;
    }

    /// Waits until, as far as one can know, nothing more will come.
    async fn settle(&mut self) -> Result<(), String> {
        let nobody_leaves = |play: &mut Self| {
            play.leaving.retain(|proxy| !proxy.is_closed());
            play.leaving.is_empty()
        };
        self.until(nobody_leaves)
            .await
            .map_err(|()| "the server keeps the connection of a client that left")?;
        self.fence().await?;
        self.until(|play| play.server.is_idle()).await.map_err(|()| "the server is never idle".to_owned())?;
        self.fence().await?;
        self.collect();
        Ok(())
    }

    /// Fences every connection, and waits until each client has reported all that came before.
    async fn fence(&mut self) -> Result<(), String> {
        let connections = || self.clients.iter().flat_map(|client| &client.connections);
        let before: Vec<_> = connections().map(Connection::fences).collect();
        connections().for_each(|connection| connection.proxy.fence());
        let is_over = |connection: &Connection, before: usize| {
            connection.fences() > before || connection.proxy.is_closed()
        };
        let all_are_over = |play: &mut Self| {
            let connections = play.clients.iter().flat_map(|client| &client.connections);
            connections.zip(&before).all(|(connection, before)| is_over(connection, *before))
        };
        if self.until(all_are_over).await.is_ok() {
            return Ok(());
        }
        let connections =
            self.clients.iter().flat_map(|client| client.connections.iter().map(|c| (&client.name, c)));
        let unanswered = connections.zip(&before).filter(|((_, c), before)| !is_over(c, **before));
        let unanswered = unanswered.map(|((name, c), _)| format!("{name} in {} ({:?})", c.ns, c.error()));
        Err(format!("the server doesn't answer {}", unanswered.collect::<Vec<_>>().join(", ")))
    }

    async fn until(&mut self, mut done: impl FnMut(&mut Self) -> bool) -> Result<(), ()> {
        const INTERVAL: Duration = Duration::from_millis(1);
        let deadline = Instant::now() + self.timeout;
        while !done(self) {
            if Instant::now() > deadline {
                return Err(());
            }
            sleep(INTERVAL).await;
        }
        Ok(())
    }

    /// Collects what the clients have reported and what the server has done.
    fn collect(&mut self) {
        self.server_events.extend(self.server.take_events());
        for client in &mut self.clients {
            for connection in &client.connections {
                // Such a client may panic, which closes its connection.
                self.reused_ack_id |= connection.proxy.reused_ack_id();
                let events = connection.take_events();
                for event in &events {
                    match event {
                        ClientEvent::Connected { ns } => client.connected.push(ns.clone()),
                        ClientEvent::Disconnected { ns } => {
                            client.connected.retain(|connected| connected != ns);
                        }
                        _ => {}
                    }
                }
                client.events.extend(events);
                let new = connection.proxy.sid().filter(|id| client.ids.iter().all(|(known, _)| known != id));
                client.ids.extend(new.map(|id| (id, client.number)));
            }
            // In the scene a client has one connection. Here it has one for each namespace, and they close together.
            let all_closed = client.connections.iter().all(|connection| connection.proxy.is_closed());
            if all_closed && !client.connections.is_empty() {
                client.events.push(ClientEvent::ConnectionClosed {});
                client.connections.clear();
                client.connected.clear();
            }
        }
    }

    /// Takes the result of the current step. It shows whose the ids are.
    fn take_result(&mut self, expected: &StepResult) -> StepResult {
        let is_expected = |name: &str| expected.clients.iter().any(|outcome| outcome.client == name);
        let mut clients = Vec::new();
        for client in &mut self.clients {
            let events = std::mem::take(&mut client.events);
            if !events.is_empty() || is_expected(&client.name) {
                let client = client.name.clone();
                clients.push(ClientOutcome { client, events, left: false, frames: Vec::new() });
            }
        }
        let server = std::mem::take(&mut self.server_events);
        let result = StepResult { step: expected.step.clone(), server, clients };
        let ids = self.clients.iter().flat_map(|client| {
            client.ids.iter().map(|(id, number)| (id.as_str(), client.name.as_str(), *number))
        });
        show_ids(&result, ids)
    }
}
