//! Makes the list of all solutions from the folders: `CHAPTER/NAME/{starter,solution,mistakes}.rs` are modules, and each
//! `pub fn` of `mistakes.rs`, also an `async` one, is a mistake, `io_emit` the one with the name `io-emit`.
//!
//! Solutions that are clients are left out: `client-grader` proves them. They need libraries that nothing else here does.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let (mut modules, mut list) = (String::new(), String::new());
    // A whole chapter can be new.
    println!("cargo::rerun-if-changed={}", root.display());
    for chapter in folders(&root) {
        let solutions = folders(&chapter).into_iter().filter(|dir| dir.join("solution.rs").exists());
        for dir in solutions.filter(|dir| !is_client(dir)) {
            add(&dir, &name(&chapter), &name(&dir), &mut modules, &mut list);
        }
    }
    let code = format!("{modules}\nfn list() -> Vec<Solution> {{\n    vec![\n{list}    ]\n}}\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("list.rs"), code).expect("the list can be written");
}

/// Whether the function in `solution.rs` is a client.
fn is_client(dir: &Path) -> bool {
    let code = fs::read_to_string(dir.join("solution.rs")).unwrap_or_default();
    code.contains("\npub async fn client(")
}

/// Adds one solution.
fn add(dir: &Path, chapter: &str, name: &str, modules: &mut String, list: &mut String) {
    let module = format!("{chapter}_{name}").replace('-', "_");
    let _ = writeln!(modules, "mod {module} {{");
    for file in ["starter", "solution", "mistakes"] {
        // The files are written as in a crate of their own. The starter is what a learner gets: unused names and all.
        let lints = if file == "starter" {
            "#[allow(warnings)]"
        } else {
            "#[allow(unreachable_pub, elided_lifetimes_in_paths)]"
        };
        let path = dir.join(file).with_extension("rs");
        let _ = writeln!(
            modules,
            "    {lints} #[path = {:?}] pub(super) mod {file};",
            path.display().to_string()
        );
    }
    modules.push_str("}\n");

    let code = fs::read_to_string(dir.join("mistakes.rs")).unwrap_or_default();
    let functions = code.lines().filter_map(|line| {
        let rest = line.strip_prefix("pub ")?;
        rest.strip_prefix("async ").unwrap_or(rest).strip_prefix("fn ")?.split('(').next()
    });
    let mistakes: Vec<_> = functions
        .map(|function| {
            let name = function.replace('_', "-");
            format!("(\"{name}\", Server::new({module}::mistakes::{function}))")
        })
        .collect();
    let _ = writeln!(
        list,
        "        Solution {{ chapter: \"{chapter}\", name: \"{name}\", \
         starter: Server::new({module}::starter::server), \
         solution: Server::new({module}::solution::server), mistakes: vec![{}] }},",
        mistakes.join(", ")
    );
}

/// The folders in a folder, in the order of their names.
fn folders(within: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(within).expect("a folder that can be read").flatten();
    let mut folders: Vec<_> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
