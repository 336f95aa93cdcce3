//! A scripted client: Engine.IO v4 and Socket.IO v5 over a WebSocket, on its end of a pipe.
//!
//! Sources: <https://socket.io/docs/v4/engine-io-protocol/>, <https://socket.io/docs/v4/socket-io-protocol/>

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::DuplexStream;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use super::record::Record;
use crate::Payload;
use crate::packet::{self, Decoder, Incoming, Outgoing};
use crate::transcript::{Line, Way};

/// Where a client connects to: the path and the query of a WebSocket-only client.
const URL: &str = "ws://stage/socket.io/?EIO=4&transport=websocket";

/// A client on stage: a handle on the task that holds its connection.
pub(super) struct Client {
    /// Its place in the cast.
    pub(super) number: usize,
    orders: mpsc::UnboundedSender<Order>,
    shared: Arc<Shared>,
    /// The namespaces it has asked to enter and not left by itself.
    namespaces: Vec<String>,
    next_id: i64,
}

#[derive(Default)]
struct Shared {
    silent: AtomicBool,
    acks: Mutex<Acks>,
}

/// The acknowledgements under way, in both directions.
#[derive(Default)]
struct Acks {
    /// Asked by the client: the id and the event it belongs to.
    asked: Vec<(String, i64, String)>,
    /// Asked by the server: where, and the id to answer with.
    owed: Vec<(String, i64)>,
}

/// What the client is to do with its connection.
enum Order {
    Send(Outgoing),
    /// Closes the WebSocket properly.
    Close,
    /// Drops the connection as it is.
    Drop,
}

impl Client {
    /// Connects. What arrives is recorded for the client with the number `number`.
    pub(super) fn connect(stream: DuplexStream, number: usize, record: &Record) -> Self {
        let (orders, inbox) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared::default());
        let connection = Connection {
            number,
            record: record.clone(),
            shared: Arc::clone(&shared),
            decoder: Decoder::default(),
            open: false,
        };
        tokio::spawn(connection.run(stream, inbox));
        Self { number, orders, shared, namespaces: Vec::new(), next_id: 0 }
    }

    /// Whether the server has ended the connection.
    pub(super) fn is_closed(&self) -> bool {
        self.orders.is_closed()
    }

    pub(super) fn enter(&mut self, ns: &str, auth: Option<&Value>) {
        if !self.namespaces.iter().any(|entered| entered == ns) {
            self.namespaces.push(ns.to_owned());
        }
        self.order(Order::Send(packet::connect(ns, auth)));
    }

    pub(super) fn emit(&self, ns: &str, event: &str, args: &Payload) {
        self.order(Order::Send(packet::event(ns, event, args, None)));
    }

    pub(super) fn ask(&mut self, ns: &str, event: &str, args: &Payload) {
        let id = self.next_id;
        self.next_id += 1;
        self.shared.acks().asked.push((ns.to_owned(), id, event.to_owned()));
        self.order(Order::Send(packet::event(ns, event, args, Some(id))));
    }

    /// Answers the oldest acknowledgement owed. Owing none, it does nothing, as a client would.
    pub(super) fn answer(&self, args: &Payload) {
        let owed = {
            let mut acks = self.shared.acks();
            if acks.owed.is_empty() { None } else { Some(acks.owed.remove(0)) }
        };
        if let Some((ns, id)) = owed {
            self.order(Order::Send(packet::answer(&ns, id, args)));
        }
    }

    /// Leaves a namespace. Returns whether that was its last, and the connection closes.
    pub(super) fn disconnect(&mut self, ns: &str) -> bool {
        self.namespaces.retain(|entered| entered != ns);
        self.order(Order::Send(packet::disconnect(ns)));
        let last = self.namespaces.is_empty();
        if last {
            self.order(Order::Close);
        }
        last
    }

    pub(super) fn lose(&self) {
        self.order(Order::Drop);
    }

    pub(super) fn fall_silent(&self) {
        self.shared.silent.store(true, Ordering::Relaxed);
    }

    fn order(&self, order: Order) {
        // The connection may have been closed by the server: then there is nobody to tell, as for a real client.
        let _ = self.orders.send(order);
    }
}

impl Shared {
    fn acks(&self) -> std::sync::MutexGuard<'_, Acks> {
        self.acks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task that holds a client's connection.
struct Connection {
    number: usize,
    record: Record,
    shared: Arc<Shared>,
    decoder: Decoder,
    /// Whether the server has introduced itself. A client says nothing before.
    open: bool,
}

impl Connection {
    async fn run(mut self, stream: DuplexStream, mut inbox: mpsc::UnboundedReceiver<Order>) {
        let Ok((mut socket, _)) = tokio_tungstenite::client_async(URL, stream).await else {
            self.line(Line::ConnectionCloses);
            self.record.leave(self.number);
            return;
        };
        loop {
            tokio::select! {
                biased;
                order = inbox.recv(), if self.open => match order {
                    Some(Order::Send(packet)) => {
                        if self.send(&mut socket, packet).await.is_err() {
                            break self.closed();
                        }
                    }
                    Some(Order::Close) => {
                        // The server answers with a close of its own; that is the end of it.
                        let _ = socket.close(None).await;
                        while let Some(Ok(_)) = socket.next().await {}
                        break;
                    }
                    Some(Order::Drop) | None => break,
                },
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => {
                        if self.text(&mut socket, &text).await.is_err() {
                            break self.closed();
                        }
                    }
                    Some(Ok(Message::Binary(bytes))) => self.binary(bytes),
                    Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break self.closed(),
                },
            }
        }
    }

    fn closed(&self) {
        self.line(Line::ConnectionCloses);
        self.record.leave(self.number);
    }

    fn line(&self, line: Line) {
        self.record.line(self.number, line);
    }

    async fn send(&self, socket: &mut WebSocketStream<DuplexStream>, packet: Outgoing) -> Result<(), ()> {
        // An Engine.IO message: `4` and the packet.
        self.send_text(socket, format!("4{}", packet.text)).await?;
        for bytes in packet.attachments {
            self.record.frame(self.number, Way::Up, binary_frame(&bytes));
            socket.send(Message::binary(bytes)).await.map_err(drop)?;
        }
        Ok(())
    }

    async fn send_text(&self, socket: &mut WebSocketStream<DuplexStream>, text: String) -> Result<(), ()> {
        self.record.frame(self.number, Way::Up, text.clone());
        socket.send(Message::text(text)).await.map_err(drop)
    }

    async fn text(&mut self, socket: &mut WebSocketStream<DuplexStream>, text: &str) -> Result<(), ()> {
        self.record.frame(self.number, Way::Down, text.to_owned());
        match text.split_at_checked(1) {
            // Ping: a client that has fallen silent gives no pong.
            Some(("2", _)) => {
                if !self.shared.silent.load(Ordering::Relaxed) {
                    self.send_text(socket, "3".to_owned()).await?;
                }
            }
            Some(("4", packet)) => match self.decoder.text(packet) {
                Ok(Some(packet)) => self.receive(packet),
                Ok(None) => {}
                Err(packet::Unreadable) => self.line(Line::CannotRead { frame: text.to_owned() }),
            },
            // Open.
            Some(("0", _)) => self.open = true,
            // Close and noop: the WebSocket's own close says the rest.
            Some(("1" | "6", _)) => {}
            _ => self.line(Line::CannotRead { frame: text.to_owned() }),
        }
        Ok(())
    }

    fn binary(&mut self, bytes: bytes::Bytes) {
        self.record.frame(self.number, Way::Down, binary_frame(&bytes));
        match self.decoder.binary(bytes) {
            Ok(Some(packet)) => self.receive(packet),
            Ok(None) => {}
            Err(packet::Unreadable) => self.line(Line::CannotRead { frame: "bytes".to_owned() }),
        }
    }

    fn receive(&self, packet: Incoming) {
        let line = match packet {
            Incoming::Connect { ns, sid } => {
                self.record.sid(self.number, &sid);
                Line::IsIn { ns }
            }
            Incoming::Refuse { ns, reason } => Line::IsRefused { ns, reason },
            Incoming::Disconnect { ns } => Line::IsPutOut { ns },
            Incoming::Event { ns, event, args, id: None } => Line::Hears { ns, event, args },
            Incoming::Event { ns, event, args, id: Some(id) } => {
                self.shared.acks().owed.push((ns.clone(), id));
                Line::IsAsked { ns, event, args }
            }
            Incoming::Answer { ns, id, args } => {
                let mut acks = self.shared.acks();
                match acks.asked.iter().position(|(n, i, _)| (n, i) == (&ns, &id)) {
                    Some(i) => Line::GetsAnswer { event: acks.asked.remove(i).2, ns, args },
                    None => {
                        Line::CannotRead { frame: format!("an answer with the id {id}, never asked for") }
                    }
                }
            }
        };
        self.line(line);
    }
}

/// A binary frame as a line of text.
fn binary_frame(bytes: &[u8]) -> String {
    Payload::binary(bytes).to_string()
}
