//! What real time doesn't decide.

/// The scenes that are played over TCP up to a step, one client at a time, and why no further: what comes of the next step
/// depends on which of several things is first. In virtual time that's the same each time; here it isn't.
const PLAYED_UP_TO: [(&str, usize, &str); 9] = [
    ("chat/long-evening", 60, "two clients that stopped answering are given up, in any order"),
    ("health/long-evening", 36, "three clients that stopped answering are given up, in any order"),
    ("follow/long-evening", 59, "a client asks while another may still be on its way out"),
    ("last-words/long-evening", 45, "a client leaves its rooms while another asks to leave one"),
    ("room-chat/long-evening", 64, "a client leaves while another types"),
    ("admin/long-evening", 54, "a client is disconnected while another speaks"),
    ("in-order/long-evening", 62, "a link is being checked while two others publish at the same moment"),
    ("same-user-two-nodes/long-evening", 12, "two whispers wait three seconds for their acknowledgements"),
    ("tenants/long-evening", 74, "a namespace is asked for while its last client is on its way out"),
];

/// How many steps of the scene `EXERCISE/SCENE` are played over TCP, and why no more. `None`: all that a client can.
pub fn played_up_to(name: &str) -> Option<(usize, &'static str)> {
    PLAYED_UP_TO.iter().find(|(scene, ..)| *scene == name).map(|(_, steps, why)| (*steps, *why))
}
