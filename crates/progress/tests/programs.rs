//! Programs that are killed, and programs that write at the same time. Each is this test program, started again.

use std::env;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use progress::{Progress, Store};

/// Says where the child's store is, and how often it writes.
const STORE: &str = "PROGRESS_TEST_STORE";
const WRITES: &str = "PROGRESS_TEST_WRITES";

/// How many programs are killed, in so many places at the same time.
const KILLED: u32 = 1000;
const PLACES: u32 = 4;

/// The child: counts, and says after each number that it is written.
#[test]
#[ignore = "the other tests start it"]
fn writer() {
    let Some(root) = env::var_os(STORE).map(PathBuf::from) else { return };
    let writes = env::var(WRITES).ok().and_then(|number| number.parse().ok()).unwrap_or(u32::MAX);
    let store = Store::at(&root);
    for _ in 0..writes {
        store.update(count).unwrap();
        std::io::stderr().write_all(b".").unwrap();
    }
}

/// Counts one more, and fills a few pages of the disk with the number. Half of it would be noticed.
fn count(progress: &mut Progress) {
    let work = progress.work_mut("count");
    work.checks += 1;
    let number = work.checks;
    progress.page.insert("filled".into(), vec![number; 1_000].into());
}

fn start(root: &Path, writes: u32) -> Child {
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["writer", "--exact", "--ignored", "--nocapture"]);
    child.env(STORE, root).env(WRITES, writes.to_string());
    child.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// The number that was counted to. Everything in the file belongs to it.
fn counted(root: &Path) -> u32 {
    let (progress, notices) = Store::at(root).read().unwrap();
    assert_eq!(notices, [], "nothing is damaged");
    let number = progress.work("count").checks;
    if let Some(filled) = progress.page.get("filled") {
        assert_eq!(*filled, serde_json::json!(vec![number; 1_000]));
    }
    number
}

/// Kills writers, one after the other, each after another number of writes.
fn kill_writers(seed: u32, count: u32) {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let mut random = seed;
    let mut written = 0;
    for _ in 0..count {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let mut child = start(root, u32::MAX);
        let mut says = child.stderr.take().unwrap();
        let mut seen = vec![0; (random >> 31) as usize];
        says.read_exact(&mut seen).unwrap();
        // Somewhere within the next write.
        for _ in 0..(random >> 14) % 0x1_0000 {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let mut rest = Vec::new();
        says.read_to_end(&mut rest).unwrap();
        let said = u32::try_from(seen.len() + rest.len()).unwrap();
        let now = counted(root);
        // What it said is kept. The last one may have been written, and not said.
        assert!(
            (written + said..=written + said + 1).contains(&now),
            "{written} + {said}, and {now} is kept"
        );
        written = now;
    }
    assert!(written > count / 2, "{written}: they wrote something before they were killed");
}

#[test]
fn a_thousand_killed_writers_lose_nothing() {
    thread::scope(|scope| {
        for place in 0..PLACES {
            scope.spawn(move || kill_writers(place, KILLED / PLACES));
        }
    });
}

#[test]
fn programs_that_write_at_the_same_time_lose_nothing() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let programs: Vec<_> = (0..3).map(|_| start(root, 50)).collect();
    // Threads of one program, too: the page and a check.
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| (0..50).for_each(|_| Store::at(root).update(count).unwrap()));
        }
        scope.spawn(|| (0..200).for_each(|_| assert!(counted(root) <= 250)));
    });
    for program in programs {
        assert!(program.wait_with_output().unwrap().status.success());
    }
    assert_eq!(counted(root), 250);
}
