//! The kinds of servers: one that registers handlers, one that also has routes, one that chooses its configuration.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt};
use harness::{Server, play};
use http_body_util::Full;
use hyper::{Request, Response};
use scenario::Scene;
use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
use socketioxide::layer::SocketIoLayer;
use tokio::time::sleep;
use tower_service::Service;

fn scene() -> Scene {
    Scene::new("s", "s")
}

/// What comes of each step, as lines.
fn steps(scene: &Scene, server: &Server) -> Vec<Vec<String>> {
    play(scene, server).unwrap().steps.iter().map(scenario::StepResult::lines).collect()
}

fn others_hear_left(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on_disconnect(async |socket: SocketRef| {
            socket.broadcast().emit("left", &socket.id).await.ok();
        });
    });
}

/// Gives a client up 3 seconds after a ping, and pings every 7.
fn configured() -> (SocketIoLayer, SocketIo) {
    let (layer, io) = SocketIo::builder()
        .ping_interval(Duration::from_secs(7))
        .ping_timeout(Duration::from_millis(3_500))
        .build_layer();
    others_hear_left(&io);
    (layer, io)
}

#[test]
fn a_server_can_choose_its_heartbeat() {
    let scene = scene().connect(["ada", "bob"]).cut_off("bob").wait(7).connect(["cyd"]);
    let left = "ada hears left \"bob's id\"";
    let silent = ["ada hears nothing"];
    let steps = steps(&scene, &Server::new(configured));
    // Bob gets pings in second 1 and in second 8; the response is due in second 11.5.
    assert_eq!(steps[1..3], [silent, silent]);
    assert_eq!(steps[3], [left, "cyd is connected", "cyd hears left \"bob's id\""]);
    // With the default, he would be there for half a minute more.
    let default = Server::new(others_hear_left);
    assert_eq!(play(&scene, &default).unwrap().steps[3].lines(), ["ada hears nothing", "cyd is connected"]);
}

/// Answers with the number of sockets; not at all at `/never`, late at `/late` and `/too-late`; panics at `/panic`.
#[derive(Clone)]
struct Count(SocketIo);

impl<B> Service<Request<B>> for Count {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let body = format!("{{\"sockets\":{}}}", self.0.sockets().len());
        let path = request.uri().path().to_owned();
        async move {
            match path.as_str() {
                "/never" => std::future::pending().await,
                "/late" => sleep(Duration::from_millis(900)).await,
                "/too-late" => sleep(Duration::from_millis(1_100)).await,
                "/panic" => panic!("no"),
                _ => {}
            }
            let response = Response::builder().status(203).header("content-type", "application/json");
            Ok(response.body(Full::from(body)).unwrap())
        }
        .boxed()
    }
}

fn with_routes(io: &SocketIo) -> Count {
    others_hear_left(io);
    Count(io.clone())
}

#[test]
fn a_server_can_have_routes_beside_socket_io() {
    let scene =
        scene().request("/").connect(["ada", "bob"]).request("/late").cut_off("bob").request("/").wait(45);
    let steps = steps(&scene.request("/"), &Server::new(with_routes));
    let count = |count: usize| vec![format!("monitor gets 203 with {{\"sockets\":{count}}}")];
    assert_eq!(steps[0], count(0), "it needs no client");
    let among = |count: usize| format!("monitor gets 203 with {{\"sockets\":{count}}}");
    assert_eq!(steps[2], [among(2), "ada hears nothing".into(), "bob hears nothing".into()]);
    assert_eq!(steps[4], [among(2), "ada hears nothing".into()]);
    assert_eq!(steps[5], ["ada hears left \"bob's id\""]);
    assert_eq!(steps[6], [among(1), "ada hears nothing".into()]);
}

#[test]
fn that_there_is_no_response_is_told() {
    let server = Server::new(with_routes);
    for path in ["/never", "/too-late", "/panic"] {
        let lines = steps(&scene().request(path), &server).concat();
        assert_eq!(lines.last().unwrap(), "monitor gets no response", "{lines:?}");
        assert_eq!(lines[0].starts_with("server panics: no"), path == "/panic", "{lines:?}");
    }
    let none = Server::new(others_hear_left);
    assert_eq!(steps(&scene().request("/health"), &none), [["monitor gets 404 Not Found"]]);
}

#[test]
fn a_request_is_on_the_wire() {
    let transcript = play(&scene().request("/"), &Server::new(with_routes)).unwrap();
    let frames = transcript.steps[0].clients[0].frames.iter().map(|frame| frame.text.as_str());
    assert_eq!(
        frames.collect::<Vec<_>>(),
        ["GET /", "HTTP/1.0 203 Non Authoritative Information · application/json · {\"sockets\":0}"]
    );
    assert_eq!(transcript.clients, ["monitor"]);
}

/// A service of tower's kind may want to be asked first whether it's ready.
#[derive(Clone)]
struct Impatient(bool);

impl<B> Service<Request<B>> for Impatient {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0 = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        assert!(self.0, "nobody asked whether it's ready");
        ready(Ok(Response::new(Full::default())))
    }
}

#[test]
fn a_service_is_asked_whether_it_is_ready() {
    let server = Server::new(|_: &SocketIo| Impatient(false));
    assert_eq!(steps(&scene().request("/"), &server), [["monitor gets 200 OK"]]);
}
