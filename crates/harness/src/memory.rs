//! What the clients remember, put into their steps: see [`Memory`].

use scenario::{Memory, Step};
use serde_json::Value;

use crate::record::Record;

/// The step as it's done: with what its clients remember.
pub(crate) fn recall(step: &Step, record: &Record) -> Step {
    let mut step = step.clone();
    fill_step(&mut step, record);
    step
}

fn fill_step(step: &mut Step, record: &Record) {
    match step {
        Step::Connect { clients, auth: Some(auth), .. } => {
            if let [client] = &clients[..] {
                fill(auth, client, record);
            }
        }
        Step::Emit { client, args, .. }
        | Step::EmitWithAck { client, args, .. }
        | Step::Acknowledge { client, args } => {
            args.args.iter_mut().for_each(|arg| fill(arg, client, record));
        }
        Step::Together(parts) => parts.iter_mut().for_each(|part| fill_step(part, record)),
        _ => {}
    }
}

/// Puts what `client` remembers in the place of each text that asks for it.
fn fill(value: &mut Value, client: &str, record: &Record) {
    match value {
        Value::String(text) => {
            if let Some(memory) = Memory::read(text) {
                *value = memory.of(&record.heard(client, memory.event));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, client, record)),
        Value::Object(fields) => fields.iter_mut().for_each(|(_, field)| fill(field, client, record)),
        _ => {}
    }
}
