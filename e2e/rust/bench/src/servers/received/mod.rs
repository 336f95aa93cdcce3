#[path = "../../../../../../solutions/queues/received/solution.rs"]
pub(super) mod solution;
