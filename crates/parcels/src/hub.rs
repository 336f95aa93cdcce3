//! The hub on a port of this machine.

use std::io;

use axum::Router;
use socketioxide::SocketIo;
use tokio::net::TcpListener;

/// Serves the hub on a free port, for as long as this program runs. Returns where.
pub(crate) async fn serve(server: fn(&SocketIo)) -> io::Result<String> {
    let (layer, io) = SocketIo::new_layer();
    server(&io);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, Router::new().layer(layer)).await });
    Ok(url)
}
