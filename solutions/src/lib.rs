//! The solution of every exercise, the exercise as it was shipped, and the known mistakes, as servers to be played.
//!
//! The folders are the list: `solutions/CHAPTER/NAME/` has `solution.rs`, `starter.rs` and `mistakes.rs`. All are modules
//! of this one crate, since thirty crates take longer to compile than one.

use std::sync::LazyLock;

use harness::Server;

#[path = "../cheatsheet/rust.rs"]
pub mod cheatsheet;

include!(concat!(env!("OUT_DIR"), "/list.rs"));

/// The servers of one exercise.
#[derive(Clone)]
pub struct Solution {
    /// The chapter of the book: `rooms`.
    pub chapter: &'static str,
    /// The exercise's name: `join-room`.
    pub name: &'static str,
    /// The exercise as it was shipped.
    pub starter: Server,
    /// The solution.
    pub solution: Server,
    /// The known mistakes by name.
    pub mistakes: Vec<(&'static str, Server)>,
}

impl Solution {
    /// The server of that name: `solution`, `starter`, or a mistake's.
    pub fn server(&self, name: &str) -> Option<Server> {
        match name {
            "solution" => Some(self.solution.clone()),
            "starter" => Some(self.starter.clone()),
            _ => self.mistakes.iter().find(|(known, _)| *known == name).map(|(_, server)| server.clone()),
        }
    }
}

/// The servers of all exercises.
static ALL: LazyLock<Vec<Solution>> = LazyLock::new(list);

/// The servers of all exercises.
pub fn all() -> &'static [Solution] {
    &ALL
}

/// The servers of the exercise of that name.
pub fn find(exercise: &str) -> Option<&'static Solution> {
    all().iter().find(|solution| solution.name == exercise)
}

/// The server with the name `EXERCISE/SERVER`: `broadcast/solution`, `broadcast/io-emit`.
pub fn server(name: &str) -> Option<Server> {
    let (exercise, server) = name.split_once('/')?;
    find(exercise)?.server(server)
}
