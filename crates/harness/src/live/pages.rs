//! The pages beside the server: a few files, in memory.

use std::convert::Infallible;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hyper::body::{Body, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, X_CONTENT_TYPE_OPTIONS};
use hyper::service::Service;
use hyper::{Request, Response, StatusCode};

use super::guard;
use crate::http::{Http, ResponseBody, text_body};

/// A file that is served.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its path: `/client.js`.
    pub path: &'static str,
    /// Its media type, for the header `Content-Type`.
    pub media_type: &'static str,
    /// What is in it.
    pub text: String,
}

/// The media type of a few words.
const PLAIN: &str = "text/plain; charset=utf-8";

/// Serves the pages, and the server at every other path.
#[derive(Clone)]
pub(super) struct Pages {
    pages: Arc<[Page]>,
    server: Http,
}

impl Pages {
    pub(super) fn new(pages: Arc<[Page]>, server: Http) -> Self {
        Self { pages, server }
    }
}

/// What is served at `path`, if that's a page.
fn page(pages: &[Page], path: &str) -> Option<Response<String>> {
    if path == guard::FORBIDDEN {
        let why = "Only pages of this machine can use this server.\n";
        return Some(response(StatusCode::FORBIDDEN, PLAIN, why));
    }
    let page = pages.iter().find(|page| page.path == path)?;
    Some(response(StatusCode::OK, page.media_type, &page.text))
}

/// The server's response. If it says only that there is nothing, this says where there is something.
fn or_a_hint(response_of_server: Response<ResponseBody>) -> Response<ResponseBody> {
    let is_missing = response_of_server.status() == StatusCode::NOT_FOUND;
    if is_missing && response_of_server.body().size_hint().exact() == Some(0) {
        let hint = "There is nothing here. Open / instead.\n";
        return response(StatusCode::NOT_FOUND, PLAIN, hint).map(text_body);
    }
    response_of_server
}

fn response(status: StatusCode, media_type: &'static str, text: &str) -> Response<String> {
    let mut response = Response::new(text.to_owned());
    *response.status_mut() = status;
    let headers: [(HeaderName, &str); 3] =
        [(CONTENT_TYPE, media_type), (CACHE_CONTROL, "no-store"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    for (name, value) in headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

impl Service<Request<Incoming>> for Pages {
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        match page(&self.pages, request.uri().path()) {
            Some(page) => futures_util::future::ready(Ok(page.map(text_body))).boxed(),
            None => self.server.call(request).map(|response| response.map(or_a_hint)).boxed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_found_by_its_path_and_nothing_else_is() {
        let html = "text/html; charset=utf-8";
        let pages = [Page { path: "/", media_type: html, text: "hello".to_owned() }];
        let found = page(&pages, "/").unwrap();
        assert_eq!((found.status(), found.body().as_str()), (StatusCode::OK, "hello"));
        assert_eq!(found.headers()[CONTENT_TYPE], html);
        assert!(page(&pages, "/other").is_none());
        assert_eq!(page(&pages, guard::FORBIDDEN).unwrap().status(), StatusCode::FORBIDDEN);
    }

    #[test]
    fn where_the_server_has_nothing_a_hint_is_given() {
        let is_replaced = |status: StatusCode, text: &str| {
            let mut response = Response::new(text_body(text.to_owned()));
            *response.status_mut() = status;
            or_a_hint(response).body().size_hint().exact() != Some(text.len() as u64)
        };
        assert!(is_replaced(StatusCode::NOT_FOUND, ""));
        assert!(!is_replaced(StatusCode::NOT_FOUND, "no such thing"));
        assert!(!is_replaced(StatusCode::OK, ""));
    }
}
