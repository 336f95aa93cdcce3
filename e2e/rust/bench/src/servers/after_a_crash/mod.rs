#[path = "../../../../../../solutions/queues/after-a-crash/mistakes.rs"]
pub(super) mod mistakes;
#[path = "../../../../../../solutions/queues/after-a-crash/solution.rs"]
pub(super) mod solution;
