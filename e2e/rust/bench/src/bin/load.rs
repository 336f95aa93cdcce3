//! The load for a server: `load fan-out ADDRESS PID MEMBERS SECONDS IN_FLIGHT`,
//! and more. Prints a line of JSON with what came of it.

use std::env::args;
use std::fmt::Debug;
use std::str::FromStr;

use anyhow::{Context, Result, bail};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let args: Vec<_> = args().skip(1).collect();
    let result = match args.first().map(String::as_str) {
        Some("fan-out") => {
            let (address, server, members) = (number(&args, 1)?, text(&args, 2)?, number(&args, 3)?);
            bench::fan_out(address, server, members, number(&args, 4)?, number(&args, 5)?).await?
        }
        Some("hub") => {
            bench::hub(number(&args, 1)?, text(&args, 2)?, text(&args, 3)?, number(&args, 4)?).await?
        }
        Some("kill") => bench::kill(text(&args, 1)?, number(&args, 2)?, number(&args, 3)?).await?,
        _ => bail!("fan-out, hub or kill?"),
    };
    println!("{result}");
    Ok(())
}

fn text(args: &[String], index: usize) -> Result<&str> {
    Ok(args.get(index).with_context(|| format!("argument {index} is missing"))?)
}

fn number<T: FromStr<Err: Debug>>(args: &[String], index: usize) -> Result<T> {
    let text = text(args, index)?;
    text.parse().map_err(|error| anyhow::anyhow!("argument {index} is {text}: {error:?}"))
}
