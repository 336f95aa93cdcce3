//! x
use std::net::SocketAddr;
use anyhow::Result;
use serde_json::Value;
/// x
pub async fn hub(_: SocketAddr, _: &str, _: &str, _: u64) -> Result<Value> { todo!() }
