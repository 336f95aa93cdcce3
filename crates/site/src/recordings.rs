//! What a stage can show without a server: every sequence of clicks up to its depth, played in advance.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use grader::{Exercise, SOLUTION};
use scenario::{Difference, Scene, Transcript};
use serde_json::json;

use crate::blocks::Stage;
use crate::difference::difference;
use crate::on_node::{is_on_node, play_on_node};
use crate::player::Player;
use crate::step_view::{StepView, step_view};

/// The script that hands its recordings to the stage. It is loaded as a `<script>`, which works from a file too.
///
/// # Errors
/// With a sentence, if something can't be played.
pub(crate) fn script(stage: &Stage, exercise: &Exercise, player: &dyn Player) -> Result<String, String> {
    let mut writer = Writer { stage, exercise, numbers: HashMap::new(), steps: Vec::new() };
    let mut servers = Vec::new();
    let mut solution = None;
    for server in &stage.servers {
        let recorder = Recorder { stage, exercise, player, server: &server.name };
        let recording = recorder.record_all(solution.as_ref())?;
        servers.push(format!("{}:{}", json!(server.name), writer.server(&recording)));
        if server.name == SOLUTION {
            solution = Some(recording);
        }
    }
    let mut script = String::from("(() => {\nconst s = [\n");
    for step in &writer.steps {
        let _ = writeln!(script, "{step},");
    }
    let (id, servers) = (json!(stage.id), servers.join(",\n"));
    let _ = write!(script, "];\nworkbook.addRecordings({id}, {{\n{servers}\n}});\n}})();\n");
    Ok(script)
}

/// A sequence of clicks, and those that go on from it.
struct Recording {
    /// A play that begins with this sequence. It may go on: its first steps are the same in each play.
    play: Arc<Play>,
    /// What follows on each action. `None`: it can't be played there.
    next: Vec<Option<Recording>>,
}

struct Play {
    transcript: Transcript,
    /// What differs from the solution's play of the same steps. `None`, if this is that.
    difference: Option<Difference>,
}

impl Play {
    /// Why the play ended after the first `steps` steps, if it did.
    fn error_after(&self, steps: usize) -> Option<String> {
        self.transcript.error_sentence().filter(|_| self.transcript.steps.len() <= steps)
    }
}

/// Records a stage over one server.
struct Recorder<'a> {
    stage: &'a Stage,
    exercise: &'a Exercise,
    player: &'a dyn Player,
    server: &'a str,
}

impl Recorder<'_> {
    /// `solution` is the solution's recording, to be compared with.
    fn record_all(&self, solution: Option<&Recording>) -> Result<Recording, String> {
        let alone = self.record(&self.stage.scene, 0, solution)?;
        // A server that ends the scene early would do so in each of the plays, and take its time. One on Node isn't here.
        if alone.play.transcript.error.is_some() || is_on_node(self.server) {
            return Ok(alone);
        }
        self.record(&self.stage.scene, self.stage.depth, solution)
    }

    /// Plays every sequence of up to `depth` clicks after `scene`. The longest ones show the shorter ones too, so only
    /// they are played.
    fn record(&self, scene: &Scene, depth: usize, solution: Option<&Recording>) -> Result<Recording, String> {
        let mut next = Vec::new();
        if depth > 0 {
            for (i, action) in self.stage.actions.iter().enumerate() {
                let longer = scene.clone().step(action.clone());
                let solution = solution.and_then(|solution| solution.next.get(i)?.as_ref());
                let playable = longer.check().is_ok();
                next.push(playable.then(|| self.record(&longer, depth - 1, solution)).transpose()?);
            }
        }
        let goes_on = |play: &Arc<Play>| play.transcript.steps.len() > scene.steps.len();
        let longer = next.iter().flatten().map(|recording| recording.play.clone()).find(goes_on);
        let play = match longer {
            Some(play) => play,
            None => Arc::new(self.play(scene, solution)?),
        };
        Ok(Recording { play, next })
    }

    fn play(&self, scene: &Scene, solution: Option<&Recording>) -> Result<Play, String> {
        let (exercise, server) = (&self.exercise.name, self.server);
        let played = if is_on_node(server) {
            play_on_node(self.exercise, server, scene)
        } else {
            self.player.play(exercise, server, scene)
        };
        let transcript = played.map_err(|error| {
            format!("`{}` of `{exercise}` can't be played over `{server}`: {error}", scene.name)
        })?;
        let difference =
            solution.map(|solution| difference(self.exercise, &solution.play.transcript, &transcript));
        Ok(Play { transcript, difference })
    }
}

/// Writes recordings as JavaScript. Each step is written once: after most clicks the same happens as before.
struct Writer<'a> {
    stage: &'a Stage,
    exercise: &'a Exercise,
    numbers: HashMap<String, usize>,
    steps: Vec<String>,
}

impl Writer<'_> {
    fn server(&mut self, recording: &Recording) -> String {
        let scene = self.stage.scene.steps.len();
        let steps: Vec<_> = (0..scene).filter_map(|number| self.step(&recording.play, number)).collect();
        let error = json!(recording.play.error_after(scene));
        let next = self.next(recording, scene);
        format!("{{\"steps\":[{}],\"error\":{error},\"next\":{next}}}", steps.join(","))
    }

    /// What follows on each action after the first `done` steps.
    fn next(&mut self, recording: &Recording, done: usize) -> String {
        let next = recording.next.iter().map(|recording| {
            let Some((recording, step)) =
                recording.as_ref().and_then(|it| Some((it, self.step(&it.play, done)?)))
            else {
                return "null".to_owned();
            };
            let error = recording.play.error_after(done + 1);
            let error = error.map(|error| format!(",\"error\":{}", json!(error))).unwrap_or_default();
            let next = if recording.next.is_empty() {
                String::new()
            } else {
                format!(",\"next\":{}", self.next(recording, done + 1))
            };
            format!("{{\"step\":{step}{error}{next}}}")
        });
        let next: Vec<_> = next.collect();
        format!("[{}]", next.join(","))
    }

    /// A reference to the step of that number. `None`: the play ended before.
    fn step(&mut self, play: &Play, number: usize) -> Option<String> {
        let columns = &self.stage.columns;
        let view: StepView =
            step_view(self.exercise, columns, &play.transcript, number, play.difference.as_ref())?;
        let step = json!(view).to_string();
        let count = self.steps.len();
        let number = *self.numbers.entry(step.clone()).or_insert(count);
        if number == count {
            self.steps.push(step);
        }
        Some(format!("s[{number}]"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use scenario::{PlayError, Step, StepResult};

    use super::*;
    use crate::blocks::Server;

    /// Plays nothing, and says how each scene that it is asked for ends.
    #[derive(Default)]
    struct Dummy {
        asked: Mutex<Vec<String>>,
    }

    impl Player for Dummy {
        fn play(&self, _: &str, server: &str, scene: &Scene) -> Result<Transcript, String> {
            let events = scene.steps.iter().filter_map(Step::event).collect::<Vec<_>>().join(" ");
            self.asked.lock().unwrap().push(format!("{server}: {events}"));
            let mut transcript = Transcript::default();
            for step in &scene.steps {
                transcript.steps.push(StepResult { step: step.clone(), server: vec![], clients: vec![] });
                if server == "dies" || server == "spins" && step.event() == Some("b") {
                    transcript.error = Some(PlayError::NeverIdle {});
                    break;
                }
            }
            if server == "none" { Err("there is no such server".to_owned()) } else { Ok(transcript) }
        }
    }

    fn stage(servers: &[&str]) -> Stage {
        let scene = Scene::new("x", "x").connect(["ada"]);
        let clicks = Scene::new("x", "x").emit("ada", "a", ()).emit("ada", "b", ()).disconnect("ada");
        let server = |name: &&str| Server { name: (*name).into(), claim: None };
        Stage {
            id: "x".into(),
            exercise: "x".into(),
            file: "x".into(),
            guess: true,
            predict: None,
            columns: vec!["ada".into()],
            transcript: Transcript::default(),
            actions: clicks.steps,
            servers: servers.iter().map(server).collect(),
            depth: 2,
            queues: false,
            scene,
        }
    }

    fn exercise() -> Exercise {
        let about = "title = 'x'\nquestion = 'x'\norder = 1\npage = 'x'\ntask = 'x'\nminutes = 1\nhints = []\n\
                     starter = { why = 'x' }\nmistake = []";
        toml::from_str(about).unwrap()
    }

    fn record(server: &str) -> Recording {
        let (stage, exercise, player) = (stage(&[]), exercise(), Dummy::default());
        Recorder { stage: &stage, exercise: &exercise, player: &player, server }.record_all(None).unwrap()
    }

    #[test]
    fn only_the_longest_sequences_are_played_and_none_that_is_impossible() {
        let (stage, player) = (stage(&["solution"]), Dummy::default());
        let script = script(&stage, &exercise(), &player).unwrap();
        let asked = player.asked.into_inner().unwrap();
        // Who has disconnected can't act any more.
        let all = ["", "a a", "a b", "a", "b a", "b b", "b", ""].map(|events| format!("solution: {events}"));
        assert_eq!(asked, all);
        assert!(script.contains("workbook.addRecordings(\"x\", {\n\"solution\":{\"steps\":[s["), "{script}");
        assert!(script.contains("\"next\":[null,null,null]"), "{script}");
        assert_eq!(script.matches("\"step\":\"ada emits a\"").count(), 1, "{script}");
    }

    #[test]
    fn a_play_that_ends_early_says_so_where_it_ends() {
        let recording = record("spins");
        assert_eq!(recording.play.error_after(1), None);
        let [Some(a), Some(b), Some(_)] = &recording.next[..] else { panic!("three actions") };
        assert_eq!(a.play.error_after(2), None);
        let error = Some("the handler of `b` never finishes: it yields and goes on for ever".to_owned());
        assert_eq!(b.play.error_after(2), error);
        assert_eq!(a.next[1].as_ref().unwrap().play.error_after(3), error);
    }

    #[test]
    fn before_a_play_ends_nothing_is_said_of_it() {
        let (mut stage, exercise, player) = (stage(&[]), exercise(), Dummy::default());
        // The first click is the one that doesn't end, so its play stands for the scene, too.
        stage.actions.swap(0, 1);
        let recorder = Recorder { stage: &stage, exercise: &exercise, player: &player, server: "spins" };
        let recording = recorder.record_all(None).unwrap();
        assert_eq!(recording.play.transcript.steps.len(), 2);
        assert_eq!(recording.play.error_after(1), None);
        assert!(recording.play.error_after(2).is_some());
    }

    #[test]
    fn a_server_that_ends_the_scene_itself_is_played_once() {
        let recording = record("dies");
        assert!(recording.next.is_empty());
        assert!(recording.play.error_after(1).is_some());
    }

    #[test]
    fn a_server_on_node_has_what_was_recorded_and_no_clicks() {
        let exercises = grader::exercises(&grader::root()).unwrap();
        let broadcast = exercises.iter().find(|it| it.name == "broadcast").unwrap();
        let scene = broadcast.scene("three-people").unwrap().clone();
        let (stage, player) = (Stage { scene, ..stage(&[]) }, Dummy::default());
        let recorder = Recorder { stage: &stage, exercise: broadcast, player: &player, server: "node" };
        let recording = recorder.record_all(None).unwrap();
        assert!(recording.next.is_empty());
        assert!(recording.play.transcript.steps[1].clients[1].hears_something());
        assert!(player.asked.into_inner().unwrap().is_empty(), "nobody plays it");
    }

    #[test]
    fn differences_are_recorded() {
        let (stage, player) = (stage(&["solution", "spins"]), Dummy::default());
        let script = script(&stage, &exercise(), &player).unwrap();
        let spins = script.split("\"spins\":").nth(1).unwrap();
        assert!(spins.contains("\"error\":\"the handler of `b`"), "{spins}");
        assert!(script.contains("\"difference\":{\"extra\":[],\"missing\":[]}"), "{script}");
    }

    #[test]
    fn what_can_t_be_played_is_an_error() {
        let error = script(&stage(&["none"]), &exercise(), &Dummy::default()).unwrap_err();
        assert_eq!(error, "`x` of `` can't be played over `none`: there is no such server");
    }
}
