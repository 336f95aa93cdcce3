//! What is needed to build: Rust, a linker, the libraries.

use std::path::Path;

use super::finding::Finding;
use super::system::{Os, Ran, System};

/// Where the installers are.
const RUSTUP: &str = "https://rustup.rs";

/// The compiler, against the version that the workspace asks for.
pub(super) fn rust(system: &dyn System, root: &Path) -> Finding {
    const WHAT: &str = "Rust";
    let needed = system.read(&root.join("Cargo.toml")).and_then(|text| rust_version(&text));
    let has_rustup = system.find("rustup").is_some();
    let update = if has_rustup {
        "`rustup update stable`, then `rustup default stable`".to_owned()
    } else {
        format!("Install it from {RUSTUP}: your system's packages may be older")
    };
    let version = match system.run("rustc", &["--version"]) {
        Ran::Said(version) => version,
        Ran::Failed(said) => {
            return Finding::bad(WHAT, format!("rustc doesn't run: {}", first_line(&said)), update);
        }
        Ran::Missing => {
            let found = "rustc isn't on the PATH";
            return Finding::bad(WHAT, found, format!("Install Rust from {RUSTUP}, and open a new terminal"));
        }
        Ran::TookTooLong => {
            let remedy = "Run `rustc --version` yourself. rustup may be downloading a toolchain";
            return Finding::bad(WHAT, "rustc doesn't answer", remedy);
        }
    };
    let (Some(found), Some(needed)) = (numbers(&version), needed) else {
        return Finding::note(WHAT, version, "This version can't be compared with the one that is needed");
    };
    let shown = format!("{}.{}", needed.0, needed.1);
    if found < needed {
        return Finding::bad(WHAT, format!("{version}; {shown} or newer is needed"), update);
    }
    match system.run("cargo", &["--version"]) {
        Ran::Said(cargo) if numbers(&cargo).is_some_and(|cargo| cargo < needed) => {
            Finding::bad(WHAT, format!("{version}, but {cargo}; {shown} or newer is needed"), update)
        }
        Ran::Said(_) => Finding::good(
            WHAT,
            format!("{}; {shown} or newer is needed", version.trim_start_matches("rustc ")),
        ),
        _ => Finding::bad(WHAT, format!("{version}, but no cargo"), update),
    }
}

/// `rust-version` in a manifest.
fn rust_version(manifest: &str) -> Option<(u32, u32)> {
    let manifest: toml::Table = toml::from_str(manifest).ok()?;
    let package = manifest.get("workspace")?.get("package")?;
    numbers(package.get("rust-version")?.as_str()?)
}

/// The first two numbers in `rustc 1.95.0 (59807616e 2026-04-14)`.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let number = version.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut numbers = number.split(['.', '-']).map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// What rustc links with.
pub(super) fn linker(system: &dyn System) -> Finding {
    const WHAT: &str = "linker";
    match system.os() {
        Os::Windows => windows_linker(system),
        Os::Mac => match system.run("xcode-select", &["-p"]) {
            // A stand-in named `cc` is always there, and opens a window.
            Ran::Said(path) => Finding::good(WHAT, format!("Apple's command line tools, in {path}")),
            _ => Finding::bad(WHAT, "Apple's command line tools aren't installed", "xcode-select --install"),
        },
        Os::Linux | Os::Other => match system.run("cc", &["--version"]) {
            Ran::Said(version) => Finding::good(WHAT, format!("cc: {}", first_line(&version))),
            Ran::Failed(said) => {
                Finding::bad(WHAT, format!("cc doesn't run: {}", first_line(&said)), install_cc(system))
            }
            Ran::Missing => Finding::bad(WHAT, "there is no cc", install_cc(system)),
            Ran::TookTooLong => Finding::bad(WHAT, "cc doesn't answer", "Run `cc --version` yourself"),
        },
    }
}

/// By the package manager that is there.
fn install_cc(system: &dyn System) -> String {
    let known = [
        ("apt-get", "sudo apt-get install build-essential"),
        ("dnf", "sudo dnf install gcc"),
        ("pacman", "sudo pacman -S gcc"),
        ("zypper", "sudo zypper install gcc"),
        ("apk", "sudo apk add build-base"),
        ("nix-env", "nix-shell -p gcc"),
    ];
    let command = known.iter().find(|(program, _)| system.find(program).is_some());
    command.map_or_else(
        || "Install gcc, from your system's packages".to_owned(),
        |(_, command)| (*command).to_owned(),
    )
}

fn windows_linker(system: &dyn System) -> Finding {
    const WHAT: &str = "linker";
    let remedy = "Install the Build Tools for Visual Studio, with “Desktop development with C++”: \
                  https://visualstudio.microsoft.com/visual-cpp-build-tools";
    let host = match system.run("rustc", &["-vV"]) {
        Ran::Said(said) => said.lines().find_map(|line| line.strip_prefix("host: ").map(ToOwned::to_owned)),
        _ => None,
    };
    // Rust brings the linker of its GNU toolchain.
    if host.as_ref().is_some_and(|host| host.ends_with("-gnu") || host.ends_with("-gnullvm")) {
        return Finding::good(WHAT, "the one of Rust's GNU toolchain");
    }
    if let Some(link) = system.find("link") {
        // Git brings another program of that name.
        if !link.display().to_string().to_lowercase().contains("git") {
            return Finding::good(WHAT, link.display().to_string());
        }
    }
    let files = system.var("ProgramFiles(x86)").unwrap_or_else(|| r"C:\Program Files (x86)".to_owned());
    let vswhere = format!(r"{files}\Microsoft Visual Studio\Installer\vswhere.exe");
    let tools = "Microsoft.VisualStudio.Component.VC.Tools.x86.x64";
    match system.run(&vswhere, &["-products", "*", "-requires", tools, "-property", "installationPath"]) {
        Ran::Said(path) if !path.is_empty() => {
            Finding::good(WHAT, format!("Visual Studio's, in {}", first_line(&path)))
        }
        Ran::TookTooLong => Finding::note(WHAT, "Visual Studio's installer doesn't answer", remedy),
        _ => Finding::bad(WHAT, "no link.exe is found", remedy),
    }
}

/// Where the libraries come from: a folder, what is kept from earlier, or the network.
pub(super) fn libraries(system: &dyn System, root: &Path) -> Finding {
    const WHAT: &str = "libraries";
    let config = system.read(&root.join(".cargo").join("config.toml")).unwrap_or_default();
    let config: toml::Table = toml::from_str(&config).unwrap_or_default();
    let source = |name: &str| config.get("source").and_then(|sources| sources.get(name));
    let replaced = source("crates-io").and_then(|it| it.get("replace-with")).and_then(toml::Value::as_str);
    if let Some(name) = replaced {
        let folder = source(name).and_then(|it| it.get("directory")).and_then(toml::Value::as_str);
        return match folder {
            Some(folder) if system.modified(&root.join(folder)).is_some() => {
                Finding::good(WHAT, format!("in {folder}/: no network is needed"))
            }
            Some(folder) => Finding::bad(
                WHAT,
                format!(".cargo/config.toml names the folder {folder}/, and it isn't there"),
                "Unpack the whole archive, or delete the [source] sections to download them",
            ),
            None => Finding::good(WHAT, format!("from `{name}`, as .cargo/config.toml says")),
        };
    }
    let offline = ["cargo", "--offline"];
    let metadata =
        system.run(offline[0], &["metadata", offline[1], "--locked", "--quiet", "--format-version", "1"]);
    if matches!(metadata, Ran::Said(_)) {
        return Finding::good(WHAT, "all downloaded: no network is needed");
    }
    if system.reaches("index.crates.io", 443) {
        return Finding::good(WHAT, "crates.io answers: the first build downloads them");
    }
    let proxy = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "CARGO_HTTP_PROXY"];
    match proxy.into_iter().find(|name| system.var(name).is_some()) {
        Some(name) => Finding::note(
            WHAT,
            format!("crates.io doesn't answer directly, and {name} names a proxy"),
            "Run `cargo fetch`: it says whether the proxy works",
        ),
        None => Finding::bad(
            WHAT,
            "crates.io doesn't answer, and some aren't downloaded",
            "Connect to a network for the first build; behind a proxy, set HTTPS_PROXY. Or ask for an archive that somebody \
             has made with `cargo run -- offline`",
        ),
    }
}

/// Settings that change how everything is built.
pub(super) fn oddities(system: &dyn System, root: &Path) -> Vec<Finding> {
    const WHAT: &str = "settings";
    let mut found = Vec::new();
    let flags = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"];
    for (name, flags) in flags.into_iter().filter_map(|name| Some((name, system.var(name)?))) {
        found.push(Finding::note(
            WHAT,
            format!("{name} is set: {flags}"),
            "The exercises are built without it where that is faster. If something doesn't link, unset it",
        ));
    }
    for name in ["RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"] {
        let Some(wrapper) = system.var(name) else { continue };
        // A setting of ours asks for whatever the wrapper says to `--version`; one that isn't there fails every build.
        found.push(match system.run(&wrapper, &["--version"]) {
            Ran::Missing => Finding::bad(
                WHAT,
                format!("{name} names {wrapper}, which isn't there"),
                format!("Unset {name}"),
            ),
            _ => Finding::note(
                WHAT,
                format!("{name} is {wrapper}"),
                "If builds fail in strange ways, unset it",
            ),
        });
    }
    if let Some(target) = system.var("CARGO_TARGET_DIR") {
        found.push(match system.stamp(&root.join(&target)) {
            Ok(_) => Finding::note(
                WHAT,
                format!("CARGO_TARGET_DIR is {target}"),
                "That works. Where a message says `target/`, look there",
            ),
            Err(error) => Finding::bad(
                WHAT,
                format!("CARGO_TARGET_DIR is {target}, and nothing can be written there ({error})"),
                "Unset it, or name a folder of yours",
            ),
        });
    }
    if system.var("CARGO_BUILD_TARGET").is_some() {
        found.push(Finding::bad(
            WHAT,
            "CARGO_BUILD_TARGET is set: programs are built for another computer",
            "Unset CARGO_BUILD_TARGET",
        ));
    }
    if found.is_empty() {
        found.push(Finding::good(WHAT, "no variable changes how cargo builds"));
    }
    found
}
