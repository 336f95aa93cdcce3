//! what an event or an acknowledgement carries.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The arguments of an event or of an acknowledgement, as they travel: JSON values, and beside them the binary attachments that
/// the values point at with `{"_placeholder":true,"num":0}`.
///
/// Source: <https://socket.io/docs/v4/socket-io-protocol/#packet-encoding>
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Repr", into = "Repr")]
pub struct Payload {
    /// The JSON arguments, in order.
    pub args: Vec<Value>,
    /// The binary attachments, in order.
    pub attachments: Vec<Vec<u8>>,
}

/// How a payload is written as data: a plain list, unless there is something binary in it.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Repr {
    Plain(Vec<Value>),
    Binary { args: Vec<Value>, attachments: Vec<Vec<u8>> },
}

impl From<Repr> for Payload {
    fn from(repr: Repr) -> Self {
        match repr {
            Repr::Plain(args) => Self { args, attachments: Vec::new() },
            Repr::Binary { args, attachments } => Self { args, attachments },
        }
    }
}

impl From<Payload> for Repr {
    fn from(Payload { args, attachments }: Payload) -> Self {
        if attachments.is_empty() { Self::Plain(args) } else { Self::Binary { args, attachments } }
    }
}

impl Payload {
    /// One argument that consists of bytes only.
    pub fn binary(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            args: vec![serde_json::json!({ "_placeholder": true, "num": 0 })],
            attachments: vec![bytes.into()],
        }
    }
}

impl From<()> for Payload {
    fn from((): ()) -> Self {
        Self::default()
    }
}

impl From<&str> for Payload {
    fn from(arg: &str) -> Self {
        Value::from(arg).into()
    }
}

impl From<Value> for Payload {
    fn from(arg: Value) -> Self {
        Self { args: vec![arg], attachments: Vec::new() }
    }
}

/// Several arguments.
impl<const N: usize> From<[Value; N]> for Payload {
    fn from(args: [Value; N]) -> Self {
        Self { args: args.into(), attachments: Vec::new() }
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, arg) in self.args.iter().enumerate() {
            f.write_str(if i == 0 { "" } else { ", " })?;
            write_value(f, arg, &self.attachments)?;
        }
        Ok(())
    }
}

/// Writes a value with its keys in alphabetical order, whichever map `serde_json` was built with, and with the bytes in
/// the place of their placeholders.
fn write_value(f: &mut fmt::Formatter<'_>, value: &Value, attachments: &[Vec<u8>]) -> fmt::Result {
    match value {
        Value::Object(map) => {
            if let Some(bytes) = attachment(map, attachments) {
                return write_bytes(f, bytes);
            }
            let mut keys: Vec<_> = map.keys().collect();
            keys.sort();
            f.write_str("{")?;
            for (i, key) in keys.into_iter().enumerate() {
                write!(f, "{}{}:", if i == 0 { "" } else { "," }, Value::from(key.as_str()))?;
                write_value(f, &map[key], attachments)?;
            }
            f.write_str("}")
        }
        Value::Array(items) => {
            f.write_str("[")?;
            for (i, item) in items.iter().enumerate() {
                f.write_str(if i == 0 { "" } else { "," })?;
                write_value(f, item, attachments)?;
            }
            f.write_str("]")
        }
        other => write!(f, "{other}"),
    }
}

fn attachment<'a>(map: &serde_json::Map<String, Value>, attachments: &'a [Vec<u8>]) -> Option<&'a [u8]> {
    map.get("_placeholder")?.as_bool()?.then_some(())?;
    let num = usize::try_from(map.get("num")?.as_u64()?).ok()?;
    attachments.get(num).map(Vec::as_slice)
}

/// Bytes a reader would look at are written out; for a long run of them, how it begins and how long it is.
fn write_bytes(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    const SHOWN: usize = 16;
    write!(f, "<{} bytes:", bytes.len())?;
    for byte in bytes.iter().take(SHOWN) {
        write!(f, " {byte:02x}")?;
    }
    f.write_str(if bytes.len() > SHOWN { " …>" } else { ">" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn arguments_are_written_with_sorted_keys() {
        let payload = Payload::from([json!("hi"), json!({ "b": 1, "a": [true, null] })]);
        assert_eq!(payload.to_string(), r#""hi", {"a":[true,null],"b":1}"#);
    }

    #[test]
    fn bytes_stand_in_the_place_of_their_placeholder() {
        assert_eq!(Payload::binary([1, 0xff]).to_string(), "<2 bytes: 01 ff>");
        let zeros = "00 ".repeat(16);
        assert_eq!(Payload::binary([0; 16]).to_string(), format!("<16 bytes: {}>", zeros.trim_end()));
        assert_eq!(Payload::binary([0; 17]).to_string(), format!("<17 bytes: {zeros}…>"));
    }

    #[test]
    fn a_placeholder_without_its_bytes_stays_what_it_is() {
        let payload = Payload::from(json!({ "_placeholder": true, "num": 3 }));
        assert_eq!(payload.to_string(), r#"{"_placeholder":true,"num":3}"#);
    }

    #[test]
    fn as_data_a_payload_is_a_list() {
        let payload = Payload::from("hi");
        assert_eq!(serde_json::to_string(&payload).unwrap(), r#"["hi"]"#);
        let bytes = Payload::binary([7]);
        let data = serde_json::to_string(&bytes).unwrap();
        assert_eq!(serde_json::from_str::<Payload>(&data).unwrap(), bytes);
    }
}
