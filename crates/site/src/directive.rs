//! What a page's author writes: fenced blocks whose language names what is wanted, and whose body is TOML.

use grader::{Mistake, Truth};
use scenario::Step;
use serde::Deserialize;
use toml::Spanned;

/// A line of text, and where in the block it is.
pub(crate) type Text = Spanned<String>;

/// One of the blocks, read but not yet checked.
#[derive(Debug)]
pub(crate) enum Directive {
    Transcript(Transcript),
    Stage(Stage),
    Choices(Choices),
    Claims(Claims),
    ClaimsIndex(ClaimsIndex),
    RightOrWrong(RightOrWrong),
    Exercise(Exercise),
    Exercises(Exercises),
    OwnWords(OwnWords),
    Teacher(Teacher),
    Timetable(Timetable),
    WhoHears(WhoHears),
}

/// A block's kind: the language of its fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Transcript,
    Stage,
    Choices,
    Claims,
    ClaimsIndex,
    RightOrWrong,
    Exercise,
    Exercises,
    OwnWords,
    Teacher,
    Timetable,
    WhoHears,
}

impl Kind {
    /// The kind that a fence's language names, if it is one of ours.
    pub(crate) fn of(language: &str) -> Option<Self> {
        Some(match language {
            "transcript" => Self::Transcript,
            "stage" => Self::Stage,
            "choices" => Self::Choices,
            "claims" => Self::Claims,
            "claims-index" => Self::ClaimsIndex,
            "right-or-wrong" => Self::RightOrWrong,
            "exercise" => Self::Exercise,
            "exercises" => Self::Exercises,
            "own-words" => Self::OwnWords,
            "teacher" => Self::Teacher,
            "timetable" => Self::Timetable,
            "who-hears" => Self::WhoHears,
            _ => return None,
        })
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Transcript => "transcript",
            Self::Stage => "stage",
            Self::Choices => "choices",
            Self::Claims => "claims",
            Self::ClaimsIndex => "claims-index",
            Self::RightOrWrong => "right-or-wrong",
            Self::Exercise => "exercise",
            Self::Exercises => "exercises",
            Self::OwnWords => "own-words",
            Self::Teacher => "teacher",
            Self::Timetable => "timetable",
            Self::WhoHears => "who-hears",
        }
    }

    /// Reads a block's body.
    pub(crate) fn read(self, body: &str) -> Result<Directive, toml::de::Error> {
        Ok(match self {
            Self::Transcript => Directive::Transcript(toml::from_str(body)?),
            Self::Stage => Directive::Stage(toml::from_str(body)?),
            Self::Choices => Directive::Choices(toml::from_str(body)?),
            Self::Claims => Directive::Claims(toml::from_str(body)?),
            Self::ClaimsIndex => Directive::ClaimsIndex(toml::from_str(body)?),
            Self::RightOrWrong => Directive::RightOrWrong(toml::from_str(body)?),
            Self::Exercise => Directive::Exercise(toml::from_str(body)?),
            Self::Exercises => Directive::Exercises(toml::from_str(body)?),
            Self::OwnWords => Directive::OwnWords(toml::from_str(body)?),
            Self::Teacher => Directive::Teacher(toml::from_str(body)?),
            Self::Timetable => Directive::Timetable(toml::from_str(body)?),
            Self::WhoHears => Directive::WhoHears(toml::from_str(body)?),
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Transcript {
    pub(crate) exercise: Text,
    pub(crate) scene: Text,
    /// The solution, if there is none.
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
    /// Whether the last step is hidden until the reader has guessed. Left out: it is.
    pub(crate) guess: Option<bool>,
    /// The question about the last step.
    pub(crate) predict: Option<Text>,
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
pub(crate) struct Claims {
    pub(crate) exercise: Option<Text>,
    #[serde(rename = "claim", default)]
    pub(crate) claims: Vec<Spanned<Claim>>,
}

/// What a claim says, as far as it is known.
pub(crate) struct Said {
    pub(crate) text: Option<String>,
    pub(crate) truth: Option<Truth>,
    pub(crate) why: Option<String>,
}

impl Claim {
    /// What it says: what stands here, and for the rest what its `mistake` says.
    pub(crate) fn said(&self, mistake: Option<&Mistake>) -> Said {
        Said {
            text: self.text.clone().or_else(|| mistake.map(|it| it.claim.clone())),
            truth: self.truth.or_else(|| mistake.map(|it| it.truth)),
            why: self.why.clone().or_else(|| mistake.map(|it| it.why.clone())),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Claim {
    pub(crate) exercise: Option<Text>,
    /// A known mistake. Its `exercise.toml` has the text, the verdict and the reason, if they aren't here.
    pub(crate) mistake: Option<Text>,
    pub(crate) text: Option<String>,
    #[serde(rename = "verdict")]
    pub(crate) truth: Option<Truth>,
    pub(crate) why: Option<String>,
    pub(crate) scene: Option<Text>,
    /// Whose play shows it. Left out: the mistake's, or the solution's.
    pub(crate) server: Option<Text>,
    pub(crate) steps: Option<Vec<Spanned<usize>>>,
    pub(crate) evidence: Option<Text>,
    pub(crate) caption: Option<String>,
}

/// The index of what people say on all pages takes nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimsIndex {}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RightOrWrong {
    #[serde(rename = "claim", default)]
    pub(crate) claims: Vec<ClaimToJudge>,
}

/// A claim of another page. That page says how true it is, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimToJudge {
    pub(crate) page: Text,
    /// The claim, as it stands there.
    pub(crate) text: Text,
    /// What the claim answers. Left out: the page's title.
    pub(crate) asked: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exercise {
    pub(crate) name: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnWords {
    pub(crate) question: Text,
    pub(crate) model: Text,
    pub(crate) checklist: Spanned<Vec<Text>>,
}

/// The list of all exercises takes nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exercises {}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Teacher {
    pub(crate) minutes: Option<Spanned<u32>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Timetable {
    pub(crate) name: String,
    /// How many minutes the class sits before each break.
    pub(crate) sittings: Vec<u32>,
    /// The minutes of the breaks between them.
    #[serde(default)]
    pub(crate) breaks: Vec<u32>,
    /// When it begins: `9:00`. Left out: the table counts from the beginning.
    pub(crate) begins: Option<String>,
    /// The pages, in this order. Left out: all that say their minutes, in the order of the book.
    pub(crate) pages: Option<Vec<String>>,
    /// The exercises that are not for the class.
    #[serde(default)]
    pub(crate) at_home: Vec<String>,
    /// How many such days there are. Left out: one.
    pub(crate) days: Option<usize>,
    /// Whether there are as many as it takes.
    #[serde(default)]
    pub(crate) series: bool,
}

/// The emit cheatsheet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhoHears {
    /// What each client of its scene stands for.
    pub(crate) columns: Vec<String>,
    #[serde(rename = "group", default)]
    pub(crate) groups: Vec<WhoHearsGroup>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhoHearsGroup {
    pub(crate) title: String,
    #[serde(rename = "entry", default)]
    pub(crate) entries: Vec<WhoHearsEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhoHearsEntry {
    /// The function in `solutions/cheatsheet`. Left out: there is none, and `rust` and `node` say why.
    pub(crate) name: Option<Text>,
    pub(crate) title: String,
    pub(crate) note: Option<String>,
    /// What stands in the place of the code.
    pub(crate) rust: Option<String>,
    pub(crate) node: Option<String>,
}
