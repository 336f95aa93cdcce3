//! The blocks that look back at what people say on other pages.

use std::path::Path;

use grader::Truth;

use super::{BlockError, Checker, to_root};
use crate::blocks::{ClaimToJudge, ClaimsIndex};
use crate::directive;
use crate::draw;

impl Checker<'_> {
    pub(super) fn claims_index(&self, file: &Path) -> Result<ClaimsIndex, BlockError> {
        if self.all_claims.is_empty() {
            let what = "no page has a `claims` block, so there is nothing to list. Leave out this index";
            return Err(BlockError::of_block(what));
        }
        Ok(ClaimsIndex { pages: self.all_claims.clone(), to_root: to_root(file) })
    }

    /// `page` is the one that asks.
    pub(super) fn right_or_wrong(
        &self,
        it: &directive::RightOrWrong,
        (page, file): (&str, &Path),
        errors: &mut Vec<BlockError>,
    ) -> Vec<ClaimToJudge> {
        if it.claims.is_empty() {
            errors.push(BlockError::of_block("there are no claims in it. Add a `[[claim]]`"));
        }
        let mut found = Vec::new();
        for claim in &it.claims {
            match self.claim_to_judge(claim, (page, file)) {
                Ok(claim) => found.push(claim),
                Err(error) => errors.push(error),
            }
        }
        found
    }

    fn claim_to_judge(
        &self,
        it: &directive::ClaimToJudge,
        (page, file): (&str, &Path),
    ) -> Result<ClaimToJudge, BlockError> {
        let Some(on) = self.all_claims.iter().find(|on| on.page == *it.page.as_ref()) else {
            let known: Vec<_> = self.all_claims.iter().map(|on| on.page.as_str()).collect();
            let what =
                format!("no page `{}` has claims. Pages that have: {}", it.page.as_ref(), known.join(", "));
            return Err(BlockError::at(&it.page, what));
        };
        let Some(claim) = on.claims.iter().find(|claim| claim.text == *it.text.as_ref()) else {
            let known: Vec<_> = on.claims.iter().map(|claim| format!("“{}”", claim.text)).collect();
            let what = format!("{} has no such claim. Its claims: {}", on.page, known.join(", "));
            return Err(BlockError::at(&it.text, what));
        };
        if claim.truth == Truth::Slip {
            let what = "this claim is a slip: nobody says it, so there is nothing to judge. Take another";
            return Err(BlockError::at(&it.text, what));
        }
        let about = || match &on.question {
            Some(question) => format!("{question} · {}", on.title),
            None => on.title.clone(),
        };
        Ok(ClaimToJudge {
            page: page.to_owned(),
            asked: it.asked.clone().unwrap_or_else(about),
            link: format!("{}{}#{}", to_root(file), draw::page_html(&on.page), claim.id),
            claim: claim.clone(),
        })
    }
}
