//! The scenes that grade `broadcast`.

use stage::Scene;

stage::grade! {
    server: broadcast::server,
    scenes: [
        Scene::new("two-people", "Two people talk: each hears the other").enter(["ada", "bob"])
            .emit("ada", "say", "hello")
            .emit("bob", "say", "hi yourself"),
        Scene::new("three-people", "Ada says hi to two others").enter(["ada", "bob", "cyd"]).emit("ada", "say", "hi"),
        Scene::new("alone", "Ada is alone").enter(["ada"]).emit("ada", "say", "hi"),
    ],
}
