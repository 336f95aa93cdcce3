//! The scenes that grade `proof-of-life`.

mod log;

use log::{LINES, PEOPLE};
use stage::Scene;

stage::grade! {
    server: proof_of_life::server,
    scenes: [
        Scene::new("comes-and-goes", "Ada comes, speaks, and goes")
            .enter(["ada"])
            .emit("ada", "chat message", LINES[0])
            .disconnect("ada"),
        Scene::new("two-people", "Two are there, and one goes")
            .enter(PEOPLE)
            .emit("bob", "chat message", LINES[0])
            .disconnect("bob"),
        Scene::new("falls-silent", "Bob falls silent")
            .enter(PEOPLE)
            .fall_silent("bob")
            .emit("ada", "chat message", LINES[1])
            .wait(45),
        Scene::new("loses-connection", "Ada's connection breaks")
            .enter(["ada"])
            .lose("ada"),
    ],
    logs: log::read,
}
