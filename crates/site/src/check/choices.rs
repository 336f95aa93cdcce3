//! Questions with options.

use super::BlockError;
use crate::blocks::{Choice, Choices};
use crate::directive::{self, Text};

pub(super) fn choices(it: &directive::Choices) -> Result<Choices, BlockError> {
    not_empty(&it.question, "question")?;
    if it.options.len() < 2 {
        let what = "a question needs at least two `[[option]]`s to choose from";
        return Err(BlockError::at(&it.question, what));
    }
    for option in &it.options {
        not_empty(&option.text, "text")?;
        not_empty(&option.why, "why")?;
    }
    if !it.options.iter().any(|option| option.right) {
        return Err(BlockError::at(&it.question, "no option is right. Mark one with `right = true`"));
    }
    let options = it.options.iter().map(|option| Choice {
        text: option.text.as_ref().clone(),
        right: option.right,
        why: option.why.as_ref().clone(),
    });
    Ok(Choices { question: it.question.as_ref().clone(), options: options.collect() })
}

fn not_empty(text: &Text, name: &str) -> Result<(), BlockError> {
    if text.as_ref().trim().is_empty() {
        return Err(BlockError::at(text, format!("`{name}` is empty. Write it")));
    }
    Ok(())
}
