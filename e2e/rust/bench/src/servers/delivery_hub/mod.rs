#[path = "../../../../../../solutions/queues/delivery-hub/solution.rs"]
pub(super) mod solution;
