//! What a stage can show without a server: every sequence of clicks up to its depth, played in advance.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use catalogue::Entry;
use serde_json::{Value, json};
use stage::{Act, Scene, Step, Transcript};

use crate::blocks::{ActData, Stage};

/// A play, and what each click adds to it.
#[derive(Debug)]
struct Tree {
    /// A play that starts with the steps so far. The acts of the steps so far are the same in each of them.
    played: Arc<Transcript>,
    /// For each action, what follows it; `None` where it cannot be played.
    next: Vec<Option<Tree>>,
}

/// The script that hands the stage its tree. It is loaded as a `<script>`, which works from a file too.
pub(crate) fn script(stage: &Stage, entry: &Entry) -> String {
    let mut acts = Acts { columns: &stage.columns, known: HashMap::new(), written: Vec::new() };
    let mut servers = Vec::new();
    for server in &stage.servers {
        let Some(code) = entry.server(&server.name) else { continue };
        let play = |scene: &Scene| Some(Arc::new(stage::play(scene, code).ok()?));
        // A server that gets into trouble in the scene itself would get there in each play, and take its time.
        let troubled = play(&stage.scene).is_none_or(|played| played.trouble.is_some());
        let depth = if troubled { 0 } else { stage.depth };
        let Some(tree) = grow(&stage.scene, &stage.actions, depth, &play) else { continue };
        let base = stage.scene.steps.len();
        let first: Vec<_> = tree.played.acts.iter().take(base).map(|act| acts.reference(act)).collect();
        let next = if troubled {
            format!("[{}]", vec!["null"; stage.actions.len()].join(","))
        } else {
            acts.next(&tree, base)
        };
        servers.push(format!("{}:{{\"acts\":[{}],\"next\":{next}}}", json!(server.name), first.join(",")));
    }
    let mut script = String::from("(() => {\nconst a = [\n");
    for act in &acts.written {
        let _ = writeln!(script, "{act},");
    }
    let _ =
        write!(script, "];\nworkbook.tree({}, {{\n{}\n}});\n}})();\n", json!(stage.id), servers.join(",\n"));
    script
}

/// Plays every sequence of clicks. The longest ones show the shorter ones too, so only they are played.
fn grow(
    scene: &Scene,
    actions: &[Step],
    depth: usize,
    play: &impl Fn(&Scene) -> Option<Arc<Transcript>>,
) -> Option<Tree> {
    let grown = |action: &Step| {
        let scene = scene.clone().step(action.clone());
        scene.check().ok()?;
        grow(&scene, actions, depth - 1, play)
    };
    let next: Vec<_> = if depth == 0 { Vec::new() } else { actions.iter().map(grown).collect() };
    let longer =
        next.iter().flatten().map(|tree| tree.played.clone()).find(|it| it.acts.len() > scene.steps.len());
    Some(Tree { played: longer.or_else(|| play(scene))?, next })
}

/// The acts of a tree, each written once: after most clicks the same thing happens as before.
struct Acts<'a> {
    columns: &'a [String],
    known: HashMap<String, usize>,
    written: Vec<String>,
}

impl Acts<'_> {
    fn reference(&mut self, act: &Act) -> String {
        let data = script_safe(&json!(ActData::new(self.columns, act)));
        let next = self.written.len();
        let number = *self.known.entry(data.clone()).or_insert(next);
        if number == next {
            self.written.push(data);
        }
        format!("a[{number}]")
    }

    /// What follows after the first `done` steps.
    fn next(&mut self, tree: &Tree, done: usize) -> String {
        let mut written = Vec::new();
        for tree in &tree.next {
            let act = tree.as_ref().and_then(|tree| Some((tree, tree.played.acts.get(done)?)));
            written.push(match act {
                Some((tree, act)) => {
                    let act = self.reference(act);
                    if tree.next.is_empty() {
                        format!("{{\"act\":{act}}}")
                    } else {
                        format!("{{\"act\":{act},\"next\":{}}}", self.next(tree, done + 1))
                    }
                }
                None => "null".to_owned(),
            });
        }
        format!("[{}]", written.join(","))
    }
}

/// JSON that is safe in a script, wherever it may be put.
fn script_safe(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}
