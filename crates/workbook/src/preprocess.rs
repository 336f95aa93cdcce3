//! What a plain `mdbook build` runs: mdBook's preprocessor as a command.

use std::io;

use anyhow::{Context, Result, bail};
use mdbook_preprocessor::parse_input;
use site::{PlayCache, Sources};

use crate::cli::PreprocessQuery;
use players::Players;

/// Reads the book on standard input, and writes it with its blocks drawn to standard output.
pub(crate) fn preprocess(query: Option<&PreprocessQuery>) -> Result<()> {
    if let Some(PreprocessQuery::Supports { renderer }) = query {
        return if renderer == "html" {
            Ok(())
        } else {
            bail!("the blocks are drawn in HTML, not for `{renderer}`")
        };
    }
    let (ctx, mut book) = parse_input(io::stdin())
        .context("standard input does not hold a book; it is mdBook that runs this command, see book.toml")?;
    let exercises = grader::exercises(&ctx.root)?;
    let src = &ctx.config.book.src;
    let plays = PlayCache::new(Players::build(&ctx.root)?);
    let sources = Sources { root: &ctx.root, src, exercises: &exercises, plays: &plays };
    let stages = site::preprocess(sources, &mut book)?;
    // mdBook empties its output folder after this, and then copies to it whatever lies beside the pages.
    site::write_recordings(&ctx.root.join(src).join(site::STAGES), &stages, &exercises, &plays)?;
    Ok(serde_json::to_writer(io::stdout(), &book)?)
}
