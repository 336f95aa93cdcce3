//! A server as HTTP sees it: Socket.IO, and what it serves beside it. Whatever it is made of, here it is one type.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::future::{poll_fn, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::{Request, Response, StatusCode};
use socketioxide::adapter::Adapter;
use socketioxide::layer::SocketIoLayer;
use tower_layer::Layer;
use tower_service::Service;

/// The body of a response.
pub(crate) type ResponseBody = UnsyncBoxBody<Bytes, BodyError>;

/// Why a body ended too early, of whatever type: a `Box<dyn Error>` isn't an `Error` itself, as Socket.IO's service asks.
#[derive(Debug)]
pub struct BodyError(Box<dyn Error + Send + Sync>);

impl BodyError {
    fn new(error: impl Error + Send + Sync + 'static) -> Self {
        Self(Box::new(error))
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for BodyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

/// A body that is a text.
pub(crate) fn text_body(text: String) -> ResponseBody {
    Full::from(text).map_err(BodyError::new).boxed_unsync()
}

/// A service for hyper, made of any service of tower's kind. Clones share it.
#[derive(Clone)]
pub struct Http(Arc<dyn Fn(Request<Incoming>) -> BoxFuture<'static, Response<ResponseBody>> + Send + Sync>);

/// What can be served beside Socket.IO: an `axum::Router`, and any other service of tower's kind that never fails.
pub trait Routes:
    Service<Request<Incoming>, Response = Response<Self::Body>, Error = Infallible, Future: Send>
    + Clone
    + Send
    + Sync
    + 'static
{
    /// The body of its responses.
    type Body: Body<Data = Bytes, Error: Error + Send + Sync> + Send + 'static;
}

impl<S, B> Routes for S
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
    B: Body<Data = Bytes, Error: Error + Send + Sync> + Send + 'static,
{
    type Body = B;
}

impl Http {
    /// Socket.IO's own requests go to `layer`, all others to `routes`.
    pub(crate) fn new<A: Adapter>(layer: &SocketIoLayer<A>, routes: Self) -> Self {
        Self::of(layer.layer(routes))
    }

    /// There is nothing.
    pub(crate) fn nothing() -> Self {
        Self(Arc::new(|_| {
            let mut response = Response::new(text_body(String::new()));
            *response.status_mut() = StatusCode::NOT_FOUND;
            ready(response).boxed()
        }))
    }

    /// What `service` answers. From here on it's of one type, so what serves it is compiled once, and not for each server.
    pub(crate) fn of(service: impl Routes) -> Self {
        Self(Arc::new(move |request| {
            let mut service = service.clone();
            async move {
                let Ok(()) = poll_fn(|cx| Service::<Request<Incoming>>::poll_ready(&mut service, cx)).await;
                let Ok(response) = Service::call(&mut service, request).await;
                response.map(|body| body.map_err(BodyError::new).boxed_unsync())
            }
            .boxed()
        }))
    }
}

impl hyper::service::Service<Request<Incoming>> for Http {
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        (self.0)(request).map(Ok).boxed()
    }
}

impl Service<Request<Incoming>> for Http {
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        hyper::service::Service::call(self, request)
    }
}
