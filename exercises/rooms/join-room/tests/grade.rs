//! The scenes that grade `join-room`.

use serde_json::json;
use stage::Scene;

stage::grade! {
    server: join_room::server,
    scenes: [
        Scene::new("two-join", "Two of three ask to join a room")
            .enter(["ada", "bob", "cyd"])
            .ask("ada", "join", "rust")
            .ask("bob", "join", "rust")
            .emit("ada", "tell", [json!("rust"), json!("news")]),
        Scene::new("not-yet", "Ada tells a room before Bob asks to join it, and after")
            .enter(["ada", "bob"])
            .emit("ada", "tell", [json!("rust"), json!("anyone?")])
            .ask("bob", "join", "rust")
            .emit("ada", "tell", [json!("rust"), json!("anyone now?")]),
        Scene::new("no-such-room", "Ada asks for a room that is not open")
            .enter(["ada", "bob"])
            .ask("ada", "join", "secrets")
            .emit("bob", "tell", [json!("secrets"), json!("hush")]),
        Scene::new("two-rooms", "Ada asks for two rooms")
            .enter(["ada", "bob"])
            .ask("ada", "join", "rust")
            .ask("ada", "join", "music")
            .emit("bob", "tell", [json!("rust"), json!("a crab")])
            .emit("bob", "tell", [json!("music"), json!("a song")]),
    ],
}
