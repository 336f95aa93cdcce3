//! temporary
use scenario::{Scene, Transcript};
use site::{PlayCache, Player, Target};
struct P;
impl Player for P {
    fn play(&self, exercise: &str, server: &str, scene: &Scene) -> Result<Transcript, String> {
        let server = solutions::find(exercise).and_then(|it| it.server(server)).ok_or("no server")?;
        harness::play(scene, &server).map_err(|e| e.to_string())
    }
}
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let target = if args[2] == "served" { Target::Served } else { Target::Static };
    let started = std::time::Instant::now();
    match site::build(&grader::root(), args[1].as_ref(), target, &PlayCache::new(P)) {
        Ok(it) => println!("{} exercises in {:?}", it.len(), started.elapsed()),
        Err(error) => { println!("{error:#}"); std::process::exit(1) }
    }
}
