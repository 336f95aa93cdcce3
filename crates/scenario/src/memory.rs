//! What a client remembers: the page in a browser has heard things, and connects again with what it knows of them.
//!
//! In a step, a text of the form `{last message.id}` stands for the field `id` of the last `message` that the client has
//! heard, in whichever of its connections. `{first message.id}` is the first, `{last message}` is all of its first
//! argument. If the client has heard no such event, it stands for `null`.

use serde_json::Value;

use crate::Payload;

/// One thing that a client remembers.
pub struct Memory<'t> {
    is_last: bool,
    /// The event that it has heard.
    pub event: &'t str,
    field: Option<&'t str>,
}

impl<'t> Memory<'t> {
    /// `None`: an ordinary text.
    pub fn read(text: &'t str) -> Option<Self> {
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

    /// What it is, if the client has heard the event with these arguments, in this order.
    pub fn of(&self, heard: &[Payload]) -> Value {
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
