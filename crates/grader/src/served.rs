//! What is said of a server where it's served on a real port. The page there offers the events, the connections and the
//! paths of the exercise's scenes, each once.

use scenario::Step;
use serde_json::{Value, json};
use worker::Served;

use crate::Exercise;

/// How many buttons of a kind the page has at most.
const MOST: usize = 8;

/// What is said of the learner's own server.
pub fn served_own(exercise: &Exercise) -> Served {
    served(exercise, &format!("your server ({}/src/lib.rs)", exercise.path()))
}

/// What is said of a server that is called so, in a few words.
pub fn served(exercise: &Exercise, called: &str) -> Served {
    let Exercise { question, title, name, .. } = exercise;
    let window = exercise.window_file();
    Served {
        exercise: format!("{question}: {title} ({name})"),
        called: called.to_owned(),
        about: about(exercise, called),
        window: window.exists().then_some(window),
    }
}

/// What the page is told of the exercise.
fn about(exercise: &Exercise, called: &str) -> Value {
    let (mut events, mut connections, mut paths) = (Vec::new(), Vec::new(), Vec::new());
    // The words of the long evening are often wrong on purpose.
    for step in exercise.short_scenes().flat_map(|scene| &scene.steps) {
        match step {
            Step::Connect { ns, auth, .. } => {
                let mut connection = json!({ "namespace": ns });
                if let Some(auth) = auth {
                    connection["auth"] = auth.clone();
                }
                add(&mut connections, connection, |a, b| a == b);
            }
            Step::Emit { event, args, .. } => {
                add(&mut events, json!({ "event": event, "args": args, "ack": false }), is_same_event);
            }
            Step::EmitWithAck { event, args, .. } => {
                add(&mut events, json!({ "event": event, "args": args, "ack": true }), is_same_event);
            }
            Step::Request { path, .. } => add(&mut paths, json!(path), |a, b| a == b),
            _ => {}
        }
    }
    // One connection is what the form has anyway.
    if connections.len() == 1 && connections[0] == json!({ "namespace": "/" }) {
        connections.clear();
    }
    json!({
        "name": exercise.name,
        "question": exercise.question,
        "title": exercise.title,
        "task": exercise.task,
        "served": called,
        "events": events,
        "connections": connections,
        "paths": paths,
        "window": exercise.window_file().exists(),
    })
}

fn add(list: &mut Vec<Value>, new: Value, is_same: impl Fn(&Value, &Value) -> bool) {
    if list.len() < MOST && !list.iter().any(|old| is_same(old, &new)) {
        list.push(new);
    }
}

/// Whether two are the same event to a learner, whatever they carry.
fn is_same_event(a: &Value, b: &Value) -> bool {
    a["event"] == b["event"] && a["ack"] == b["ack"]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exercise(chapter_and_name: &str) -> Exercise {
        Exercise::read(&crate::root().join("exercises").join(chapter_and_name)).unwrap()
    }

    #[test]
    fn each_event_and_each_connection_of_the_scenes_is_offered_once() {
        let of = about(&exercise("rooms/join-room"), "your server");
        let join = json!({ "event": "join", "args": ["rust"], "ack": true });
        let tell = json!({ "event": "tell", "args": ["rust", "news"], "ack": false });
        assert_eq!(of["events"], json!([join, tell]));
        assert_eq!(of["connections"], json!([]), "the form has the only one");

        let of = about(&exercise("chat/health"), "your server");
        assert_eq!(of["paths"], json!(["/health"]));

        let of = about(&exercise("namespaces/middleware"), "your server");
        let connections = of["connections"].as_array().unwrap();
        assert!(connections.contains(&json!({ "namespace": "/" })), "{connections:?}");
        assert!(connections.contains(&json!({ "namespace": "/admin", "auth": { "token": "sesame" } })));
        assert!(connections.len() <= MOST);
        let wrong = json!({ "namespace": "/admin", "auth": { "token": "sesam" } });
        assert!(!connections.contains(&wrong), "it is of the long evening: {connections:?}");
    }
}
