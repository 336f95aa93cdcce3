use axum::Router;
use axum::response::Html;
use axum::routing::get;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use socketioxide::socket::DisconnectReason;
use tracing::info;

/// Where the chat is. Only this computer can reach 127.0.0.1.
const ADDRESS: &str = "127.0.0.1:8080";

#[tokio::main]
async fn main() -> std::io::Result<()> {
    // Without a subscriber, nobody sees what is logged.
    tracing_subscriber::fmt::init();

    let (layer, io) = SocketIo::new_layer();
    chat(&io);

    // axum answers GET / with the page. The layer takes the requests for /socket.io/.
    let page = get(async || Html(include_str!("../index.html")));
    let app = Router::new().route("/", page).layer(layer);

    let listener = tokio::net::TcpListener::bind(ADDRESS).await?;
    info!("open http://{ADDRESS} in two tabs");
    axum::serve(listener, app).await
}

fn chat(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        info!(id = %socket.id, "connected");

        socket.on("chat message", async |io: SocketIo, socket: SocketRef, Data::<String>(text)| {
            info!(id = %socket.id, text, "chat message");
            io.emit("chat message", &text).await.ok();
        });

        socket.on_disconnect(async |socket: SocketRef, reason: DisconnectReason| {
            info!(id = %socket.id, %reason, "disconnected");
        });
    });
}
