//! The solutions that are clients, as they lie in `solutions/CHAPTER/NAME/`.

use client_grader::Client;

/// What an exercise's clients are called, and the clients.
pub(crate) struct Solution {
    /// The exercise: `first-client`.
    pub(crate) exercise: &'static str,
    /// `solution`, `starter` and the known mistakes.
    pub(crate) clients: Vec<(String, Client)>,
}

/// The client with the name `EXERCISE/CLIENT`.
pub(crate) fn find(name: &str) -> Option<Client> {
    let (exercise, client) = name.split_once('/')?;
    let solution = all().into_iter().find(|solution| solution.exercise == exercise)?;
    solution.clients.into_iter().find(|(known, _)| known == client).map(|(_, client)| client)
}

// They are written as in a crate of their own.
#[allow(unreachable_pub)]
#[path = "../../../solutions/chat/first-client/mistakes.rs"]
mod first_client_mistakes;
#[allow(unreachable_pub)]
#[path = "../../../solutions/chat/first-client/solution.rs"]
mod first_client_solution;
#[allow(warnings, reason = "it is what a learner gets: unused names and all")]
#[path = "../../../solutions/chat/first-client/starter.rs"]
mod first_client_starter;

/// Makes the list. A proof holds the known mistakes against `exercise.toml`.
macro_rules! solutions {
    ($($exercise:literal: $solution:ident, $starter:ident, $mistakes:ident [$($mistake:ident),* $(,)?])*) => {
        /// All of them.
        pub(crate) fn all() -> Vec<Solution> {
            vec![$(Solution {
                exercise: $exercise,
                clients: vec![
                    ("solution".to_owned(), Client::new($solution::client)),
                    ("starter".to_owned(), Client::new($starter::client)),
                    $((stringify!($mistake).replace('_', "-"), Client::new($mistakes::$mistake)),)*
                ],
            }),*]
        }
    };
}

solutions! {
    "first-client": first_client_solution, first_client_starter, first_client_mistakes [
        ends_at_once, emits_at_once, sleeps, on_connect_by_name, vanishes, still_nested, one_argument, text_as_json, impatient,
        deaf_to_refusal, contains_bye,
    ]
}
