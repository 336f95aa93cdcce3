//! The scenes that grade `chat-message`.

use stage::Scene;

stage::grade! {
    server: chat_message::server,
    scenes: [
        Scene::new("three-people", "Ada says hi among three")
            .enter(["ada", "bob", "cyd"])
            .emit("ada", "chat message", "hi"),
        Scene::new("alone", "Ada is alone, and says hi")
            .enter(["ada"])
            .emit("ada", "chat message", "hi"),
        Scene::new("latecomer", "Bob comes in after Ada has spoken")
            .enter(["ada"])
            .emit("ada", "chat message", "is anyone there?")
            .enter(["bob"])
            .emit("ada", "chat message", "ah, bob"),
        Scene::new("conversation", "Two people talk, and one of them leaves")
            .enter(["ada", "bob"])
            .emit("ada", "chat message", "ça va?")
            .emit("bob", "chat message", "👍")
            .disconnect("bob")
            .emit("ada", "chat message", "bob?"),
    ],
}
