//! A kit: what an exercise links, as one dynamic library, built once and kept aside.

use std::collections::BTreeMap;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use serde::{Deserialize, Serialize};

use crate::cargo::{Built, cargo};

/// Where kits are kept, from the target folder.
const FOLDER: &str = "workbook";

/// The kits: packages in the folder `crates`. The less one has, the less of it rustc and the linker look through.
const KITS: [&str; 2] = ["kit", "large-kit"];

/// What the kits' copies are made from, from the workspace's folder.
const SOURCES: [&str; 11] = [
    "Cargo.lock",
    "Cargo.toml",
    "crates/scenario",
    "crates/nodes",
    "crates/harness",
    "crates/kit",
    "crates/large-kit",
    "crates/same-features",
    "crates/signals",
    "crates/server-program",
    "crates/worker",
];

/// A kit that can be linked against.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Kit {
    /// The package that it's built from.
    package: String,
    /// rustc itself, not rustup's stand-in for it, which takes as long as a compilation may.
    rustc: PathBuf,
    /// The copy of the kit's library.
    library: PathBuf,
    /// The libraries that an exercise can name, by the names of their crates: rustc reads the types from them.
    externs: BTreeMap<String, PathBuf>,
    /// Where cargo keeps the libraries that those depend on.
    dependencies: PathBuf,
    /// Where the libraries are found when a program starts: the kit's and the standard library's.
    library_dirs: Vec<PathBuf>,
}

impl Kit {
    /// Which kit the package with this manifest is linked against: the first that has all that it depends on. What grades it
    /// isn't needed: the program gets another `main`.
    ///
    /// # Errors
    /// With a sentence that names what none of them has.
    pub(crate) fn package_for(root: &Path, manifest: &Path) -> Result<&'static str, String> {
        let mut wanted = dependencies_of(manifest)?;
        wanted.retain(|name| name != "test_program");
        let mut lacks = None;
        for package in KITS {
            let has = dependencies_of(&manifest_of(root, package))?;
            lacks = wanted.iter().find(|name| !has.contains(name));
            if lacks.is_none() {
                return Ok(package);
            }
        }
        Err(format!("it depends on `{}`, which the kit doesn't have", lacks.map_or("", String::as_str)))
    }

    /// The kit of that name for the sources and the compiler as they are now: the one that is kept, or else a new one.
    ///
    /// # Errors
    /// With a sentence that says why there is none.
    pub(crate) fn find_or_build(root: &Path, target: &Path, package: &str) -> Result<Self, String> {
        let rustc = Rustc::find(root)?;
        let folder = folder_for(root, target, package, &rustc);
        match Self::read(&folder) {
            Some(kit) => Ok(kit),
            None => Self::build(root, target, package, &rustc, &folder),
        }
    }

    /// The kit of that name for the sources and the compiler as they are now, if it is kept.
    pub(crate) fn find(root: &Path, target: &Path, package: &str) -> Option<Self> {
        let rustc = Rustc::find(root).ok()?;
        Self::read(&folder_for(root, target, package, &rustc))
    }

    /// The kit that is kept in `folder`, if it can still be used.
    fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join("kit.json")).ok()?;
        let kit: Self = serde_json::from_str(&text).ok()?;
        kit.externs.values().all(|library| library.exists()).then_some(kit)
    }

    /// Forgets the kit that is kept, so that the next one is new.
    pub(crate) fn forget(&self) {
        let _ = fs::remove_dir_all(self.folder());
    }

    fn build(
        root: &Path,
        target: &Path,
        package: &str,
        rustc: &Rustc,
        folder: &Path,
    ) -> Result<Self, String> {
        let parent = folder.parent().unwrap_or(root);
        let write = |error: std::io::Error| format!("{} can't be written: {error}", parent.display());
        // Every build of a kit gives the library the same name in the target folder: one at a time, until it is copied.
        fs::create_dir_all(parent).map_err(write)?;
        let lock = File::create(parent.join("kit.lock")).map_err(write)?;
        lock.lock().map_err(write)?;
        // Another program may have built it while this one waited.
        if let Some(kit) = Self::read(folder) {
            return Ok(kit);
        }

        // Both sides must be linked with `prefer-dynamic`, or each would bring a standard library of its own.
        let mut cargo = cargo(root);
        cargo
            .args(["rustc", "--quiet", "--package", package, "--message-format=json", "--target-dir"])
            .arg(target)
            .args(["--", "-C", "prefer-dynamic"]);
        if cfg!(target_os = "linux") {
            // Elsewhere a library finds its own functions by itself. On Linux each of 45,000 is looked up by its name when
            // a program starts, which took 10 ms: a program might bring another one of the name.
            cargo.args(["-C", "link-arg=-Wl,-Bsymbolic"]);
        }
        let output = cargo.output().map_err(|error| format!("cargo can't be run: {error}"))?;
        let built = Built::read(&output);
        if !output.status.success() {
            let first = built.diagnostics.iter().find(|it| it.is_error()).map(|it| it.rendered.clone());
            let said = first.unwrap_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned());
            return Err(format!("the kit can't be built: {}", said.trim()));
        }

        let (mut externs, mut library) = (BTreeMap::new(), None);
        for artifact in &built.artifacts {
            let name = crate_name(&artifact.target.name);
            let with = |extension: &str| {
                artifact
                    .filenames
                    .iter()
                    .find(|file| file.extension().is_some_and(|it| it == extension))
                    .cloned()
            };
            if name == crate_name(package) {
                library = with(env::consts::DLL_EXTENSION);
            } else if let Some(rlib) = with("rlib") {
                externs.insert(name, rlib);
            }
        }
        let library = library.ok_or("cargo made no dynamic library")?;
        let dependencies = externs.values().find_map(|library| library.parent()).map(Path::to_owned);
        let dependencies = dependencies.ok_or("cargo made no library")?;
        let known = dependencies_of(&manifest_of(root, package))?;
        externs.retain(|name, _| known.contains(name));

        // The old ones have no more use.
        for old in fs::read_dir(parent).into_iter().flatten().flatten() {
            if old.file_name().to_string_lossy().starts_with(&prefix(root, package)) {
                let _ = fs::remove_dir_all(old.path());
            }
        }
        fs::create_dir_all(folder).map_err(write)?;
        let copy = folder.join(library.file_name().unwrap_or_default());
        fs::copy(&library, &copy).map_err(write)?;
        let library_dirs = vec![folder.to_owned(), rustc.library_dir.clone()];
        let kit = Self {
            package: package.to_owned(),
            rustc: rustc.program.clone(),
            library: copy,
            externs,
            dependencies,
            library_dirs,
        };
        let json = serde_json::to_string(&kit).unwrap_or_default();
        fs::write(folder.join("kit.json"), json).map_err(write)?;
        Ok(kit)
    }

    /// The kit's name as a crate.
    pub(crate) fn crate_name(&self) -> String {
        crate_name(&self.package)
    }

    /// Where the kit is kept, and what is built with it.
    pub(crate) fn folder(&self) -> &Path {
        self.library.parent().unwrap_or(Path::new("."))
    }

    /// The dynamic library that programs are linked with.
    pub(crate) fn library(&self) -> &Path {
        &self.library
    }

    /// rustc, with all the arguments that have to do with the kit.
    pub(crate) fn rustc(&self) -> Command {
        let mut rustc = Command::new(&self.rustc);
        rustc.args(["--edition=2024", "--error-format=json", "-C", "prefer-dynamic"]);
        // As in the workspace's `[profile.dev]`.
        rustc.args(["-C", "debuginfo=0", "-C", "debug-assertions=off", "-C", "overflow-checks=on"]);
        rustc.arg("-L").arg(option("dependency=", &self.dependencies));
        rustc.arg("--extern").arg(option(&format!("{}=", self.crate_name()), &self.library));
        for (name, library) in &self.externs {
            rustc.arg("--extern").arg(option(&format!("{name}="), library));
        }
        rustc.stdin(Stdio::null());
        rustc
    }

    /// The environment variable by which the system finds the libraries when a program starts, and its value.
    pub(crate) fn library_path(&self) -> (String, String) {
        let name = if cfg!(windows) {
            "PATH"
        } else if cfg!(target_os = "macos") {
            "DYLD_LIBRARY_PATH"
        } else {
            "LD_LIBRARY_PATH"
        };
        let before = env::var_os(name).unwrap_or_default();
        let dirs = self.library_dirs.iter().cloned().chain(env::split_paths(&before));
        let value = env::join_paths(dirs).unwrap_or_default();
        (name.to_owned(), value.to_string_lossy().into_owned())
    }
}

fn option(name: &str, path: &Path) -> std::ffi::OsString {
    let mut option = std::ffi::OsString::from(name);
    option.push(path);
    option
}

/// The crates that a package can name: its dependencies, and those that it has for its tests.
fn dependencies_of(manifest: &Path) -> Result<Vec<String>, String> {
    let text =
        fs::read_to_string(manifest).map_err(|e| format!("{} can't be read: {e}", manifest.display()))?;
    let table: toml::Table = toml::from_str(&text).map_err(|e| format!("{}: {e}", manifest.display()))?;
    let of = |section: &str| {
        let section = table.get(section).and_then(toml::Value::as_table);
        section.into_iter().flat_map(toml::Table::keys).map(|name| crate_name(name)).collect::<Vec<_>>()
    };
    Ok([of("dependencies"), of("dev-dependencies")].concat())
}

/// The compiler.
struct Rustc {
    program: PathBuf,
    /// Where its standard library is.
    library_dir: PathBuf,
}

impl Rustc {
    fn find(root: &Path) -> Result<Self, String> {
        let output = Command::new(asked_for())
            .current_dir(root)
            .args(["--print=sysroot", "--print=target-libdir"])
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("rustc can't be run: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut lines = text.lines().map(PathBuf::from);
        let (Some(sysroot), Some(library_dir)) = (lines.next(), lines.next()) else {
            return Err("rustc doesn't say where its libraries are".to_owned());
        };
        let program = sysroot.join("bin").join(format!("rustc{}", env::consts::EXE_SUFFIX));
        Ok(Self { program, library_dir })
    }
}

/// The compiler that cargo uses: the one that is asked for, or else the one beside the cargo that started this program. By
/// its name alone one may get rustup's stand-in, which takes much longer to answer.
fn asked_for() -> PathBuf {
    let beside = |cargo: std::ffi::OsString| {
        let rustc = Path::new(&cargo).with_file_name(format!("rustc{}", env::consts::EXE_SUFFIX));
        rustc.is_file().then_some(rustc)
    };
    let asked = env::var_os("RUSTC").map(PathBuf::from);
    asked.or_else(|| beside(env::var_os("CARGO")?)).unwrap_or_else(|| "rustc".into())
}

fn folder_for(root: &Path, target: &Path, package: &str, rustc: &Rustc) -> PathBuf {
    target.join(FOLDER).join(format!("{}{}", prefix(root, package), key(root, rustc)))
}

fn crate_name(package: &str) -> String {
    package.replace('-', "_")
}

fn manifest_of(root: &Path, package: &str) -> PathBuf {
    root.join("crates").join(package).join("Cargo.toml")
}

/// What the names of a workspace's copies of a kit begin with: clones can share a target folder.
fn prefix(root: &Path, package: &str) -> String {
    let mut hasher = DefaultHasher::new();
    root.hash(&mut hasher);
    format!("{package}-{:08x}-", hasher.finish() >> 32)
}

/// Names the sources and the compiler: when one of them changes, another kit is needed.
fn key(root: &Path, rustc: &Rustc) -> String {
    let mut hasher = DefaultHasher::new();
    stamp(&rustc.program, &mut hasher);
    for source in SOURCES {
        stamp(&root.join(source), &mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// Hashes the names, the sizes and the times of the files at `path`.
fn stamp(path: &Path, hasher: &mut DefaultHasher) {
    if let Ok(entries) = fs::read_dir(path) {
        let mut entries: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        entries.sort();
        for entry in &entries {
            stamp(entry, hasher);
        }
    } else if let Ok(about) = fs::metadata(path) {
        (path, about.len(), about.modified().ok()).hash(hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rustc(program: PathBuf) -> Rustc {
        Rustc { program, library_dir: PathBuf::new() }
    }

    #[test]
    fn another_kit_is_needed_when_a_source_or_the_compiler_changes() {
        let root = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| {
            let file = root.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        write("Cargo.lock", "a");
        write("crates/scenario/src/lib.rs", "a");
        write("crates/site/src/lib.rs", "a");
        write("bin/rustc", "a");
        let key = || key(root.path(), &rustc(root.path().join("bin/rustc")));
        let mut keys = vec![key()];
        write("crates/site/src/lib.rs", "not in the kit");
        write("exercises/chat/x/src/lib.rs", "not in the kit");
        assert_eq!(key(), keys[0]);
        for (file, text) in [
            ("Cargo.lock", "another library"),
            ("crates/scenario/src/lib.rs", "another scenario"),
            ("crates/harness/src/lib.rs", "a new file"),
            ("bin/rustc", "another compiler"),
        ] {
            write(file, text);
            assert!(!keys.contains(&key()), "{file}");
            keys.push(key());
        }
    }

    #[test]
    fn clones_have_kits_of_their_own() {
        let prefix = |root| prefix(Path::new(root), "kit");
        assert_ne!(prefix("/one"), prefix("/two"));
        assert_eq!(prefix("/one"), prefix("/one"));
    }

    #[test]
    fn a_package_gets_the_first_kit_that_has_all_that_it_depends_on() {
        let root = tempfile::tempdir().unwrap();
        for (kit, has) in
            [("kit", "serde_json = \"1\"\ngrader = \"1\"\n"), ("large-kit", "axum = \"1\"\ngrader = \"1\"\n")]
        {
            fs::create_dir_all(root.path().join("crates").join(kit)).unwrap();
            fs::write(manifest_of(root.path(), kit), format!("[dependencies]\n{has}")).unwrap();
        }
        let manifest = root.path().join("Cargo.toml");
        let says = |text: &str| {
            fs::write(&manifest, text).unwrap();
            Kit::package_for(root.path(), &manifest)
        };
        let tests = "[dev-dependencies]\ngrader = \"1\"\n";
        assert_eq!(says(&format!("[dependencies]\nserde-json = \"1\"\n{tests}")), Ok("kit"));
        assert_eq!(says(&format!("[dependencies]\naxum = \"1\"\n{tests}")), Ok("large-kit"));
        for section in ["dependencies", "dev-dependencies"] {
            let why = says(&format!("[{section}]\nrand = \"1\"\n")).unwrap_err();
            assert_eq!(why, "it depends on `rand`, which the kit doesn't have");
        }
    }
}
