//! The book as it is, over the solutions and the known mistakes as they are.

use std::path::Path;

use scenario::{Scene, Transcript};
use site::{PlayCache, Player, Sources};

/// Plays in this process. The tool does so in child processes.
struct Solutions;

impl Player for Solutions {
    fn play(&self, exercise: &str, server: &str, scene: &Scene) -> Result<Transcript, String> {
        let solution = solutions::find(exercise).ok_or("there is no solution")?;
        let server = solution.server(server).ok_or("there is no such server")?;
        harness::play(scene, &server).map_err(|error| error.to_string())
    }
}

#[test]
fn the_book_has_no_defect() {
    let (root, plays) = (&grader::root(), &PlayCache::new(Solutions));
    let exercises = &grader::exercises(root).unwrap();
    let checked = site::check(Sources { root, src: Path::new("book"), exercises, plays });
    checked.unwrap_or_else(|defects| panic!("{defects}"));
}
