//! mdBook's side door: a plain `mdbook build` runs this as a command.

use std::io;

use anyhow::{Context, Result, bail};
use mdbook_preprocessor::parse_input;
use site::{Plays, Sources};

use crate::cli::Question;

/// Reads the book on standard input, and writes it with its blocks drawn to standard output.
pub(crate) fn preprocess(question: Option<&Question>) -> Result<()> {
    if let Some(Question::Supports { renderer }) = question {
        return if renderer == "html" {
            Ok(())
        } else {
            bail!("the blocks are drawn in HTML, not for `{renderer}`")
        };
    }
    let (ctx, mut book) = parse_input(io::stdin())
        .context("standard input does not hold a book; it is mdBook that runs this command, see book.toml")?;
    let entries = catalogue::entries(&ctx.root)?;
    let src = &ctx.config.book.src;
    let sources = Sources { root: &ctx.root, src, entries: &entries, plays: &Plays::default() };
    let stages = site::preprocess(sources, &mut book)?;
    // mdBook empties its output folder after this, and then copies to it whatever lies beside the pages.
    site::write_trees(&ctx.root.join(src).join(site::STAGES), &stages, &entries)?;
    Ok(serde_json::to_writer(io::stdout(), &book)?)
}
