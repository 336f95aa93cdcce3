//! `check --json`: what came of a check, for other tools.

use std::path::Path;

use anyhow::Result;
use builder::Diagnostic;
use grader::{Diagnosis, Exercise, SceneVerdict, verdict_lines};
use serde::Serialize;

use crate::check::{Checked, Outcome};
use crate::compiler;

/// What came of a check.
#[derive(Debug, Serialize)]
pub(crate) struct CheckedJson {
    name: String,
    outcome: &'static str,
    /// The code was saved meanwhile: then this is no pass.
    saved_meanwhile: bool,
    milliseconds: u128,
    /// How many scenes passed and failed, and how many belong to later stages.
    passed: usize,
    failed: usize,
    later: usize,
    scenes: Vec<SceneJson>,
    /// The known mistake that it is.
    mistake: Option<String>,
    /// What is said of it, in sentences.
    diagnosis: Vec<String>,
    /// The verdict as `cargo test` writes it, in 80 columns.
    lines: Vec<String>,
    /// What the compiler says: errors, or the warnings on what it built.
    compiler: Vec<DiagnosticJson>,
    /// Why it was not built in the fast way.
    fell_back: Option<String>,
}

#[derive(Debug, Serialize)]
struct SceneJson {
    name: String,
    title: String,
    verdict: &'static str,
}

#[derive(Debug, Serialize)]
struct DiagnosticJson {
    level: String,
    code: Option<String>,
    file: Option<String>,
    line: Option<usize>,
    /// As rustc prints it, with advice if there is some.
    text: String,
}

impl CheckedJson {
    /// `root` is left out of the paths.
    pub(crate) fn of(root: &Path, exercise: &Exercise, checked: &Checked) -> Self {
        let diagnostics = |said: &[Diagnostic]| said.iter().map(|it| diagnostic(root, it)).collect();
        let mut json = Self {
            name: exercise.name.clone(),
            outcome: if checked.passed() { "passed" } else { "not-yet" },
            saved_meanwhile: checked.saved_meanwhile,
            milliseconds: checked.time.as_millis(),
            passed: 0,
            failed: 0,
            later: 0,
            scenes: Vec::new(),
            mistake: None,
            diagnosis: Vec::new(),
            lines: Vec::new(),
            compiler: Vec::new(),
            fell_back: None,
        };
        match &checked.outcome {
            Outcome::DoesNotCompile(said) => {
                json.outcome = "does-not-compile";
                json.compiler = diagnostics(said);
            }
            Outcome::NotGraded(why) => {
                json.outcome = "not-graded";
                json.diagnosis = vec![format!("{why}.")];
            }
            Outcome::Graded(graded) => {
                let verdict = &graded.verdict;
                (json.passed, json.failed, json.later) = (verdict.passed(), verdict.failed(), verdict.later);
                json.scenes = verdict
                    .scenes
                    .iter()
                    .map(|(scene, one)| SceneJson {
                        name: scene.name.clone(),
                        title: scene.title.clone(),
                        verdict: match one {
                            SceneVerdict::Passed(_) => "passed",
                            SceneVerdict::Failed { .. } => "failed",
                            SceneVerdict::NotPlayed => "not-played",
                        },
                    })
                    .collect();
                if let Diagnosis::Mistake(name) = &verdict.diagnosis {
                    json.mistake = Some(name.clone());
                }
                json.diagnosis = verdict.diagnosis.sentences(exercise);
                json.diagnosis.extend(verdict.tampered.iter().map(|sentence| format!("{sentence}.")));
                json.lines = verdict_lines(exercise, verdict, &checked.source.text, 0);
                json.compiler = diagnostics(&graded.warnings);
                json.fell_back.clone_from(&graded.fell_back);
            }
        }
        json
    }

    pub(super) fn to_text(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

fn diagnostic(root: &Path, it: &Diagnostic) -> DiagnosticJson {
    let (file, line) = it.place.clone().unzip();
    let file = file.map(|file| {
        let path = Path::new(&file);
        path.strip_prefix(root).map_or(file.clone(), |within| within.display().to_string())
    });
    DiagnosticJson {
        level: it.level.clone(),
        code: it.code.clone(),
        file,
        line,
        text: compiler::says(root, it),
    }
}
