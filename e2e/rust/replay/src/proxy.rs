//! What stands between a client and the server.

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};

/// The event by which a client learns that a fence has come back.
pub const FENCE: &str = "__fence";

/// A proxy before one connection of one client. It passes on what either side sends, a WebSocket message at a time, and
/// does what a client cannot be asked to do: fall silent, lose the connection. And it fences.
///
/// A *fence* is a CONNECT to a namespace that nobody has. A server answers it from the loop that reads the connection,
/// so all that the client sent before has been read; and in order, so all that the server had sent before has arrived.
/// The proxy hands the answer on to the client as an event called [`FENCE`]: when the client tells of it, it has told of
/// everything before it.
pub struct Proxy {
    address: SocketAddr,
    orders: mpsc::UnboundedSender<Order>,
    seen: Arc<Mutex<Seen>>,
}

enum Order {
    Fence,
    Silence,
    Lose,
}

/// What the proxy has seen go by.
#[derive(Default)]
struct Seen {
    /// The id that the server gave the client.
    sid: Option<String>,
    ended: bool,
    /// The ids of the acknowledgements that the client waits for.
    asked: HashSet<String>,
    asked_twice: bool,
}

impl Proxy {
    /// A proxy that waits for one client, which is to be in the namespace `ns`, and connects it to the server at
    /// `upstream`.
    ///
    /// # Errors
    /// If the system has no port to spare.
    pub async fn start(upstream: SocketAddr, ns: &str) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (orders, inbox) = mpsc::unbounded_channel();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let ns = if ns == stage::ROOT { String::new() } else { format!("{ns},") };
        let link = Link { ns, seen: Arc::clone(&seen), silent: false };
        tokio::spawn(async move {
            let seen = Arc::clone(&link.seen);
            // However it ends, it has ended.
            let _ = link.run(&listener, upstream, inbox).await;
            lock(&seen).ended = true;
        });
        Ok(Self { address, orders, seen })
    }

    /// Where the client is to connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends a fence.
    pub fn fence(&self) {
        self.order(Order::Fence);
    }

    /// From here on the client's answers to pings are lost.
    pub fn silence(&self) {
        self.order(Order::Silence);
    }

    /// Breaks the connection, on both sides.
    pub fn lose(&self) {
        self.order(Order::Lose);
    }

    /// The id that the server gave the client.
    pub fn sid(&self) -> Option<String> {
        lock(&self.seen).sid.clone()
    }

    /// Whether the connection has come to its end.
    pub fn has_ended(&self) -> bool {
        lock(&self.seen).ended
    }

    /// Whether the client has asked for two acknowledgements under one id.
    pub fn asked_twice(&self) -> bool {
        lock(&self.seen).asked_twice
    }

    fn order(&self, order: Order) {
        // When the connection has ended, there is nothing left to order.
        let _ = self.orders.send(order);
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The task behind a [`Proxy`].
struct Link {
    /// The client's namespace, as it stands in a packet.
    ns: String,
    seen: Arc<Mutex<Seen>>,
    silent: bool,
}

type Socket = WebSocketStream<TcpStream>;
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

impl Link {
    async fn run(
        mut self,
        listener: &TcpListener,
        upstream: SocketAddr,
        mut orders: mpsc::UnboundedReceiver<Order>,
    ) -> Result<()> {
        let (mut client, mut server) = connect(listener, upstream).await?;
        loop {
            tokio::select! {
                message = server.next() => match message {
                    Some(message) => client.send(self.down(message?)).await?,
                    None => return Ok(()),
                },
                message = client.next() => match message {
                    Some(message) => {
                        if let Some(message) = self.up(message?) {
                            server.send(message).await?;
                        }
                    }
                    None => return Ok(()),
                },
                // With nobody left to give orders, the proxy still passes on what is under way.
                Some(order) = orders.recv() => match order {
                    Order::Fence => server.send(Message::text(format!("40/{FENCE},"))).await?,
                    Order::Silence => self.silent = true,
                    Order::Lose => return Ok(()),
                },
            }
        }
    }

    /// What the client gets when the server sends `message`.
    fn down(&self, message: Message) -> Message {
        let Message::Text(text) = &message else { return message };
        // Refused as a rule; let in where the server has a namespace for every name.
        if let Some(("4", "0" | "4", _)) =
            packet(text).filter(|_| text[2..].starts_with(&format!("/{FENCE},")))
        {
            return Message::text(format!("42{}[\"{FENCE}\",true]", self.ns));
        }
        if let Some(("4", "0", rest)) = packet(text) {
            let sid = serde_json::from_str::<serde_json::Value>(rest.strip_prefix(&self.ns).unwrap_or(rest));
            lock(&self.seen).sid = sid.ok().and_then(|data| Some(data["sid"].as_str()?.to_owned()));
        }
        if let Some(("4", "3", rest)) = packet(text) {
            lock(&self.seen).asked.remove(self.id(rest));
        }
        message
    }

    /// What the server gets when the client sends `message`.
    fn up(&self, message: Message) -> Option<Message> {
        let Message::Text(text) = &message else { return Some(message) };
        // A pong; or the client's own goodbye, when it finds that nobody pings it any more.
        if self.silent && matches!(text.as_str(), "3" | "1") {
            return None;
        }
        if let Some(("4", "2", rest)) = packet(text) {
            let id = self.id(rest);
            if !id.is_empty() {
                let mut seen = lock(&self.seen);
                seen.asked_twice |= !seen.asked.insert(id.to_owned());
            }
        }
        Some(message)
    }

    /// The id of an acknowledgement, of what stands behind the packet's type. Empty: none.
    fn id<'a>(&self, rest: &'a str) -> &'a str {
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
    // tungstenite's own kind of callback.
    #[expect(clippy::result_large_err)]
    let note_path = |request: &Request, response: Response| -> std::result::Result<Response, ErrorResponse> {
        path = request.uri().to_string();
        Ok(response)
    };
    let client = tokio_tungstenite::accept_hdr_async(client, note_path).await?;
    let server = TcpStream::connect(upstream).await?;
    server.set_nodelay(true)?;
    let (server, _) = tokio_tungstenite::client_async(format!("ws://{upstream}{path}"), server).await?;
    Ok((client, server))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(ns: &str) -> Link {
        Link { ns: ns.to_owned(), seen: Arc::default(), silent: false }
    }

    fn down(link: &Link, text: &str) -> String {
        link.down(Message::text(text)).to_string()
    }

    #[test]
    fn one_who_is_silent_gives_no_sign_of_life_and_is_heard() {
        let mut link = link("");
        assert!(link.up(Message::text("3")).is_some());
        link.silent = true;
        assert!(link.up(Message::text("3")).is_none());
        assert!(link.up(Message::text("42[\"say\",\"3\"]")).is_some());
    }

    #[test]
    fn a_fence_comes_back_as_an_event_in_the_clients_own_namespace() {
        let refused = r#"44/__fence,{"message":"Invalid namespace"}"#;
        assert_eq!(down(&link(""), refused), r#"42["__fence",true]"#);
        assert_eq!(down(&link("/admin,"), refused), r#"42/admin,["__fence",true]"#);
        // By a server that has a namespace for every name.
        assert_eq!(down(&link(""), r#"40/__fence,{"sid":"x"}"#), r#"42["__fence",true]"#);
        let another = r#"44/__fences,{"message":"no"}"#;
        assert_eq!(down(&link(""), another), another);
    }

    #[test]
    fn the_id_that_the_server_gives_is_noted() {
        for (ns, frame) in [("", r#"40{"sid":"abc"}"#), ("/admin,", r#"40/admin,{"sid":"abc"}"#)] {
            let link = link(ns);
            assert_eq!(down(&link, frame), frame);
            assert_eq!(lock(&link.seen).sid.as_deref(), Some("abc"));
        }
    }

    #[test]
    fn an_id_that_is_drawn_twice_is_noticed() {
        let link = link("/admin,");
        let ask = || link.up(Message::text(r#"42/admin,7["say","1"]"#)).is_some();
        assert!(ask());
        down(&link, "43/admin,7[]");
        assert!(ask() && !lock(&link.seen).asked_twice, "it was answered in between");
        assert!(ask() && lock(&link.seen).asked_twice);
    }
}
