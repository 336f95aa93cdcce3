//! What differs from the solution. There is one definition, the grader's: what it doesn't grade doesn't count.

use grader::{Exercise, graded};
use scenario::{Difference, Transcript};

/// The difference between the solution's play of a scene and another server's.
pub(crate) fn difference(exercise: &Exercise, solution: &Transcript, played: &Transcript) -> Difference {
    let rules = &exercise.log_rules;
    Difference::between(&graded(solution, rules), &graded(played, rules))
}
