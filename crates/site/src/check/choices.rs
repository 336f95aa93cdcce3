//! Questions: with options, and to be answered in one's own words.

use super::BlockError;
use crate::blocks::{Choice, Choices, OwnWords};
use crate::directive::{self, Text};

pub(super) fn choices(it: &directive::Choices, page: &str) -> Result<Choices, BlockError> {
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
    let (page, question) = (page.to_owned(), it.question.as_ref().clone());
    Ok(Choices { page, question, options: options.collect() })
}

/// How many items a checklist has: as many as one can keep in mind.
const CHECKLIST: std::ops::RangeInclusive<usize> = 3..=5;

pub(super) fn own_words(it: &directive::OwnWords, page: &str) -> Result<OwnWords, BlockError> {
    not_empty(&it.question, "question")?;
    not_empty(&it.model, "model")?;
    let items = it.checklist.as_ref();
    if !CHECKLIST.contains(&items.len()) {
        let what = format!("the checklist has {} items. Give it 3 to 5 short ones", items.len());
        return Err(BlockError::at(&it.checklist, what));
    }
    for item in items {
        not_empty(item, "checklist")?;
    }
    Ok(OwnWords {
        page: page.to_owned(),
        question: it.question.as_ref().clone(),
        model: it.model.as_ref().clone(),
        checklist: items.iter().map(|item| item.as_ref().clone()).collect(),
        // They are known when all pages are read.
        all: Vec::new(),
    })
}

fn not_empty(text: &Text, name: &str) -> Result<(), BlockError> {
    if text.as_ref().trim().is_empty() {
        return Err(BlockError::at(text, format!("`{name}` is empty. Write it")));
    }
    Ok(())
}
