//! The arguments of a test program: libtest's, as far as they mean something here, and `--hint`.

use std::time::Duration;

/// What the command line asks for.
#[derive(Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Args {
    pub(crate) filters: Vec<String>,
    skips: Vec<String>,
    exact: bool,
    ignored: bool,
    pub(crate) list: bool,
    pub(crate) help: bool,
    pub(crate) hint: Option<usize>,
    /// Show each scene as it was played, and all that the server printed.
    pub(crate) everything: bool,
    pub(crate) worker: bool,
    /// Serve the server on a real port instead of grading it.
    pub(crate) serve: bool,
    pub(crate) port: Option<u16>,
    /// For our own tests: how long a play may take.
    pub(crate) timeout: Option<Duration>,
}

/// libtest's options that change nothing here.
const ACCEPTED: [&str; 6] = ["--quiet", "-q", "--include-ignored", "--test", "--bench", "--report-time"];

/// The same, with a value.
const ACCEPTED_WITH_VALUE: [&str; 5] = ["--format", "--test-threads", "--color", "--logfile", "-Z"];

impl Args {
    /// Reads the arguments.
    ///
    /// # Errors
    /// With a sentence about the first that isn't known.
    pub(crate) fn parse(args: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self::default();
        let mut args = args.into_iter().peekable();
        while let Some(arg) = args.next() {
            let (name, value) = match arg.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
                _ => (arg.as_str(), None),
            };
            match name {
                "--exact" => parsed.exact = true,
                "--list" => parsed.list = true,
                "--ignored" => parsed.ignored = true,
                "--help" | "-h" => parsed.help = true,
                "--nocapture" | "--no-capture" | "--show-output" => parsed.everything = true,
                worker::WORKER => parsed.worker = true,
                "--serve" => parsed.serve = true,
                "--port" => {
                    let number = value.or_else(|| args.next()).unwrap_or_default();
                    let number = number.parse().map_err(|_| {
                        format!("`--port` takes a number from 1024 to 65535, not `{number}`. For example: --serve --port 4000")
                    });
                    parsed.port = Some(number?);
                }
                "--hint" => {
                    let number = value.or_else(|| args.next_if(|next| !next.starts_with('-')));
                    let number = number.map_or(Ok(1), |number| {
                        number
                            .parse()
                            .map_err(|_| format!("`--hint` takes a number, not `{number}`: --hint 2"))
                    });
                    parsed.hint = Some(number?);
                }
                "--timeout-ms" => {
                    let number = value.or_else(|| args.next()).and_then(|number| number.parse().ok());
                    let number = number.ok_or("`--timeout-ms` takes a number.")?;
                    parsed.timeout = Some(Duration::from_millis(number));
                }
                "--skip" => parsed.skips.extend(value.or_else(|| args.next())),
                _ if ACCEPTED_WITH_VALUE.contains(&name) => {
                    if value.is_none() {
                        args.next();
                    }
                }
                _ if ACCEPTED.contains(&name) => {}
                _ if name.starts_with('-') => {
                    return Err(format!(
                        "There is no option `{arg}`. Nothing was run. There are --hint [NUMBER], --serve [--port NUMBER], \
                         --nocapture, --list, --exact, --skip NAME and --help."
                    ));
                }
                _ => parsed.filters.push(arg),
            }
        }
        if parsed.port.is_some() && !parsed.serve {
            return Err("`--port` says where to serve. Write it after `--serve`.".to_owned());
        }
        Ok(parsed)
    }

    /// Whether the test of that name should be run: a scene, maybe with its stage in front.
    pub(crate) fn wants(&self, test: &str) -> bool {
        let scene = test.rsplit("::").next().unwrap_or_default();
        let matches = |filter: &String| {
            if self.exact { [test, scene].contains(&filter.as_str()) } else { test.contains(filter.as_str()) }
        };
        let chosen = self.filters.is_empty() || self.filters.iter().any(matches);
        chosen && !self.skips.iter().any(matches) && !self.ignored
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Args {
        Args::parse(args.iter().map(ToString::to_string)).unwrap()
    }

    #[test]
    fn filters_choose_scenes_as_in_libtest() {
        assert!(parse(&[]).wants("three-people"));
        assert!(parse(&["three"]).wants("three-people"));
        assert!(!parse(&["two"]).wants("three-people"));
        assert!(!parse(&["three", "--exact"]).wants("three-people"));
        assert!(
            parse(&["--format", "terse", "--exact", "three-people", "--nocapture"]).wants("three-people")
        );
        assert!(parse(&["--format=terse", "--color=never"]).wants("three-people"));
        assert!(!parse(&["--format", "terse", "--exact", "three-people"]).wants("terse"), "it isn't a name");
        assert!(!parse(&["--skip", "three"]).wants("three-people"));
        assert!(!parse(&["--skip=three"]).wants("three-people"));
        assert!(!parse(&["--ignored"]).wants("three-people"), "no scene is ignored");
    }

    #[test]
    fn filters_choose_stages_as_libtest_chooses_modules() {
        for (args, chosen) in [
            (&["rosters"][..], true),
            (&["rosters::asked"], true),
            (&["asked"], true),
            (&["asked", "--exact"], true),
            (&["rosters::asked", "--exact"], true),
            (&["rosters", "--exact"], false),
            (&["history"], false),
            (&["--skip", "rosters"], false),
        ] {
            assert_eq!(parse(args).wants("rosters::asked"), chosen, "{args:?}");
        }
    }

    #[test]
    fn hints_are_counted_from_one() {
        assert_eq!(parse(&["--hint"]).hint, Some(1));
        assert_eq!(parse(&["--hint", "2"]).hint, Some(2));
        assert_eq!(parse(&["--hint=3"]).hint, Some(3));
        assert_eq!(parse(&["--hint", "--nocapture"]).hint, Some(1));
        assert_eq!(parse(&[]).hint, None);
        assert!(Args::parse(["--hint".to_owned(), "x".to_owned()]).is_err());
    }

    #[test]
    fn a_server_is_served_on_a_port() {
        let port = |args: &[&str]| Args::parse(args.iter().map(ToString::to_string)).map(|args| args.port);
        assert!(parse(&["--serve"]).serve && !parse(&[]).serve);
        assert_eq!(port(&["--serve"]), Ok(None));
        assert_eq!(port(&["--serve", "--port", "4001"]), Ok(Some(4001)));
        assert_eq!(port(&["--port=4001", "--serve"]), Ok(Some(4001)));
        for wrong in
            [&["--serve", "--port"][..], &["--serve", "--port", "x"], &["--serve", "--port", "65536"]]
        {
            assert!(port(wrong).unwrap_err().starts_with("`--port` takes a number"), "{wrong:?}");
        }
        assert!(port(&["--port", "4001"]).unwrap_err().contains("--serve"));
    }

    #[test]
    fn an_unknown_option_is_an_error() {
        let error = Args::parse(["--hnit".to_owned()]).unwrap_err();
        assert!(
            error.starts_with("There is no option `--hnit`. Nothing was run. There are --hint"),
            "{error}"
        );
    }
}
