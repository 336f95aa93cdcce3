//! Every finding, on a computer that says what it is told to.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::CHECKS;
use super::finding::Finding;
use super::finding::Health::{self, Bad, Good, Note};
use super::system::{Os, Port, Ran, System};
use super::{build, disk, surroundings};

const ROOT: &str = "/w";
const MANIFEST: &str = "[workspace.package]\nrust-version = \"1.94\"";
const VENDORED: &str =
    "[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\ndirectory = \"vendor\"";

/// A computer on which all is well, until something is changed.
struct Fake {
    os: Os,
    vars: BTreeMap<&'static str, &'static str>,
    programs: Vec<&'static str>,
    /// What programs say, by the beginning of their command.
    says: Vec<(&'static str, Ran)>,
    files: BTreeMap<PathBuf, &'static str>,
    port: Port,
    free: Option<u64>,
    writable: bool,
    /// How far the disk's clock is ahead, and the files, in seconds.
    disk_ahead: u64,
    files_ahead: u64,
    now: u64,
    online: bool,
}

impl Fake {
    fn well() -> Self {
        let file = |path: &str, text| (Path::new(ROOT).join(path), text);
        Self {
            os: Os::Linux,
            vars: BTreeMap::new(),
            programs: vec!["rustup", "code", "apt-get"],
            says: vec![
                ("rustc --version", said("rustc 1.95.0 (59807616e 2026-04-14)")),
                ("rustc -vV", said("rustc 1.95.0\nhost: x86_64-pc-windows-msvc")),
                ("cargo --version", said("cargo 1.95.0 (f2d3ce0bd 2026-03-21)")),
                ("cargo metadata", said("{}")),
                ("cc --version", said("cc (Debian 12.2.0) 12.2.0\nCopyright")),
                ("xcode-select -p", said("/Library/Developer/CommandLineTools")),
                ("rust-analyzer --version", said("rust-analyzer 1.95.0")),
                ("git config core.autocrlf", said("input")),
            ],
            files: [file("Cargo.toml", MANIFEST), file("exercises/chat/hello/expected.snap", "---\n")].into(),
            port: Port::Free,
            free: Some(20_300_000_000),
            writable: true,
            disk_ahead: 0,
            files_ahead: 0,
            now: 1_800_000_000,
            online: true,
        }
    }

    fn var(mut self, name: &'static str, value: &'static str) -> Self {
        self.vars.insert(name, value);
        self
    }

    fn file(mut self, path: &str, text: &'static str) -> Self {
        self.files.insert(Path::new(ROOT).join(path), text);
        self
    }

    /// Says this to commands that begin so. What was said last counts.
    fn says(mut self, command: &'static str, ran: Ran) -> Self {
        self.says.insert(0, (command, ran));
        self
    }

    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

fn said(text: &str) -> Ran {
    Ran::Said(text.to_owned())
}

impl System for Fake {
    fn os(&self) -> Os {
        self.os
    }

    fn var(&self, name: &str) -> Option<String> {
        self.vars.get(name).map(ToString::to_string)
    }

    fn find(&self, program: &str) -> Option<PathBuf> {
        let found =
            self.programs.iter().find(|path| Path::new(path).file_stem().is_some_and(|it| it == program));
        found.map(PathBuf::from)
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Ran {
        let command = format!("{program} {}", arguments.join(" "));
        let ran = self.says.iter().find(|(start, _)| command.starts_with(start));
        ran.map_or(Ran::Missing, |(_, ran)| ran.clone())
    }

    fn port(&self, _: u16) -> Port {
        self.port
    }

    fn free_space(&self, _: &Path) -> Option<u64> {
        self.free
    }

    fn read(&self, path: &Path) -> Option<String> {
        self.files.get(path).map(ToString::to_string)
    }

    fn modified(&self, path: &Path) -> Option<SystemTime> {
        let there = self.files.keys().any(|file| file.starts_with(path));
        there.then(|| self.now() + Duration::from_secs(self.files_ahead))
    }

    fn stamp(&self, _: &Path) -> io::Result<SystemTime> {
        let refused = || io::Error::from(io::ErrorKind::PermissionDenied);
        self.writable.then(|| self.now() + Duration::from_secs(self.disk_ahead)).ok_or_else(refused)
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.now)
    }

    fn reaches(&self, _: &str, _: u16) -> bool {
        self.online
    }
}

/// One check must find this: its health, and words that are in what it says.
#[track_caller]
fn finds(finding: &Finding, health: Health, words: &[&str]) {
    let lines = finding.lines();
    assert_eq!(finding.health, health, "{lines}");
    for word in words {
        assert!(lines.contains(word), "{word} isn't in: {lines}");
    }
    assert_eq!(finding.remedy.is_some(), health != Health::Good, "what isn't good has a remedy: {lines}");
}

#[test]
fn where_all_is_well_nothing_is_found() {
    for check in CHECKS {
        for finding in check(&Fake::well(), Path::new(ROOT)) {
            finds(&finding, Good, &[]);
        }
    }
}

#[test]
fn rust() {
    let rust = |fake: Fake| build::rust(&fake, Path::new(ROOT));
    finds(&rust(Fake::well()), Good, &["1.95.0", "1.94 or newer"]);
    let old = || Fake::well().says("rustc --version", said("rustc 1.93.1 (x 2026-01-01)"));
    finds(&rust(old()), Bad, &["1.93.1", "rustup update stable"]);
    finds(&rust(old().with(|it| it.programs.clear())), Bad, &["https://rustup.rs"]);
    finds(&rust(Fake::well().says("rustc --version", said("rustc 2.0.0"))), Good, &["2.0.0"]);
    finds(&rust(Fake::well().says("rustc --version", said("rustc 1.94.0-nightly (x)"))), Good, &["nightly"]);
    finds(&rust(Fake::well().says("rustc", Ran::Missing)), Bad, &["isn't on the PATH", "https://rustup.rs"]);
    finds(&rust(Fake::well().says("rustc", Ran::TookTooLong)), Bad, &["doesn't answer"]);
    let no_default = Ran::Failed("error: no default is configured\nmore".into());
    finds(
        &rust(Fake::well().says("rustc", no_default)),
        Bad,
        &["no default is configured", "rustup default stable"],
    );
    finds(&rust(Fake::well().says("cargo --version", said("cargo 1.80.0"))), Bad, &["cargo 1.80.0"]);
    finds(&rust(Fake::well().says("cargo --version", Ran::Missing)), Bad, &["no cargo"]);
    finds(&rust(Fake::well().says("rustc --version", said("gcc?"))), Note, &["can't be compared"]);
}

#[test]
fn linkers() {
    let on = |os: Os| Fake::well().with(|it| it.os = os);
    finds(&build::linker(&on(Os::Linux)), Good, &["Debian"]);
    finds(
        &build::linker(&on(Os::Linux).says("cc", Ran::Missing)),
        Bad,
        &["sudo apt-get install build-essential"],
    );
    let fedora = on(Os::Linux).says("cc", Ran::Missing).with(|it| it.programs = vec!["dnf"]);
    finds(&build::linker(&fedora), Bad, &["sudo dnf install gcc"]);
    let bare = on(Os::Other).says("cc", Ran::Missing).with(|it| it.programs.clear());
    finds(&build::linker(&bare), Bad, &["Install gcc"]);
    finds(&build::linker(&on(Os::Linux).says("cc", Ran::Failed("broken".into()))), Bad, &["broken"]);
    finds(&build::linker(&on(Os::Linux).says("cc", Ran::TookTooLong)), Bad, &["doesn't answer"]);

    finds(&build::linker(&on(Os::Mac)), Good, &["CommandLineTools"]);
    let mac = on(Os::Mac).says("xcode-select", Ran::Failed("no developer tools were found".into()));
    finds(&build::linker(&mac), Bad, &["xcode-select --install"]);

    finds(&build::linker(&on(Os::Windows)), Bad, &["no link.exe", "Build Tools"]);
    let gnu = said("host: x86_64-pc-windows-gnu");
    finds(&build::linker(&on(Os::Windows).says("rustc -vV", gnu)), Good, &["GNU"]);
    let link = |path: &'static str| on(Os::Windows).with(move |it| it.programs = vec![path]);
    finds(&build::linker(&link("/VS/link.exe")), Good, &["link.exe"]);
    finds(&build::linker(&link("/Git/usr/bin/link.exe")), Bad, &["no link.exe"]);
    let vswhere = r"C:\Program Files (x86)\Microsoft Visual Studio\Installer\vswhere.exe";
    finds(&build::linker(&on(Os::Windows).says(vswhere, said(r"C:\VS\2022"))), Good, &[r"C:\VS\2022"]);
    finds(&build::linker(&on(Os::Windows).says(vswhere, said(""))), Bad, &["no link.exe"]);
    finds(&build::linker(&on(Os::Windows).says(vswhere, Ran::TookTooLong)), Note, &["doesn't answer"]);
}

#[test]
fn libraries() {
    let libraries = |fake: Fake| build::libraries(&fake, Path::new(ROOT));
    finds(&libraries(Fake::well()), Good, &["all downloaded"]);
    let missing = || Fake::well().says("cargo metadata", Ran::Failed("no matching package".into()));
    finds(&libraries(missing()), Good, &["crates.io answers"]);
    let offline = || missing().with(|it| it.online = false);
    finds(&libraries(offline()), Bad, &["crates.io doesn't answer", "cargo run -- offline"]);
    finds(&libraries(offline().var("HTTPS_PROXY", "http://p:3128")), Note, &["HTTPS_PROXY", "cargo fetch"]);
    let vendored = || offline().file(".cargo/config.toml", VENDORED);
    finds(&libraries(vendored().file("vendor/x", "")), Good, &["vendor/", "no network"]);
    finds(&libraries(vendored()), Bad, &["vendor/, and it isn't there"]);
    let mirror = "[source.crates-io]\nreplace-with = \"mirror\"";
    finds(&libraries(offline().file(".cargo/config.toml", mirror)), Good, &["from `mirror`"]);
    let alias = "[alias]\nworkbook = \"run --\"";
    finds(&libraries(Fake::well().file(".cargo/config.toml", alias)), Good, &["all downloaded"]);
}

#[test]
fn settings() {
    let only = |fake: Fake| {
        let mut found = build::oddities(&fake, Path::new(ROOT));
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    };
    finds(&only(Fake::well()), Good, &[]);
    finds(&only(Fake::well().var("RUSTFLAGS", "-D warnings")), Note, &["-D warnings", "unset"]);
    let wrapped = || Fake::well().var("RUSTC_WRAPPER", "sccache");
    finds(&only(wrapped()), Bad, &["sccache, which isn't there"]);
    finds(&only(wrapped().says("sccache", said("sccache 0.8"))), Note, &["RUSTC_WRAPPER is sccache"]);
    finds(&only(Fake::well().var("CARGO_TARGET_DIR", "/fast")), Note, &["/fast"]);
    let full = Fake::well().var("CARGO_TARGET_DIR", "/fast").with(|it| it.writable = false);
    finds(&only(full), Bad, &["nothing can be written"]);
    finds(
        &only(Fake::well().var("CARGO_BUILD_TARGET", "wasm32-unknown-unknown")),
        Bad,
        &["CARGO_BUILD_TARGET"],
    );
}

#[test]
fn room_on_the_disk() {
    let free = |free| disk::room(&Fake::well().with(|it| it.free = free), Path::new(ROOT));
    finds(&free(Some(20_340_000_000)), Good, &["20.3 GB are free"]);
    finds(&free(Some(2_900_000_000)), Note, &["2.9 GB are free", "CARGO_TARGET_DIR"]);
    finds(&free(Some(400_000_000)), Bad, &["0.4 GB are free", "Make room"]);
    finds(&free(None), Note, &["isn't known"]);
}

#[test]
fn the_folder() {
    let kind = |root: &str, fake: Fake| disk::kind(&fake, Path::new(root));
    finds(&kind("/home/ada/w", Fake::well()), Good, &["/home/ada/w"]);
    finds(&kind("/w", Fake::well().with(|it| it.writable = false)), Bad, &["nothing can be written in /w"]);
    let wsl = || Fake::well().file("/proc/version", "Linux version 5.15.1-Microsoft-standard-WSL2");
    finds(&kind("/mnt/c/w", wsl()), Note, &["WSL", "--poll"]);
    finds(&kind("/home/ada/w", wsl()), Good, &[]);
    finds(&kind("/mnt/disk/w", Fake::well()), Good, &[]);
    finds(&kind(r"\\server\share\w", Fake::well()), Note, &["network drive"]);
    finds(&kind("/Users/ada/Library/Mobile Documents/w", Fake::well()), Note, &["synchronized"]);
}

#[test]
fn clocks() {
    let clock = |fake: Fake| disk::clock(&fake, Path::new(ROOT));
    finds(&clock(Fake::well()), Good, &["agree"]);
    finds(&clock(Fake::well().with(|it| it.now = 86_400)), Bad, &["Set the clock"]);
    finds(&clock(Fake::well().with(|it| it.disk_ahead = 60)), Note, &["by 60 s"]);
    finds(&clock(Fake::well().with(|it| it.disk_ahead = 2)), Good, &[]);
    finds(&clock(Fake::well().with(|it| it.files_ahead = 3600)), Note, &["from the future"]);
}

#[test]
fn line_ends() {
    let ends = |fake: Fake| disk::line_ends(&fake, Path::new(ROOT));
    finds(&ends(Fake::well()), Good, &["LF everywhere"]);
    let autocrlf = || Fake::well().says("git config core.autocrlf", said("true"));
    finds(&ends(autocrlf()), Good, &["core.autocrlf is true"]);
    let snapshot = "exercises/chat/hello/expected.snap";
    finds(&ends(autocrlf().file(snapshot, "---\r\n")), Bad, &["CR LF", "tar -xf"]);
    let cloned = autocrlf().file(snapshot, "---\r\n").file(".git/HEAD", "");
    finds(&ends(cloned), Bad, &["git config core.autocrlf false"]);
    finds(&ends(Fake::well().with(|it| it.files.clear())), Bad, &["isn't there"]);
}

#[test]
fn ports() {
    let port =
        |port| surroundings::port(&Fake::well().with(|it| it.port = port), 3000, "the book", "--port 1");
    finds(&port(Port::Free), Good, &["free"]);
    finds(&port(Port::Workbook), Good, &["http://127.0.0.1:3000"]);
    finds(&port(Port::Taken), Note, &["another program", "the next that is free"]);
    finds(&port(Port::Refused), Note, &["the system keeps it"]);
}

#[test]
fn editors() {
    finds(&surroundings::editor(&Fake::well()), Good, &["VS Code", "rust-analyzer 1.95.0"]);
    let without = || Fake::well().says("rust-analyzer", Ran::Failed("not installed".into()));
    finds(&surroundings::editor(&without()), Good, &["extension"]);
    let bare = || without().with(|it| it.programs.clear());
    finds(&surroundings::editor(&bare()), Note, &["rustup component add rust-analyzer"]);
    finds(&surroundings::editor(&bare().var("EDITOR", "vim")), Note, &["$EDITOR is vim"]);
}

#[test]
fn a_finding_is_a_line_and_its_remedy_another_and_json_has_both() {
    let finding = Finding::bad("linker", "there is no cc", "Install gcc");
    assert_eq!(finding.lines(), "✗ mend  linker        there is no cc\n                      → Install gcc");
    let json = serde_json::to_string(&finding).unwrap();
    assert_eq!(json, r#"{"what":"linker","health":"bad","found":"there is no cc","remedy":"Install gcc"}"#);
    assert_eq!(Finding::good("a", "b").lines(), "✓ good  a             b");
}
