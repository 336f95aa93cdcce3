//! What servers print.

use crate::fixture::{Fixture, SHORT};

crate::tests![
    what_a_server_prints_is_shown,
    a_panic_is_told_without_a_backtrace,
    much_output_is_no_failure,
    a_server_that_never_stops_printing_is_ended,
    #[cfg(target_os = "linux")]
    a_line_without_end_is_not_held_in_memory,
];

fn what_a_server_prints_is_shown() {
    let fixture = Fixture::new();
    let text = fixture.passes("prints", &[]);
    let printed =
        "\n  In the scene `alone` your server logged and printed:\n    no line end\n    to stderr\n\n";
    assert!(text.contains(printed), "{text}");
    let text = fixture.fails("prints-and-fails", &["pair"]);
    assert!(text.contains("\n  Your server printed:\n    no line end\n    to stderr\n"), "{text}");
}

fn a_panic_is_told_without_a_backtrace() {
    let fixture = Fixture::new();
    let run = fixture.run_command(fixture.command("panics-on-a-thread", &[]).env("RUST_BACKTRACE", "1"));
    assert!(run.text.contains("lost on a thread") && !run.text.contains("stack backtrace"), "{run:?}");
}

fn much_output_is_no_failure() {
    for learner in ["prints-a-lot", "complains-a-lot"] {
        Fixture::new().passes(learner, &[]);
    }
}

fn a_server_that_never_stops_printing_is_ended() {
    let text = Fixture::new().fails("prints-for-ever", &SHORT);
    assert!(text.contains("the handler of `say` blocks the thread and never gives it back"), "{text}");
    assert!(text.contains("\n    again\n"), "{text}");
    assert!(text.contains(" more lines: cargo test -p learner alone -- --nocapture\n"), "{text}");
    assert!(text.lines().count() <= 23, "{text}");
    let args = [&SHORT[..], &["--nocapture"]].concat();
    let all = Fixture::new().fails("prints-for-ever", &args);
    assert!(all.matches("\n    again\n").count() > 100 && all.len() < 100_000, "{} bytes", all.len());
}

/// In megabytes. The program needs about ten, what it keeps of the output two.
#[cfg(target_os = "linux")]
const MEMORY: u64 = 64;

#[cfg(target_os = "linux")]
fn a_line_without_end_is_not_held_in_memory() {
    use crate::fixture::wait_until;
    use std::process::Stdio;

    let fixture = Fixture::new();
    let mut command = fixture.command("line-without-end", &SHORT);
    let mut grader = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", grader.id());
    let mut peak = 0;
    wait_until(|| {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let kilobytes = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
        peak = kilobytes.map_or(peak, |kilobytes| kilobytes.parse().unwrap());
        grader.try_wait().unwrap().is_some()
    });
    assert_eq!(grader.wait().unwrap().code(), Some(101));
    assert!(peak > 0 && peak < MEMORY * 1024, "{peak} kB");
}
