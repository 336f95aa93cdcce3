//! The token: whatever writes or runs asks for it. Each run of the tool has another, and only the book's own pages can read
//! it. It comes as a header, which no form of another site can send.

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use serde::Serialize;

use super::app::{ApiError, App, json_response};

/// The header that carries it.
pub(super) const HEADER: &str = "x-workbook-token";

/// What another site's page can't know.
pub(super) struct Token(String);

impl Token {
    /// A token that nobody can guess.
    pub(super) fn new() -> Result<Self> {
        random_hex().map(Self)
    }

    /// An error, if the request writes or runs something, and doesn't carry the token.
    pub(super) fn check(&self, method: &Method, headers: &HeaderMap) -> Result<(), ApiError> {
        if matches!(*method, Method::GET | Method::HEAD) {
            return Ok(());
        }
        let said = headers.get(HEADER).map(|value| value.as_bytes());
        if said.is_some_and(|said| is_same(said, self.0.as_bytes())) {
            return Ok(());
        }
        let sentence = "The request lacks this run's token. Reload the page: it then has the new one.";
        Err(ApiError::new(StatusCode::FORBIDDEN, sentence).kind("token"))
    }

    #[cfg(test)]
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

#[derive(Serialize)]
struct TokenResponse<'t> {
    token: &'t str,
}

/// `GET /api/token`. The guard lets only the book's own pages ask, and a browser lets only them read the reply.
pub(super) async fn token(State(app): State<Arc<App>>) -> Response {
    json_response(StatusCode::OK, &TokenResponse { token: &app.token.0 })
}

/// Thirty-two random bytes, in hexadecimal.
pub(super) fn random_hex() -> Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("the system has no random bytes: {error}"))?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// Compares in a time that tells nothing of where they differ.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |different, (a, b)| black_box(different | (a ^ b))) == 0
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_the_whole_token_is_the_token() {
        let token = Token::new().unwrap();
        assert_eq!(token.text().len(), 64);
        assert_ne!(token.text(), Token::new().unwrap().text());
        let checked = |method: &Method, said: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(said) = said {
                headers.insert(HEADER, HeaderValue::from_str(said).unwrap());
            }
            token.check(method, &headers).is_ok()
        };
        let (right, longer) = (token.text(), format!("{}0", token.text()));
        let wrong = right.replacen(&right[..1], if right.starts_with('0') { "1" } else { "0" }, 1);
        assert!(checked(&Method::POST, Some(right)));
        for said in [None, Some(""), Some(&right[..63]), Some(&*longer), Some(&*wrong)] {
            for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
                assert!(!checked(&method, said), "{method} {said:?}");
            }
            assert!(checked(&Method::GET, said) && checked(&Method::HEAD, said));
        }
    }
}
