//! Drawing: pure functions from [`blocks`](crate::blocks) to what is on the page.
//!
//! Each returns HTML that is put between two empty lines of a page's Markdown, and has no empty line within: that would
//! end it there. How it looks is in `book/theme/workbook.css`, what it does in the scripts beside it.

mod card;
mod choices;
mod claims;
mod claims_index;
mod comparison;
mod diagram;
mod html;
mod list;
mod own_words;
mod picture;
mod right_or_wrong;
mod stage;
mod step;
mod teacher;
#[cfg(test)]
mod tests;
mod timetable;
mod who_hears;

pub use self::card::card;
pub use self::choices::choices;
pub use self::claims::claims;
pub use self::claims_index::claims_index;
pub(crate) use self::comparison::frame;
pub use self::diagram::diagram;
pub(crate) use self::html::plain;
pub use self::list::list;
pub(crate) use self::list::page_html;
pub use self::own_words::own_words;
pub use self::right_or_wrong::right_or_wrong;
pub use self::stage::stage;
pub use self::step::step;
pub use self::teacher::teacher;
pub use self::timetable::timetable;
pub use self::who_hears::who_hears;
use crate::blocks::Block;

/// Draws a block.
pub fn block(block: &Block) -> String {
    match block {
        Block::Diagram(it) => diagram(it),
        Block::Stage(it) => stage(it),
        Block::Choices(it) => choices(it),
        Block::Claims(it) => claims(it),
        Block::ClaimsIndex(it) => claims_index(it),
        Block::RightOrWrong(it) => right_or_wrong(it),
        Block::Card(it) => card(it),
        Block::List(it) => list(it),
        Block::OwnWords(it) => own_words(it),
        Block::Teacher(it) => teacher(it),
        Block::Timetable(it) => timetable(it),
        Block::WhoHears(it) => who_hears(it),
    }
}
