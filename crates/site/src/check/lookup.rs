//! Names that an author wrote, looked up.

use grader::Exercise;
use scenario::Scene;
use toml::Spanned;

use super::BlockError;
use crate::directive::Text;
use crate::on_node;

pub(super) fn exercise<'e>(exercises: &'e [Exercise], name: &Text) -> Result<&'e Exercise, BlockError> {
    exercises.iter().find(|exercise| exercise.name == *name.as_ref()).ok_or_else(|| {
        unknown("there is no exercise", name, exercises.iter().map(|exercise| exercise.name.as_str()))
    })
}

pub(super) fn scene<'e>(exercise: &'e Exercise, name: &Text) -> Result<&'e Scene, BlockError> {
    exercise.scene(name.as_ref()).ok_or_else(|| {
        let what = format!("`{}` has no scene", exercise.name);
        unknown(&what, name, exercise.scenes.iter().map(|scene| scene.name.as_str()))
    })
}

pub(super) fn server<'n>(exercise: &Exercise, name: &'n Text) -> Result<&'n str, BlockError> {
    let on_node = on_node::servers(exercise, None).map_err(|problem| BlockError::at(name, problem))?;
    let known = || exercise.server_names().chain(on_node.iter().map(String::as_str));
    if known().any(|server| server == name.as_ref()) {
        return Ok(name.as_ref());
    }
    Err(unknown(&format!("`{}` has no server", exercise.name), name, known()))
}

pub(super) fn mistake<'e>(exercise: &'e Exercise, name: &Text) -> Result<&'e grader::Mistake, BlockError> {
    exercise.mistake(name.as_ref()).ok_or_else(|| {
        let known = exercise.mistakes.iter().map(|mistake| mistake.name.as_str());
        unknown(&format!("`{}` has no mistake", exercise.name), name, known)
    })
}

/// The numbers of steps of a scene, counted from 1.
pub(super) fn steps(
    scene: &Scene,
    wanted: Option<&[Spanned<usize>]>,
) -> Result<Option<Vec<usize>>, BlockError> {
    let Some(wanted) = wanted else { return Ok(None) };
    let last = scene.steps.len();
    for number in wanted {
        let step = number.as_ref();
        if !(1..=last).contains(step) {
            let what = format!("`{}` has no step {step}. Its steps are 1 to {last}", scene.name);
            return Err(BlockError::at(number, what));
        }
    }
    Ok(Some(wanted.iter().map(|step| *step.as_ref()).collect()))
}

/// `what` says what is missing: "there is no exercise".
fn unknown<'n>(what: &str, name: &Text, known: impl Iterator<Item = &'n str>) -> BlockError {
    let known: Vec<_> = known.collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    BlockError::at(name, format!("{what} `{}`. Known: {known}", name.as_ref()))
}
