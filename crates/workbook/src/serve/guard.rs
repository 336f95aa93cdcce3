//! Which requests are allowed. The server runs the learner's code, so other sites' pages must not reach it through the reader's
//! browser: neither by a name of theirs that leads here (the `Host` tells), nor by a request across (the `Origin`).

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::OwnedSemaphorePermit;

use super::app::{ApiError, App};
use super::token::random_hex;

/// Nothing comes from elsewhere, and nothing goes there. mdBook's pages have scripts and styles in them: of the scripts, those
/// with the response's own nonce run, and no other.
fn content_security_policy(nonce: &str) -> String {
    format!(
        "default-src 'self'; script-src 'self'{nonce}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
         object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    )
}

/// A page, with a nonce on each of its scripts. Other files stay as they are.
pub(super) async fn with_nonces(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let kind = head.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("text/html")) {
        return Response::from_parts(head, body);
    }
    let (Ok(page), Ok(nonce)) = (to_bytes(body, LONGEST_PAGE).await, random_hex()) else {
        let sentence = "The page can't be read, or is larger than a page should be.";
        return ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, sentence).into_response();
    };
    // In a page's text and code a `<` is written `&lt;`.
    let page = String::from_utf8_lossy(&page).replace("<script", &format!("<script nonce=\"{nonce}\""));
    if let Ok(policy) = HeaderValue::from_str(&content_security_policy(&format!(" 'nonce-{nonce}'"))) {
        head.headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.remove(header::ACCEPT_RANGES);
    Response::from_parts(head, Body::from(page))
}

/// The longest page, in bytes: all of the book in one has half a million.
const LONGEST_PAGE: usize = 32 * 1024 * 1024;

/// Lets a request through, or says why not. Whatever is said, a browser takes it for nothing else.
pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut response = match admit(&app, &request) {
        // Held until the request has its reply, or is gone.
        Ok(_turn) => next.run(request).await,
        Err(error) => error.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // The contents stand in a frame of the book's own where there is no JavaScript.
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    if let Ok(policy) = HeaderValue::from_str(&content_security_policy("")) {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    // Another site's page can't even tell that the workbook is running.
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    response
}

/// A turn for the request if it needs one, or why it isn't let through.
fn admit(app: &App, request: &Request) -> Result<Option<OwnedSemaphorePermit>, ApiError> {
    // HTTP/2 and absolute addresses carry the host elsewhere; nothing that speaks them is expected here.
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_page = reads && !request.uri().path().starts_with("/api/");
    check(&app.own, is_page, request.headers()).map_err(|why| ApiError::new(StatusCode::FORBIDDEN, why))?;
    app.token.check(request.method(), request.headers())?;
    if reads {
        return Ok(None);
    }
    app.requests.clone().try_acquire_owned().map(Some).map_err(|_| {
        let sentence = "Too much was asked for at once. Wait a moment, then try again.";
        ApiError::new(StatusCode::TOO_MANY_REQUESTS, sentence)
    })
}

/// Where this server is.
pub(super) struct OwnAddress {
    port: u16,
    /// Its name outside a GitHub codespace, which forwards its ports to whoever is signed in there.
    forwarded: Option<String>,
}

impl OwnAddress {
    /// The address on this machine, and the one outside if this machine is a codespace.
    pub(super) fn new(port: u16) -> Self {
        let var = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let names = var("CODESPACE_NAME").zip(var("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN"));
        Self { port, forwarded: names.map(|(name, domain)| format!("{name}-{port}.{domain}")) }
    }

    fn is(&self, host: &str) -> bool {
        is_here(host, self.port) || self.is_forwarded(host)
    }

    fn is_forwarded(&self, host: &str) -> bool {
        self.forwarded.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(host))
    }

    fn is_origin(&self, origin: &str) -> bool {
        origin.strip_prefix("http://").is_some_and(|it| is_here(it, self.port))
            || origin.strip_prefix("https://").is_some_and(|it| self.is_forwarded(it))
    }
}

/// `is_page`: it only reads a page or its parts, which any other page may link to.
fn check(own: &OwnAddress, is_page: bool, headers: &HeaderMap) -> Result<(), String> {
    let port = own.port;
    let host = text(headers, "host").unwrap_or_default();
    if !own.is(host) {
        return Err(format!(
            "This server is at http://127.0.0.1:{port} and http://localhost:{port} only, not at {host:?}."
        ));
    }
    if is_page {
        return Ok(());
    }
    let origin = text(headers, "origin");
    let from_here = origin.is_none_or(|origin| own.is_origin(origin));
    // Says where a request comes from even where there is no origin: an image, a frame.
    let site = text(headers, "sec-fetch-site");
    if from_here && site.is_none_or(|site| matches!(site, "same-origin" | "none")) {
        Ok(())
    } else {
        Err(format!(
            "Only the book's own pages can use this, not {}. Open http://127.0.0.1:{port}.",
            origin.unwrap_or("another site's")
        ))
    }
}

/// The header's text; of a header that comes twice, or is not text, none of the values can be trusted.
fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    Some(if values.next().is_some() { "?" } else { value.to_str().unwrap_or("?") })
}

fn is_here(host: &str, port: u16) -> bool {
    let (name, asked) = match host.rsplit_once(':') {
        Some((name, asked)) if !asked.ends_with(']') => (name, asked.parse().ok()),
        _ => (host, Some(80)),
    };
    asked == Some(port) && ["127.0.0.1", "localhost", "[::1]"].iter().any(|it| it.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(path: &str, headers: &[(&'static str, &'static str)]) -> Result<(), String> {
        let is_page = !path.starts_with("/api/");
        let headers = headers
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)));
        check(&local(), is_page, &headers.collect())
    }

    fn local() -> OwnAddress {
        OwnAddress { port: 3000, forwarded: None }
    }

    #[test]
    fn a_codespace_s_own_name_is_a_host_too() {
        let name = "fuzzy-space-3000.app.github.dev";
        let own = OwnAddress { port: 3000, forwarded: Some(name.to_owned()) };
        assert!(own.is(name) && own.is("localhost:3000"));
        assert!(own.is_origin(&format!("https://{name}")) && own.is_origin("http://localhost:3000"));
        for other in ["other-3000.app.github.dev", "fuzzy-space-3001.app.github.dev", ""] {
            assert!(!own.is(other) && !own.is_origin(&format!("https://{other}")), "{other}");
        }
        assert!(!own.is_origin(&format!("http://{name}")));
        assert!(!local().is(name));
    }

    #[test]
    fn only_this_machine_s_names_are_hosts() {
        for host in ["127.0.0.1:3000", "localhost:3000", "LOCALHOST:3000", "[::1]:3000"] {
            assert_eq!(checked("/", &[("host", host)]), Ok(()), "{host}");
        }
        for host in
            ["", "localhost", "localhost:3001", "evil.example:3000", "127.0.0.1.evil.example:3000", "[::1]"]
        {
            assert!(checked("/", &[("host", host)]).is_err(), "{host}");
        }
        assert!(checked("/", &[]).is_err());
        assert!(is_here("localhost", 80));
    }

    #[test]
    fn a_header_that_comes_twice_is_not_trusted() {
        let mut headers = HeaderMap::new();
        headers.append("host", HeaderValue::from_static("localhost:3000"));
        assert_eq!(check(&local(), true, &headers), Ok(()));
        headers.append("host", HeaderValue::from_static("localhost:3000"));
        assert!(check(&local(), true, &headers).is_err());
    }

    #[test]
    fn the_api_is_for_the_book_s_own_pages() {
        const HOST: (&str, &str) = ("host", "localhost:3000");
        assert_eq!(checked("/api/play", &[HOST]), Ok(()));
        for origin in ["http://localhost:3000", "http://127.0.0.1:3000"] {
            assert_eq!(checked("/api/play", &[HOST, ("origin", origin)]), Ok(()));
        }
        for origin in
            ["null", "http://localhost:3001", "https://localhost:3000", "http://evil.example", "file://"]
        {
            let why = checked("/api/play", &[HOST, ("origin", origin)]).expect_err(origin);
            assert!(why.contains(origin), "{why}");
            assert_eq!(checked("/index.html", &[HOST, ("origin", origin)]), Ok(()));
        }
        assert!(checked("/api/reload", &[HOST, ("sec-fetch-site", "cross-site")]).is_err());
        assert_eq!(checked("/api/reload", &[HOST, ("sec-fetch-site", "same-origin")]), Ok(()));
    }
}
