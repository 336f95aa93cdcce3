#[path = "../../../../../../solutions/queues/after-a-crash/solution.rs"]
pub(super) mod solution;
#[path = "../../../../../../solutions/queues/after-a-crash/mistakes.rs"]
pub(super) mod mistakes;
