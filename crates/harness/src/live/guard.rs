//! Which requests are let through. The server runs the learner's code: pages of other sites must not reach it through
//! the learner's browser, neither by a name that leads here (`Host` tells), nor from their own address (`Origin` tells).

use hyper::header::{HOST, HeaderName, ORIGIN};
use hyper::http::HeaderMap;
use hyper::{Request, Uri};

/// Where a request is sent that must not be answered.
pub(super) const FORBIDDEN: &str = "/forbidden";

/// The request, or one for [`FORBIDDEN`] in its place.
pub(super) fn checked<B>(mut request: Request<B>, port: u16) -> Request<B> {
    if !is_allowed(request.headers(), port) {
        *request.uri_mut() = Uri::from_static(FORBIDDEN);
    }
    request
}

fn is_allowed(headers: &HeaderMap, port: u16) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let host = text(HOST).and_then(|host| host.rsplit_once(':'));
    let host_is_here = host.is_some_and(|(name, asked)| is_this_machine(name) && asked == port.to_string());
    // A page that the learner serves on another port may talk to it, too.
    let origin_is_here = text(ORIGIN).is_none_or(|origin| {
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        is_this_machine(host.rsplit_once(':').map_or(host, |(name, _)| name))
    });
    host_is_here && origin_is_here
}

fn is_this_machine(name: &str) -> bool {
    ["127.0.0.1", "localhost"].iter().any(|it| it.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(headers: &[(HeaderName, &'static str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        is_allowed(&headers, 4000)
    }

    #[test]
    fn only_this_machine_s_names_are_hosts() {
        for host in ["127.0.0.1:4000", "localhost:4000", "LOCALHOST:4000"] {
            assert!(allowed(&[(HOST, host)]), "{host}");
        }
        for host in ["", "localhost", "localhost:4001", "evil.example:4000", "127.0.0.1.evil.example:4000"] {
            assert!(!allowed(&[(HOST, host)]), "{host}");
        }
        assert!(!allowed(&[]));
    }

    #[test]
    fn only_pages_of_this_machine_may_ask() {
        let host = (HOST, "localhost:4000");
        for origin in ["http://localhost:4000", "http://127.0.0.1:5173", "http://localhost"] {
            assert!(allowed(&[host.clone(), (ORIGIN, origin)]), "{origin}");
        }
        for origin in
            ["null", "http://evil.example", "http://localhost.evil.example:4000", "http://evil:4000"]
        {
            assert!(!allowed(&[host.clone(), (ORIGIN, origin)]), "{origin}");
        }
    }

    #[test]
    fn a_request_that_is_not_allowed_goes_elsewhere() {
        let request = |host| Request::get("/socket.io/?EIO=4").header(HOST, host).body(()).unwrap();
        assert_eq!(checked(request("localhost:4000"), 4000).uri().path(), "/socket.io/");
        assert_eq!(checked(request("evil.example:4000"), 4000).uri().path(), FORBIDDEN);
    }
}
