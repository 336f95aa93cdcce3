//! Builds nothing. It is here for the features of its dependencies: see the workspace's `Cargo.toml`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
