//! The book, made in-process: its pages checked, its scenes played, its diagrams drawn.

pub mod blocks;
pub mod draw;
