//! Timetables: what a session in class holds, computed from the minutes that the pages and the exercises say.

use std::path::Path;

use grader::Exercise;
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use crate::blocks::{Day, Lesson, Part, Slot, SlotKind, TaughtExercise, Timetable};
use crate::defect::{Defects, to_slash};
use crate::directive::{self, Directive, Kind};
use crate::draw;
use crate::page::{Page, ParsedPage};

/// The heading of the section that only the teacher needs.
pub(crate) const FOR_TEACHERS: &str = "For the teacher";

/// How long people take to arrive, at the beginning of a day.
const ARRIVE: u32 = 5;

/// All that the book says about teaching it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Teaching {
    /// What can be taught, in the order of the book.
    pub(crate) lessons: Vec<Lesson>,
    /// The days of all timetables of the book.
    pub(crate) days: Vec<Day>,
}

impl Teaching {
    /// The lesson of a page, if it has one.
    pub(crate) fn lesson(&self, page: &str) -> Option<&Lesson> {
        self.lessons.iter().find(|lesson| lesson.page == page)
    }
}

/// Collects the lessons and the timetables of all pages. Adds the lessons whose parts don't take the minutes that they say.
/// What is wrong with a timetable is told where it is drawn.
pub(crate) fn collect(
    src: &Path,
    pages: &[Page<'_>],
    parsed: &[ParsedPage],
    exercises: &[Exercise],
    defects: &mut Defects,
) -> Teaching {
    let mut teaching = Teaching::default();
    for (page, parsed) in pages.iter().zip(parsed) {
        teaching.lessons.extend(lesson(src, *page, parsed, exercises, defects));
    }
    for block in parsed.iter().flat_map(|it| &it.blocks).filter(|block| block.kind == Kind::Timetable) {
        let Ok(Directive::Timetable(it)) = block.kind.read(&block.body) else { continue };
        teaching.days.extend(timetable(&it, &teaching.lessons, "").map(|it| it.days).unwrap_or_default());
    }
    teaching
}

/// What a page takes in class. A page that neither says its minutes nor has an exercise isn't for the class.
fn lesson(
    src: &Path,
    page: Page<'_>,
    parsed: &ParsedPage,
    exercises: &[Exercise],
    defects: &mut Defects,
) -> Option<Lesson> {
    let path = to_slash(page.path);
    let block = parsed.blocks.iter().find(|block| block.kind == Kind::Teacher);
    let minutes = block.and_then(|block| match block.kind.read(&block.body) {
        Ok(Directive::Teacher(it)) => it.minutes.map(|minutes| *minutes.as_ref()),
        _ => None,
    });
    // A further step is for those who are done early.
    let own = exercises.iter().filter(|exercise| exercise.page == path && exercise.after.is_none());
    let own: Vec<_> = own.collect();
    if minutes.is_none() && own.is_empty() {
        return None;
    }
    let parts = parts(page.markdown);
    let sum: u32 = parts.iter().filter(|part| !part.is_exercise()).map(|part| part.minutes).sum();
    if let (Some(block), Some(minutes)) = (block, minutes)
        && sum > 0
        && sum != minutes
    {
        defects.add(
            &src.join(page.path),
            block.line,
            format!(
                "`minutes` is {minutes}, but the parts of “{FOR_TEACHERS}” take {sum} without the exercise. Change one: \
                 the timetables count on both"
            ),
        );
    }
    // In class there may be time for the first one only.
    let mut taken = 0;
    let first_ones: Vec<_> = own.iter().map(|exercise| (taken += exercise.minutes, taken).1).collect();
    if let (Some(block), Some(part)) = (block, parts.iter().find(|part| part.is_exercise()))
        && !first_ones.is_empty()
        && !first_ones.contains(&part.minutes)
    {
        let (says, first) = (part.minutes, first_ones[0]);
        defects.add(
            &src.join(page.path),
            block.line,
            format!(
                "“{FOR_TEACHERS}” says {says} minutes for the exercise, and the exercise.toml of `{}` {first}. Correct one",
                own[0].name
            ),
        );
    }
    Some(Lesson {
        question: own.first().map(|exercise| exercise.question.clone()).unwrap_or_default(),
        title: draw::plain(&parsed.title),
        minutes: minutes.unwrap_or(0),
        parts,
        exercises: own.into_iter().map(taught).collect(),
        page: path,
    })
}

fn taught(exercise: &Exercise) -> TaughtExercise {
    let title = draw::plain(&exercise.title);
    TaughtExercise { name: exercise.name.clone(), title, minutes: exercise.minutes }
}

/// The parts of “For the teacher”: each begins with its name and its minutes in bold, `**Open (3 min).**`.
fn parts(markdown: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut in_heading, mut in_section) = (false, false);
    let mut bold: Option<String> = None;
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }) => {
                (in_heading, in_section) = (true, false);
            }
            Event::End(TagEnd::Heading(HeadingLevel::H2)) => in_heading = false,
            Event::Start(Tag::Strong) if in_section => bold = Some(String::new()),
            Event::End(TagEnd::Strong) => parts.extend(bold.take().and_then(|bold| part(&bold))),
            Event::Text(text) if in_heading => in_section = &*text == FOR_TEACHERS,
            Event::Text(text) | Event::Code(text) => {
                if let Some(bold) = &mut bold {
                    bold.push_str(&text);
                }
            }
            Event::SoftBreak => {
                if let Some(bold) = &mut bold {
                    bold.push(' ');
                }
            }
            _ => {}
        }
    }
    parts
}

/// `Open (3 min).`, `Exercise (50 min, or 10 for each stage).` What takes `15 min each` isn't one part.
fn part(bold: &str) -> Option<Part> {
    let (name, rest) = bold.split_once(" (")?;
    let (minutes, rest) = rest.split_once(" min")?;
    let minutes = minutes.trim().parse().ok()?;
    rest.starts_with([')', ',']).then(|| Part { name: name.to_owned(), minutes })
}

/// What is wrong with a timetable, and which of its lines: the key's name.
pub(crate) struct TimetableError {
    pub(crate) key: &'static str,
    pub(crate) what: String,
}

/// Computes a timetable. `to_root` leads from its page to the book's folder.
pub(crate) fn timetable(
    it: &directive::Timetable,
    lessons: &[Lesson],
    to_root: &str,
) -> Result<Timetable, TimetableError> {
    let error = |key, what: String| Err(TimetableError { key, what });
    if it.sittings.is_empty() || it.sittings.contains(&0) {
        return error(
            "sittings",
            "say how many minutes the class sits before each break: `sittings = [90, 90]`".to_owned(),
        );
    }
    if it.breaks.len() + 1 != it.sittings.len() {
        return error(
            "breaks",
            format!("{} sittings have {} breaks between them", it.sittings.len(), it.sittings.len() - 1),
        );
    }
    let begins = match it.begins.as_deref().map(clock) {
        None => None,
        Some(Some(minutes)) => Some(minutes),
        Some(None) => return error("begins", "write a time of the day as \"9:00\"".to_owned()),
    };
    let mut chosen: Vec<&Lesson> = lessons.iter().collect();
    if let Some(pages) = &it.pages {
        chosen.clear();
        for page in pages {
            let Some(lesson) = lessons.iter().find(|lesson| lesson.page == *page) else {
                return error(
                    "pages",
                    format!(
                        "`{page}` has no minutes for a class. List a page of SUMMARY.md that has a `teacher` block, or \
                         leave out `pages`: then it takes all of them"
                    ),
                );
            };
            chosen.push(lesson);
        }
    }
    for name in &it.at_home {
        if !chosen.iter().flat_map(|lesson| &lesson.exercises).any(|exercise| exercise.name == *name) {
            return error("at_home", format!("no page of this timetable has the exercise `{name}`"));
        }
    }
    let (days, at_home) = pack(it, &chosen);
    Ok(Timetable { days, at_home, begins, to_root: to_root.to_owned() })
}

/// `9:05`, in minutes.
fn clock(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// Puts the lessons into sittings, one after the other. A lesson or an exercise is never torn by a break. Returns the
/// days, and the exercises and lessons for which there is no time.
fn pack(it: &directive::Timetable, lessons: &[&Lesson]) -> (Vec<Day>, Vec<String>) {
    let mut home = Vec::new();
    let longest = it.sittings.iter().copied().max().unwrap_or(0);
    let mut pieces = Vec::new();
    for lesson in lessons {
        if lesson.minutes > 0 {
            pieces.push((lesson.minutes, SlotKind::Lesson((*lesson).clone())));
        }
        for exercise in &lesson.exercises {
            if it.at_home.contains(&exercise.name) || exercise.minutes > longest {
                home.push(format!("Exercise {}", exercise.name));
            } else {
                let kind = SlotKind::Exercise { page: lesson.page.clone(), exercise: exercise.clone() };
                pieces.push((exercise.minutes, kind));
            }
        }
    }
    let mut pieces = pieces.into_iter().peekable();
    let mut days = Vec::new();
    let last = it.days.unwrap_or(1);
    while pieces.peek().is_some() && (it.series || days.len() < last) {
        let name = match (it.series, last) {
            (true, _) => format!("{}, session {}", it.name, days.len() + 1),
            (false, 1) => it.name.clone(),
            (false, _) => format!("{}, day {}", it.name, days.len() + 1),
        };
        let mut slots = vec![Slot { at: 0, minutes: ARRIVE, kind: SlotKind::Arrive }];
        let mut end = 0;
        for (i, sitting) in it.sittings.iter().enumerate() {
            let mut at = end + if i == 0 { ARRIVE } else { 0 };
            end += sitting;
            while let Some((minutes, kind)) = pieces.next_if(|(minutes, _)| at + minutes <= end) {
                slots.push(Slot { at, minutes, kind });
                at += minutes;
            }
            if at < end {
                slots.push(Slot { at, minutes: end - at, kind: SlotKind::Spare });
            }
            // After the last lesson the day is over.
            let Some(minutes) = it.breaks.get(i).filter(|_| pieces.peek().is_some()) else { break };
            slots.push(Slot { at: end, minutes: *minutes, kind: SlotKind::Break });
            end += minutes;
        }
        let before = days.len();
        days.push(Day { name, slots, minutes: end });
        // A lesson that no sitting holds would make days without end.
        if it.series && days[before].slots.iter().all(|slot| slot.kind.page().is_none()) {
            break;
        }
    }
    for (_, kind) in pieces {
        home.push(match kind {
            SlotKind::Lesson(lesson) => lesson.heading(),
            SlotKind::Exercise { exercise, .. } => format!("Exercise {}", exercise.name),
            _ => continue,
        });
    }
    (days, home)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_a_name_and_its_minutes_in_bold() {
        let page = "**No (1 min).**\n\n## For the teacher\n\n**Open (4 min).** Put *four*.\n\n**The question\nto the room (3 min):** \
                    *why?*\n\n**Where they stumble.** Here.\n\n**Later (15 min each).** No.\n\n**Exercise (10 min, or 5 for each).** One.\n\n## More\n\n**No (2 min).**\n";
        let parts = parts(page);
        let said: Vec<_> = parts.iter().map(|part| (part.name.as_str(), part.minutes)).collect();
        assert_eq!(said, [("Open", 4), ("The question to the room", 3), ("Exercise", 10)]);
        assert_eq!(parts.iter().map(Part::is_exercise).collect::<Vec<_>>(), [false, false, true]);
        assert_eq!(parts.iter().map(Part::is_question).collect::<Vec<_>>(), [false, true, false]);
    }

    fn lessons() -> Vec<Lesson> {
        let lesson = |n: u32, minutes, exercise| Lesson {
            page: format!("chat/{n}.md"),
            question: format!("Chat {n}"),
            title: format!("What is {n}?"),
            minutes,
            parts: Vec::new(),
            exercises: vec![TaughtExercise {
                name: format!("e{n}"),
                title: String::new(),
                minutes: exercise,
            }],
        };
        vec![lesson(1, 20, 10), lesson(2, 20, 30), lesson(3, 0, 40)]
    }

    /// The days as a line each: `5 chat/1.md 20`.
    fn packed(toml: &str) -> (Vec<String>, Vec<String>) {
        let it: directive::Timetable = toml::from_str(toml).expect("a timetable");
        let table = timetable(&it, &lessons(), "").unwrap_or_else(|error| panic!("{}", error.what));
        let slot = |slot: &Slot| {
            let what = match &slot.kind {
                SlotKind::Arrive => "arrive".to_owned(),
                SlotKind::Lesson(lesson) => lesson.question.clone(),
                SlotKind::Exercise { exercise, .. } => exercise.name.clone(),
                SlotKind::Break => "break".to_owned(),
                SlotKind::Spare => "spare".to_owned(),
            };
            format!("{} {what} {}", slot.at, slot.minutes)
        };
        let day = |day: &Day| {
            let slots: Vec<_> = day.slots.iter().map(slot).collect();
            format!("{}: {} = {}", day.name, slots.join(", "), day.minutes)
        };
        (table.days.iter().map(day).collect(), table.at_home)
    }

    #[test]
    fn lessons_follow_each_other_and_no_break_tears_one() {
        let (days, home) = packed("name = 'x'\nsittings = [45, 60, 60]\nbreaks = [15, 30]");
        assert_eq!(
            days,
            ["x: 0 arrive 5, 5 Chat 1 20, 25 e1 10, 35 spare 10, 45 break 15, 60 Chat 2 20, 80 e2 30, \
              110 spare 10, 120 break 30, 150 e3 40, 190 spare 20 = 210"]
        );
        assert!(home.is_empty());
    }

    #[test]
    fn what_does_not_fit_is_for_home() {
        let (days, home) =
            packed("name = 'x'\nsittings = [60]\npages = ['chat/2.md', 'chat/1.md']\nat_home = ['e2']");
        assert_eq!(days, ["x: 0 arrive 5, 5 Chat 2 20, 25 Chat 1 20, 45 e1 10, 55 spare 5 = 60"]);
        assert_eq!(home, ["Exercise e2"]);
        let (_, home) = packed("name = 'x'\nsittings = [35]");
        assert_eq!(home, ["Exercise e3", "Chat 2 · What is 2?", "Exercise e2"]);
    }

    #[test]
    fn a_series_has_as_many_sessions_as_it_takes() {
        let (days, home) = packed("name = 'x'\nsittings = [50]\nseries = true");
        let names: Vec<_> = days.iter().filter_map(|day| day.split(':').next()).collect();
        assert_eq!(names, ["x, session 1", "x, session 2", "x, session 3", "x, session 4"]);
        assert!(home.is_empty());
        // One that never ends would be worse than none.
        let (days, home) = packed("name = 'x'\nsittings = [20]\nseries = true");
        assert_eq!((days.len(), home.len()), (1, 5));
        let (days, _) = packed("name = 'x'\nsittings = [50]\ndays = 2");
        assert_eq!(days.len(), 2);
    }

    #[test]
    fn a_timetable_that_makes_no_sense() {
        for (toml, key, what) in [
            ("sittings = []", "sittings", "say how many minutes"),
            ("sittings = [9, 9]", "breaks", "2 sittings have 1 breaks"),
            ("sittings = [9]\nbegins = '9'", "begins", "as \"9:00\""),
            ("sittings = [9]\npages = ['wire.md']", "pages", "`wire.md` has no minutes"),
            ("sittings = [9]\nat_home = ['e9']", "at_home", "has the exercise `e9`"),
        ] {
            let it: directive::Timetable =
                toml::from_str(&format!("name = 'x'\n{toml}")).expect("a timetable");
            let Err(error) = timetable(&it, &lessons(), "") else { panic!("{toml} is fine") };
            assert_eq!(error.key, key);
            assert!(error.what.contains(what), "{}", error.what);
        }
    }
}
