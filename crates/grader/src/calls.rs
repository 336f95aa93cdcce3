//! How a learner calls what a verdict names: a hint, the next exercise.

/// The commands that a verdict names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Calls {
    /// cargo's own: all that is needed without the tool.
    #[default]
    Cargo,
    /// The tool's, for whoever reads the verdict there.
    Tool,
}

impl Calls {
    /// Checks the exercise `name`.
    pub(crate) fn check(self, name: &str) -> String {
        match self {
            Self::Cargo => format!("cargo test -p {name}"),
            Self::Tool => format!("cargo workbook check {name}"),
        }
    }

    /// Shows a hint for it.
    pub(crate) fn hint(self, name: &str) -> String {
        match self {
            Self::Cargo => format!("cargo test -p {name} -- --hint"),
            Self::Tool => format!("cargo workbook hint {name}"),
        }
    }

    /// Serves the learner's server.
    pub(crate) fn try_it(self, name: &str) -> String {
        match self {
            Self::Cargo => format!("cargo run -- try {name}"),
            Self::Tool => format!("cargo workbook try {name}"),
        }
    }
}
