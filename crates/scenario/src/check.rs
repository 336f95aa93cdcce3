//! Whether a scene can be played.

use std::fmt;

use crate::{Node, ROOT, SERVER, Scene, Step};

/// The most steps a scene may have: a reader's clicks, not a load test.
pub const MAX_STEPS: usize = 200;

/// The most clients a scene may have.
pub const MAX_CLIENTS: usize = 32;

/// The longest wait, in seconds: an hour. Heartbeats go on meanwhile, and are frames like others.
pub const MAX_WAIT: u32 = 3_600;

/// Why a scene can't be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SceneError {
    /// The step it is about, counted from 1.
    pub step: usize,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// More steps than [`MAX_STEPS`].
    TooManySteps,
    /// More clients than [`MAX_CLIENTS`].
    TooManyClients,
    /// A `connect` without a client.
    NoClient,
    /// A client's name that is empty, longer than 40 characters, or has control characters in it.
    BadClientName(String),
    /// A namespace that doesn't start with `/`, or holds a character that a packet can't carry there.
    BadNamespace(String),
    /// A server that has been killed before.
    Killed(Node),
    /// A client acts that isn't connected, or no longer.
    NotConnected(String),
    /// A client acts in a namespace that it hasn't connected to, or has left.
    NotInNamespace(String, String),
    /// An event without a name.
    NoEvent,
    /// A path that doesn't start with `/`, or holds a character that a request can't carry there.
    BadPath(String),
    /// A wait longer than [`MAX_WAIT`].
    WaitTooLong,
    /// Fewer than two things are done together.
    Alone,
    /// A step of this kind can't be one of several that are done together.
    NotTogether(&'static str),
}

impl fmt::Display for SceneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {}: {}", self.step, self.problem)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManySteps => write!(f, "a scene can have at most {MAX_STEPS} steps"),
            Self::TooManyClients => write!(f, "a scene can have at most {MAX_CLIENTS} clients"),
            Self::NoClient => write!(f, "nobody connects. Name at least one client"),
            Self::BadClientName(name) => write!(
                f,
                "{name:?} can't be a client's name. Use 1 to 40 characters, without control characters"
            ),
            Self::BadNamespace(ns) => {
                write!(f, "{ns:?} can't be a namespace. It must start with `/` and can't contain `,` or `?`")
            }
            Self::Killed(server) => write!(f, "{server} has been killed before"),
            Self::NotConnected(client) => {
                write!(f, "{client} isn't connected. Let {client} connect first")
            }
            Self::NotInNamespace(client, ns) => {
                write!(f, "{client} isn't connected to {ns}. Let {client} connect to it first")
            }
            Self::BadPath(path) => write!(
                f,
                "{path:?} can't be requested. A path must start with `/`, and has only visible ASCII characters, no `#`"
            ),
            Self::NoEvent => write!(f, "an event needs a name"),
            Self::WaitTooLong => write!(f, "a wait can take at most {MAX_WAIT} seconds"),
            Self::Alone => write!(f, "`together` needs at least two steps"),
            Self::NotTogether(kind) => {
                write!(f, "`{kind}` can't be one of the steps in `together`. Make it a step of its own")
            }
        }
    }
}

impl std::error::Error for SceneError {}

impl Scene {
    /// Whether the scene can be played: every client acts where it is, and nothing is out of bounds.
    ///
    /// # Errors
    /// With the first step that can't be played.
    pub fn check(&self) -> Result<(), SceneError> {
        if self.steps.iter().map(|step| step.parts().len()).sum::<usize>() > MAX_STEPS {
            return Err(SceneError { step: MAX_STEPS + 1, problem: Problem::TooManySteps });
        }
        let mut present = Present::default();
        for (i, step) in self.steps.iter().enumerate() {
            check_step(step, &mut present).map_err(|problem| SceneError { step: i + 1, problem })?;
        }
        Ok(())
    }
}

/// Who is there so far, and which servers are.
#[derive(Default)]
struct Present<'s> {
    /// Who has connected, and hasn't left by an act of its own.
    clients: Vec<Client<'s>>,
    /// The servers that have been killed.
    killed: Vec<Node>,
}

struct Client<'s> {
    name: &'s str,
    /// The namespaces it has connected to and not left.
    namespaces: Vec<&'s str>,
    /// The server that its connection leads to.
    at: Node,
}

fn check_step<'s>(step: &'s Step, present: &mut Present<'s>) -> Result<(), Problem> {
    if let Step::Connect { clients, ns, at, .. } = step {
        return check_connect(clients, ns, at.unwrap_or_default(), present);
    }
    if let Step::Kill { server } = step {
        if present.killed.contains(server) {
            return Err(Problem::Killed(*server));
        }
        present.killed.push(*server);
        present.clients.retain(|client| client.at != *server);
        return Ok(());
    }
    if matches!(step, Step::Wait { seconds } if *seconds > MAX_WAIT) {
        return Err(Problem::WaitTooLong);
    }
    if let Step::Together(steps) = step {
        return check_together(steps, present);
    }
    if let Step::Restart {} = step {
        present.clients.clear();
        present.killed.clear();
        return Ok(());
    }
    if let Step::Start {} = step {
        // From here on the server can act.
        present.clients.push(Client { name: SERVER, namespaces: vec![ROOT], at: Node::A });
        return Ok(());
    }
    if let Step::Request { client, path } = step {
        let visible = |c: char| c.is_ascii_graphic() && c != '#';
        if !path.starts_with('/') || !path.chars().all(visible) {
            return Err(Problem::BadPath(path.clone()));
        }
        return check_name(client);
    }
    let Some(client) = step.clients().first().copied() else { return Ok(()) };
    let Some(place) = present.clients.iter().position(|one| one.name == client) else {
        return Err(Problem::NotConnected(client.to_owned()));
    };
    let namespaces = &mut present.clients[place].namespaces;
    match step {
        Step::Emit { ns, event, .. } | Step::EmitWithAck { ns, event, .. } => {
            if event.is_empty() {
                return Err(Problem::NoEvent);
            }
            if !namespaces.contains(&ns.as_str()) {
                return Err(Problem::NotInNamespace(client.to_owned(), ns.clone()));
            }
        }
        Step::Disconnect { ns, .. } => {
            if !namespaces.contains(&ns.as_str()) {
                return Err(Problem::NotInNamespace(client.to_owned(), ns.clone()));
            }
            namespaces.retain(|entered| entered != ns);
            if namespaces.is_empty() {
                present.clients.remove(place);
            }
        }
        Step::DropConnection { .. } | Step::CloseConnection { .. } | Step::CutOff { .. } => {
            present.clients.remove(place);
        }
        _ => {}
    }
    Ok(())
}

fn check_together<'s>(steps: &'s [Step], present: &mut Present<'s>) -> Result<(), Problem> {
    if steps.len() < 2 {
        return Err(Problem::Alone);
    }
    steps.iter().try_for_each(|step| match step {
        // A response says how things are: of those that are done at the same moment, some are done and some aren't.
        Step::Wait { .. }
        | Step::Together(_)
        | Step::Request { .. }
        | Step::LoseNext { .. }
        | Step::CrashAtNext { .. }
        | Step::Restart {}
        | Step::Kill { .. }
        | Step::CutLine {}
        | Step::MendLine {}
        | Step::Start {}
        | Step::Accept {}
        | Step::Refuse { .. } => Err(Problem::NotTogether(step.kind())),
        step => check_step(step, present),
    })
}

fn check_connect<'s>(
    clients: &'s [String],
    ns: &'s str,
    at: Node,
    present: &mut Present<'s>,
) -> Result<(), Problem> {
    if clients.is_empty() {
        return Err(Problem::NoClient);
    }
    if !ns.starts_with('/') || ns.contains([',', '?']) || ns.chars().any(char::is_control) {
        return Err(Problem::BadNamespace(ns.to_owned()));
    }
    if present.killed.contains(&at) {
        return Err(Problem::Killed(at));
    }
    for client in clients {
        check_name(client)?;
        match present.clients.iter_mut().find(|one| one.name == client) {
            // The server may have disconnected it in the meantime: to connect again is no mistake.
            // Then it may be elsewhere now.
            Some(one) if one.namespaces.contains(&ns) => one.at = at,
            Some(one) => one.namespaces.push(ns),
            None => present.clients.push(Client { name: client, namespaces: vec![ns], at }),
        }
    }
    if present.clients.len() > MAX_CLIENTS { Err(Problem::TooManyClients) } else { Ok(()) }
}

fn check_name(client: &str) -> Result<(), Problem> {
    let too_long = client.chars().count() > 40;
    if client.trim().is_empty() || too_long || client.chars().any(char::is_control) {
        return Err(Problem::BadClientName(client.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene() -> Scene {
        Scene::new("s", "s").connect(["ada"])
    }

    #[track_caller]
    fn refused(scene: &Scene, step: usize, problem: Problem) {
        assert_eq!(scene.check(), Err(SceneError { step, problem }));
    }

    #[test]
    fn a_scene_has_bounds() {
        let waits = |count| (1..count).fold(scene(), |scene, _| scene.wait(MAX_WAIT));
        assert_eq!(waits(MAX_STEPS).check(), Ok(()));
        refused(&waits(MAX_STEPS + 1), MAX_STEPS + 1, Problem::TooManySteps);
        refused(&scene().wait(MAX_WAIT + 1), 2, Problem::WaitTooLong);
        let crowd = |count| Scene::new("s", "s").connect((0..count).map(|i| format!("client {i}")));
        assert_eq!(crowd(MAX_CLIENTS).check(), Ok(()));
        refused(&crowd(MAX_CLIENTS + 1), 1, Problem::TooManyClients);
        let killed = scene().connect_at(Node::B, ["bob"]).kill(Node::B);
        assert_eq!(killed.clone().connect_at(Node::A, ["bob"]).emit("bob", "say", "hi").check(), Ok(()));
        refused(&killed.clone().emit("bob", "say", "hi"), 4, Problem::NotConnected("bob".into()));
        refused(&killed.clone().connect_at(Node::B, ["bob"]), 4, Problem::Killed(Node::B));
        refused(&killed.clone().kill(Node::B), 4, Problem::Killed(Node::B));
        // Bob had been disconnected before, and is at server A now.
        let elsewhere = scene().connect_at(Node::B, ["bob"]).stop_pongs("bob").wait(60);
        let elsewhere = elsewhere.connect_at(Node::A, ["bob"]).kill(Node::B);
        assert_eq!(elsewhere.emit("bob", "say", "hi").check(), Ok(()));
        assert_eq!(killed.restart().connect_at(Node::B, ["bob"]).check(), Ok(()));
    }

    #[test]
    fn a_name_can_be_written_down() {
        let name = |name: &str| Scene::new("s", "s").connect([name]);
        assert_eq!(name(&"ä".repeat(40)).check(), Ok(()));
        for bad in [" ", "a\nb", &"x".repeat(41)] {
            refused(&name(bad), 1, Problem::BadClientName(bad.into()));
        }
        for bad in ["admin", "/a,b", "/a?b", "/a\u{0}"] {
            refused(&scene().connect_to("ada", bad), 2, Problem::BadNamespace(bad.into()));
        }
        refused(&scene().emit("ada", "", ()), 2, Problem::NoEvent);
        refused(&scene().emit_with_ack("ada", "", ()), 2, Problem::NoEvent);
        refused(&Scene::new("s", "s").connect([""; 0]), 1, Problem::NoClient);
    }

    #[test]
    fn a_request_needs_no_connection_and_a_path() {
        assert_eq!(Scene::new("s", "s").request("/health?full=1").check(), Ok(()));
        for bad in ["", "health", "/a b", "/a\r\nx: y", "/ä", "/#top"] {
            refused(&scene().request(bad), 2, Problem::BadPath(bad.into()));
        }
        let nobody = Step::Request { client: " ".into(), path: "/".into() };
        refused(&scene().step(nobody), 2, Problem::BadClientName(" ".into()));
    }

    #[test]
    fn a_client_acts_where_it_is() {
        let both = || scene().connect_to("ada", "/admin");
        assert_eq!(both().disconnect("ada").emit_in("ada", "/admin", "say", ()).check(), Ok(()));
        assert_eq!(scene().disconnect("ada").connect(["ada"]).disconnect("ada").check(), Ok(()));
        let not_in = |ns: &str| Problem::NotInNamespace("ada".into(), ns.into());
        refused(&both().disconnect("ada").emit("ada", "say", ()), 4, not_in("/"));
        refused(&scene().emit_with_ack_in("ada", "/admin", "say", ()), 2, not_in("/admin"));
        refused(&scene().disconnect_from("ada", "/admin"), 2, not_in("/admin"));
        let gone = || Problem::NotConnected("ada".into());
        refused(&scene().disconnect("ada").stop_pongs("ada"), 3, gone());
        for lost in [both().drop_connection("ada"), both().close_connection("ada"), both().cut_off("ada")] {
            assert_eq!(lost.clone().connect(["ada"]).emit("ada", "say", ()).check(), Ok(()));
            refused(&lost.acknowledge("ada", ()), 4, gone());
        }
    }

    #[test]
    fn what_is_done_together_can_be_done_by_each() {
        let part = || Scene::new("", "");
        let two = part().emit("ada", "say", ()).emit("ada", "say", ());
        assert_eq!(scene().together(two.clone()).check(), Ok(()));
        refused(&scene().together(part().emit("ada", "say", ())), 2, Problem::Alone);
        let not_bob = part().emit("ada", "say", ()).emit("bob", "say", ());
        refused(&scene().together(not_bob), 2, Problem::NotConnected("bob".into()));
        let twice = part().disconnect("ada").emit("ada", "say", ());
        refused(&scene().together(twice), 2, Problem::NotConnected("ada".into()));
        let arrivals = part().connect(["bob"]).connect(["cyd"]);
        assert_eq!(scene().together(arrivals.clone()).emit("cyd", "say", ()).check(), Ok(()));
        for (other, kind) in [
            (part().wait(1), "wait"),
            (part().request("/"), "request"),
            (part().together(two.clone()), "together"),
        ] {
            let steps = Scene { steps: [two.steps.clone(), other.steps].concat(), ..two.clone() };
            refused(&scene().together(steps), 2, Problem::NotTogether(kind));
        }
        let crowd = (0..MAX_STEPS).fold(part(), |part, _| part.emit("ada", "say", ()));
        refused(&scene().together(crowd), MAX_STEPS + 1, Problem::TooManySteps);
    }
}
