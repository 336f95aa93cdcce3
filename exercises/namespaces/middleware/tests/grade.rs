//! The scenes that grade `middleware`.

use serde_json::json;
use stage::Scene;

stage::grade! {
    server: middleware::server,
    scenes: [
        Scene::new("right-token", "Ada has the token")
            .enter(["ada"])
            .enter_with("ada", "/admin", json!({ "token": "sesame" }))
            .emit_in("ada", "/admin", "announce", "closing at nine"),
        Scene::new("wrong-token", "Bob has another token")
            .enter(["ada", "bob"])
            .enter_with("ada", "/admin", json!({ "token": "sesame" }))
            .enter_with("bob", "/admin", json!({ "token": "open up" }))
            .emit_in("ada", "/admin", "announce", "closing at nine")
            .emit("bob", "say", "I am still here"),
        Scene::new("no-token", "Bob sends nothing along")
            .enter(["bob"])
            .enter_ns("bob", "/admin"),
        Scene::new("own-rooms", "Two rooms of the same name")
            .enter(["ada", "bob"])
            .enter_with("ada", "/admin", json!({ "token": "sesame" }))
            .emit_in("ada", "/admin", "announce", "for admins")
            .emit("bob", "say", "for everyone"),
        Scene::new("own-handlers", "Bob sends an event of `/admin` to `/`")
            .enter(["ada", "bob"])
            .enter_with("ada", "/admin", json!({ "token": "sesame" }))
            .emit("bob", "announce", "let me in"),
    ],
}
