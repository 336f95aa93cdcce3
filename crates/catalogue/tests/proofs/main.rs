//! Every exercise is proved three ways: as shipped it fails for its intended reason, its solution passes, and each wrong
//! answer fails and is called by its name. Prints what it proved.
//!
//! A learner runs this too, with exercises that are no longer as shipped: those are told of, and not held against them.
//! In CI (`CI` is set) every exercise has to be as shipped.

mod as_shipped;
mod servers;

use std::env;
use std::process::ExitCode;

use catalogue::{Entry, entries, root};

/// What became of one claim: a line that says what was proved, or why it does not hold.
type Proof = Result<String, String>;

fn main() -> ExitCode {
    // cargo-nextest asks for a list, editors for single tests: this is one.
    if env::args().any(|arg| arg == "--list") {
        if !env::args().any(|arg| arg == "--ignored") {
            println!("proofs: test");
        }
        return ExitCode::SUCCESS;
    }
    let entries = match entries(&root()) {
        Ok(entries) => entries,
        Err(error) => {
            eprintln!("error: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    let programs = as_shipped::compile(&entries);
    let (mut proved, mut failed) = (0, 0);
    for entry in &entries {
        println!("\n{} · {}", entry.exercise.name, entry.exercise.question);
        for proof in prove(entry, &programs) {
            match proof {
                Ok(line) => {
                    proved += 1;
                    println!("  ✓ {line}");
                }
                Err(line) => {
                    failed += 1;
                    println!("  ✗ {}", line.replace('\n', "\n    "));
                }
            }
        }
    }
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {word}. {proved} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out\n"
    );
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(101) }
}

fn prove(entry: &Entry, programs: &as_shipped::Programs) -> Vec<Proof> {
    let mut proofs = vec![as_shipped::fails_for_its_reason(entry, programs), servers::answer_passes(entry)];
    proofs.extend(servers::wrong_answers_fail(entry));
    proofs
}
