//! Every defect that a book can have is told of, with its file and line. Each test changes one thing in a book that is
//! good and looks at what is said.

use std::fs;
use std::path::Path;

use catalogue::{Entry, Server};
use site::{Defects, Plays};
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use stage::{Exercise, Kept, Scene};

const SUMMARY: &str = "# Summary\n\n[Front](index.md)\n\n- [Echo](chat/echo.md)\n- [A draft]()\n";

const EXERCISE: &str = r#"title = "Echo"
question = "Chat 1"
page = "chat/echo.md"
task = "What one says comes back."
minutes = 5
hint = ["Emit it."]

[starter]
why = "It says nothing."

[[wrong]]
name = "silence"
claim = "Nothing need come back."
why = "It was asked for."
verdict = "wrong"

[[wrong]]
name = "typo"
claim = "A slip of the pen."
why = "The name differs."
verdict = "slip"
"#;

const PAGE: &str = r#"# Echo

## Predict first

```choices
question = "Who hears it?"
[[option]]
text = "ada"
right = true
why = "She said it."
[[option]]
text = "nobody"
why = "It comes back."
```

## The short answer

It comes back.

## See it happen

```transcript
exercise = "echo"
scene = "alone"
server = "silence"
steps = [2]
```

```stage
exercise = "echo"
scene = "alone"
actions = [
    { emit = { client = "ada", event = "say", args = ["again"] } },
    { disconnect = { client = "ada" } },
    { enter = { clients = ["ada"] } },
]
depth = 2
```

## The long answer

```rust
{{#include ../../solutions/chat/echo/src/lib.rs:answer}}
```

## Answers you will hear

```answers
exercise = "echo"

[[answer]]
server = "silence"

[[answer]]
claim = "It comes back."
verdict = "right"
why = "Look."
scene = "alone"
steps = [2]

[[answer]]
claim = "It is quick."
verdict = "half"
why = "It depends."
evidence = "none: a transcript has no clock"
```

## Exercise

```exercise
name = "echo"
```

## Check yourself

```choices
question = "Who hears it now?"
[[option]]
text = "ada"
right = true
why = "She said it."
[[option]]
text = "nobody"
why = "It comes back."
```

## For the teacher

```teacher
minutes = 20
```
"#;

fn echo(io: &SocketIo) {
    io.ns("/", async |socket: SocketRef| {
        socket.on("say", async |socket: SocketRef, Data::<String>(text)| {
            socket.emit("said", &text).ok();
        });
    });
}

fn silence(io: &SocketIo) {
    io.ns("/", async |_: SocketRef| {});
}

/// A workspace with a book, an exercise and its solution.
struct Workspace {
    folder: tempfile::TempDir,
    kept: Vec<Kept>,
}

impl Workspace {
    fn new() -> Self {
        let this = Self { folder: tempfile::tempdir().expect("a folder"), kept: vec![kept()] };
        this.write("book/SUMMARY.md", SUMMARY);
        this.write("book/index.md", "# Front\n");
        this.write("book/chat/echo.md", PAGE);
        this.write("exercises/chat/echo/exercise.toml", EXERCISE);
        this.write(
            "solutions/chat/echo/src/lib.rs",
            "// ANCHOR: answer\nfn answer() {}\n// ANCHOR_END: answer\n",
        );
        this
    }

    fn write(&self, file: &str, text: &str) {
        let file = self.folder.path().join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder that can be made");
        fs::write(file, text).expect("a file that can be written");
    }

    fn remove(&self, file: &str) {
        fs::remove_file(self.folder.path().join(file)).expect("a file that can be removed");
    }

    fn entries(&self) -> Vec<Entry> {
        let root = self.folder.path();
        let dir = root.join("exercises/chat/echo");
        let servers: [(&str, Server); 3] = [("answer", echo), ("silence", silence), ("typo", silence)];
        vec![Entry {
            exercise: Exercise::read(&dir).expect("a good exercise.toml"),
            dir,
            solution_dir: root.join("solutions/chat/echo"),
            kept: self.kept.clone(),
            servers: servers.map(|(name, server)| (name.to_owned(), server)).into(),
        }]
    }

    fn check(&self) -> Result<(), Defects> {
        site::check(self.folder.path(), Path::new("book"), &self.entries(), &Plays::default())
    }
}

fn kept() -> Kept {
    let scene = Scene::new("alone", "Ada is alone").enter(["ada"]).emit("ada", "say", "hi");
    let text = "ada enters\n  ada is in\nada emits say \"hi\"\n  ada hears said \"hi\"".to_owned();
    Kept { scene, text }
}

/// What is said of the page if `from` in it becomes `to`. It must be one thing, at the line of `line`.
#[track_caller]
fn page_defect(from: &str, to: &str, line: &str) -> String {
    assert!(PAGE.contains(from), "{from:?} is not on the page");
    let page = PAGE.replacen(from, to, 1);
    let workspace = Workspace::new();
    workspace.write("book/chat/echo.md", &page);
    let said = one_defect(&workspace);
    let number = page.find(line).map_or(page.lines().count(), |at| 1 + page[..at].matches('\n').count());
    let place = format!("book/chat/echo.md:{number}: ");
    said.strip_prefix(&place).unwrap_or_else(|| panic!("{said:?} does not begin with {place:?}")).to_owned()
}

#[track_caller]
fn one_defect(workspace: &Workspace) -> String {
    let defects = workspace.check().expect_err("a defect");
    let said: Vec<_> = defects.0.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 1, "{said:#?}");
    said[0].clone()
}

#[track_caller]
fn says(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{said:?} does not say {part:?}");
    }
}

#[test]
fn a_good_book_has_no_defect() {
    assert_eq!(Workspace::new().check(), Ok(()));
}

#[test]
fn all_defects_are_told_at_once_in_the_order_of_the_files() {
    let workspace = Workspace::new();
    workspace.write("book/SUMMARY.md", &SUMMARY.replace("index.md", "front.md"));
    workspace.write(
        "book/chat/echo.md",
        &PAGE.replace("minutes = 20", "minutes = 0").replace("steps = [2]", "steps = [9]"),
    );
    let said = workspace.check().expect_err("defects").to_string();
    let files: Vec<_> = said.lines().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(
        files,
        [
            "book/SUMMARY.md:3",
            "book/chat/echo.md:26",
            "book/chat/echo.md:59",
            "book/chat/echo.md:90",
            "The book has 4 defects."
        ]
    );
}

#[test]
fn a_missing_page() {
    let workspace = Workspace::new();
    workspace.remove("book/index.md");
    says(
        &one_defect(&workspace),
        &["book/SUMMARY.md:3: the page `index.md` cannot be read", "make the chapter a draft"],
    );
}

#[test]
fn no_table_of_contents() {
    let workspace = Workspace::new();
    workspace.remove("book/SUMMARY.md");
    let said = workspace.check().expect_err("defects").to_string();
    says(&said, &["book/SUMMARY.md: the table of contents cannot be read"]);
}

#[test]
fn a_missing_part() {
    says(
        &page_defect("## The short answer\n", "", "## See it happen"),
        &["the part “The short answer” is missing", "add `## The short answer` before this line"],
    );
    let without_teacher = &PAGE[PAGE.find("## For the teacher").expect("the part")..];
    says(&page_defect(without_teacher, "", "no such line"), &["the part “For the teacher” is missing"]);
}

#[test]
fn a_part_too_many() {
    says(
        &page_defect("It comes back.\n\n##", "It comes back.\n\n## More\n\n##", "## More"),
        &["“More” is not a part of a question's page", "###"],
    );
    let twice = "## The short answer\n\nIt comes back.\n\n## The short answer\n\nAgain.";
    let workspace = Workspace::new();
    workspace.write("book/chat/echo.md", &PAGE.replace("## The short answer\n\nIt comes back.", twice));
    says(&one_defect(&workspace), &["book/chat/echo.md:20: “The short answer” stands here a second time"]);
}

#[test]
fn parts_out_of_order() {
    let workspace = Workspace::new();
    let teacher = "## For the teacher\n\n```teacher\nminutes = 20\n```\n\n";
    let page = PAGE
        .replace(teacher.trim_end(), "")
        .replace("## Check yourself", &format!("{teacher}## Check yourself"));
    workspace.write("book/chat/echo.md", &page);
    says(
        &one_defect(&workspace),
        &["“Check yourself” comes after “For the teacher”; move it before", "The order is: Predict first ·"],
    );
}

#[test]
fn a_part_without_its_block() {
    let teacher = "```teacher\nminutes = 20\n```\n";
    says(&page_defect(teacher, "", "## For the teacher"), &["“For the teacher” has no `teacher` block"]);
}

#[test]
fn a_missing_included_file() {
    says(
        &page_defect("src/lib.rs:answer", "src/lob.rs:answer", "{{#include"),
        &["`../../solutions/chat/echo/src/lob.rs` cannot be read", "book/chat"],
    );
}

#[test]
fn a_missing_anchor() {
    says(
        &page_defect(":answer}}", ":question}}", "{{#include"),
        &["has no anchor `question`", "ANCHOR: question"],
    );
}

#[test]
fn a_misspelt_include() {
    says(&page_defect("{{#include", "{{#inculde", "{{#inculde"), &["mdBook knows no `{{#inculde …}}`"]);
}

#[test]
fn an_unknown_name() {
    says(
        &page_defect("exercise = \"echo\"", "exercise = \"eco\"", "\"eco\""),
        &["no exercise is called `eco`; there are: echo"],
    );
    says(
        &page_defect("name = \"echo\"", "name = \"eco\"", "\"eco\""),
        &["no exercise is called `eco`; there are: echo"],
    );
    says(
        &page_defect("scene = \"alone\"", "scene = \"alne\"", "\"alne\""),
        &["no scene is called `alne`; `echo` has: alone"],
    );
    says(
        &page_defect("server = \"silence\"", "server = \"silent\"", "\"silent\""),
        &["no server is called `silent`; `echo` has: answer, silence, typo"],
    );
}

#[test]
fn an_unknown_step() {
    says(
        &page_defect("steps = [2]", "steps = [1, 0]", "[1, 0]"),
        &["`alone` has no step 0; its steps are 1 to 2"],
    );
    says(&page_defect("steps = [2]", "steps = [3]", "[3]"), &["no step 3"]);
}

#[test]
fn missing_minutes() {
    says(
        &page_defect("minutes = 20\n", "", "```teacher").replace('`', ""),
        &["there are no minutes; say how many"],
    );
    says(&page_defect("minutes = 20", "minutes = 0", "minutes = 0"), &["`minutes` is 0; say how many"]);
}

#[test]
fn toml_that_cannot_be_read() {
    says(
        &page_defect("scene = \"alone\"", "scene = alone", "scene = alone"),
        &["this `transcript` block cannot be read"],
    );
    says(
        &page_defect("minutes = 20", "minutes = \"long\"", "\"long\""),
        &["this `teacher` block cannot be read", "invalid type"],
    );
}

#[test]
fn an_unknown_key() {
    says(
        &page_defect("args = [\"again\"]", "arg = [\"again\"]", "arg ="),
        &["unexpected keys in table: arg, available keys: client, ns, event, args"],
    );
    says(
        &page_defect("steps = [2]", "step = [2]", "step = [2]"),
        &["unknown field `step`", "expected one of"],
    );
    says(
        &page_defect("clients = [\"ada\"]", "client = [\"ada\"]", "client = [\"ada\"]"),
        &["cannot be read"],
    );
}

#[test]
fn an_action_that_can_never_be_played() {
    says(
        &page_defect("event = \"say\", args = [\"again\"]", "event = \"say\", ns = \"/x\"", "/x"),
        &["this action can never be played here: ada is not in /x: let ada enter it first"],
    );
}

#[test]
fn a_tree_that_would_be_too_large() {
    says(&page_defect("depth = 2", "depth = 7", "depth = 7"), &["3 actions to a depth of 7"]);
    says(&page_defect("depth = 2", "depth = 0", "depth = 0"), &["take a depth from 1"]);
}

#[test]
fn choices_that_leave_no_choice() {
    says(&page_defect("right = true\n", "", "question = \"Who hears it?\""), &["no option is right"]);
    says(&page_defect("why = \"She said it.\"", "why = \"\"", "why = \"\""), &["`why` is empty"]);
    says(&page_defect("why = \"She said it.\"\n", "", "[[option]]"), &["missing field `why`"]);
    says(
        &page_defect(
            "[[option]]\ntext = \"nobody\"\nwhy = \"It comes back.\"\n",
            "",
            "question = \"Who hears it?\"",
        ),
        &["at least two"],
    );
}

#[test]
fn an_answer_without_evidence() {
    says(
        &page_defect("scene = \"alone\"\nsteps = [2]\n\n[[answer]]", "\n[[answer]]", "[[answer]]\nclaim"),
        &["no evidence"],
    );
}

#[test]
fn a_claim_without_its_verdict() {
    says(&page_defect("verdict = \"right\"\n", "", "[[answer]]\nclaim"), &["this answer has no `verdict`"]);
}

#[test]
fn an_exercise_whose_page_is_missing_and_a_page_that_no_exercise_names() {
    let workspace = Workspace::new();
    workspace.write("exercises/chat/echo/exercise.toml", &EXERCISE.replace("chat/echo.md", "chat/eco.md"));
    let said = workspace.check().expect_err("two defects").to_string();
    says(
        &said,
        &[
            "book/chat/echo.md:1: no exercise names this question's page; say `page = \"chat/echo.md\"`",
            "exercises/chat/echo/exercise.toml:3: its page `chat/eco.md` is missing; write it in book/",
        ],
    );
}

#[test]
fn a_wrong_answer_that_the_page_does_not_tell_of() {
    says(
        &page_defect("[[answer]]\nserver = \"silence\"\n", "", "```answers"),
        &["the wrong answer `silence` of `echo` is not told of", "\"slip\""],
    );
}

#[test]
fn a_kept_transcript_that_no_longer_holds() {
    let mut workspace = Workspace::new();
    workspace.kept[0].text = workspace.kept[0].text.replace("said \"hi\"", "said \"ho\"");
    let snap = format!("---\nsource: x\ninfo:\n  name: alone\n---\n{}\n", workspace.kept[0].text);
    workspace.write("exercises/chat/echo/tests/snapshots/alone.snap", &snap);
    says(
        &one_defect(&workspace),
        &[
            "exercises/chat/echo/tests/snapshots/alone.snap:9: the answer now gives “ada hears said \"hi\"” here",
            "`cargo run -- dev accept echo` keeps it",
        ],
    );
}

#[test]
fn a_link_that_leads_nowhere() {
    let good =
        "It comes back: [front](../index.md#a), [here](#see-it-happen), [there](https://socket.io/docs).";
    let workspace = Workspace::new();
    workspace.write("book/chat/echo.md", &PAGE.replacen("\nIt comes back.\n", &format!("\n{good}\n"), 1));
    assert_eq!(workspace.check(), Ok(()));
    says(
        &page_defect("It comes back.\n", "See [it](../rooms/join.md#x).\n", "See [it]"),
        &["the link to `../rooms/join.md` leads nowhere: there is no `rooms/join.md`"],
    );
    says(&page_defect("It comes back.\n", "See ![it](a.png).\n", "See ![it]"), &["there is no `chat/a.png`"]);
}

#[test]
fn a_block_in_a_list() {
    says(
        &page_defect(
            "```exercise\nname = \"echo\"\n```",
            "- a\n\n  ```exercise\n  name = \"echo\"\n  ```",
            "```exercise",
        ),
        &["a `exercise` block must stand on its own"],
    );
}
