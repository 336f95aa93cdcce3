//! Interactive stages.

use grader::SOLUTION;
use scenario::{Problem, Scene, Step};

use super::{BlockError, Checker, lookup};
use crate::blocks::{Server, Stage};
use crate::directive;
use crate::on_node;

/// How many clicks in a row are recorded, if the page doesn't say.
const DEPTH: usize = 3;

/// The most plays that one stage may record over one server. They are played at each build, and loaded all at once.
const MAX_PLAYS: usize = 1_000;

impl Checker<'_> {
    pub(super) fn stage(
        &mut self,
        it: &directive::Stage,
        errors: &mut Vec<BlockError>,
    ) -> Result<Stage, BlockError> {
        let exercise = self.exercise(&it.exercise)?;
        let scene = lookup::scene(exercise, &it.scene)?.clone();
        let transcript = self.play(exercise, SOLUTION, &scene, &it.scene)?;
        let actions: Vec<Step> = it.actions.iter().map(|action| action.as_ref().clone()).collect();
        let depth = depth(it, actions.len())?;
        for action in &it.actions {
            if let Err(problem) = playable_somewhere(&scene, &actions, action.as_ref(), depth) {
                let what = format!("this action can never be played here: {problem}");
                errors.push(BlockError::at(action, what));
            }
        }
        let mut columns = transcript.clients.clone();
        for client in actions.iter().flat_map(Step::clients) {
            if !columns.iter().any(|column| column == client) {
                columns.push(client.to_owned());
            }
        }
        let on_node = on_node::servers(exercise, Some(&scene));
        let on_node = on_node.map_err(|problem| BlockError::at(&it.scene, problem))?;
        let names = exercise.server_names().map(str::to_owned).chain(on_node);
        let servers = names.map(|name| Server { claim: on_node::label(exercise, &name), name });
        let file = format!("{}/src/lib.rs", exercise.path());
        let queues = exercise.has_queues();
        let (exercise, servers) = (exercise.name.clone(), servers.collect());
        let count = self.stages.entry((exercise.clone(), scene.name.clone())).or_default();
        *count += 1;
        let id = format!("{exercise}--{}-{count}", scene.name);
        // With one step there is nothing to be seen before the guess.
        let guess = it.guess.unwrap_or(true) && transcript.steps.len() > 1;
        if let (Some(predict), false) = (&it.predict, guess) {
            let what =
                "`predict` asks about the hidden step, but no step is hidden. Leave one of the two out";
            errors.push(BlockError::at(predict, what));
        }
        let predict = it.predict.as_ref().map(|predict| predict.as_ref().clone());
        Ok(Stage {
            id,
            exercise,
            file,
            guess,
            predict,
            scene,
            columns,
            transcript,
            actions,
            servers,
            depth,
            queues,
        })
    }
}

fn depth(it: &directive::Stage, actions: usize) -> Result<usize, BlockError> {
    if actions == 0 {
        return Err(BlockError::at(&it.scene, "this stage has no `actions`. Give at least one"));
    }
    let depth = it.depth.as_ref().map_or(DEPTH, |depth| *depth.as_ref());
    let exponent = u32::try_from(depth).unwrap_or(u32::MAX);
    let plays = actions.checked_pow(exponent).filter(|plays| *plays <= MAX_PLAYS);
    if depth > 0 && plays.is_some() {
        return Ok(depth);
    }
    let what = format!(
        "{actions} actions to a depth of {depth} make too many or too few plays. Take a depth of at least 1, with at \
         most {MAX_PLAYS} plays (actions to the power of depth)"
    );
    Err(it.depth.as_ref().map_or_else(|| BlockError::at(&it.scene, &*what), |at| BlockError::at(at, &*what)))
}

/// Whether `action` can be played after the scene, or after some clicks on other actions. If not, why not at once.
fn playable_somewhere(scene: &Scene, actions: &[Step], action: &Step, depth: usize) -> Result<(), Problem> {
    let problem = match scene.clone().step(action.clone()).check() {
        Ok(()) => return Ok(()),
        Err(error) => error.problem,
    };
    if depth > 1 {
        let others = actions.iter().filter(|other| *other != action);
        for after in others.map(|other| scene.clone().step(other.clone())).filter(|it| it.check().is_ok()) {
            if playable_somewhere(&after, actions, action, depth - 1).is_ok() {
                return Ok(());
            }
        }
    }
    Err(problem)
}
