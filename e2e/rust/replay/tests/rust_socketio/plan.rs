//! How much of a scene `rust_socketio` clients can play, and what they should report of it.

use rust_socketio::Event;
use scenario::{ClientEvent, Payload, Scene, Step, StepResult, Transcript};

/// What of a scene is played, and what should come of it.
pub(crate) struct Plan {
    /// What should come of each step, as `rust_socketio` clients report it.
    pub(crate) expected: Vec<StepResult>,
    /// Why these aren't all steps of the scene.
    pub(crate) obstacle: Option<String>,
}

impl Plan {
    /// The plan for a scene that gives `transcript` when it is played [one client at a time](replay::one_by_one).
    pub(crate) fn new(scene: &Scene, transcript: &Transcript) -> Self {
        let mut plan = Self { expected: Vec::new(), obstacle: None };
        if let Some(error) = &transcript.error {
            plan.obstacle = Some(format!("{error}. Only the harness can end that"));
            return plan;
        }
        if scene.nodes() > 1 {
            plan.obstacle = Some("it needs several nodes, and there is one server here".to_owned());
            return plan;
        }
        let mut clients = Clients::default();
        for result in &transcript.steps {
            match clients.obstacle(&result.step).map_or_else(|| as_reported(result), Err) {
                Ok(expected) => plan.expected.push(expected),
                Err(why) => {
                    let step = plan.expected.len() + 1;
                    plan.obstacle = Some(format!("step {step}, {}: {why}", result.step));
                    break;
                }
            }
            clients.update(result);
        }
        plan
    }
}

/// Where the clients are connected: `rust_socketio` opens a connection for each namespace.
#[derive(Default)]
struct Clients(Vec<Client>);

struct Client {
    name: String,
    /// The namespaces it has a connection for.
    connections: Vec<String>,
    /// Those of them that it is connected to: the server didn't refuse or disconnect it.
    connected: Vec<String>,
}

impl Clients {
    fn client(&mut self, name: &str) -> &mut Client {
        let i = self.0.iter().position(|client| client.name == name).unwrap_or_else(|| {
            self.0.push(Client { name: name.to_owned(), connections: Vec::new(), connected: Vec::new() });
            self.0.len() - 1
        });
        &mut self.0[i]
    }

    /// Why `rust_socketio` clients can't do the step, if they can't.
    fn obstacle(&mut self, step: &Step) -> Option<String> {
        match step {
            Step::EmitWithAck { args, .. } if !args.attachments.is_empty() => {
                Some("rust_socketio gets no acknowledgement of an event with bytes".to_owned())
            }
            Step::Emit { client, ns, event, args } | Step::EmitWithAck { client, ns, event, args } => {
                can_carry(event, args).err().or_else(|| self.sends_nothing(client, ns))
            }
            Step::Disconnect { client, ns } => self.sends_nothing(client, ns),
            Step::Acknowledge { .. } => Some("rust_socketio can't acknowledge".to_owned()),
            Step::Connect { clients, ns, .. } => {
                let connected = clients.iter().any(|name| self.client(name).connected.contains(ns));
                connected.then(|| "rust_socketio is already connected".to_owned())
            }
            Step::DropConnection { .. } | Step::StopPongs { .. } | Step::Wait { .. } => None,
        }
    }

    fn sends_nothing(&mut self, name: &str, ns: &str) -> Option<String> {
        let client = self.client(name);
        // A client without any connection sends nothing in the harness either.
        let sends_nothing = !client.connections.is_empty() && !client.connected.iter().any(|n| n == ns);
        sends_nothing
            .then(|| "rust_socketio sends nothing to a namespace that it isn't connected to".to_owned())
    }

    /// Takes note of what the step did, and of what came of it.
    fn update(&mut self, result: &StepResult) {
        match &result.step {
            Step::Connect { clients, ns, .. } => {
                for name in clients {
                    self.client(name).connections.push(ns.clone());
                }
            }
            Step::Disconnect { client, ns } => self.client(client).leave(ns),
            Step::DropConnection { client } => self.client(client).leave_all(),
            _ => {}
        }
        for outcome in &result.clients {
            let client = self.client(&outcome.client);
            for event in &outcome.events {
                match event {
                    ClientEvent::Connected { ns } => client.connected.push(ns.clone()),
                    ClientEvent::Disconnected { ns } => client.connected.retain(|n| n != ns),
                    ClientEvent::ConnectionClosed {} => client.leave_all(),
                    _ => {}
                }
            }
        }
    }
}

impl Client {
    fn leave(&mut self, ns: &str) {
        self.connections.retain(|n| n != ns);
        self.connected.retain(|n| n != ns);
    }

    fn leave_all(&mut self) {
        self.connections.clear();
        self.connected.clear();
    }
}

/// A step's result as `rust_socketio` clients report it.
///
/// # Errors
/// What they can't report, and why.
fn as_reported(result: &StepResult) -> Result<StepResult, String> {
    let mut result = replay::sorted(result);
    for event in result.clients.iter_mut().flat_map(|outcome| &mut outcome.events) {
        *event = event_as_reported(event)?;
    }
    Ok(result)
}

fn event_as_reported(event: &ClientEvent) -> Result<ClientEvent, String> {
    match event {
        // It doesn't report whether the server asks for an acknowledgement.
        ClientEvent::Event { ns, event, args } | ClientEvent::EventWithAck { ns, event, args } => {
            can_carry(event, args)?;
            let ns = ns.clone();
            // To it, an event named "message" with one text is an event without arguments that has the text as its name.
            Ok(match args.args.as_slice() {
                [serde_json::Value::String(text)] if event == "message" => {
                    ClientEvent::Event { ns, event: text.clone(), args: Payload::default() }
                }
                _ => ClientEvent::Event { ns, event: event.clone(), args: args.clone() },
            })
        }
        ClientEvent::Acknowledged { args, .. } if !args.attachments.is_empty() => {
            Err("rust_socketio drops the bytes of an acknowledgement".to_owned())
        }
        ClientEvent::InvalidPacket { .. } => Err("rust_socketio doesn't report invalid packets".to_owned()),
        other => Ok(other.clone()),
    }
}

/// Whether `rust_socketio` can send and report an event.
fn can_carry(event: &str, args: &Payload) -> Result<(), String> {
    if Event::from(event) != Event::Custom(event.to_owned()) && event != "message" {
        return Err(format!("rust_socketio reserves the name {event:?} for an event of its own"));
    }
    match args.attachments.as_slice() {
        [] => Ok(()),
        [bytes] if *args == Payload::binary(bytes.clone()) => Ok(()),
        _ => Err("rust_socketio carries bytes only as an event's one argument".to_owned()),
    }
}
