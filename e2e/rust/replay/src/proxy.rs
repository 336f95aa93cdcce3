//! A proxy between a client and the server.

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::{SinkExt, StreamExt};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};

/// The event by which a client learns that the server has answered a fence.
pub const FENCE: &str = "__fence";

/// A proxy in front of one connection of one client. It passes on each WebSocket message, in both directions. It also does
/// what a client can't be told to do: it stops the pongs, drops or closes the connection, or cuts it off. And it fences.
///
/// A *fence* is a CONNECT to a namespace that doesn't exist. A server answers it from the loop that reads the connection,
/// so by then it has read all that the client sent before. It answers in order, so all that it sent before has arrived.
/// The proxy turns the answer into an event named [`FENCE`]. When the client reports that event, it has reported
/// everything before it.
pub struct Proxy {
    address: SocketAddr,
    commands: mpsc::UnboundedSender<Command>,
    observed: Arc<Mutex<Observed>>,
}

enum Command {
    Fence,
    StopPongs,
    DropConnection,
    CloseConnection,
    CutOff,
}

/// What the proxy has learnt from what it passed on.
#[derive(Default)]
struct Observed {
    /// The id that the server gave the client.
    sid: Option<String>,
    closed: bool,
    /// The ids of the acknowledgements that the client waits for.
    pending_acks: HashSet<String>,
    reused_ack_id: bool,
}

impl Proxy {
    /// A proxy that waits for one client, of the namespace `ns`, and connects it to the server at `upstream`.
    ///
    /// # Errors
    /// If the system has no free port.
    pub async fn start(upstream: SocketAddr, ns: &str) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (commands, inbox) = mpsc::unbounded_channel();
        let observed = Arc::new(Mutex::new(Observed::default()));
        let ns = if ns == scenario::ROOT { String::new() } else { format!("{ns},") };
        let relay = Relay { ns, observed: Arc::clone(&observed), stops_pongs: false };
        tokio::spawn(async move {
            let observed = Arc::clone(&relay.observed);
            let _ = relay.run(&listener, upstream, inbox).await;
            lock(&observed).closed = true;
        });
        Ok(Self { address, commands, observed })
    }

    /// Where the client should connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends a fence.
    pub fn fence(&self) {
        self.command(Command::Fence);
    }

    /// From here on the client's pongs don't reach the server.
    pub fn stop_pongs(&self) {
        self.command(Command::StopPongs);
    }

    /// Drops the connection, on both sides.
    pub fn drop_connection(&self) {
        self.command(Command::DropConnection);
    }

    /// Closes the server's WebSocket in good order, and drops the client's.
    pub fn close_connection(&self) {
        self.command(Command::CloseConnection);
    }

    /// From here on nothing is passed on, either way. The server's connection stays open until the server ends it.
    pub fn cut_off(&self) {
        self.command(Command::CutOff);
    }

    /// The id that the server gave the client.
    pub fn sid(&self) -> Option<String> {
        lock(&self.observed).sid.clone()
    }

    /// Whether the connection is closed, on both sides: the server knows that the client is gone.
    pub fn is_closed(&self) -> bool {
        lock(&self.observed).closed
    }

    /// Whether the client has waited for two acknowledgements with the same id.
    pub fn reused_ack_id(&self) -> bool {
        lock(&self.observed).reused_ack_id
    }

    fn command(&self, command: Command) {
        // On a closed connection a command has no effect.
        let _ = self.commands.send(command);
    }
}

fn lock(observed: &Mutex<Observed>) -> MutexGuard<'_, Observed> {
    observed.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The task behind a [`Proxy`].
struct Relay {
    /// The client's namespace, as it stands in a packet.
    ns: String,
    observed: Arc<Mutex<Observed>>,
    stops_pongs: bool,
}

type Socket = WebSocketStream<TcpStream>;
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

impl Relay {
    async fn run(
        mut self,
        listener: &TcpListener,
        upstream: SocketAddr,
        mut commands: mpsc::UnboundedReceiver<Command>,
    ) -> Result<()> {
        let (mut client, mut server) = connect(listener, upstream).await?;
        // With or without an error, the connection ends.
        let _ = self.pass_on(&mut client, &mut server, &mut commands).await;
        drop(client);
        // The server sees its connection end. It closes it, too, when it has done what it does with a client that is gone.
        let mut server = server.into_inner();
        server.shutdown().await?;
        tokio::io::copy(&mut server, &mut tokio::io::sink()).await?;
        Ok(())
    }

    /// Passes on each message, until one side or a command ends it.
    async fn pass_on(
        &mut self,
        client: &mut Socket,
        server: &mut Socket,
        commands: &mut mpsc::UnboundedReceiver<Command>,
    ) -> Result<()> {
        let mut is_cut_off = false;
        loop {
            tokio::select! {
                message = server.next() => match message {
                    // As TCP does it: the bytes are taken, and nobody reads them.
                    Some(Ok(_)) if is_cut_off => {}
                    Some(message) => client.send(self.to_client(message?)).await?,
                    None => return Ok(()),
                },
                message = client.next(), if !is_cut_off => match message {
                    Some(message) => {
                        if let Some(message) = self.to_server(message?) {
                            server.send(message).await?;
                        }
                    }
                    None => return Ok(()),
                },
                // Without the `Proxy` there are no more commands, but what is under way is still passed on.
                Some(command) = commands.recv() => match command {
                    Command::Fence => server.send(Message::text(format!("40/{FENCE},"))).await?,
                    Command::StopPongs => self.stops_pongs = true,
                    Command::DropConnection => return Ok(()),
                    Command::CloseConnection => {
                        server.close(None).await?;
                        // It closes its side, too; that is the end of it.
                        while let Some(Ok(_)) = server.next().await {}
                        return Ok(());
                    }
                    Command::CutOff => is_cut_off = true,
                },
            }
        }
    }

    /// What the client gets when the server sends `message`.
    fn to_client(&self, message: Message) -> Message {
        let Message::Text(text) = &message else { return message };
        // Most servers refuse it. One with a namespace for every name connects it.
        if let Some(("4", "0" | "4", _)) =
            packet(text).filter(|_| text[2..].starts_with(&format!("/{FENCE},")))
        {
            return Message::text(format!("42{}[\"{FENCE}\",true]", self.ns));
        }
        if let Some(("4", "0", rest)) = packet(text) {
            let sid = serde_json::from_str::<serde_json::Value>(rest.strip_prefix(&self.ns).unwrap_or(rest));
            lock(&self.observed).sid = sid.ok().and_then(|data| Some(data["sid"].as_str()?.to_owned()));
        }
        if let Some(("4", "3", rest)) = packet(text) {
            lock(&self.observed).pending_acks.remove(self.ack_id(rest));
        }
        message
    }

    /// What the server gets when the client sends `message`.
    fn to_server(&self, message: Message) -> Option<Message> {
        let Message::Text(text) = &message else { return Some(message) };
        // A pong, or the client's own close packet when it finds that no pings come any more.
        if self.stops_pongs && matches!(text.as_str(), "3" | "1") {
            return None;
        }
        if let Some(("4", "2", rest)) = packet(text) {
            let id = self.ack_id(rest);
            if !id.is_empty() {
                let mut observed = lock(&self.observed);
                observed.reused_ack_id |= !observed.pending_acks.insert(id.to_owned());
            }
        }
        Some(message)
    }

    /// The acknowledgement's id in what follows the packet's type. Empty: it has none.
    fn ack_id<'a>(&self, rest: &'a str) -> &'a str {
        let rest = rest.strip_prefix(&self.ns).unwrap_or(rest);
        &rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())]
    }
}

/// A frame's Engine.IO type, its Socket.IO type, and the rest.
fn packet(text: &str) -> Option<(&str, &str, &str)> {
    let (engine, rest) = text.split_at_checked(1)?;
    let (socket, rest) = rest.split_at_checked(1)?;
    Some((engine, socket, rest))
}

/// Waits for the client, and connects to the server as the client would have.
async fn connect(listener: &TcpListener, upstream: SocketAddr) -> Result<(Socket, Socket)> {
    let (client, _) = listener.accept().await?;
    client.set_nodelay(true)?;
    let mut path = String::new();
    // tungstenite fixes the callback's type.
    #[expect(clippy::result_large_err)]
    let keep_path = |request: &Request, response: Response| -> std::result::Result<Response, ErrorResponse> {
        path = request.uri().to_string();
        Ok(response)
    };
    let client = tokio_tungstenite::accept_hdr_async(client, keep_path).await?;
    let server = TcpStream::connect(upstream).await?;
    server.set_nodelay(true)?;
    let (server, _) = tokio_tungstenite::client_async(format!("ws://{upstream}{path}"), server).await?;
    Ok((client, server))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relay(ns: &str) -> Relay {
        Relay { ns: ns.to_owned(), observed: Arc::default(), stops_pongs: false }
    }

    fn to_client(relay: &Relay, text: &str) -> String {
        relay.to_client(Message::text(text)).to_string()
    }

    #[test]
    fn without_pongs_a_client_can_still_emit() {
        let mut relay = relay("");
        assert!(relay.to_server(Message::text("3")).is_some());
        relay.stops_pongs = true;
        assert!(relay.to_server(Message::text("3")).is_none());
        assert!(relay.to_server(Message::text("42[\"say\",\"3\"]")).is_some());
    }

    #[test]
    fn an_answered_fence_becomes_an_event_in_the_clients_namespace() {
        let refused = r#"44/__fence,{"message":"Invalid namespace"}"#;
        assert_eq!(to_client(&relay(""), refused), r#"42["__fence",true]"#);
        assert_eq!(to_client(&relay("/admin,"), refused), r#"42/admin,["__fence",true]"#);
        // From a server that has a namespace for every name.
        assert_eq!(to_client(&relay(""), r#"40/__fence,{"sid":"x"}"#), r#"42["__fence",true]"#);
        let another = r#"44/__fences,{"message":"no"}"#;
        assert_eq!(to_client(&relay(""), another), another);
    }

    #[test]
    fn the_clients_id_is_kept() {
        for (ns, frame) in [("", r#"40{"sid":"abc"}"#), ("/admin,", r#"40/admin,{"sid":"abc"}"#)] {
            let relay = relay(ns);
            assert_eq!(to_client(&relay, frame), frame);
            assert_eq!(lock(&relay.observed).sid.as_deref(), Some("abc"));
        }
    }

    #[test]
    fn an_id_that_is_still_pending_is_a_reused_id() {
        let relay = relay("/admin,");
        let emit_with_ack = || relay.to_server(Message::text(r#"42/admin,7["say","1"]"#)).is_some();
        assert!(emit_with_ack());
        to_client(&relay, "43/admin,7[]");
        assert!(emit_with_ack() && !lock(&relay.observed).reused_ack_id, "it was acknowledged in between");
        assert!(emit_with_ack() && lock(&relay.observed).reused_ack_id);
    }
}
