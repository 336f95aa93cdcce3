//! The blocks for those who teach: a page's minutes, and the timetables.

use std::path::Path;

use super::{BlockError, Checker, to_root};
use crate::blocks::{Plan, PlannedSession, SlotKind, Teacher, Timetable};
use crate::directive;
use crate::draw;
use crate::page::Fenced;
use crate::timetable;

impl Checker<'_> {
    pub(super) fn teacher(&self, it: &directive::Teacher, page: &str) -> Result<Teacher, BlockError> {
        let say = "Say how many minutes the page takes in class: `minutes = 20`";
        match &it.minutes {
            None => Err(BlockError::of_block(format!("there are no `minutes`. {say}"))),
            Some(minutes) if *minutes.as_ref() == 0 => {
                Err(BlockError::at(minutes, format!("`minutes` is 0. {say}")))
            }
            Some(minutes) => Ok(Teacher { minutes: *minutes.as_ref(), plan: self.plan(page) }),
        }
    }

    /// What the second window shows of a page.
    fn plan(&self, page: &str) -> Plan {
        let parts = self.teaching.lesson(page).map(|lesson| lesson.parts.clone()).unwrap_or_default();
        let sessions = self.teaching.days.iter().filter_map(|day| {
            let is_own = |slot: &&crate::blocks::Slot| slot.kind.page() == Some(page);
            let first = day.slots.iter().find(is_own)?;
            // An exercise may come after a break. What comes next then is what is next on the clock.
            let after = day.slots.iter().skip_while(|slot| !is_own(slot)).skip_while(is_own);
            let mut after = after.skip_while(|slot| slot.kind == SlotKind::Spare);
            let next = after.next();
            let (name, at) = (day.name.clone(), first.at);
            let until = next.map_or(day.minutes, |slot| slot.at);
            let next_page = next.and_then(|slot| slot.kind.page());
            let next_page = next_page.map(draw::page_html);
            let next = next.map_or("the end".to_owned(), |slot| match &slot.kind {
                SlotKind::Lesson(lesson) => lesson.heading(),
                SlotKind::Exercise { exercise, .. } => format!("Exercise {}", exercise.name),
                _ => format!("a break of {} minutes", slot.minutes),
            });
            Some(PlannedSession { name, at, until, next, next_page })
        });
        Plan { parts, sessions: sessions.collect() }
    }

    pub(super) fn timetable(
        &self,
        it: &directive::Timetable,
        file: &Path,
        fenced: &Fenced,
    ) -> Result<Timetable, BlockError> {
        timetable::timetable(it, &self.teaching.lessons, &to_root(file))
            .map_err(|error| BlockError { at: fenced.body.find(error.key), what: error.what })
    }
}
