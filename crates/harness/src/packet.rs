//! Socket.IO packets, seen from the client. The parsing itself is socketioxide's own parser's.
//!
//! Source: <https://socket.io/docs/v4/socket-io-protocol/>

use bytes::Bytes;
use serde_json::Value;
use socketioxide_core::packet::{Packet, PacketData};
use socketioxide_core::parser::{Parse, ParseConfig, ParseError, ParserState};
use socketioxide_core::{Str, Value as Encoded};
use socketioxide_parser_common::CommonParser;

use scenario::Payload;

/// A packet that a client receives.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Incoming {
    /// CONNECT: the client is connected to a namespace, under this id.
    Connect { ns: String, sid: String },
    /// `CONNECT_ERROR`: the client is refused.
    ConnectError { ns: String, message: String },
    /// EVENT, with an id if the server asks for an acknowledgement.
    Event { ns: String, event: String, args: Payload, id: Option<i64> },
    /// ACK: the acknowledgement of the packet with this id.
    Ack { ns: String, id: i64, args: Payload },
    /// DISCONNECT: the client is disconnected from a namespace.
    Disconnect { ns: String },
}

/// Not a packet that a client can receive.
#[derive(Debug, PartialEq)]
pub(crate) struct Invalid;

/// Puts packets together from the frames they come in.
#[derive(Default)]
pub(crate) struct Decoder {
    state: ParserState,
    config: ParseConfig,
}

impl Decoder {
    /// Takes a text frame, without its Engine.IO packet type. `None`: binary attachments are to follow.
    pub(crate) fn text(&mut self, frame: &str) -> Result<Option<Incoming>, Invalid> {
        // A server's parser knows no CONNECT_ERROR (4). Behind its digit it is written like a CONNECT (0).
        if let Some(rest) = frame.strip_prefix('4') {
            return match self.parse(format!("0{rest}"))? {
                Packet { inner: PacketData::Connect(Some(data)), ns } => {
                    let message = value(&data)?["message"].as_str().ok_or(Invalid)?.to_owned();
                    Ok(Some(Incoming::ConnectError { ns: ns.into(), message }))
                }
                _ => Err(Invalid),
            };
        }
        match CommonParser.decode_str(&self.config, &self.state, Str::from(frame.to_owned())) {
            Ok(packet) => incoming(packet).map(Some),
            Err(ParseError::NeedsMoreBinaryData) => Ok(None),
            Err(_) => Err(Invalid),
        }
    }

    /// Takes a binary frame. `None`: more are to follow.
    pub(crate) fn binary(&mut self, frame: Bytes) -> Result<Option<Incoming>, Invalid> {
        match CommonParser.decode_bin(&self.config, &self.state, frame) {
            Ok(packet) => incoming(packet).map(Some),
            Err(ParseError::NeedsMoreBinaryData) => Ok(None),
            Err(_) => Err(Invalid),
        }
    }

    fn parse(&self, frame: String) -> Result<Packet, Invalid> {
        CommonParser.decode_str(&self.config, &self.state, Str::from(frame)).map_err(|_| Invalid)
    }
}

fn value(encoded: &Encoded) -> Result<Value, Invalid> {
    let text = encoded.as_str().ok_or(Invalid)?;
    serde_json::from_str(text).map_err(|_| Invalid)
}

fn incoming(packet: Packet) -> Result<Incoming, Invalid> {
    let ns = packet.ns.into();
    Ok(match packet.inner {
        PacketData::Connect(data) => {
            let data = value(&data.ok_or(Invalid)?)?;
            Incoming::Connect { ns, sid: data["sid"].as_str().ok_or(Invalid)?.to_owned() }
        }
        PacketData::Disconnect => Incoming::Disconnect { ns },
        PacketData::Event(data, id) | PacketData::BinaryEvent(data, id) => {
            let mut args = payload(data)?;
            if args.args.is_empty() {
                return Err(Invalid);
            }
            let Value::String(event) = args.args.remove(0) else { return Err(Invalid) };
            Incoming::Event { ns, event, args, id }
        }
        PacketData::EventAck(data, id) | PacketData::BinaryAck(data, id) => {
            Incoming::Ack { ns, id, args: payload(data)? }
        }
        PacketData::ConnectError(_) => return Err(Invalid),
    })
}

fn payload(encoded: Encoded) -> Result<Payload, Invalid> {
    let Value::Array(args) = value(&encoded)? else { return Err(Invalid) };
    let attachments = match encoded {
        Encoded::Str(_, Some(attachments)) => attachments.into_iter().map(Into::into).collect(),
        _ => Vec::new(),
    };
    Ok(Payload { args, attachments })
}

/// A packet as it goes out: its text frame, then its binary frames.
pub(crate) struct Outgoing {
    pub(crate) text: String,
    pub(crate) attachments: Vec<Vec<u8>>,
}

/// CONNECT.
pub(crate) fn connect(ns: &str, auth: Option<&Value>) -> Outgoing {
    encode(ns, PacketData::Connect(auth.map(|auth| Encoded::Str(auth.to_string().into(), None))), Vec::new())
}

/// DISCONNECT.
pub(crate) fn disconnect(ns: &str) -> Outgoing {
    encode(ns, PacketData::Disconnect, Vec::new())
}

/// EVENT, with an id if an acknowledgement is asked for.
pub(crate) fn event(ns: &str, event: &str, args: &Payload, id: Option<i64>) -> Outgoing {
    let mut list = vec![Value::from(event)];
    list.extend(args.args.iter().cloned());
    let data = Encoded::Str(Value::Array(list).to_string().into(), None);
    let inner = if args.attachments.is_empty() {
        PacketData::Event(data, id)
    } else {
        PacketData::BinaryEvent(with_attachments(data, args), id)
    };
    encode(ns, inner, args.attachments.clone())
}

/// ACK.
pub(crate) fn ack(ns: &str, id: i64, args: &Payload) -> Outgoing {
    let data = Encoded::Str(Value::Array(args.args.clone()).to_string().into(), None);
    let inner = if args.attachments.is_empty() {
        PacketData::EventAck(data, id)
    } else {
        PacketData::BinaryAck(with_attachments(data, args), id)
    };
    encode(ns, inner, args.attachments.clone())
}

fn with_attachments(data: Encoded, args: &Payload) -> Encoded {
    match data {
        Encoded::Str(text, _) => {
            Encoded::Str(text, Some(args.attachments.iter().cloned().map(Bytes::from).collect()))
        }
        other @ Encoded::Bytes(_) => other,
    }
}

fn encode(ns: &str, inner: PacketData, attachments: Vec<Vec<u8>>) -> Outgoing {
    let text = match CommonParser.encode(Packet { inner, ns: ns.to_owned().into() }) {
        Encoded::Str(text, _) => text.into(),
        Encoded::Bytes(_) => unreachable!("the common parser writes text"),
    };
    Outgoing { text, attachments }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(frame: &str) -> Result<Option<Incoming>, Invalid> {
        Decoder::default().text(frame)
    }

    #[test]
    fn each_kind_of_packet_is_read() {
        let ns = || "/".to_owned();
        assert_eq!(read(r#"0{"sid":"abc"}"#), Ok(Some(Incoming::Connect { ns: ns(), sid: "abc".into() })));
        assert_eq!(
            read(r#"4/admin,{"message":"no"}"#),
            Ok(Some(Incoming::ConnectError { ns: "/admin".into(), message: "no".into() }))
        );
        assert_eq!(
            read(r#"2["said","hi",{"a":1}]"#),
            Ok(Some(Incoming::Event {
                ns: ns(),
                event: "said".into(),
                args: [json!("hi"), json!({"a":1})].into(),
                id: None
            }))
        );
        assert_eq!(
            read(r#"2/chat,7["said"]"#),
            Ok(Some(Incoming::Event {
                ns: "/chat".into(),
                event: "said".into(),
                args: ().into(),
                id: Some(7)
            }))
        );
        assert_eq!(read(r#"312["ok"]"#), Ok(Some(Incoming::Ack { ns: ns(), id: 12, args: "ok".into() })));
        assert_eq!(read("1/admin,"), Ok(Some(Incoming::Disconnect { ns: "/admin".into() })));
    }

    #[test]
    fn what_is_no_packet_is_invalid() {
        for frame in
            ["", "9", "2", "2[]", "2{}", "2[1]", "3[1]", "0", "0{}", "4", "4{}", "2[\"x\"", "é", "2/é"]
        {
            assert_eq!(read(frame), Err(Invalid), "{frame:?}");
        }
    }

    #[test]
    fn attachments_follow_their_packet() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.text(r#"51-["file",{"_placeholder":true,"num":0}]"#), Ok(None));
        let packet = decoder.binary(Bytes::from_static(&[1, 2])).unwrap().unwrap();
        assert_eq!(
            packet,
            Incoming::Event { ns: "/".into(), event: "file".into(), args: Payload::binary([1, 2]), id: None }
        );
        assert_eq!(decoder.binary(Bytes::new()), Err(Invalid), "nothing announced it");
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn an_event_comes_back_as_it_went_out(
            ns in "/[^,?\\p{Cc}]{0,8}",
            name in any::<String>(),
            args in prop::collection::vec(json_value(), 0..3),
            attachments in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..8), 0..3),
            id in prop::option::of(0..i64::MAX),
        ) {
            let mut args = args;
            args.extend((0..attachments.len()).map(|num| json!({ "_placeholder": true, "num": num })));
            let args = Payload { args, attachments };
            let out = event(&ns, &name, &args, id);
            let mut decoder = Decoder::default();
            let mut packet = decoder.text(&out.text).expect("our own packet is valid");
            for bytes in out.attachments {
                prop_assert_eq!(&packet, &None);
                packet = decoder.binary(bytes.into()).expect("our own attachment is valid");
            }
            prop_assert_eq!(packet, Some(Incoming::Event { ns, event: name, args, id }));
        }

        #[test]
        fn no_frame_makes_the_decoder_panic(frames in prop::collection::vec(any::<String>(), 0..4), bytes in any::<Vec<u8>>()) {
            let mut decoder = Decoder::default();
            for frame in frames {
                let _ = decoder.text(&frame);
                let _ = decoder.binary(bytes.clone().into());
            }
        }
    }
}
