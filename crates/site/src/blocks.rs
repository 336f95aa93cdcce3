//! What is drawn on a page: the directives of its author, checked and with their plays in them.
//!
//! Drawing starts from these values and needs nothing else: no files, no plays, no book.

use grader::{Exercise, Truth};
use scenario::{Scene, Step, Transcript};
use serde::Serialize;

/// One of the blocks that a page can have.
#[derive(Debug, Clone)]
pub enum Block {
    /// A diagram of a play.
    Diagram(Diagram),
    /// The interactive stage.
    Stage(Stage),
    /// A question with options, each with its feedback.
    Choices(Choices),
    /// What people say, each claim with its verdict and its evidence.
    Claims(Vec<Claim>),
    /// What people say on all pages, with links to it.
    ClaimsIndex(ClaimsIndex),
    /// Claims of other pages, to be judged by the reader.
    RightOrWrong(Vec<ClaimToJudge>),
    /// The exercise's card.
    Card(Box<Card>),
    /// The list of all exercises.
    List(List),
    /// A place for the reader's own answer.
    OwnWords(OwnWords),
    /// What the teacher needs to know first.
    Teacher(Teacher),
    /// What a session in class holds.
    Timetable(Timetable),
    /// The emit cheatsheet.
    WhoHears(WhoHears),
}

/// A play, to be drawn.
#[derive(Debug, Clone)]
pub struct Diagram {
    /// The scene that was played.
    pub scene: Scene,
    /// The server: [`grader::SOLUTION`], a mistake's name, or one [on Node](crate::is_on_node).
    pub server: String,
    /// The claim that the mistake stands for, in Markdown: readers know it by that. One on Node says so. The solution has
    /// none.
    pub claim: Option<String>,
    /// What happened.
    pub transcript: Transcript,
    /// The clients that have a column, from left to right.
    pub columns: Vec<String>,
    /// Only these steps, counted from 1. `None`: all of them.
    pub steps: Option<Vec<usize>>,
    /// A line below the diagram, in Markdown.
    pub caption: Option<String>,
    /// Whether what the server has to keep for each subscriber is drawn, too.
    pub queues: bool,
}

/// The interactive stage. It starts as a recorded diagram; each action that is clicked adds a step.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Unique in the book, and good as an HTML id: `broadcast--three-people-1`. The recordings are in `stages/ID.js`, from
    /// the book's root.
    pub id: String,
    /// The exercise's name.
    pub exercise: String,
    /// The learner's file, from the workspace's folder.
    pub file: String,
    /// Whether the last step is hidden until the reader has guessed, or doesn't want to.
    pub guess: bool,
    /// The question about the last step, in Markdown.
    pub predict: Option<String>,
    /// The scene it starts as.
    pub scene: Scene,
    /// The clients that have a column: the scene's, then those that only an action names.
    pub columns: Vec<String>,
    /// What happens in the scene over the solution.
    pub transcript: Transcript,
    /// What the reader can let happen next.
    pub actions: Vec<Step>,
    /// The servers it can be played over: the solution first, then the mistakes, then those on Node. The learner's own isn't among them: only
    /// the served book can play it.
    pub servers: Vec<Server>,
    /// How many clicks in a row are recorded.
    pub depth: usize,
    /// Whether what the server has to keep for each subscriber is drawn, too.
    pub queues: bool,
}

/// A server that the stage can play over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// [`grader::SOLUTION`], a mistake's name, or one [on Node](crate::is_on_node).
    pub name: String,
    /// The claim that a mistake stands for, in Markdown. One on Node says so. The solution has none.
    pub claim: Option<String>,
}

/// A question with options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// The page it is on, from the book's folder: what is chosen is kept by page and question.
    pub page: String,
    /// The question, in Markdown.
    pub question: String,
    /// The options, in the author's order.
    pub options: Vec<Choice>,
}

/// One option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What it says, in Markdown.
    pub text: String,
    /// Whether it is right.
    pub right: bool,
    /// Why it is, or isn't, in Markdown.
    pub why: String,
}

/// Something that people say.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Unique on its page, and good as an HTML id.
    pub id: String,
    /// What they say, in Markdown.
    pub text: String,
    /// How true it is.
    pub truth: Truth,
    /// Why, in Markdown.
    pub why: String,
    /// What shows it.
    pub evidence: Evidence,
}

/// What shows how true a claim is.
#[derive(Debug, Clone)]
pub enum Evidence {
    /// A play.
    Play(Box<Diagram>),
    /// No play can: the reason, in Markdown.
    None(String),
}

/// What people say on all pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimsIndex {
    /// The pages that have claims, in the order of the book.
    pub pages: Vec<PageClaims>,
    /// From the page's folder to the book's: empty, or `../`.
    pub to_root: String,
}

/// What people say, on one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageClaims {
    /// The page, from the book's folder.
    pub page: String,
    /// Its title, as plain text.
    pub title: String,
    /// The question's name: "Chat 3".
    pub question: Option<String>,
    /// The claims, in the order of the page.
    pub claims: Vec<ListedClaim>,
}

/// A claim, without what shows it: that stands on its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedClaim {
    /// Its id on its page.
    pub id: String,
    /// What they say, in Markdown.
    pub text: String,
    /// How true it is.
    pub truth: Truth,
    /// Why, in Markdown.
    pub why: String,
}

/// A claim of another page, to be judged by the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimToJudge {
    /// The page it is asked on, from the book's folder: what is chosen is kept by page and question.
    pub page: String,
    /// What the claim answers, in Markdown.
    pub asked: String,
    /// The claim.
    pub claim: ListedClaim,
    /// Where it stands in the built book, from the page's folder: `chat/broadcast.html#claim-io-emit`.
    pub link: String,
}

/// The exercise's card.
#[derive(Debug, Clone)]
pub struct Card {
    /// The exercise.
    pub exercise: Exercise,
    /// The solution, without the comments that mark anchors. Students don't get it here.
    pub solution: Option<String>,
    /// The same on Node, if it is there.
    pub node: Option<String>,
    /// The next exercise of the book that everyone does.
    pub next: Option<Next>,
    /// Its further step, for those who want more.
    pub further: Option<Next>,
}

/// The exercise to run after another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// Its name.
    pub name: String,
    /// Its title, in Markdown.
    pub title: String,
}

/// A place for the reader's own answer to a page's question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnWords {
    /// The page it is on, from the book's folder: what is written is kept by page and question.
    pub page: String,
    /// The question, in Markdown.
    pub question: String,
    /// An answer that can be said aloud, in Markdown.
    pub model: String,
    /// What a good answer has in it, in Markdown.
    pub checklist: Vec<String>,
    /// The questions of all pages, for the file with all answers.
    pub all: Vec<PageQuestion>,
}

/// The question that a page asks to be answered in one's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageQuestion {
    /// The page, from the book's folder.
    pub page: String,
    /// Its title, as plain text.
    pub title: String,
    /// The question, as plain text.
    pub question: String,
}

/// The list of all exercises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The exercises, in the order of the book.
    pub exercises: Vec<Exercise>,
    /// From the page's folder to the book's: empty, or `../`.
    pub to_root: String,
}

/// What the teacher needs to know first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teacher {
    /// How long the page takes in class.
    pub minutes: u32,
    /// What the second window needs to know.
    pub plan: Plan,
}

/// A page's place in the teacher's plans: what the second window shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The parts of the lesson, in order.
    pub parts: Vec<Part>,
    /// The timetables that the page is in.
    pub sessions: Vec<PlannedSession>,
}

/// A page's place in a timetable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedSession {
    /// The timetable's name, and the day.
    pub name: String,
    /// In which minute the page begins.
    pub at: u32,
    /// In which minute the next thing begins.
    pub until: u32,
    /// What comes next, as plain text.
    pub next: String,
    /// The next page, from the book's folder: `rooms/join.html`.
    pub next_page: Option<String>,
}

/// A part of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// What the teacher's section calls it: `Open`.
    pub name: String,
    /// How long it takes.
    pub minutes: u32,
}

impl Part {
    /// Whether it is the exercise, whose minutes aren't the page's.
    pub fn is_exercise(&self) -> bool {
        self.name.starts_with("Exercise")
    }

    /// Whether the room is asked.
    pub fn is_question(&self) -> bool {
        self.name.to_lowercase().contains("question to the room")
    }
}

/// What a page takes in class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// The page, from the book's folder: `rooms/join.md`.
    pub page: String,
    /// Its question: `Rooms 2`. Empty if no exercise says it.
    pub question: String,
    /// Its title, as plain text.
    pub title: String,
    /// How long it takes, without the exercises.
    pub minutes: u32,
    /// Its parts, the exercise among them.
    pub parts: Vec<Part>,
    /// Its exercises, without further steps.
    pub exercises: Vec<TaughtExercise>,
}

impl Lesson {
    /// What it is called in a sentence: `Rooms 2 · How do you join a room?`
    pub fn heading(&self) -> String {
        match self.question.as_str() {
            "" => self.title.clone(),
            question => format!("{question} · {}", self.title),
        }
    }
}

/// An exercise in class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaughtExercise {
    /// Its name.
    pub name: String,
    /// Its title, as plain text.
    pub title: String,
    /// How long it takes.
    pub minutes: u32,
}

/// What a session in class holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timetable {
    /// Its days. Most have one.
    pub days: Vec<Day>,
    /// What there is no time for, as plain text: exercises by their names, pages by their titles.
    pub at_home: Vec<String>,
    /// When a day begins, in minutes after midnight. `None`: at any time.
    pub begins: Option<u32>,
    /// From the page's folder to the book's: empty, or `../`.
    pub to_root: String,
}

/// A day of a timetable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The timetable's name, and which day it is, if there are several.
    pub name: String,
    /// What it holds, in order.
    pub slots: Vec<Slot>,
    /// How long it is, breaks included.
    pub minutes: u32,
}

/// A line of a timetable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// In which minute of the day it begins.
    pub at: u32,
    /// How long it takes.
    pub minutes: u32,
    /// What it is.
    pub kind: SlotKind,
}

/// What a line of a timetable is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlotKind {
    /// People arrive.
    Arrive,
    /// A page, without its exercises.
    Lesson(Lesson),
    /// An exercise of a page.
    Exercise {
        /// The page, from the book's folder.
        page: String,
        /// The exercise.
        exercise: TaughtExercise,
    },
    /// A break, between two sittings.
    Break,
    /// Time that nothing was planned for.
    Spare,
}

impl SlotKind {
    /// The page that it is about, from the book's folder.
    pub fn page(&self) -> Option<&str> {
        match self {
            Self::Lesson(lesson) => Some(&lesson.page),
            Self::Exercise { page, .. } => Some(page),
            Self::Arrive | Self::Break | Self::Spare => None,
        }
    }
}

/// The emit cheatsheet: what a server can do, and who hears it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhoHears {
    /// What each client stands for, in Markdown.
    pub columns: Vec<String>,
    /// The entries.
    pub groups: Vec<WhoHearsGroup>,
}

/// Some entries of the cheatsheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhoHearsGroup {
    /// What they have in common, in Markdown.
    pub title: String,
    /// The entries.
    pub entries: Vec<WhoHearsEntry>,
}

/// An entry of the cheatsheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhoHearsEntry {
    /// What it does, in Markdown.
    pub title: String,
    /// What else there is to say, in Markdown.
    pub note: Option<String>,
    /// In Rust, and on Node.
    pub rows: Vec<WhoHearsRow>,
}

impl WhoHearsEntry {
    /// Whether somebody hears it in Rust who doesn't on Node, or the other way round; or one of the two doesn't have it.
    pub fn differs(&self) -> bool {
        let heard = |row: &WhoHearsRow| match row {
            WhoHearsRow::Play { heard, .. } => Some(heard.clone()),
            WhoHearsRow::Words { .. } => None,
        };
        self.rows.iter().any(|row| heard(row).is_none() || heard(row) != heard(&self.rows[0]))
    }
}

/// An entry of the cheatsheet, on one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhoHearsRow {
    /// Its code, and what it plays as.
    Play {
        /// `Rust` or `Node`.
        server: &'static str,
        /// The code.
        code: String,
        /// What each client heard, in the order of the columns.
        heard: Vec<Heard>,
    },
    /// It can't be played: why, in Markdown.
    Words {
        /// `Rust` or `Node`.
        server: &'static str,
        /// What there is to say.
        words: String,
    },
}

/// What a client heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Nothing.
    Nothing,
    /// An event.
    Event,
    /// An event, and it was asked for an acknowledgement.
    Question,
}
