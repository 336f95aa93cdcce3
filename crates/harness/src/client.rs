//! A scripted client: Engine.IO v4 and Socket.IO v5 over a WebSocket, on its end of a pipe.
//!
//! Sources: <https://socket.io/docs/v4/engine-io-protocol/>, <https://socket.io/docs/v4/socket-io-protocol/>

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_util::{SinkExt, StreamExt};
use scenario::{ClientEvent, Direction, OnTheWay, Payload};
use serde_json::Value;
use tokio::io::DuplexStream;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::packet::{self, Decoder, Incoming, Outgoing};
use crate::record::Record;

/// Where a client connects to: the path and the query of a WebSocket-only client.
const URL: &str = "ws://server/socket.io/?EIO=4&transport=websocket";

/// How much is read from a connection at once, in bytes.
const READ_BUFFER: usize = 4 * 1024;

/// A client: a handle on the task that holds its connection.
pub(crate) struct Client {
    /// Its place among the clients of the transcript.
    pub(crate) number: usize,
    /// The server that its connection leads to, counted from 0.
    pub(crate) server: usize,
    record: Record,
    commands: mpsc::UnboundedSender<Command>,
    shared: Arc<Shared>,
    /// The namespaces it has connected to and not left by itself.
    namespaces: Vec<String>,
    next_id: i64,
}

#[derive(Default)]
struct Shared {
    stops_pongs: AtomicBool,
    /// What happens with the next message of a kind, and which.
    next: Mutex<Option<(OnTheWay, Loss)>>,
    acks: Mutex<Acks>,
    /// The namespaces that the server has connected it to. As a real client does, it sends nothing to any other.
    connected: Mutex<Vec<String>>,
}

/// What is lost together with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    /// The client's connection.
    Connection,
    /// The server's process.
    Server,
}

/// The acknowledgements under way, in both directions.
#[derive(Default)]
struct Acks {
    /// The client waits for these: the namespace, the id, and the event it belongs to.
    pending: Vec<(String, i64, String)>,
    /// The server waits for these: the namespace, the id, and the event it belongs to.
    owed: Vec<(String, i64, String)>,
}

/// What a packet is that a client sends: what is told if it's lost.
enum Sent {
    /// A packet of another kind. It isn't lost.
    Other,
    Message {
        message: OnTheWay,
        ns: String,
        event: String,
        args: Payload,
    },
}

/// What the client should do with its connection.
enum Command {
    Send(Outgoing, Sent),
    /// Closes the WebSocket properly.
    Close,
    /// Drops the connection as it is.
    Drop,
    /// Leaves the connection open, and neither reads nor writes any more.
    CutOff,
    /// Leaves the connection open and lets the server believe that there is still somebody. Nothing is recorded any more.
    Pretend,
}

impl Client {
    /// Connects to a server. What arrives is recorded for the client with the number `number`, and in which of its
    /// connections.
    pub(crate) fn open(
        stream: DuplexStream,
        server: usize,
        (number, nth): (usize, usize),
        record: &Record,
    ) -> Self {
        let (commands, inbox) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared::default());
        let connection = Connection {
            number,
            nth,
            record: record.clone(),
            shared: Arc::clone(&shared),
            decoder: Decoder::default(),
            open: false,
        };
        tokio::spawn(connection.run(stream, inbox));
        Self { number, server, record: record.clone(), commands, shared, namespaces: Vec::new(), next_id: 0 }
    }

    /// Whether the server has ended the connection.
    pub(crate) fn is_closed(&self) -> bool {
        self.commands.is_closed()
    }

    pub(crate) fn connect_to(&mut self, ns: &str, auth: Option<&Value>) {
        if !self.namespaces.iter().any(|entered| entered == ns) {
            self.namespaces.push(ns.to_owned());
        }
        if self.shared.connected().iter().any(|connected| connected == ns) {
            self.record.client_event(self.number, ClientEvent::AlreadyConnected { ns: ns.to_owned() });
        } else {
            self.command(Command::Send(packet::connect(ns, auth), Sent::Other));
        }
    }

    /// Whether it is connected to the namespace. If it isn't, the record says that it sends nothing.
    fn is_connected_to(&self, ns: &str) -> bool {
        let is_connected = self.shared.connected().iter().any(|connected| connected == ns);
        if !is_connected {
            self.record.client_event(self.number, ClientEvent::NotConnected { ns: ns.to_owned() });
        }
        is_connected
    }

    pub(crate) fn emit(&self, ns: &str, event: &str, args: &Payload) {
        if self.is_connected_to(ns) {
            self.command(Command::Send(packet::event(ns, event, args, None), Sent::event(ns, event, args)));
        }
    }

    pub(crate) fn emit_with_ack(&mut self, ns: &str, event: &str, args: &Payload) {
        if !self.is_connected_to(ns) {
            return;
        }
        let id = self.next_id;
        self.next_id += 1;
        self.shared.acks().pending.push((ns.to_owned(), id, event.to_owned()));
        self.command(Command::Send(packet::event(ns, event, args, Some(id)), Sent::event(ns, event, args)));
    }

    /// Acknowledges the oldest event that the server waits for. If there is none, it does nothing, as a client would.
    pub(crate) fn acknowledge(&self, args: &Payload) {
        let owed = {
            let mut acks = self.shared.acks();
            if acks.owed.is_empty() { None } else { Some(acks.owed.remove(0)) }
        };
        if let Some((ns, id, event)) = owed {
            let packet = packet::ack(&ns, id, args);
            let sent = Sent::Message { message: OnTheWay::AckToServer, ns, event, args: args.clone() };
            self.command(Command::Send(packet, sent));
        }
    }

    /// Leaves a namespace. Returns whether that was its last, and the connection closes.
    pub(crate) fn disconnect(&mut self, ns: &str) -> bool {
        self.namespaces.retain(|entered| entered != ns);
        if self.is_connected_to(ns) {
            self.command(Command::Send(packet::disconnect(ns), Sent::Other));
            self.shared.connected().retain(|connected| connected != ns);
        }
        let last = self.namespaces.is_empty();
        if last {
            self.command(Command::Close);
        }
        last
    }

    pub(crate) fn drop_connection(&self) {
        self.command(Command::Drop);
    }

    pub(crate) fn close_connection(&self) {
        self.command(Command::Close);
    }

    /// From here on it neither hears nor is heard. Its connection stays open until this is dropped.
    pub(crate) fn cut_off(&self) {
        self.command(Command::CutOff);
    }

    /// Its server's process has ended, and with it the connection. The server itself, whose tasks can't be taken back, must
    /// not notice: no process runs its handlers after its end.
    pub(crate) fn server_ended(&self) {
        self.record.client_event(self.number, ClientEvent::ConnectionClosed {});
        self.command(Command::Pretend);
    }

    /// The next message of that kind is lost, and the connection or the server with it.
    pub(crate) fn lose_next(&self, message: OnTheWay, loss: Loss) {
        *self.shared.next() = Some((message, loss));
    }

    pub(crate) fn stop_pongs(&self) {
        self.shared.stops_pongs.store(true, Ordering::Relaxed);
    }

    fn command(&self, command: Command) {
        // The server may have closed the connection: then nothing can be sent, as with a real client.
        let _ = self.commands.send(command);
    }
}

impl Sent {
    fn event(ns: &str, event: &str, args: &Payload) -> Self {
        let (ns, event, args) = (ns.to_owned(), event.to_owned(), args.clone());
        Self::Message { message: OnTheWay::EventToServer, ns, event, args }
    }
}

impl Shared {
    fn next(&self) -> std::sync::MutexGuard<'_, Option<(OnTheWay, Loss)>> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is lost with this message, if anything is.
    fn take_loss(&self, message: OnTheWay) -> Option<Loss> {
        self.next().take_if(|(next, _)| *next == message).map(|(_, loss)| loss)
    }

    fn acks(&self) -> std::sync::MutexGuard<'_, Acks> {
        self.acks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connected(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.connected.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a connection is over.
#[derive(Clone, Copy)]
enum Over {
    /// The server has ended it.
    Closed,
    /// It broke, and a message was lost with it.
    Broken,
}

/// The task that holds a client's connection.
struct Connection {
    number: usize,
    /// Its place among the client's connections.
    nth: usize,
    record: Record,
    shared: Arc<Shared>,
    decoder: Decoder,
    /// Whether the server has sent its OPEN packet. A client sends nothing before.
    open: bool,
}

impl Connection {
    async fn run(mut self, stream: DuplexStream, mut inbox: mpsc::UnboundedReceiver<Command>) {
        // A buffer is filled with zeros before each read: with the default of 128 KiB, that takes longer than to read.
        let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER);
        let connecting = tokio_tungstenite::client_async_with_config(URL, stream, Some(config));
        let Ok((mut socket, _)) = connecting.await else {
            self.event(ClientEvent::ConnectionClosed {});
            self.record.disconnected(self.number);
            return;
        };
        loop {
            tokio::select! {
                biased;
                command = inbox.recv(), if self.open => match command {
                    Some(Command::Send(packet, sent)) => {
                        if let Err(over) = self.send(&mut socket, packet, sent).await {
                            break self.over(over);
                        }
                    }
                    Some(Command::Close) => {
                        // The server closes its side, too; that is the end of it.
                        let _ = socket.close(None).await;
                        while let Some(Ok(_)) = socket.next().await {}
                        break;
                    }
                    Some(Command::CutOff) => {
                        // Nobody commands it any more. Its connection lasts as long as the play.
                        let _ = inbox.recv().await;
                        break;
                    }
                    Some(Command::Pretend) => break pretend(&mut socket, &mut inbox).await,
                    Some(Command::Drop) | None => break,
                },
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => {
                        if let Err(over) = self.text(&mut socket, &text).await {
                            break self.over(over);
                        }
                    }
                    Some(Ok(Message::Binary(bytes))) => {
                        if let Err(over) = self.binary(bytes) {
                            break self.over(over);
                        }
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break self.over(Over::Closed),
                },
            }
        }
    }

    fn over(&self, over: Over) {
        self.shared.connected().clear();
        if let Over::Closed = over {
            self.event(ClientEvent::ConnectionClosed {});
        }
        self.record.disconnected(self.number);
    }

    /// Whether this message is lost. Then it's told, and so is what is lost with it.
    fn loses(&self, message: OnTheWay, ns: &str, event: &str, args: &Payload) -> Result<(), Over> {
        let Some(loss) = self.shared.take_loss(message) else { return Ok(()) };
        let (ns, event, args) = (ns.to_owned(), event.to_owned(), args.clone());
        self.record.lose_last_frame(self.number);
        self.event(ClientEvent::Lost { message, ns, event, args });
        if loss == Loss::Server {
            self.record.crash();
        }
        Err(Over::Broken)
    }

    fn event(&self, event: ClientEvent) {
        self.record.client_event(self.number, event);
    }

    async fn send(
        &self,
        socket: &mut WebSocketStream<DuplexStream>,
        packet: Outgoing,
        sent: Sent,
    ) -> Result<(), Over> {
        // An Engine.IO message: `4` and the packet.
        let text = format!("4{}", packet.text);
        self.record.frame(self.number, Direction::ToServer, text.clone());
        if let Sent::Message { message, ns, event, args } = &sent {
            self.loses(*message, ns, event, args)?;
        }
        socket.send(Message::text(text)).await.map_err(|_| Over::Closed)?;
        for bytes in packet.attachments {
            self.record.frame(self.number, Direction::ToServer, binary_frame(&bytes));
            socket.send(Message::binary(bytes)).await.map_err(|_| Over::Closed)?;
        }
        Ok(())
    }

    async fn text(&mut self, socket: &mut WebSocketStream<DuplexStream>, text: &str) -> Result<(), Over> {
        self.record.frame(self.number, Direction::ToClient, text.to_owned());
        match text.split_at_checked(1) {
            // Ping.
            Some(("2", _)) => {
                if !self.shared.stops_pongs.load(Ordering::Relaxed) {
                    self.record.frame(self.number, Direction::ToServer, "3".to_owned());
                    socket.send(Message::text("3")).await.map_err(|_| Over::Closed)?;
                }
            }
            Some(("4", packet)) => match self.decoder.text(packet) {
                Ok(Some(packet)) => self.receive(packet)?,
                Ok(None) => {}
                Err(packet::Invalid) => self.event(ClientEvent::InvalidPacket { frame: text.to_owned() }),
            },
            // Open. In socketioxide its id is the sockets' id, too, and one that is refused everywhere has no other.
            Some(("0", handshake)) => {
                let handshake = serde_json::from_str::<Value>(handshake).unwrap_or_default();
                if let Some(sid) = handshake["sid"].as_str() {
                    self.record.sid((self.number, self.nth), sid, false);
                }
                self.open = true;
            }
            // Close and noop: the WebSocket's own close says the rest.
            Some(("1" | "6", _)) => {}
            _ => self.event(ClientEvent::InvalidPacket { frame: text.to_owned() }),
        }
        Ok(())
    }

    fn binary(&mut self, bytes: bytes::Bytes) -> Result<(), Over> {
        self.record.frame(self.number, Direction::ToClient, binary_frame(&bytes));
        match self.decoder.binary(bytes) {
            Ok(Some(packet)) => self.receive(packet)?,
            Ok(None) => {}
            Err(packet::Invalid) => self.event(ClientEvent::InvalidPacket { frame: "bytes".to_owned() }),
        }
        Ok(())
    }

    fn receive(&self, packet: Incoming) -> Result<(), Over> {
        let event = match packet {
            Incoming::Connect { ns, sid } => {
                self.record.sid((self.number, self.nth), &sid, true);
                self.shared.connected().push(ns.clone());
                ClientEvent::Connected { ns }
            }
            Incoming::ConnectError { ns, message } => ClientEvent::Refused { ns, message },
            Incoming::Disconnect { ns } => {
                self.shared.connected().retain(|connected| *connected != ns);
                ClientEvent::Disconnected { ns }
            }
            Incoming::Event { ns, event, args, id } => {
                self.loses(OnTheWay::EventToClient, &ns, &event, &args)?;
                let Some(id) = id else {
                    self.event(ClientEvent::Event { ns, event, args });
                    return Ok(());
                };
                self.shared.acks().owed.push((ns.clone(), id, event.clone()));
                ClientEvent::EventWithAck { ns, event, args }
            }
            Incoming::Ack { ns, id, args } => {
                let pending = {
                    let mut acks = self.shared.acks();
                    let place = acks.pending.iter().position(|(n, i, _)| (n, i) == (&ns, &id));
                    place.map(|place| acks.pending.remove(place).2)
                };
                match pending {
                    Some(event) => {
                        self.loses(OnTheWay::AckToClient, &ns, &event, &args)?;
                        ClientEvent::Acknowledged { event, ns, args }
                    }
                    None => ClientEvent::InvalidPacket {
                        frame: format!("an ack with the id {id}, which no event has"),
                    },
                }
            }
        };
        self.event(event);
        Ok(())
    }
}

/// Answers the server's pings, and nothing else, until the play is over.
async fn pretend(socket: &mut WebSocketStream<DuplexStream>, inbox: &mut mpsc::UnboundedReceiver<Command>) {
    loop {
        tokio::select! {
            _ = inbox.recv() => break,
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) if text.as_str() == "2" => {
                    let _ = socket.send(Message::text("3")).await;
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            },
        }
    }
}

/// A binary frame as a line of text.
fn binary_frame(bytes: &[u8]) -> String {
    Payload::binary(bytes).to_string()
}
