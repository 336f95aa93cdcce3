//! Serves a solution on a real socket, as a user would.

use std::env::args;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use axum::Router;
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
    let mut hyper = http1::Builder::new();
    for arg in args {
        match arg.split_once('=') {
            None => folder = arg.into(),
            Some(("max_buffer_size", number)) => builder = builder.max_buffer_size(number.parse()?),
            Some(("ws_read_buffer_size", number)) => builder = builder.ws_read_buffer_size(number.parse()?),
            Some(("hyper_max_buf_size", number)) => _ = hyper.max_buf_size(number.parse()?),
            Some((option, _)) => bail!("there is no option {option}"),
        }
    }
    let (layer, io) = builder.build_layer();
    set_up(&name, &io, &folder)?;
    let service = TowerToHyperService::new(Router::new().layer(layer));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);

    tokio::spawn(async move {
        loop {
            // Fails if there are too many connections: those that are there go on.
            let Ok((stream, _)) = listener.accept().await else { continue };
            // Without this a small packet waits until TCP has acknowledged the packet before it. Node does the same.
            stream.set_nodelay(true).ok();
            let connection = hyper.serve_connection(TokioIo::new(stream), service.clone());
            tokio::spawn(async move { connection.with_upgrades().await.ok() });
        }
    });
    stdin().read_to_end(&mut Vec::new()).await?;
    Ok(())
}
