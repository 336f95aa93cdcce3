//! The scripted server: it opens connections as Engine.IO does, and passes on what comes. It decides nothing itself.

use std::io;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::JoinHandle;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;

use crate::packet;

/// The longest request that is read.
const MAX_REQUEST: usize = 16 * 1024;

/// What happens on a connection.
pub(crate) enum News {
    /// A client has opened a connection. Frames that are put into it are sent.
    Opened(usize, UnboundedSender<String>),
    /// A text frame has come.
    Frame(usize, String),
    /// The connection has ended.
    Closed(usize),
    /// A request that no WebSocket came of: what it was.
    Other(String),
}

/// The server. Dropped, it listens no more, and all its connections end.
pub(crate) struct Server {
    /// Where it is.
    pub(crate) url: String,
    /// What happens there.
    pub(crate) news: UnboundedReceiver<News>,
    listener: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Server {
    /// Listens on a free port of this machine.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (sender, news) = mpsc::unbounded_channel();
        let listener = tokio::spawn(async move {
            let mut number = 0;
            // Its connections end with it.
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                number += 1;
                connections.spawn(serve(stream, number, sender.clone()));
            }
        });
        Ok(Self { url, news, listener })
    }
}

/// One connection, to its end. What goes wrong on it is the end of it.
async fn serve(stream: TcpStream, number: usize, news: UnboundedSender<News>) {
    // Nothing is held back until there is more of it.
    let _ = stream.set_nodelay(true);
    let Some(request) = request(&stream).await else { return };
    if !request.to_lowercase().contains("upgrade: websocket") {
        let _ = answer(stream, &request, &news).await;
        return;
    }
    let Ok(mut socket) = accept_async(stream).await else { return };
    // A client that has asked by HTTP before comes with the id of its connection.
    if !request.lines().next().unwrap_or_default().contains("sid=")
        && socket.send(Message::text(packet::open(&[]))).await.is_err()
    {
        return;
    }
    let (sender, mut frames) = mpsc::unbounded_channel::<String>();
    let _ = news.send(News::Opened(number, sender));
    loop {
        tokio::select! {
            frame = frames.recv() => {
                let Some(frame) = frame else { break };
                if socket.send(Message::text(frame)).await.is_err() {
                    break;
                }
            }
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) if text.as_str() == "2probe" => {
                    if socket.send(Message::text("3probe")).await.is_err() {
                        break;
                    }
                }
                // The upgrade is complete.
                Some(Ok(Message::Text(text))) if text.as_str() == "5" => {}
                Some(Ok(Message::Text(text))) => {
                    // TCP on the client's side holds back what follows until this has been acknowledged. A frame that means
                    // nothing takes the acknowledgement along.
                    if text.as_str() != "3" && socket.send(Message::text("6")).await.is_err() {
                        break;
                    }
                    let _ = news.send(News::Frame(number, text.as_str().to_owned()));
                }
                Some(Ok(Message::Binary(bytes))) => {
                    let _ = news.send(News::Frame(number, format!("<{} bytes>", bytes.len())));
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                Some(Ok(_)) => {}
            }
        }
    }
    let _ = socket.close(None).await;
    let _ = news.send(News::Closed(number));
}

/// The head of the request that a connection begins with. It stays in the stream, for whoever takes it from here.
async fn request(stream: &TcpStream) -> Option<String> {
    let mut buffer = vec![0; MAX_REQUEST];
    loop {
        let length = stream.peek(&mut buffer).await.ok()?;
        let text = String::from_utf8_lossy(&buffer[..length]);
        if text.contains("\r\n\r\n") {
            return Some(text.into_owned());
        }
        if length == 0 || length == MAX_REQUEST {
            return None;
        }
        tokio::task::yield_now().await;
    }
}

/// Answers a request by HTTP. Only the first one of a connection has an answer, which says that a WebSocket is welcome.
async fn answer(mut stream: TcpStream, request: &str, news: &UnboundedSender<News>) -> io::Result<()> {
    let first = request.lines().next().unwrap_or_default();
    let opens = first.starts_with("GET /socket.io/") && !first.contains("sid=");
    let (status, body) = if opens {
        ("200 OK", packet::open(&["websocket"]))
    } else {
        let method = first.split(' ').next().unwrap_or_default();
        let _ =
            news.send(News::Other(format!("{method} by long-polling: this server takes WebSockets only")));
        ("400 Bad Request", String::new())
    };
    // What came has to be read before the connection ends: else the answer may be lost.
    let mut buffer = vec![0; MAX_REQUEST];
    let _ = stream.read(&mut buffer).await?;
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=UTF-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    stream.shutdown().await
}
