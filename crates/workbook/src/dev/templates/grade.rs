//! The scenes that grade `{name}`.

use stage::Scene;

stage::grade! {
    server: {library}::server,
    scenes: [
        Scene::new("two-people", "Ada speaks, and Bob is there")
            .enter(["ada", "bob"])
            .emit("ada", "say", "hi"),
    ],
}
