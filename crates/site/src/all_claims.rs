//! What people say on all pages of the book, for the pages that look back at them.

use std::collections::HashSet;

use grader::Exercise;

use crate::blocks::{ListedClaim, PageClaims};
use crate::defect::to_slash;
use crate::directive::{self, Directive, Kind};
use crate::draw;
use crate::page::{Page, ParsedPage};

/// The claims of the pages that have any. What can't be read is left out: the check of its block tells.
pub(crate) fn of_all_pages(
    exercises: &[Exercise],
    pages: &[Page<'_>],
    parsed: &[ParsedPage],
) -> Vec<PageClaims> {
    let pages = pages.iter().zip(parsed).map(|(page, parsed)| {
        let page = to_slash(page.path);
        let mut ids = ClaimIds::default();
        let mut claims = Vec::new();
        for block in parsed.blocks.iter().filter(|block| block.kind == Kind::Claims) {
            let Ok(Directive::Claims(block)) = block.kind.read(&block.body) else { continue };
            claims.extend(
                block.claims.iter().filter_map(|it| listed(exercises, &block, it.as_ref(), &mut ids)),
            );
        }
        let question = exercises.iter().find(|exercise| exercise.page == page);
        PageClaims {
            title: parsed.title.clone(),
            question: question.map(|exercise| exercise.question.clone()),
            page,
            claims,
        }
    });
    pages.filter(|page| !page.claims.is_empty()).collect()
}

fn listed(
    exercises: &[Exercise],
    block: &directive::Claims,
    claim: &directive::Claim,
    ids: &mut ClaimIds,
) -> Option<ListedClaim> {
    let exercise = claim.exercise.as_ref().or(block.exercise.as_ref());
    let exercise = exercise.and_then(|name| exercises.iter().find(|it| it.name == *name.as_ref()));
    let mistake = claim.mistake.as_ref().and_then(|name| exercise?.mistake(name.as_ref()));
    let directive::Said { text, truth, why } = claim.said(mistake);
    let (text, truth, why) = (text?, truth?, why?);
    Some(ListedClaim { id: ids.id_of(&text), text, truth, why })
}

/// The ids of a page's claims, in the order in which they stand there.
#[derive(Default)]
pub(crate) struct ClaimIds(HashSet<String>);

impl ClaimIds {
    /// The id of the page's next claim: its words, with a number if there are the same words before.
    pub(crate) fn id_of(&mut self, text: &str) -> String {
        let words = draw::plain(text).to_lowercase();
        let words: Vec<_> = words.split(|c: char| !c.is_alphanumeric()).filter(|it| !it.is_empty()).collect();
        let id = format!("claim-{}", words.join("-"));
        let numbered = (2..).map(|number| format!("{id}-{number}"));
        let free = std::iter::once(id.clone()).chain(numbered).find(|id| !self.0.contains(id)).unwrap_or(id);
        self.0.insert(free.clone());
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_s_id_is_made_of_its_words_and_unique() {
        let mut ids = ClaimIds::default();
        assert_eq!(ids.id_of("`io.emit(…)`, *always*"), "claim-io-emit-always");
        assert_eq!(ids.id_of("io, emit: always!"), "claim-io-emit-always-2");
        assert_eq!(ids.id_of("`io.emit`"), "claim-io-emit");
    }
}
