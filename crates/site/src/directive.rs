//! What a page's author writes: fenced blocks whose language names what is asked for, and whose body is TOML.

use serde::Deserialize;
use stage::{Step, Verdict};
use toml::Spanned;

/// A line of text, and where in the block it stands.
pub(crate) type Text = Spanned<String>;

/// One of the blocks, read but not yet checked.
#[derive(Debug)]
pub(crate) enum Ask {
    Transcript(Transcript),
    Stage(Stage),
    Choices(Choices),
    Answers(Answers),
    Exercise(Exercise),
    Exercises(Exercises),
    Teacher(Teacher),
}

/// A block's kind: the language of its fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Transcript,
    Stage,
    Choices,
    Answers,
    Exercise,
    Exercises,
    Teacher,
}

impl Kind {
    /// The kind that a fence's language names, if it is one of ours.
    pub(crate) fn of(language: &str) -> Option<Self> {
        Some(match language {
            "transcript" => Self::Transcript,
            "stage" => Self::Stage,
            "choices" => Self::Choices,
            "answers" => Self::Answers,
            "exercise" => Self::Exercise,
            "exercises" => Self::Exercises,
            "teacher" => Self::Teacher,
            _ => return None,
        })
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Transcript => "transcript",
            Self::Stage => "stage",
            Self::Choices => "choices",
            Self::Answers => "answers",
            Self::Exercise => "exercise",
            Self::Exercises => "exercises",
            Self::Teacher => "teacher",
        }
    }

    /// Reads a block's body.
    pub(crate) fn read(self, body: &str) -> Result<Ask, toml::de::Error> {
        Ok(match self {
            Self::Transcript => Ask::Transcript(toml::from_str(body)?),
            Self::Stage => Ask::Stage(toml::from_str(body)?),
            Self::Choices => Ask::Choices(toml::from_str(body)?),
            Self::Answers => Ask::Answers(toml::from_str(body)?),
            Self::Exercise => Ask::Exercise(toml::from_str(body)?),
            Self::Exercises => Ask::Exercises(toml::from_str(body)?),
            Self::Teacher => Ask::Teacher(toml::from_str(body)?),
        })
    }
}

/// The list of all exercises asks for nothing more.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exercises {}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Transcript {
    pub(crate) exercise: Text,
    pub(crate) scene: Text,
    pub(crate) server: Option<Text>,
    pub(crate) steps: Option<Vec<Spanned<usize>>>,
    pub(crate) caption: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stage {
    pub(crate) exercise: Text,
    pub(crate) scene: Text,
    pub(crate) actions: Vec<Spanned<Step>>,
    pub(crate) depth: Option<Spanned<usize>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choices {
    pub(crate) question: Text,
    #[serde(rename = "option", default)]
    pub(crate) options: Vec<Choice>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    pub(crate) text: Text,
    #[serde(default)]
    pub(crate) right: bool,
    pub(crate) why: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answers {
    pub(crate) exercise: Option<Text>,
    #[serde(rename = "answer", default)]
    pub(crate) answers: Vec<Spanned<Answer>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    pub(crate) exercise: Option<Text>,
    pub(crate) server: Option<Text>,
    pub(crate) scene: Option<Text>,
    pub(crate) steps: Option<Vec<Spanned<usize>>>,
    pub(crate) claim: Option<String>,
    pub(crate) verdict: Option<Verdict>,
    pub(crate) why: Option<String>,
    pub(crate) evidence: Option<Text>,
    pub(crate) caption: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exercise {
    pub(crate) name: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Teacher {
    pub(crate) minutes: Option<Spanned<u32>>,
}
