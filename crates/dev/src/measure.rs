//! `cargo dev measure`: the README's numbers, from clean clones, beside an earlier commit and rustlings.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use builder::Builder;
use grader::{Exercise, Expected, LEARNER, Mistakes, grade};
use players::Players;
use site::{PlayCache, Target};
use tempfile::TempDir;

use crate::clone::Clone;
use crate::soak::median_play;

/// How many edits the median is taken of.
const EDITS: usize = 11;

/// How long the first page may take from a clean clone.
const FIRST_PAGE: Duration = Duration::from_mins(15);

/// The exercise that is measured, and its file.
const EXERCISE: &str = "broadcast";
const DIR: &str = "exercises/chat/broadcast";

/// Prints the numbers, as a table in Markdown.
pub(crate) fn measure(root: &Path, base: &str) -> Result<()> {
    let (ours, theirs) = (Clone::at(root, "HEAD")?, Clone::at(root, base)?);
    print_head(base);
    compare("clean clone → `cargo run` answers", first_page(&ours)?, first_page(&theirs)?);
    compare("after that, `cargo test`", ours.time_all_tests()?, theirs.time_all_tests()?);
    for clone in [&ours, &theirs] {
        fs::remove_dir_all(clone.root.join("target"))?;
    }
    let first = |clone: &Clone| clone.time_test(&["-p", EXERCISE]);
    compare("clean clone → first verdict of `cargo test -p broadcast`", first(&ours)?, first(&theirs)?);
    loops(&ours, &theirs)?;
    print(
        "one play of a scene (median of all)",
        &format!("{:.1} ms", median_play(root)?.as_secs_f64() * 1e3),
    );
    let folder = tempfile::tempdir().context("there is no room for a book")?;
    sizes(root, &folder.path().join("book"))?;
    println!("\nOn {}.", machine());
    Ok(())
}

/// Prints the numbers of an edit only.
pub(crate) fn measure_edits(root: &Path, base: &str) -> Result<()> {
    let (ours, theirs) = (Clone::at(root, "HEAD")?, Clone::at(root, base)?);
    print_head(base);
    loops(&ours, &theirs)
}

/// From an edit to the verdict, in turn: by the fast way, by cargo, by cargo at the earlier commit, by rustlings.
fn loops(ours: &Clone, theirs: &Clone) -> Result<()> {
    let lib = |clone: &Clone| clone.root.join(DIR).join("src/lib.rs");
    let solution = fs::read_to_string(ours.root.join("solutions/chat/broadcast/solution.rs"))?;
    ensure!(solution.contains("\"said"), "the solution is not as expected");
    // An event gets another name each time.
    let edit = |file: &Path, n: usize| {
        fs::write(file, solution.replace("\"said", &format!("\"said {n}"))).map_err(anyhow::Error::from)
    };
    let builder = Builder::new(&ours.root);
    let rustlings = Rustlings::find()?;
    let (mut fast, mut cargo, mut before, mut trivial) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for n in 0..=EDITS {
        edit(&lib(ours), 2 * n)?;
        fast.push(fast_verdict(&builder, &ours.root)?);
        edit(&lib(ours), 2 * n + 1)?;
        cargo.push(ours.time_test(&["-p", EXERCISE])?);
        edit(&lib(theirs), n)?;
        before.push(theirs.time_test(&["-p", EXERCISE])?);
        if let Some(rustlings) = &rustlings {
            trivial.push(rustlings.check(n)?);
        }
    }
    let still = ours.time_test(&["-p", EXERCISE])?;
    // The first of each is only there to have everything in place.
    let median = |mut times: Vec<Duration>| {
        times.drain(..1.min(times.len()));
        times.sort();
        times.get(times.len() / 2).copied()
    };
    let (fast, cargo, before) = (median(fast), median(cargo), median(before).unwrap_or_default());
    compare("edit → verdict, the fast way (the page's *your code*)", fast.unwrap_or_default(), before);
    compare("edit → verdict, `cargo test -p broadcast`", cargo.unwrap_or_default(), before);
    print("the same, nothing edited", &seconds(still));
    match median(trivial) {
        Some(trivial) => {
            print("edit → verdict, rustlings' check of a trivial solved exercise", &seconds(trivial));
            let times =
                |time: Option<Duration>| time.unwrap_or_default().as_secs_f64() / trivial.as_secs_f64();
            let ratios = format!("{:.2} and {:.2}", times(fast), times(cargo));
            print("the fast way, and `cargo test`, as a multiple of it", &ratios);
        }
        None => print("rustlings", "isn't installed (`cargo install rustlings`)"),
    }
    Ok(())
}

/// How long the fast way takes: what the page does for *your code*, over all scenes.
fn fast_verdict(builder: &Builder, root: &Path) -> Result<Duration> {
    let start = Instant::now();
    let exercise = Exercise::read(&root.join(DIR))?;
    let program = builder.build(&exercise)?;
    if let Some(why) = program.fell_back {
        bail!("the fast way can't be had: {why}");
    }
    let scenes: Vec<_> = exercise.all_scenes().cloned().collect();
    let played = program.player().play_all(LEARNER, &scenes)?;
    let source = fs::read_to_string(exercise.source_file())?;
    let expected = Expected::read(&exercise.expected_file())?;
    let mistakes = Mistakes::read(&exercise.mistakes_file())?;
    let verdict = grade(&exercise, &scenes, &played, &source, &expected, &mistakes);
    let time = start.elapsed();
    ensure!(verdict.failed() > 0, "an edited solution passes");
    Ok(time)
}

/// rustlings, with one trivial exercise that is solved.
struct Rustlings {
    folder: TempDir,
}

impl Rustlings {
    /// `None`: it isn't installed.
    fn find() -> Result<Option<Self>> {
        let folder = tempfile::tempdir()?;
        let mut init = Command::new("rustlings");
        init.arg("init")
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let Ok(mut init) = init.spawn() else { return Ok(None) };
        // It asks whether it may.
        if let Some(mut answers) = init.stdin.take() {
            let _ = answers.write_all(b"\n\n\n");
        }
        ensure!(init.wait()?.success(), "`rustlings init` fails");
        Ok(Some(Self { folder }))
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("rustlings")
    }

    fn check(&self, n: usize) -> Result<Duration> {
        let solution = fs::read_to_string(self.root().join("solutions/03_if/if1.rs"))?;
        fs::write(self.root().join("exercises/03_if/if1.rs"), format!("{solution}\n// {n}\n"))?;
        let start = Instant::now();
        let output = Command::new("rustlings").args(["run", "if1"]).current_dir(self.root()).output()?;
        let time = start.elapsed();
        ensure!(output.status.success(), "`rustlings run if1`: {}", String::from_utf8_lossy(&output.stdout));
        Ok(time)
    }
}

fn print_head(base: &str) {
    println!("| what | this | {base} | |\n| --- | --- | --- | --- |");
}

fn compare(what: &str, this: Duration, before: Duration) {
    let ratio = this.as_secs_f64() / before.as_secs_f64();
    println!("| {what} | {} | {} | {ratio:.2} |", seconds(this), seconds(before));
}

fn print(what: &str, value: &str) {
    println!("| {what} | {value} | | |");
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// How long `cargo run` takes until the first page is there.
fn first_page(clone: &Clone) -> Result<Duration> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let start = Instant::now();
    let child = clone
        .cargo()
        .args(["run", "--quiet", "--", "--port", &port.to_string()])
        .stdout(Stdio::null())
        .spawn()
        .context("cargo can't be run")?;
    let mut child = Stopped(child);
    while !responds(port) {
        if let Some(status) = child.0.try_wait()? {
            bail!("`cargo run` ended by itself ({status})");
        }
        ensure!(start.elapsed() < FIRST_PAGE, "`cargo run` doesn't answer");
        // Asked often enough for a number of seconds, and not so often that it costs the compiler a core.
        thread::sleep(Duration::from_millis(50));
    }
    Ok(start.elapsed())
}

/// A process that ends when this is dropped.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn responds(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return false };
    let request = format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    let mut response = String::new();
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read_to_string(&mut response).is_ok()
        && response.starts_with("HTTP/1.1 200")
}

/// The book as a static site, and what a page loads of ours.
fn sizes(root: &Path, out: &Path) -> Result<()> {
    site::build(root, out, Target::Static, &PlayCache::new(Players::build(root)?))?;
    let mut pages = Vec::new();
    let mut ours = Vec::new();
    let mut recordings = Vec::new();
    each_file(out, &mut |file, size| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let extension = file.extension().unwrap_or_default();
        if extension == "html" {
            pages.push(size);
        } else if name.starts_with("workbook") {
            ours.push((name, size));
        } else if file.parent().is_some_and(|folder| folder.ends_with(site::STAGES)) {
            recordings.push(size);
        }
    })?;
    let kilobytes = |size: u64| format!("{}.{} kB", size / 1000, size % 1000 / 100);
    let largest = |sizes: &[u64]| kilobytes(sizes.iter().copied().max().unwrap_or_default());
    print("pages of the static site", &format!("{}, the largest {}", pages.len(), largest(&pages)));
    ours.sort();
    for (name, size) in &ours {
        print(&format!("`{name}`, on every page"), &kilobytes(*size));
    }
    print(
        "recorded plays, loaded at the first click on a stage",
        &format!("{}, the largest {}", recordings.len(), largest(&recordings)),
    );
    Ok(())
}

fn each_file(dir: &Path, each: &mut impl FnMut(&Path, u64)) -> Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            each_file(&entry.path(), each)?;
        } else {
            each(&entry.path(), entry.metadata()?.len());
        }
    }
    Ok(())
}

/// The machine, as far as it tells.
fn machine() -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let rustc = Command::new("rustc").arg("--version").output();
    let rustc =
        rustc.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_start_matches(['\t', ' ', ':']);
    format!("{cores} cores ({model}), {}, {rustc}", std::env::consts::OS)
}
