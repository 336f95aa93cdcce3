//! A Socket.IO client, with a WebSocket only.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::frames::{Frames, frame};

/// How long a client waits after it was connected. socketioxide says so first, and calls an async handler of the connection
/// in a task after that. An event that is quicker has no handler yet, and is ignored: 2 of 100, on a machine with two cores.
pub(crate) const SETTLED: Duration = Duration::from_millis(100);

/// What a client hears.
#[derive(Debug)]
pub enum Heard {
    /// An event: its name and its arguments, as JSON.
    Event(String),
    /// An acknowledgement: what it was asked for with, and its arguments, as JSON.
    Ack(u64, String),
}

/// A client that is connected to a namespace.
pub struct Client {
    stream: TcpStream,
    frames: Frames,
    heard: VecDeque<Heard>,
    /// As it stands in a packet: `/caps,`. Nothing for `/`.
    namespace: String,
    asked: u64,
    buffer: Vec<u8>,
}

impl Client {
    /// Connects. `namespace` is `/` or `/caps`.
    pub async fn connect(address: SocketAddr, namespace: &str, auth: &Value) -> Result<Self> {
        let stream = open(address).await?;
        let namespace = if namespace == "/" { String::new() } else { format!("{namespace},") };
        let mut client = Self {
            stream,
            frames: Frames::default(),
            heard: VecDeque::new(),
            namespace,
            asked: 0,
            buffer: vec![0; 64 * 1024],
        };
        client.send(&format!("40{}{auth}", client.namespace)).await?;
        // The open packet, and the namespace's answer to CONNECT.
        let connected = format!("40{}", client.namespace);
        let mut is_connected = false;
        while !is_connected {
            let mut refused = None;
            for text in client.read().await? {
                is_connected |= text.starts_with(&connected);
                if text.starts_with("44") {
                    refused = Some(text);
                }
            }
            if let Some(text) = refused {
                bail!("refused: {text}");
            }
        }
        sleep(SETTLED).await;
        Ok(client)
    }

    /// Emits an event, and asks for an acknowledgement. `event` is its name and its arguments. Returns what the
    /// acknowledgement will have as its number.
    pub async fn ask(&mut self, event: &Value) -> Result<u64> {
        self.asked += 1;
        let id = self.asked;
        let packet = format!("42{}{id}{event}", self.namespace);
        self.send(&packet).await?;
        Ok(id)
    }

    /// Emits an event, and waits for its acknowledgement. Events that come meanwhile are heard later.
    pub async fn ask_and_wait(&mut self, event: &Value) -> Result<Value> {
        let id = self.ask(event).await?;
        let mut events = VecDeque::new();
        loop {
            match self.hear().await? {
                Heard::Ack(of, args) if of == id => {
                    events.append(&mut self.heard);
                    self.heard = events;
                    let mut args: Vec<Value> = serde_json::from_str(&args)?;
                    return args.pop().context("an acknowledgement without an argument");
                }
                other => events.push_back(other),
            }
        }
    }

    /// What it hears next.
    pub async fn hear(&mut self) -> Result<Heard> {
        loop {
            if let Some(heard) = self.heard.pop_front() {
                return Ok(heard);
            }
            for text in self.read().await? {
                if text == "2" {
                    self.send("3").await?;
                    continue;
                }
                let Some((kind, rest)) = text.split_at_checked(2) else { continue };
                let rest = rest.strip_prefix(&self.namespace).unwrap_or(rest);
                let (id, args) = rest.split_at(rest.find('[').context("a packet without arguments")?);
                match kind {
                    "42" => self.heard.push_back(Heard::Event(args.to_owned())),
                    "43" => self.heard.push_back(Heard::Ack(id.parse()?, args.to_owned())),
                    _ => bail!("nobody expects {text}"),
                }
            }
        }
    }

    async fn send(&mut self, text: &str) -> Result<()> {
        Ok(self.stream.write_all(&frame(text)).await?)
    }

    /// Waits for something, and returns what is complete.
    async fn read(&mut self) -> Result<Vec<String>> {
        let length = self.stream.read(&mut self.buffer).await?;
        if length == 0 {
            bail!("the server has closed the connection");
        }
        let mut texts = Vec::new();
        self.frames
            .feed(&self.buffer[..length], |text| texts.push(String::from_utf8_lossy(text).into_owned()));
        Ok(texts)
    }
}

/// Opens a connection, and makes it a WebSocket.
pub(crate) async fn open(address: SocketAddr) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let request = format!(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    // Byte by byte, so that nothing behind it is taken.
    let mut response = Vec::new();
    while !response.ends_with(b"\r\n\r\n") {
        response.push(stream.read_u8().await.context("the server answers the handshake")?);
    }
    if !response.starts_with(b"HTTP/1.1 101") {
        bail!("no WebSocket: {}", String::from_utf8_lossy(&response));
    }
    Ok(stream)
}
