//! What people say, and what shows how true it is.

use std::path::Path;

use grader::{Exercise, Mistake, SOLUTION, Truth};
use toml::Spanned;

use super::{BlockError, Checker, diagram, lookup};
use crate::blocks::{Claim, Evidence};
use crate::difference::difference;
use crate::directive::{self, Kind, Text};
use crate::page::Fenced;

impl Checker<'_> {
    pub(super) fn claims(&self, it: &directive::Claims, errors: &mut Vec<BlockError>) -> Vec<Claim> {
        if it.claims.is_empty() {
            errors.push(BlockError::of_block("there are no claims in it. Add a `[[claim]]`"));
        }
        let mut claims = Vec::new();
        for claim in &it.claims {
            match self.claim(it, claim) {
                Ok(claim) => claims.push(claim),
                Err(error) => errors.push(error),
            }
        }
        claims
    }

    fn claim(
        &self,
        all: &directive::Claims,
        spanned: &Spanned<directive::Claim>,
    ) -> Result<Claim, BlockError> {
        let claim = spanned.as_ref();
        let exercise = claim.exercise.as_ref().or(all.exercise.as_ref());
        let exercise = exercise.map(|name| self.exercise(name)).transpose()?;
        let mistake = match (&claim.mistake, exercise) {
            (Some(name), Some(exercise)) => Some(lookup::mistake(exercise, name)?),
            (Some(name), None) => {
                let what = "a `mistake` belongs to an exercise. Name it with `exercise = …`";
                return Err(BlockError::at(name, what));
            }
            (None, _) => None,
        };
        let missing = |field: &str| {
            BlockError::at(
                spanned,
                format!("this claim has no `{field}`. Write one, or name a known mistake with `mistake = …`"),
            )
        };
        let directive::Said { text, truth, why } = claim.said(mistake);
        Ok(Claim {
            // It is known where the page's claims are.
            id: String::new(),
            text: text.ok_or_else(|| missing("text"))?,
            truth: truth.ok_or_else(|| missing("verdict"))?,
            why: why.ok_or_else(|| missing("why"))?,
            evidence: self.evidence(spanned, exercise, mistake)?,
        })
    }

    fn evidence(
        &self,
        spanned: &Spanned<directive::Claim>,
        exercise: Option<&Exercise>,
        mistake: Option<&Mistake>,
    ) -> Result<Evidence, BlockError> {
        let claim = spanned.as_ref();
        if let Some(written) = &claim.evidence {
            return no_play(written, claim.scene.is_some());
        }
        let or_none = "or write `evidence = \"none: …\"` with the reason";
        let Some(exercise) = exercise else {
            let what = format!("this claim has no evidence. Name an `exercise` and a `scene`, {or_none}");
            return Err(BlockError::at(spanned, what));
        };
        let mut server = mistake.map_or(SOLUTION, |mistake| &mistake.name);
        if let Some(name) = &claim.server {
            server = lookup::server(exercise, name)?;
            if claim.scene.is_none() {
                let what = "a claim with a `server` needs the `scene` that it shows";
                return Err(BlockError::at(name, what));
            }
        }
        if let Some(name) = &claim.scene {
            let scene = lookup::scene(exercise, name)?;
            let steps = lookup::steps(scene, claim.steps.as_deref())?;
            let transcript = self.play(exercise, server, scene, name)?;
            let drawn = diagram(exercise, scene, server, transcript, steps, claim.caption.clone());
            return Ok(Evidence::Play(Box::new(drawn)));
        }
        if mistake.is_none() {
            let what = format!("this claim has no evidence. Name the `scene` that shows it, {or_none}");
            return Err(BlockError::at(spanned, what));
        }
        self.first_difference(exercise, server, spanned)
    }

    /// Of a mistake, the first scene in which it shows, and there the steps that differ.
    fn first_difference(
        &self,
        exercise: &Exercise,
        server: &str,
        at: &Spanned<directive::Claim>,
    ) -> Result<Evidence, BlockError> {
        for scene in &exercise.scenes {
            let solution = self.play(exercise, SOLUTION, scene, at)?;
            let played = self.play(exercise, server, scene, at)?;
            let difference = difference(exercise, &solution, &played);
            if !difference.is_empty() {
                let steps = difference.steps.iter().take(played.steps.len()).enumerate();
                let differing = steps.filter(|(_, step)| !step.is_empty()).map(|(i, _)| i + 1).collect();
                let caption = at.as_ref().caption.clone();
                let drawn = diagram(exercise, scene, server, played, Some(differing), caption);
                return Ok(Evidence::Play(Box::new(drawn)));
            }
        }
        let what = format!(
            "`{server}` does the same as the solution in every scene. Add a scene that tells them apart"
        );
        Err(BlockError::at(at, what))
    }

    /// Adds the mistakes of the page's exercises that the page doesn't mention. A slip needn't be mentioned.
    pub(crate) fn check_claims_covered(&mut self, file: &Path, page: &str, fenced: &[Fenced]) {
        let blocks = fenced.iter().filter(|block| block.kind == Kind::Claims);
        let blocks: Vec<_> = blocks
            .filter_map(|block| Some((block.line, toml::from_str::<directive::Claims>(&block.body).ok()?)))
            .collect();
        let Some((line, _)) = blocks.first() else { return };
        let claims = || blocks.iter().flat_map(|(_, block)| &block.claims);
        let names = |claim: &Spanned<directive::Claim>, name: &str| {
            claim.as_ref().mistake.as_ref().is_some_and(|it| it.as_ref() == name)
        };
        for exercise in self.exercises.iter().filter(|exercise| exercise.page == page) {
            let claimed = exercise.mistakes.iter().filter(|mistake| mistake.truth != Truth::Slip);
            for Mistake { name, .. } in claimed {
                if !claims().any(|claim| names(claim, name)) {
                    self.defects.add(
                        file,
                        *line,
                        format!(
                            "the mistake `{name}` of `{}` isn't mentioned. Add a `[[claim]]` with `mistake = \"{name}\"`, \
                             or make it a \"slip\" in its exercise.toml",
                            exercise.name
                        ),
                    );
                }
            }
        }
    }
}

/// The reason why no play can show it.
fn no_play(written: &Text, has_scene: bool) -> Result<Evidence, BlockError> {
    let reason = written.as_ref().strip_prefix("none:").map(str::trim);
    match reason.filter(|reason| !reason.is_empty()) {
        Some(_) if has_scene => {
            Err(BlockError::at(written, "this claim has both a `scene` and `evidence`. Leave one out"))
        }
        Some(reason) => Ok(Evidence::None(reason.to_owned())),
        None => {
            let what = "`evidence` takes \"none: \" and the reason why no scene can show it";
            Err(BlockError::at(written, what))
        }
    }
}
