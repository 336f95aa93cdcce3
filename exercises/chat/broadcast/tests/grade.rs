//! The scenes that grade `broadcast`.

use stage::Scene;

stage::grade! {
    server: broadcast::server,
    scenes: [
        Scene::new("three-people", "Ada says hi to two others")
            .enter(["ada", "bob", "cyd"])
            .emit("ada", "say", "hi"),
        Scene::new("both-ways", "Two people talk to each other")
            .enter(["ada", "bob"])
            .emit("ada", "say", "hello")
            .emit("bob", "say", "hello yourself"),
        Scene::new("alone", "Ada is alone, and says hi")
            .enter(["ada"])
            .emit("ada", "say", "hi"),
        Scene::new("someone-leaves", "Cyd leaves, and Ada speaks")
            .enter(["ada", "bob", "cyd"])
            .disconnect("cyd")
            .emit("ada", "say", "is cyd gone?"),
    ],
}
