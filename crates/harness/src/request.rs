//! A request of plain HTTP: what a monitor, a browser or `curl` does.

use std::io;

use scenario::{Body, ClientEvent};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The most that is read of a response, in bytes.
const MOST: u64 = 64 * 1024;

/// A response: what it is in a transcript, and its text as it came.
#[derive(Debug)]
pub struct Received {
    /// The event.
    pub event: ClientEvent,
    /// Its first line, its media type and its body.
    pub text: String,
}

/// Asks for `path` on a new connection to a server, with `GET`.
///
/// # Errors
/// If the server ends the connection without a response.
pub async fn get(mut stream: impl AsyncRead + AsyncWrite + Unpin, path: &str) -> io::Result<Received> {
    // In HTTP/1.0 a server writes the body as it is, and then closes the connection.
    stream.write_all(format!("GET {path} HTTP/1.0\r\nhost: server\r\n\r\n").as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.take(MOST).read_to_end(&mut bytes).await?;
    read(&String::from_utf8_lossy(&bytes)).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// Reads a response. `None`: it isn't one.
fn read(text: &str) -> Option<Received> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let first = lines.next()?;
    let status = first.split(' ').nth(1)?.parse().ok()?;
    let media_type = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-type").then(|| value.trim())
    });
    let is_json = media_type.is_some_and(|it| it.split(';').next() == Some("application/json"));
    let json = if is_json { serde_json::from_str(body).ok() } else { None };
    let event =
        ClientEvent::Response { status, body: json.map_or_else(|| Body::Text(body.into()), Body::Json) };
    let shown = [Some(first), media_type, Some(body)].into_iter().flatten().filter(|part| !part.is_empty());
    Some(Received { event, text: shown.collect::<Vec<_>>().join(" · ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(head: &str, body: &str) -> Body {
        let text = format!("HTTP/1.0 200 OK\r\n{head}\r\ndate: today\r\n\r\n{body}");
        match read(&text).unwrap().event {
            ClientEvent::Response { status: 200, body } => body,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn json_is_what_says_so_and_is() {
        let json = || Body::Json(serde_json::json!({ "a": 1 }));
        assert_eq!(body("Content-Type: application/json", r#"{"a":1}"#), json());
        assert_eq!(body("content-type: application/json; charset=utf-8", r#"{ "a": 1 }"#), json());
        assert_eq!(body("content-type: text/plain", r#"{"a":1}"#), Body::Text(r#"{"a":1}"#.into()));
        assert_eq!(body("content-type: application/json", "no"), Body::Text("no".into()));
        assert_eq!(body("x: y", ""), Body::Text(String::new()));
    }

    #[test]
    fn what_went_over_the_wire_has_no_date() {
        let text = "HTTP/1.0 404 Not Found\r\ndate: today\r\ncontent-type: text/plain\r\n\r\nno";
        assert_eq!(read(text).unwrap().text, "HTTP/1.0 404 Not Found · text/plain · no");
        assert!(read("").is_none());
        assert!(read("hello\r\n\r\n").is_none());
    }
}
