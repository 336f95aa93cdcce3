//! Scenes made from a seed: short ones, out of a vocabulary of steps. Equal descriptions make equal scenes, on every
//! machine and for ever: what they should play as is kept.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::scene::{Node, Scene, Step, root, written_steps};

/// Stands for a client in a step of the vocabulary. Two of them in one step are two clients.
const ANYONE: &str = "*";

/// How long the last step waits: longer than a heartbeat, and than an acknowledgement's timeout.
const LAST_WAIT: u32 = 60;

/// How scenes are made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Random {
    /// Another seed makes other scenes.
    pub seed: u64,
    /// How many scenes.
    pub count: usize,
    /// Who can be in them. At least two connect in the first step.
    pub clients: Vec<String>,
    /// Where they connect in the first step, and where they come back to.
    #[serde(default = "root")]
    pub ns: String,
    /// What each client sends along when it connects there. A client that isn't here sends nothing.
    #[serde(default)]
    pub auth: BTreeMap<String, Value>,
    /// The server that each client connects to, where there are several. A client that isn't here connects to the first.
    #[serde(default)]
    pub at: BTreeMap<String, Node>,
    /// The fewest and the most steps of a scene, between the first, in which clients connect, and the last, which waits.
    #[serde(default = "default_steps")]
    pub steps: (usize, usize),
    /// What can stand in the place of a word in braces: `text = ["hi", ""]` for `"{text}"`.
    #[serde(default)]
    pub words: BTreeMap<String, Vec<String>>,
    /// The vocabulary: steps in which `*` stands for a client, and `"{text}"` for one of the `words` with that name. A
    /// step that stands here twice is taken twice as often.
    #[serde(rename = "step", deserialize_with = "written_steps")]
    pub vocabulary: Vec<Step>,
}

fn default_steps() -> (usize, usize) {
    (3, 9)
}

impl Random {
    /// Whether scenes can be made from it.
    ///
    /// # Errors
    /// With what has to be changed.
    pub fn check(&self) -> Result<(), String> {
        let (fewest, most) = self.steps;
        if self.clients.len() < 2 {
            return Err("`clients` has fewer than two. Name at least two".to_owned());
        }
        if fewest > most {
            return Err(format!("`steps` is [{fewest}, {most}]. Write the smaller number first"));
        }
        if self.vocabulary.is_empty() {
            return Err("there is no `step`. Write the steps that the scenes are made of".to_owned());
        }
        if self.vocabulary.iter().any(|step| matches!(step, Step::Kill { .. })) {
            return Err("`kill` is one of the steps. Who is at that server could never come back: write it in a scene"
                .to_owned());
        }
        if let Some((name, _)) = self.words.iter().find(|(_, words)| words.is_empty()) {
            return Err(format!("the words `{name}` are an empty list. Write at least one"));
        }
        Ok(())
    }

    /// The scenes, in a fixed order. Each depends on the seed and on its number: a higher `count` changes none.
    pub fn scenes(&self) -> Vec<Scene> {
        self.all("random", &[]).map(|(scene, _)| scene).collect()
    }

    /// Scenes whose names begin with `run`, which end with the steps `end`: each is done by everyone who can, or by the
    /// client that it names, one after the other. Beside each scene stands how many steps that are, with the last, which waits.
    pub fn runs(&self, end: &[Step]) -> Vec<(Scene, usize)> {
        self.all("run", end).collect()
    }

    /// None, if there is something to be changed.
    fn all(&self, name: &str, end: &[Step]) -> impl Iterator<Item = (Scene, usize)> {
        let count = if self.check().is_ok() { self.count } else { 0 };
        (1..=count).map(move |number| self.scene(number, name, end))
    }

    /// The scene, and how many steps its end has.
    fn scene(&self, number: usize, name: &str, end: &[Step]) -> (Scene, usize) {
        let mut dice = Dice::new(self.seed, number as u64);
        let mut present: Vec<Present> = Vec::new();
        let mut first = Vec::new();
        let connecting = 2 + dice.below(self.clients.len() - 1);
        while first.len() < connecting {
            let client = dice.pick(&self.clients).clone();
            if !first.contains(&client) {
                present.push(Present::new(client.clone(), self.ns.clone()));
                first.push(client);
            }
        }
        let name = format!("{name}-{number}");
        let mut scene = Scene::new(name, format!("Made from a seed, number {number}"));
        scene.steps.extend(self.connect(first));
        let (fewest, most) = self.steps;
        for _ in 0..fewest + dice.below(most - fewest + 1) {
            let start = dice.below(self.vocabulary.len());
            // A step that nobody can take now is passed over for the next that somebody can.
            let steps = self.vocabulary.iter().cycle().skip(start).take(self.vocabulary.len());
            let taken = steps.into_iter().find_map(|step| self.fill(step, &mut present, &mut dice));
            scene.steps.extend(taken);
        }
        let begins = scene.steps.len();
        for step in end {
            for client in &self.clients {
                let step = by(step, client).and_then(|step| self.fill(&step, &mut present, &mut dice));
                scene.steps.extend(step);
            }
        }
        let scene = scene.wait(LAST_WAIT);
        let length = scene.steps.len() - begins;
        (scene, length)
    }

    /// How the first clients connect: together, or one by one if each sends something else along.
    fn connect(&self, clients: Vec<String>) -> Vec<Step> {
        let step = |clients: Vec<String>, auth| {
            let at = self.server_of(&clients);
            Step::Connect { clients, ns: self.ns.clone(), auth, at }
        };
        if self.auth.is_empty() && self.at.is_empty() {
            return vec![step(clients, None)];
        }
        clients
            .into_iter()
            .map(|client| step(vec![client.clone()], self.auth.get(&client).cloned()))
            .collect()
    }

    /// The server that these clients connect to, if it isn't the first.
    fn server_of(&self, clients: &[String]) -> Option<Node> {
        clients.first().and_then(|client| self.at.get(client)).copied()
    }

    /// The step with somebody who can take it, and with words. `None`: nobody can.
    fn fill(&self, step: &Step, present: &mut Vec<Present>, dice: &mut Dice) -> Option<Step> {
        let mut step = step.clone();
        let mut trial = present.clone();
        if let Step::Together(parts) = &mut step {
            let mut taken = Vec::new();
            for part in parts {
                self.fill_one(part, &mut trial, &mut taken, dice)?;
            }
        } else {
            self.fill_one(&mut step, &mut trial, &mut Vec::new(), dice)?;
        }
        *present = trial;
        Some(step)
    }

    /// Fills in one step. `taken` are the clients that have a part in it.
    fn fill_one(
        &self,
        step: &mut Step,
        present: &mut Vec<Present>,
        taken: &mut Vec<String>,
        dice: &mut Dice,
    ) -> Option<()> {
        match step {
            Step::Restart {} => present.clear(),
            // `check` lets none of these in.
            Step::Kill { .. } => return None,
            Step::Wait { .. }
            | Step::Together(_)
            | Step::Request { .. }
            | Step::CutLine {}
            | Step::MendLine {}
            | Step::Start {}
            | Step::Accept {}
            | Step::Refuse { .. } => {}
            Step::Connect { clients, ns, auth, at } => {
                for name in clients.iter_mut() {
                    let can = |client: &String| {
                        let there = present.iter().find(|one| one.client == *client);
                        // Who is in the first namespace stays away from it. To another one can go again, having been
                        // refused. So can one whose connection may have broken by now.
                        let is_in_first = |one: &Present| one.is_in(&self.ns) && !one.is_shaky;
                        if *ns == self.ns {
                            there.is_none_or(|one| !is_in_first(one))
                        } else {
                            there.is_some()
                        }
                    };
                    *name = choose(name, self.clients.iter().filter(|client| can(client)), taken, dice)?;
                    match present.iter_mut().find(|one| one.client == *name) {
                        Some(one) if one.is_in(ns) => {}
                        Some(one) => one.namespaces.push(ns.clone()),
                        None => present.push(Present::new(name.clone(), ns.clone())),
                    }
                }
                *at = at.or_else(|| self.server_of(clients));
                if let Some(auth) = auth {
                    self.fill_words(auth, dice);
                } else if let [client] = &clients[..]
                    && *ns == self.ns
                {
                    *auth = self.auth.get(client).cloned();
                }
            }
            Step::Emit { client, ns, args, .. } | Step::EmitWithAck { client, ns, args, .. } => {
                let can = present.iter().filter(|one| one.is_in(ns)).map(|one| &one.client);
                *client = choose(client, can, taken, dice)?;
                args.args.iter_mut().for_each(|arg| self.fill_words(arg, dice));
            }
            Step::Acknowledge { client, args } => {
                *client = choose(client, present.iter().map(|one| &one.client), taken, dice)?;
                args.args.iter_mut().for_each(|arg| self.fill_words(arg, dice));
            }
            Step::StopPongs { client } => {
                *client = choose(client, present.iter().map(|one| &one.client), taken, dice)?;
            }
            Step::LoseNext { client, .. } => {
                *client = choose(client, present.iter().map(|one| &one.client), taken, dice)?;
                for one in present.iter_mut().filter(|one| one.client == *client) {
                    one.is_shaky = true;
                }
            }
            Step::CrashAtNext { client, .. } => {
                *client = choose(client, present.iter().map(|one| &one.client), taken, dice)?;
                for one in present.iter_mut() {
                    one.is_shaky = true;
                }
            }
            Step::Disconnect { client, ns } => {
                let can = present.iter().filter(|one| one.is_in(ns)).map(|one| &one.client);
                *client = choose(client, can, taken, dice)?;
                for one in present.iter_mut().filter(|one| one.client == *client) {
                    one.namespaces.retain(|entered| entered != ns);
                }
                present.retain(|one| !one.namespaces.is_empty());
            }
            Step::DropConnection { client } | Step::CloseConnection { client } | Step::CutOff { client } => {
                *client = choose(client, present.iter().map(|one| &one.client), taken, dice)?;
                present.retain(|one| one.client != *client);
            }
        }
        Some(())
    }

    /// Puts words in the place of their names in braces, wherever they stand.
    fn fill_words(&self, value: &mut Value, dice: &mut Dice) {
        match value {
            Value::String(text) => {
                let name = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
                if let Some(words) = name.and_then(|name| self.words.get(name)) {
                    dice.pick(words).clone_into(text);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.fill_words(item, dice)),
            Value::Object(map) => {
                // In one order, whichever map `serde_json` was built with.
                let mut fields: Vec<_> = map.iter_mut().collect();
                fields.sort_by_key(|(name, _)| name.as_str().to_owned());
                for (_, value) in fields {
                    self.fill_words(value, dice);
                }
            }
            _ => {}
        }
    }
}

/// The step, done by this client. `None`: it names another one.
fn by(step: &Step, name: &str) -> Option<Step> {
    let mut step = step.clone();
    let client = match &mut step {
        Step::Connect { clients, .. } => {
            clients.truncate(1);
            clients.first_mut()
        }
        Step::Emit { client, .. }
        | Step::EmitWithAck { client, .. }
        | Step::Acknowledge { client, .. }
        | Step::Disconnect { client, .. } => Some(client),
        _ => None,
    };
    if let Some(client) = client {
        if client != ANYONE && client != name {
            return None;
        }
        name.clone_into(client);
    }
    Some(step)
}

/// A client that is there, and the namespaces that it has connected to.
#[derive(Clone)]
struct Present {
    client: String,
    namespaces: Vec<String>,
    /// Its connection may have broken, at a moment that depends on the server.
    is_shaky: bool,
}

impl Present {
    fn new(client: String, ns: String) -> Self {
        Self { client, namespaces: vec![ns], is_shaky: false }
    }

    fn is_in(&self, ns: &str) -> bool {
        self.namespaces.iter().any(|entered| entered == ns)
    }
}

/// One of those that can, and that has no part in the step yet. Where the step names a client, it is that one.
fn choose<'a>(
    name: &str,
    can: impl Iterator<Item = &'a String>,
    taken: &mut Vec<String>,
    dice: &mut Dice,
) -> Option<String> {
    let can: Vec<_> =
        can.filter(|client| (name == ANYONE || name == client.as_str()) && !taken.contains(client)).collect();
    if can.is_empty() {
        return None;
    }
    let client = (*dice.pick(&can)).clone();
    taken.push(client.clone());
    Some(client)
}

/// Numbers that look random, and are the same everywhere: `SplitMix64`, <https://prng.di.unimi.it/splitmix64.c>
struct Dice(u64);

impl Dice {
    fn new(seed: u64, number: u64) -> Self {
        let mut dice = Self(seed);
        let start = dice.next();
        Self(start ^ number.wrapping_mul(0xd1b5_4a32_d192_ed03))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which isn't 0.
    fn below(&mut self, bound: usize) -> usize {
        // The remainder is below `bound`, which is a `usize`.
        usize::try_from(self.next() % bound as u64).unwrap_or_default()
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::ROOT;
    use serde_json::json;

    fn random() -> Random {
        let data = json!({
            "seed": 7,
            "count": 200,
            "clients": ["ada", "bob", "cyd"],
            "words": { "text": ["hi", ""], "room": ["rust", "music"], "token": ["right", "wrong"] },
            "step": [
                { "emit": { "client": "*", "event": "say", "args": ["{text}", ["{room}"], "{other}", "as is"] } },
                { "emit_with_ack": { "client": "*", "event": "join", "args": [{ "room": "{room}" }] } },
                { "emit": { "client": "*", "ns": "/admin", "event": "say", "args": [] } },
                { "acknowledge": { "client": "*" } },
                { "connect": { "clients": ["*"] } },
                { "connect": { "clients": ["*", "*"] } },
                { "connect": { "clients": ["*"], "ns": "/admin", "auth": { "token": "{token}" } } },
                { "disconnect": { "client": "*" } },
                { "disconnect": { "client": "*", "ns": "/admin" } },
                { "drop_connection": { "client": "*" } },
                { "close_connection": { "client": "ada" } },
                { "cut_off": { "client": "*" } },
                { "stop_pongs": { "client": "*" } },
                { "wait": { "seconds": 30 } },
                { "together": [
                    { "emit": { "client": "*", "event": "say", "args": ["{text}"] } },
                    { "emit": { "client": "*", "event": "say", "args": ["{text}"] } },
                    { "cut_off": { "client": "*" } },
                ] },
            ],
        });
        serde_json::from_value(data).unwrap()
    }

    #[test]
    fn every_scene_can_be_played() {
        for seed in 0..50 {
            let random = Random { seed, ..random() };
            let scenes = random.scenes();
            assert_eq!(scenes.len(), random.count);
            for scene in scenes {
                assert_eq!(scene.check(), Ok(()), "{scene:?}");
                assert!((5..=11).contains(&scene.steps.len()), "{scene:?}");
                assert!(!serde_json::to_string(&scene).unwrap().contains('*'), "{scene:?}");
                for step in &scene.steps {
                    let clients = step.clients();
                    let twice = |(i, client): (usize, &&str)| clients[..i].contains(client);
                    assert!(!clients.iter().enumerate().any(twice), "{step}");
                    assert!(clients.len() >= step.parts().len() || clients.is_empty(), "{step}");
                }
            }
        }
    }

    #[test]
    fn each_client_sends_along_what_is_its_own() {
        let auth = |client: &str| json!({ "name": client.to_uppercase() });
        let named = ["ada", "bob", "cyd"].into_iter().map(|client| (client.to_owned(), auth(client)));
        let random = Random { auth: named.collect(), ..random() };
        let scenes = random.scenes();
        let mut again = 0;
        for step in scenes.iter().flat_map(|scene| &scene.steps) {
            if let Step::Connect { clients, ns, auth: sent, .. } = step
                && ns == ROOT
                && let [client] = &clients[..]
            {
                assert_eq!(sent.as_ref(), Some(&auth(client)));
                again += 1;
            }
        }
        assert!(again > 2 * scenes.len(), "clients come back, too");
        assert!(scenes.iter().all(|scene| scene.check() == Ok(())));
    }

    #[test]
    fn the_first_namespace_can_be_another_one() {
        let vocabulary = json!([
            { "connect": { "clients": ["*"], "ns": "/shop" } },
            { "emit": { "client": "*", "ns": "/shop", "event": "say", "args": [] } },
            { "drop_connection": { "client": "*" } },
        ]);
        let auth = |client: &str| json!({ "name": client });
        let random = Random {
            ns: "/shop".to_owned(),
            auth: ["ada", "bob", "cyd"].into_iter().map(|client| (client.to_owned(), auth(client))).collect(),
            vocabulary: serde_json::from_value(vocabulary).unwrap(),
            ..random()
        };
        let mut said = 0;
        for scene in random.scenes() {
            assert_eq!(scene.check(), Ok(()), "{scene:?}");
            let mut here = Vec::new();
            for step in &scene.steps {
                match step {
                    Step::Connect { clients, ns, auth: sent, .. } => {
                        assert_eq!((ns.as_str(), sent.as_ref()), ("/shop", Some(&auth(&clients[0]))));
                        assert!(!here.contains(&clients[0]), "who is there stays away from it: {scene:?}");
                        here.extend(clients.clone());
                    }
                    Step::DropConnection { client } => here.retain(|name| name != client),
                    Step::Emit { .. } => said += 1,
                    _ => {}
                }
            }
        }
        assert!(said > 0);
    }

    #[test]
    fn who_may_have_lost_the_connection_can_connect_again_and_still_act() {
        let vocabulary = json!([
            { "lose_next": { "client": "*", "message": "ack_to_client" } },
            { "emit": { "client": "*", "event": "say", "args": ["{last said.id}"] } },
            { "connect": { "clients": ["*"] } },
        ]);
        let random = Random { vocabulary: serde_json::from_value(vocabulary).unwrap(), ..random() };
        let (mut comes_back, mut goes_on, mut others) = (0, 0, 0);
        for scene in random.scenes() {
            assert_eq!(scene.check(), Ok(()), "{scene:?}");
            let mut shaky = Vec::new();
            let mut here = Vec::new();
            for step in &scene.steps {
                let client = step.clients().first().map(|&client| client.to_owned()).unwrap_or_default();
                match step {
                    Step::LoseNext { .. } => shaky.push(client),
                    Step::Emit { .. } => goes_on += usize::from(shaky.contains(&client)),
                    Step::Connect { clients, .. } => {
                        comes_back += usize::from(shaky.contains(&client));
                        others += usize::from(here.contains(&client) && !shaky.contains(&client));
                        here.extend(clients.clone());
                    }
                    _ => {}
                }
            }
        }
        assert!(comes_back > 50 && goes_on > 50, "{comes_back} and {goes_on}");
        assert_eq!(others, 0, "who can't have lost it stays");
    }

    #[test]
    fn every_kind_of_step_and_every_word_is_used() {
        let text = format!("{:?}", random().scenes());
        for used in [
            "Emit {",
            "EmitWithAck",
            "Acknowledge",
            "Connect {",
            "Disconnect {",
            "DropConnection",
            "CloseConnection",
            "CutOff",
            "StopPongs",
            "seconds: 30",
            "Together",
            "hi",
            "rust",
            "music",
            "right",
            "wrong",
            "as is",
            "{other}",
        ] {
            assert!(text.contains(used), "{used}");
        }
        assert!(!text.contains("{text}") && !text.contains("{room}") && !text.contains("{token}"));
    }

    #[test]
    fn equal_descriptions_make_equal_scenes_for_ever() {
        let scenes = random().scenes();
        assert_eq!(scenes, random().scenes());
        assert_ne!(scenes, Random { seed: 8, ..random() }.scenes());
        assert_eq!(Random { count: 3, ..random() }.scenes(), scenes[..3], "a higher count changes none");
        // What scenes should play as is kept. If this changes, so do all of them.
        let lines: Vec<_> = scenes[0].steps.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "ada, bob and cyd connect",
                r#"ada connects to /admin with {"token":"right"}"#,
                "ada closes the connection",
                "bob acknowledges",
                "bob disconnects",
                "bob and ada connect",
                "bob acknowledges",
                r#"ada connects to /admin with {"token":"wrong"}"#,
                "60 seconds pass",
            ]
        );
        assert_eq!(Dice(0).next(), 0xe220_a839_7b1d_cdaf, "the first number of SplitMix64 from 0");
    }

    #[test]
    fn a_run_ends_with_what_everyone_does_who_can() {
        let end = [
            Step::Connect { clients: vec!["*".into()], ns: ROOT.into(), auth: None, at: None },
            Step::Emit { client: "*".into(), ns: ROOT.into(), event: "getAll".into(), args: ().into() },
        ];
        let (scenes, runs) = (random().scenes(), random().runs(&end));
        assert_eq!(runs.len(), scenes.len());
        let mut shortest = usize::MAX;
        for ((run, length), scene) in runs.iter().zip(&scenes) {
            assert_eq!(run.check(), Ok(()), "{run:?}");
            assert_eq!(run.name, scene.name.replace("random", "run"));
            // It is that scene, with an end before its last wait.
            let begins = run.steps.len() - length;
            assert_eq!(run.steps[..begins], scene.steps[..scene.steps.len() - 1]);
            assert_eq!(run.steps.last(), scene.steps.last());
            let asks: Vec<_> = run.steps[begins..].iter().filter_map(Step::event).collect();
            assert_eq!(asks, ["getAll"; 3], "all three are there by then");
            shortest = shortest.min(*length);
        }
        assert_eq!(shortest, 4, "who is there needn't connect");
        assert!(Random { steps: (3, 2), ..random() }.runs(&end).is_empty());
        // Where a step names a client, nobody else takes it.
        let asks = |client: &str| Scene::new("", "").emit(client, "getAll", ()).steps.remove(0);
        for (run, length) in random().runs(&[end[0].clone(), asks("bob")]) {
            let begins = run.steps.len() - length;
            assert_eq!(run.steps[begins..].iter().filter(|step| step.event().is_some()).count(), 1);
            assert_eq!(run.steps[run.steps.len() - 2], asks("bob"));
        }
    }

    #[test]
    fn what_no_scene_can_be_made_of_is_an_error() {
        assert_eq!(random().check(), Ok(()));
        let errors = [
            Random { clients: vec!["ada".into()], ..random() },
            Random { steps: (3, 2), ..random() },
            Random { vocabulary: vec![], ..random() },
            Random { words: [("text".to_owned(), vec![])].into(), ..random() },
            Random { vocabulary: vec![Step::Kill { server: Node::B }], ..random() },
        ];
        for error in errors {
            assert!(error.check().is_err() && error.scenes().is_empty(), "{error:?}");
        }
    }
}
