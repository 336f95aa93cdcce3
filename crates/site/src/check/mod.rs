//! From what an author wrote to what can be drawn: every name is looked up, every play is played.

mod all_claims;
mod choices;
mod claims;
mod lookup;
mod stage;
mod teaching;
mod who_hears;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use grader::Exercise;
use scenario::{Scene, Transcript};
use toml::Spanned;

use crate::blocks::{Block, Card, Diagram, List, Next, PageClaims};
use crate::defect::{Defects, to_slash};
use crate::directive::{self, Directive, Text};
use crate::include;
use crate::on_node;
use crate::page::Fenced;
use crate::play_cache::PlayCache;
use crate::timetable::Teaching;

/// What is needed to check a page's blocks.
pub(crate) struct Checker<'a> {
    /// The workspace's folder.
    pub(crate) root: &'a Path,
    pub(crate) exercises: &'a [Exercise],
    pub(crate) plays: &'a PlayCache,
    /// What the pages say about teaching them.
    pub(crate) teaching: Teaching,
    /// How many stages there are so far of an exercise's scene.
    pub(crate) stages: HashMap<(String, String), usize>,
    /// What people say on all pages.
    pub(crate) all_claims: Vec<PageClaims>,
    /// What is wrong so far.
    pub(crate) defects: Defects,
}

/// Something wrong at a place in the block's body. `None`: in the block as a whole.
struct BlockError {
    at: Option<usize>,
    what: String,
}

impl BlockError {
    fn at<T>(place: &Spanned<T>, what: impl Into<String>) -> Self {
        Self { at: Some(place.span().start), what: what.into() }
    }

    fn of_block(what: impl Into<String>) -> Self {
        Self { at: None, what: what.into() }
    }
}

impl<'a> Checker<'a> {
    /// Checks a block of the page `page`, whose file is `file`. `None`: it has a defect, which is added to the others.
    pub(crate) fn block(&mut self, page: &str, file: &Path, fenced: &Fenced) -> Option<Block> {
        let kind = fenced.kind.name();
        if !fenced.at_top {
            let what =
                format!("a `{kind}` block must stand on its own. Move it out of the list or quotation");
            self.defects.add(file, fenced.line, what);
            return None;
        }
        let directive = match fenced.kind.read(&fenced.body) {
            Ok(directive) => directive,
            Err(error) => {
                let line = error.span().map_or(fenced.line, |span| fenced.line_at(span.start));
                let what = error.message().trim_end().replace('\n', "; ");
                let what =
                    format!("this `{kind}` block can't be read: {what}. CONTRIBUTING.md shows what it takes");
                self.defects.add(file, line, what);
                return None;
            }
        };
        let mut errors = Vec::new();
        let block = match directive {
            Directive::Transcript(it) => self.transcript(&it).map(Block::Diagram),
            Directive::Stage(it) => self.stage(&it, &mut errors).map(Block::Stage),
            Directive::Choices(it) => choices::choices(&it, page).map(Block::Choices),
            Directive::Claims(it) => Ok(Block::Claims(self.claims(&it, &mut errors))),
            Directive::ClaimsIndex(_) => self.claims_index(file).map(Block::ClaimsIndex),
            Directive::RightOrWrong(it) => {
                Ok(Block::RightOrWrong(self.right_or_wrong(&it, (page, file), &mut errors)))
            }
            Directive::Exercise(it) => self.card(&it).map(|card| Block::Card(Box::new(card))),
            Directive::Exercises(_) => Ok(Block::List(self.list(file))),
            Directive::OwnWords(it) => choices::own_words(&it, page).map(Block::OwnWords),
            Directive::Teacher(it) => self.teacher(&it, page).map(Block::Teacher),
            Directive::Timetable(it) => self.timetable(&it, file, fenced).map(Block::Timetable),
            Directive::WhoHears(it) => who_hears::who_hears(&it, self.root, &mut errors).map(Block::WhoHears),
        };
        let block = block.map_err(|error| errors.push(error)).ok();
        for error in &errors {
            let line = error.at.map_or(fenced.line, |at| fenced.line_at(at));
            self.defects.add(file, line, error.what.clone());
        }
        if errors.is_empty() { block } else { None }
    }

    fn transcript(&self, it: &directive::Transcript) -> Result<Diagram, BlockError> {
        let exercise = self.exercise(&it.exercise)?;
        let scene = lookup::scene(exercise, &it.scene)?;
        let server = match &it.server {
            Some(name) => lookup::server(exercise, name)?,
            None => grader::SOLUTION,
        };
        let steps = lookup::steps(scene, it.steps.as_deref())?;
        let transcript = self.play(exercise, server, scene, &it.scene)?;
        Ok(diagram(exercise, scene, server, transcript, steps, it.caption.clone()))
    }

    /// Plays a scene of an exercise. `at` is what asks for it.
    fn play<T>(
        &self,
        exercise: &Exercise,
        server: &str,
        scene: &Scene,
        at: &Spanned<T>,
    ) -> Result<Transcript, BlockError> {
        let played = if on_node::is_on_node(server) {
            on_node::play_on_node(exercise, server, scene)
        } else {
            self.plays.play(&exercise.name, server, scene).map(|transcript| (*transcript).clone())
        };
        played.map_err(|error| {
            let (exercise, scene) = (&exercise.name, &scene.name);
            BlockError::at(at, format!("`{scene}` of `{exercise}` can't be played over `{server}`: {error}"))
        })
    }

    fn card(&self, it: &directive::Exercise) -> Result<Card, BlockError> {
        let exercise = self.exercise(&it.name)?;
        let file = exercise.solution_dir().join("solution.rs");
        let solution = fs::read_to_string(&file).map_err(|error| {
            BlockError::at(&it.name, format!("the solution {} can't be read: {error}", to_slash(&file)))
        })?;
        let node = fs::read_to_string(exercise.solution_dir().join("node.mjs")).ok();
        let node = node.map(|node| include::strip_anchors(&node));
        let (next, further) = next(self.exercises, exercise);
        let solution = Some(include::strip_anchors(&solution));
        Ok(Card { exercise: exercise.clone(), solution, node, next, further })
    }

    fn list(&self, file: &Path) -> List {
        List { exercises: self.exercises.to_vec(), to_root: to_root(file) }
    }

    fn exercise(&self, name: &Text) -> Result<&'a Exercise, BlockError> {
        lookup::exercise(self.exercises, name)
    }
}

/// From the page's folder to the book's. `file` is the page's, from the workspace's folder: `book/PAGE` or
/// `book/CHAPTER/PAGE`.
pub(crate) fn to_root(file: &Path) -> String {
    "../".repeat(file.components().count().saturating_sub(2))
}

/// What to run after `exercise`: the next exercise that isn't a further step, and its own further step.
fn next(exercises: &[Exercise], exercise: &Exercise) -> (Option<Next>, Option<Next>) {
    let further = exercises.iter().find(|it| it.after.as_ref() == Some(&exercise.name));
    let later = |it: &&Exercise| it.after.is_none() && it.order > exercise.order;
    let next = exercises.iter().filter(later).min_by_key(|it| it.order);
    let named = |it: &Exercise| Next { name: it.name.clone(), title: it.title.clone() };
    (next.map(named), further.map(named))
}

fn diagram(
    exercise: &Exercise,
    scene: &Scene,
    server: &str,
    transcript: Transcript,
    steps: Option<Vec<usize>>,
    caption: Option<String>,
) -> Diagram {
    let claim = on_node::label(exercise, server);
    let (scene, server, columns) = (scene.clone(), server.to_owned(), transcript.clients.clone());
    let queues = exercise.has_queues();
    Diagram { scene, server, claim, transcript, columns, steps, caption, queues }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cards_lead_through_the_whole_book() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let exercises = grader::exercises(&root).expect("the book's exercises");
        let named =
            |name: &str| exercises.iter().find(|it| it.name == name).expect("an exercise of the book");
        let first = exercises.iter().filter(|it| it.after.is_none()).min_by_key(|it| it.order);
        let mut on_the_way = vec![first.expect("an exercise")];
        while let (Some(next), _) = next(&exercises, on_the_way[on_the_way.len() - 1]) {
            on_the_way.push(named(&next.name));
        }
        let steps = on_the_way.iter().filter_map(|it| next(&exercises, it).1).map(|step| named(&step.name));
        let (further, main): (Vec<_>, Vec<_>) = exercises.iter().partition(|it| it.after.is_some());
        let names = |mut of: Vec<&Exercise>| {
            of.sort_by_key(|it| it.order);
            of.into_iter().map(|it| it.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(on_the_way.clone()), names(main));
        assert_eq!(names(steps.collect()), names(further));
    }
}
