//! How much of a scene `rust_socketio` clients can play, and what they should report of it.

use rust_socketio::Event;
use scenario::{ClientEvent, Payload, Step, StepResult, Transcript};

/// What of a scene is played, and what should come of it.
pub(crate) struct Plan {
    /// What should come of each step, as `rust_socketio` clients report it.
    pub(crate) expected: Vec<StepResult>,
    /// Why these aren't all steps of the scene.
    pub(crate) obstacle: Option<String>,
}

impl Plan {
    /// The plan for a scene that gives `transcript` when it is played [one client at a time](replay::one_by_one).
    pub(crate) fn new(transcript: &Transcript) -> Self {
        let mut plan = Self { expected: Vec::new(), obstacle: None };
        if let Some(error) = &transcript.error {
            plan.obstacle = Some(format!("{error}. Only the harness can end that"));
            return plan;
        }
        for result in &transcript.steps {
            match obstacle(&result.step).map_or_else(|| as_reported(result), Err) {
                Ok(expected) => plan.expected.push(expected),
                Err(why) => {
                    let step = plan.expected.len() + 1;
                    plan.obstacle = Some(format!("step {step}, {}: {why}", result.step));
                    break;
                }
            }
        }
        plan
    }
}

/// Why `rust_socketio` clients can't do the step, if they can't.
fn obstacle(step: &Step) -> Option<String> {
    if let Step::Together(parts) = step
        && parts.iter().any(|part| matches!(part, Step::Connect { .. }))
    {
        return Some("over TCP nobody knows who of several connects first".to_owned());
    }
    step.parts().iter().find_map(|part| match part {
        Step::EmitWithAck { args, .. } if !args.attachments.is_empty() => {
            Some("rust_socketio gets no acknowledgement of an event with bytes".to_owned())
        }
        Step::Emit { event, args, .. } | Step::EmitWithAck { event, args, .. } => {
            can_carry(event, args).err()
        }
        Step::Acknowledge { .. } => Some("rust_socketio can't acknowledge".to_owned()),
        Step::LoseNext { .. } | Step::CrashAtNext { .. } => {
            Some("only the harness loses a message at a chosen moment".to_owned())
        }
        Step::Restart {} | Step::Kill { .. } => Some("the server here is started once".to_owned()),
        Step::CutLine {} | Step::MendLine {} => {
            Some("there is one server here, and no line to another".to_owned())
        }
        _ => None,
    })
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
