#[path = "../../../../../../solutions/rooms/join-room/solution.rs"]
pub(super) mod solution;
