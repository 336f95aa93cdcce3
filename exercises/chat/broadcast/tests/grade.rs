//! grade
fn main() {
    let scene = stage::Scene::new("x", "x").enter(["ada", "bob", "cyd"]).emit("ada", "say", "hi").emit("ada","say", serde_json::json!(3)).fall_silent("bob").wait(45).disconnect("ada");
    let t = std::time::Instant::now();
    let tr = stage::play(&scene, broadcast::server).unwrap();
    println!("{tr}\n{:?}", t.elapsed());
    println!("{:#?}", tr.acts[0].heard[0].frames);
    for n in [1, 100, 1000] {
    let t = std::time::Instant::now();
    for _ in 0..n { assert_eq!(stage::play(&scene, broadcast::server).unwrap(), tr); }
    println!("{n} {:?}", t.elapsed() / n);
    println!("{}", std::fs::read_to_string("/proc/self/status").unwrap().lines().find(|l| l.starts_with("VmRSS")).unwrap());
    }
}
