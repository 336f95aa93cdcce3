//! One line a solution, in the order of the book. A check tells of an exercise that is missing here.

use crate::Server;

/// What a solution crate holds.
pub(crate) struct Solution {
    /// Its folder, below `exercises` and below `solutions`.
    pub(crate) folder: &'static str,
    pub(crate) answer: Server,
    pub(crate) wrong: &'static [(&'static str, Server)],
}

macro_rules! solutions {
    ($($folder:literal => $library:ident,)*) => {
        &[$(Solution { folder: $folder, answer: $library::server, wrong: $library::wrong::ALL }),*]
    };
}

pub(crate) const ALL: &[Solution] = solutions! {
    "chat/chat-message" => chat_message,
    "chat/proof-of-life" => proof_of_life,
    "chat/broadcast" => broadcast,
    "rooms/join-room" => join_room,
    "namespaces/middleware" => middleware,
};
