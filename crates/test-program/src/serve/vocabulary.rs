//! What the page offers: the events, the connections and the paths of an exercise's scenes, each once.

use scenario::Step;
use serde_json::{Value, json};

use grader::Exercise;

/// How many buttons of a kind the page has at most.
const MOST: usize = 8;

/// What the page is told about the exercise.
pub(super) fn of(exercise: &Exercise, served: &str) -> Value {
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
        "served": served,
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
        Exercise::read(&grader::root().join("exercises").join(chapter_and_name)).unwrap()
    }

    #[test]
    fn each_event_and_each_connection_of_the_scenes_is_offered_once() {
        let of = super::of(&exercise("rooms/join-room"), "your server");
        let join = json!({ "event": "join", "args": ["rust"], "ack": true });
        let tell = json!({ "event": "tell", "args": ["rust", "news"], "ack": false });
        assert_eq!(of["events"], json!([join, tell]));
        assert_eq!(of["connections"], json!([]), "the form has the only one");

        let of = super::of(&exercise("chat/health"), "your server");
        assert_eq!(of["paths"], json!(["/health"]));

        let of = super::of(&exercise("namespaces/middleware"), "your server");
        let connections = of["connections"].as_array().unwrap();
        assert!(connections.contains(&json!({ "namespace": "/" })), "{connections:?}");
        assert!(connections.contains(&json!({ "namespace": "/admin", "auth": { "token": "sesame" } })));
        assert!(connections.len() <= MOST);
        let wrong = json!({ "namespace": "/admin", "auth": { "token": "sesam" } });
        assert!(!connections.contains(&wrong), "it is of the long evening: {connections:?}");
    }
}
