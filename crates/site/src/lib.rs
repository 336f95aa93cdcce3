//! The book, made in-process: its pages checked, its scenes played, its diagrams drawn.
//!
//! A page asks for what it shows with fenced blocks (`ask`); they are looked up, played and checked (`check`) and
//! become values ([`blocks`]), which are drawn ([`draw`]). `book` makes a folder of HTML of it all.

mod ask;
pub mod blocks;
mod book;
mod check;
mod defect;
pub mod draw;
mod form;
mod include;
mod kept;
mod link;
mod mutter;
mod page;
mod pages;
mod plays;
mod summary;
mod tree;

pub use book::{PREPROCESSOR, Reader, STAGES, build, check, preprocess, write_trees};
pub use defect::{Defect, Defects};
pub use form::PARTS;
pub use page::Page;
pub use pages::{Made, Sources, make};
pub use plays::Plays;
