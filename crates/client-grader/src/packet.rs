//! Socket.IO packets, seen from the server.
//!
//! Source: <https://socket.io/docs/v4/socket-io-protocol/>

use scenario::{Payload, ROOT};
use serde_json::{Value, json};

/// A packet that a client has sent.
#[derive(Debug, PartialEq)]
pub(crate) enum Incoming {
    /// CONNECT, with its `auth`.
    Connect { auth: Option<Value> },
    /// DISCONNECT.
    Disconnect,
    /// EVENT, with an id if the client asks for an acknowledgement.
    Event { event: String, args: Payload, id: Option<u64> },
}

/// Reads a packet, without Engine.IO's digit. `None`: it is none, or one for another namespace or with bytes in it, which
/// nobody has asked for.
pub(crate) fn read(text: &str) -> Option<Incoming> {
    let mut chars = text.chars();
    let kind = chars.next()?;
    let mut rest = chars.as_str();
    if rest.starts_with('/') {
        let (ns, after) = rest.split_once(',').unwrap_or((rest, ""));
        rest = after;
        if ns != ROOT {
            return None;
        }
    }
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let id = rest[..digits].parse().ok();
    let data: Option<Value> = match &rest[digits..] {
        "" => None,
        json => Some(serde_json::from_str(json).ok()?),
    };
    match (kind, data) {
        ('0', auth) => Some(Incoming::Connect { auth }),
        ('1', None) => Some(Incoming::Disconnect),
        ('2', Some(Value::Array(mut args))) if !args.is_empty() => {
            let Value::String(event) = args.remove(0) else { return None };
            Some(Incoming::Event { event, args: Payload { args, attachments: Vec::new() }, id })
        }
        _ => None,
    }
}

/// Engine.IO's introduction. Its heartbeat is the usual one.
pub(crate) fn open(upgrades: &[&str]) -> String {
    let about = json!({
        "sid": "connection", "upgrades": upgrades, "pingInterval": 25000, "pingTimeout": 20000, "maxPayload": 100_000
    });
    format!("0{about}")
}

/// CONNECT: the client is accepted.
pub(crate) fn accept() -> String {
    format!("40{}", json!({ "sid": "client" }))
}

/// `CONNECT_ERROR`: the client is refused.
pub(crate) fn refuse(message: &str) -> String {
    format!("44{}", json!({ "message": message }))
}

/// EVENT.
pub(crate) fn event(event: &str, args: &Payload) -> String {
    let mut list = vec![Value::from(event)];
    list.extend(args.args.iter().cloned());
    format!("42{}", Value::Array(list))
}

/// ACK.
pub(crate) fn acknowledge(id: u64, args: &Payload) -> String {
    format!("43{id}{}", Value::Array(args.args.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_read() {
        let event = |args: Vec<Value>, id| {
            Some(Incoming::Event { event: "say".into(), args: Payload { args, attachments: vec![] }, id })
        };
        assert_eq!(read("0"), Some(Incoming::Connect { auth: None }));
        assert_eq!(read(r#"0/,{"a":1}"#), Some(Incoming::Connect { auth: Some(json!({ "a": 1 })) }));
        assert_eq!(read("1"), Some(Incoming::Disconnect));
        assert_eq!(read(r#"2["say"]"#), event(vec![], None));
        assert_eq!(read(r#"217["say","1",2]"#), event(vec![json!("1"), json!(2)], Some(17)));
        assert_eq!(read(r#"2/,3["say",[]]"#), event(vec![json!([])], Some(3)));
        for other in
            ["", "2", "2[]", "2[1]", r#"2["say""#, "0/admin,", r#"51-["say"]"#, r#"31["ok"]"#, "1{}", "é"]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
