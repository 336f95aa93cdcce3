//! The command, as somebody would run it.

use std::process::{Command, Output};

fn parcels(args: &[&str]) -> (Output, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_parcels")).args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    (output, out, err)
}

/// Where in the output this line is.
fn line(out: &str, line: &str) -> usize {
    out.lines().position(|it| it == line).unwrap_or_else(|| panic!("there is no line `{line}` in:\n{out}"))
}

#[test]
fn three_parcels_are_delivered_and_who_was_away_hears_of_them() {
    let (output, out, err) = parcels(&["--solution"]);
    assert!(output.status.success(), "{out}{err}");
    assert!(
        line(&out, "vendor  goes home") < line(&out, "driver  delivered p-1 to 1 Quay Street: \"delivered\"")
    );
    assert!(line(&out, "vendor  goes home") < line(&out, "vendor  hears 2: p-1 is delivered, by Dora"));
    for id in 1..=6 {
        line(&out, &format!("vendor  received {id}: \"received\""));
    }
    line(&out, "vendor  all is delivered; in the queue: []");
    line(&out, "hub     all three parcels are delivered, and both programs have ended");
}

#[test]
fn without_a_hub_it_says_so() {
    for role in ["vendor", "driver"] {
        let (output, out, err) = parcels(&[role, "http://127.0.0.1:9"]);
        assert!(!output.status.success(), "{out}");
        assert!(err.contains("the hub can't be reached"), "{err}");
    }
}

#[test]
fn what_it_does_not_know_is_told_how_to_use_it() {
    let (output, _, err) = parcels(&["pigeon"]);
    assert!(!output.status.success());
    assert!(err.starts_with("Usage: cargo run -p parcels"), "{err}");
}
