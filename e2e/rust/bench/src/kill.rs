//! x
use anyhow::Result;
use serde_json::Value;
/// x
pub async fn kill(_: &str, _: u64, _: u64) -> Result<Value> { todo!() }
