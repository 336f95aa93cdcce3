//! What a client remembers: the page in a browser has heard things, and connects again with what it knows of them.
//!
//! In a step, a text of the form `{last message.id}` stands for the field `id` of the last `message` that the client has
//! heard, in whichever of its connections. `{first message.id}` is the first, `{last message}` is all of its first
//! argument. If the client has heard no such event, it stands for `null`.

use scenario::{Payload, Step};
use serde_json::Value;

use crate::record::Record;

/// The step as it's done: with what its clients remember.
pub(crate) fn recall(step: &Step, record: &Record) -> Step {
    let mut step = step.clone();
    fill_step(&mut step, record);
    step
}

/// Whether the text stands for something that a client remembers: `{last message.id}`.
pub fn is_memory(text: &str) -> bool {
    Memory::read(text).is_some()
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

/// One thing that a client remembers.
struct Memory<'t> {
    is_last: bool,
    event: &'t str,
    field: Option<&'t str>,
}

impl<'t> Memory<'t> {
    /// `None`: an ordinary text.
    fn read(text: &'t str) -> Option<Self> {
        let inside = text.strip_prefix('{')?.strip_suffix('}')?;
        let (which, rest) = inside.split_once(' ')?;
        let is_last = match which {
            "last" => true,
            "first" => false,
            _ => return None,
        };
        let (event, field) = rest.split_once('.').map_or((rest, None), |(event, field)| (event, Some(field)));
        Some(Self { is_last, event, field })
    }

    fn of(&self, heard: &[Payload]) -> Value {
        let one = if self.is_last { heard.last() } else { heard.first() };
        let argument = one.and_then(|payload| payload.args.first()).cloned().unwrap_or_default();
        match self.field {
            Some(field) => argument.get(field).cloned().unwrap_or_default(),
            None => argument,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_client_remembers_the_first_and_the_last_it_has_heard() {
        let heard = [json!({ "id": 1 }).into(), json!({ "id": 2, "text": "hi" }).into()];
        let recalled = |text: &str| Memory::read(text).map(|memory| memory.of(&heard));
        assert_eq!(recalled("{last message.id}"), Some(json!(2)));
        assert_eq!(recalled("{first message.id}"), Some(json!(1)));
        assert_eq!(recalled("{last chat message}"), Some(json!({ "id": 2, "text": "hi" })));
        assert_eq!(recalled("{first message.text}"), Some(Value::Null), "it has no such field");
        for other in ["last message.id", "{text}", "{next message}", "{last"] {
            assert_eq!(recalled(other), None, "{other}");
        }
        assert_eq!(Memory::read("{last message.id}").unwrap().of(&[]), Value::Null);
    }
}
