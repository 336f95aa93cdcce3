//! Who is connected when: a diagram draws no lifeline where there is nobody, and a page offers only what can be done.

use std::collections::{BTreeMap, BTreeSet};

use scenario::{ClientEvent, Step, StepResult, Transcript};
use serde::Serialize;

/// The clients that have a connection, each with the namespaces that it is connected to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Presence(BTreeMap<String, BTreeSet<String>>);

impl Presence {
    /// Who is connected after the first `steps` steps.
    pub(crate) fn after(transcript: &Transcript, steps: usize) -> Self {
        let mut presence = Self::default();
        for result in transcript.steps.iter().take(steps) {
            presence.step(result);
        }
        presence
    }

    /// Whether the client has a connection.
    pub(crate) fn has(&self, client: &str) -> bool {
        self.0.contains_key(client)
    }

    fn step(&mut self, result: &StepResult) {
        if let Step::Connect { clients, .. } = &result.step {
            for client in clients {
                self.0.entry(client.clone()).or_default();
            }
        }
        for outcome in &result.clients {
            let client = &outcome.client;
            for event in &outcome.events {
                match event {
                    ClientEvent::Connected { ns } => {
                        self.0.entry(client.clone()).or_default().insert(ns.clone());
                    }
                    ClientEvent::Disconnected { ns } => {
                        self.0.get_mut(client).map(|namespaces| namespaces.remove(ns));
                    }
                    ClientEvent::ConnectionClosed {} | ClientEvent::Lost { .. } => {
                        self.0.remove(client);
                    }
                    _ => {}
                }
            }
            if outcome.left {
                self.0.remove(client);
            }
        }
        for part in result.step.parts() {
            match part {
                Step::DropConnection { client }
                | Step::CloseConnection { client }
                | Step::CutOff { client } => {
                    self.0.remove(client);
                }
                Step::Disconnect { client, ns } => {
                    if let Some(namespaces) = self.0.get_mut(client) {
                        namespaces.remove(ns);
                        // A client that leaves its last namespace closes the connection too.
                        if namespaces.is_empty() {
                            self.0.remove(client);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use scenario::Scene;

    use super::*;

    #[test]
    fn who_is_connected_follows_from_what_happened() {
        let scene = Scene::new("x", "x")
            .connect(["ada", "bob"])
            .connect_to("ada", "/admin")
            .disconnect("ada")
            .drop_connection("bob");
        let transcript = harness::play(&scene, &solutions::server("middleware/solution").unwrap()).unwrap();
        let after = |steps| serde_json::to_string(&Presence::after(&transcript, steps)).unwrap();
        assert_eq!(after(0), "{}");
        assert_eq!(after(1), r#"{"ada":["/"],"bob":["/"]}"#);
        // The middleware refuses Ada: her connection stays.
        assert_eq!(after(2), r#"{"ada":["/"],"bob":["/"]}"#);
        assert_eq!(after(3), r#"{"bob":["/"]}"#);
        assert_eq!(after(4), "{}");
    }
}
