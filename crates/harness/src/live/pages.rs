//! The pages beside the Socket.IO server: a few files, in memory.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;

use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, X_CONTENT_TYPE_OPTIONS};
use hyper::service::Service;
use hyper::{Request, Response, StatusCode};

use super::guard;

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

/// Answers every request that isn't Socket.IO's.
#[derive(Debug, Clone)]
pub(super) struct Pages(Arc<Vec<Page>>);

impl Pages {
    pub(super) fn new(pages: Vec<Page>) -> Self {
        Self(Arc::new(pages))
    }

    fn answer(&self, path: &str) -> Response<String> {
        let plain = "text/plain; charset=utf-8";
        if path == guard::FORBIDDEN {
            let why = "Only pages of this machine can use this server.\n";
            return response(StatusCode::FORBIDDEN, plain, why);
        }
        match self.0.iter().find(|page| page.path == path) {
            Some(page) => response(StatusCode::OK, page.media_type, &page.text),
            None => response(StatusCode::NOT_FOUND, plain, "There is nothing here. Open / instead.\n"),
        }
    }
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

impl<B> Service<Request<B>> for Pages {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn call(&self, request: Request<B>) -> Self::Future {
        ready(Ok(self.answer(request.uri().path())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_found_by_its_path_and_nothing_else_is() {
        let page = Page { path: "/", media_type: "text/html; charset=utf-8", text: "hello".to_owned() };
        let pages = Pages::new(vec![page]);
        assert_eq!(
            (pages.answer("/").status(), pages.answer("/").into_body()),
            (StatusCode::OK, "hello".into())
        );
        assert_eq!(pages.answer("/").headers()[CONTENT_TYPE], "text/html; charset=utf-8");
        assert_eq!(pages.answer("/other").status(), StatusCode::NOT_FOUND);
        assert_eq!(pages.answer(guard::FORBIDDEN).status(), StatusCode::FORBIDDEN);
    }
}
