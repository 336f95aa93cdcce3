//! What is drawn on a page: the blocks that a page asks for, checked and with their plays in them.
//!
//! `ask` holds what a page's author writes; this is what becomes of it. Drawing starts from these values
//! and needs nothing else: no files, no plays, no book.

use serde::Serialize;
use stage::{Act, Exercise, Line, Scene, Step, Transcript, Verdict};

use crate::draw;

/// One of the blocks a page can ask for.
#[derive(Debug, Clone)]
pub enum Block {
    /// A drawn diagram of one kept play.
    Diagram(Diagram),
    /// The interactive stage.
    Stage(Stage),
    /// A question with options, each with its feedback.
    Choices(Choices),
    /// Answers one hears, each with its verdict and its evidence.
    Answers(Vec<Answer>),
    /// The exercise's card.
    Card(Card),
    /// The list of all exercises.
    List(List),
    /// What the teacher needs to know first.
    Teacher(Teacher),
}

/// A play, to be drawn.
#[derive(Debug, Clone)]
pub struct Diagram {
    /// The exercise whose server this is.
    pub exercise: String,
    /// The scene that was played.
    pub scene: Scene,
    /// The server: `answer`, or a wrong answer's name.
    pub server: String,
    /// What happened.
    pub transcript: Transcript,
    /// The clients that have a column, from left to right.
    pub columns: Vec<String>,
    /// Only these steps, counted from 1. `None`: all of them.
    pub steps: Option<Vec<usize>>,
    /// A line below the diagram, in Markdown.
    pub caption: Option<String>,
}

/// The interactive stage. It starts as a recorded diagram; each action that is clicked adds an act.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Unique in the book, and good as an HTML id: `broadcast--three-people-1`. The static tree is in
    /// `stages/ID.js`, from the book's root.
    pub id: String,
    /// The exercise's name.
    pub exercise: String,
    /// The exercise's title.
    pub title: String,
    /// The scene it starts as.
    pub scene: Scene,
    /// The clients that have a column: the scene's, then those that only an action names.
    pub columns: Vec<String>,
    /// What happens in the scene over the answer.
    pub transcript: Transcript,
    /// What the reader can let happen next.
    pub actions: Vec<Step>,
    /// The servers it can be played over: the answer first, then the wrong answers. The learner's own is not among
    /// them: only the served book can play it.
    pub servers: Vec<Server>,
    /// How many clicks deep the static tree goes.
    pub depth: usize,
    /// Whether what the server logs is part of the task: only then does a difference in it count.
    pub logs: bool,
}

/// A server that the stage can play over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// `answer`, or a wrong answer's name.
    pub name: String,
    /// The claim that a wrong answer stands for, in Markdown. The answer has none.
    pub claim: Option<String>,
}

/// A question with options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
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
    /// Why it is, or is not, in Markdown.
    pub why: String,
}

/// An answer one hears.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The claim, in Markdown.
    pub claim: String,
    /// How right it is.
    pub verdict: Verdict,
    /// Why, in Markdown.
    pub why: String,
    /// What settles it.
    pub evidence: Evidence,
}

/// What settles a claim.
#[derive(Debug, Clone)]
pub enum Evidence {
    /// A play.
    Play(Box<Diagram>),
    /// No play can: the reason, in Markdown.
    None(String),
}

/// The list of all exercises, made from what each says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The exercises, in the order of the book.
    pub exercises: Vec<Exercise>,
    /// From the page's folder to the book's: empty, or `../`.
    pub to_root: String,
}

/// The exercise's card.
#[derive(Debug, Clone)]
pub struct Card {
    /// What the exercise says of itself.
    pub exercise: Exercise,
    /// The learner's file, from the workspace's folder: `exercises/chat/broadcast/src/lib.rs`.
    pub file: String,
    /// The solution's file, from the workspace's folder: `solutions/chat/broadcast/src/lib.rs`.
    pub solution_file: String,
    /// The solution, without the comments that mark anchors.
    pub solution: String,
}

/// What the teacher needs to know first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Teacher {
    /// How long the page takes in class.
    pub minutes: u32,
}

/// One act as data, for the static tree and for the API: page, tree and API show the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActData {
    /// What was done, in words.
    pub step: String,
    /// The act as it is drawn.
    pub html: String,
    /// What came of it, in plain lines.
    pub text: String,
    /// The clients that heard something: an event, or an answer. To be let in, refused or cut off is not to hear.
    pub heard: Vec<String>,
}

impl ActData {
    /// `act` as data, drawn between `columns`.
    pub fn new(columns: &[String], act: &Act) -> Self {
        let hears =
            |line: &Line| matches!(line, Line::Hears { .. } | Line::IsAsked { .. } | Line::GetsAnswer { .. });
        let heard = act.heard.iter().filter(|heard| heard.lines.iter().any(hears));
        Self {
            step: act.step.to_string(),
            html: draw::act(columns, act),
            text: act.to_lines().join("\n"),
            heard: heard.map(|heard| heard.client.clone()).collect(),
        }
    }
}
