//! Serves a solution on a real socket, as a user would.

use std::env::args;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::middleware::map_request;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use socketioxide::SocketIo;
use tokio::io::{AsyncReadExt, stdin};
use tokio::net::TcpListener;

use crate::servers::set_up;

/// Serves the solution, or the mistake, that the command line names. Prints the address when it listens, and ends with its
/// input: nothing stays behind if the driver is killed.
#[tokio::main]
pub async fn serve() -> Result<()> {
    let mut args = args().skip(1);
    let name = args.next().context("which server? broadcast/solution, for example")?;
    let mut builder = SocketIo::builder();
    let mut folder = PathBuf::new();
    let mut copies_head = false;
    for arg in args {
        match arg.split_once('=') {
            None => folder = arg.into(),
            Some(("max_buffer_size", number)) => builder = builder.max_buffer_size(number.parse()?),
            Some(("ws_read_buffer_size", number)) => builder = builder.ws_read_buffer_size(number.parse()?),
            Some(("copies_head", number)) => copies_head = number != "0",
            Some((option, _)) => bail!("there is no option {option}"),
        }
    }
    let (layer, io) = builder.build_layer();
    set_up(&name, &io, &folder)?;
    let mut router = Router::new().layer(layer);
    if copies_head {
        router = router.layer(map_request(copy_head));
    }
    let service = TowerToHyperService::new(router);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);

    tokio::spawn(async move {
        loop {
            // Fails if there are too many connections: those that are there go on.
            let Ok((stream, _)) = listener.accept().await else { continue };
            // Without this a small packet waits until TCP has acknowledged the packet before it. Node does the same.
            stream.set_nodelay(true).ok();
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service.clone());
            tokio::spawn(async move { connection.with_upgrades().await.ok() });
        }
    });
    stdin().read_to_end(&mut Vec::new()).await?;
    Ok(())
}

/// Copies the address and the headers of a request. As hyper has them, they are pieces of the 8 KiB that it has read into.
/// engineioxide keeps them as long as the client is connected, and so all of the 8 KiB.
async fn copy_head(mut request: Request) -> Request {
    if let Ok(uri) = request.uri().to_string().parse() {
        *request.uri_mut() = uri;
    }
    for value in request.headers_mut().values_mut() {
        if let Ok(copy) = HeaderValue::from_bytes(value.as_bytes()) {
            *value = copy;
        }
    }
    request
}
