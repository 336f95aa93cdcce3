//! The book, made in-process: its pages checked, its scenes played, its diagrams drawn.
//!
//! A page asks for what it shows with fenced blocks (`directive`). They are looked up, played and checked (`check`) and
//! become values ([`blocks`]), which are drawn ([`draw`]). `book` makes a folder of HTML of it all. The plays come from a
//! [`Player`]: this crate knows the exercises, but none of their servers.

mod all_claims;
pub mod blocks;
mod book;
mod check;
mod comparison;
mod defect;
mod difference;
mod directive;
pub mod draw;
mod edition;
mod exercise_list;
mod giveaway;
mod glossary;
mod include;
mod link;
mod links_out;
mod mdbook_warnings;
mod numbers;
mod on_node;
mod page;
mod page_structure;
mod pages;
mod part;
mod play_cache;
mod player;
mod presence;
mod recordings;
mod step_view;
mod summary;
mod timetable;

pub use book::{PREPROCESSOR, STAGES, Target, build, check, preprocess, write_recordings};
pub use comparison::{Comparison, Play, compare};
pub use defect::{Defect, Defects};
pub use exercise_list::{ListedExercise, listed};
pub use on_node::{is_on_node, play_on_node};
pub use pages::Sources;
pub use play_cache::PlayCache;
pub use player::Player;
pub use presence::Presence;
pub use step_view::{LineDifference, StepView, step_views};
