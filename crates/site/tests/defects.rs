//! Every defect that a book can have is reported, with its file and line. Each test changes one thing in a good book and
//! looks at the report.

use std::fs;
use std::path::Path;

use grader::Exercise;
use harness::Server;
use scenario::{Scene, Transcript};
use site::{Defects, PlayCache, Player, Sources};
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};

const SUMMARY: &str = "# Summary\n\n[Front](index.md)\n\n- [Echo](chat/echo.md)\n- [A draft]()\n";

const EXERCISE: &str = r#"title = "Echo"
question = "Chat 1"
order = 1
page = "chat/echo.md"
task = "What one says comes back."
minutes = 5
hints = ["Emit it."]

[starter]
why = "It says nothing."

[[mistake]]
name = "silence"
claim = "Nothing need come back."
does = "Your server emits nothing."
why = "It was asked for."
verdict = "wrong"

[[mistake]]
name = "typo"
claim = "A slip of the pen."
does = "Your server emits another event."
why = "The name differs."
verdict = "slip"
"#;

const SCENES: &str = r#"[[scene]]
name = "alone"
title = "Ada is alone"
steps = [
    { connect = { clients = ["ada"] } },
    { emit = { client = "ada", event = "say", args = ["hi"] } },
]
"#;

const SOLUTION: &str = r#"use socketioxide::SocketIo;
// ANCHOR: solution
    socket.on("say", async |text: String| {
        // It comes back.
        socket.emit("said", &text).ok();
    });
// ANCHOR_END: solution
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
    { connect = { clients = ["ada"] } },
]
depth = 2
```

## The short answer

It comes back.

## The long answer

```js
{{#include ../../solutions/chat/echo/node.mjs:solution}}
```

## What people say

```claims
exercise = "echo"

[[claim]]
mistake = "silence"

[[claim]]
text = "It comes back."
verdict = "right"
why = "Look."
scene = "alone"
steps = [2]

[[claim]]
text = "It is quick."
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

## In your own words

```own-words
question = "Who hears what Ada says?"
model = "Ada does: it comes back."
checklist = ["Ada", "It comes back", "Nobody else"]
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

/// Plays the servers of `echo`.
struct Echo;

impl Player for Echo {
    fn play(&self, exercise: &str, server: &str, scene: &Scene) -> Result<Transcript, String> {
        let server = match (exercise, server) {
            ("echo", "solution") => Server::new(echo),
            ("echo", "silence" | "typo") => Server::new(silence),
            _ => return Err(format!("there is no {server}")),
        };
        harness::play(scene, &server).map_err(|error| error.to_string())
    }
}

/// A workspace with a book, an exercise and its solution.
struct Workspace {
    folder: tempfile::TempDir,
}

impl Workspace {
    fn new() -> Self {
        let this = Self { folder: tempfile::tempdir().unwrap() };
        this.write("book/SUMMARY.md", SUMMARY);
        this.write("book/index.md", "# Front\n");
        this.write("book/chat/echo.md", PAGE);
        this.write("exercises/chat/echo/Cargo.toml", "");
        this.write("exercises/chat/echo/exercise.toml", EXERCISE);
        this.write("exercises/chat/echo/scenes.toml", SCENES);
        this.write("solutions/chat/echo/solution.rs", SOLUTION);
        this.write(
            "solutions/chat/echo/starter.rs",
            "    socket.on(\"say\", async |_text: String| {\n    });\n",
        );
        let node = "// ANCHOR: solution\nsocket.emit(\"said\", text);\n// ANCHOR_END: solution\n";
        this.write("solutions/chat/echo/node.mjs", node);
        this
    }

    fn write(&self, file: &str, text: &str) {
        let file = self.folder.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn remove(&self, file: &str) {
        fs::remove_file(self.folder.path().join(file)).unwrap();
    }

    fn exercises(&self) -> Vec<Exercise> {
        grader::exercises(self.folder.path()).unwrap()
    }

    fn check(&self) -> Result<(), Defects> {
        let (root, exercises, plays) = (self.folder.path(), &self.exercises(), &PlayCache::new(Echo));
        site::check(Sources { root, src: Path::new("book"), exercises, plays })
    }
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
    let defects = workspace.check().unwrap_err();
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
    let said = workspace.check().unwrap_err().to_string();
    let files: Vec<_> = said.lines().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(
        files,
        [
            "book/SUMMARY.md:3",
            "book/chat/echo.md:22",
            "book/chat/echo.md:59",
            "book/chat/echo.md:98",
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
        &["book/SUMMARY.md:3: the page `index.md` can't be read", "make the chapter a draft"],
    );
}

#[test]
fn no_table_of_contents() {
    let workspace = Workspace::new();
    workspace.remove("book/SUMMARY.md");
    let said = workspace.check().unwrap_err().to_string();
    says(&said, &["book/SUMMARY.md: the table of contents can't be read"]);
}

#[test]
fn a_missing_section() {
    says(
        &page_defect("## The short answer\n", "", "## The long answer"),
        &["the section “The short answer” is missing", "Add `## The short answer` before this line"],
    );
    let without_teacher = &PAGE[PAGE.find("## For the teacher").unwrap()..];
    says(&page_defect(without_teacher, "", "no such line"), &["the section “For the teacher” is missing"]);
}

#[test]
fn a_section_too_many() {
    says(
        &page_defect("It comes back.\n\n##", "It comes back.\n\n## More\n\n##", "## More"),
        &["“More” isn't a section of a question's page", "###"],
    );
    let twice = "## The short answer\n\nIt comes back.\n\n## The short answer\n\nAgain.";
    let workspace = Workspace::new();
    workspace.write("book/chat/echo.md", &PAGE.replace("## The short answer\n\nIt comes back.", twice));
    says(&one_defect(&workspace), &["book/chat/echo.md:40: the section “The short answer” is already there"]);
}

#[test]
fn sections_out_of_order() {
    let workspace = Workspace::new();
    let teacher = "## For the teacher\n\n```teacher\nminutes = 20\n```\n\n";
    let page = PAGE
        .replace(teacher.trim_end(), "")
        .replace("## In your own words", &format!("{teacher}## In your own words"));
    workspace.write("book/chat/echo.md", &page);
    says(
        &one_defect(&workspace),
        &[
            "“In your own words” comes after “For the teacher”. Move it before",
            "The order is: Predict first ·",
        ],
    );
}

#[test]
fn a_section_without_its_block() {
    let teacher = "```teacher\nminutes = 20\n```\n";
    says(&page_defect(teacher, "", "## For the teacher"), &["“For the teacher” has no `teacher` block"]);
    // One elsewhere doesn't count.
    let from = PAGE.find("```choices\nquestion = \"Who hears it now?\"").unwrap();
    let block = &PAGE[from..PAGE.find("## In your own words").unwrap()];
    says(&page_defect(block, "", "## Check yourself"), &["“Check yourself” has no `choices` block"]);
}

#[test]
fn a_missing_included_file() {
    says(
        &page_defect("node.mjs:solution", "noed.mjs:solution", "{{#include"),
        &["`../../solutions/chat/echo/noed.mjs` can't be read", "book/chat"],
    );
}

#[test]
fn a_missing_anchor() {
    says(
        &page_defect(":solution}}", ":question}}", "{{#include"),
        &["has no anchor `question`", "ANCHOR: question"],
    );
}

#[test]
fn a_link_that_leads_out_of_the_book() {
    says(
        &page_defect("It comes back.\n", "See [it](../../README.md).\n", "See [it]"),
        &["the link to `../../README.md` leads out of the book"],
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
        &["there is no exercise `eco`. Known: echo"],
    );
    says(
        &page_defect("name = \"echo\"", "name = \"eco\"", "\"eco\""),
        &["there is no exercise `eco`. Known: echo"],
    );
    says(
        &page_defect("scene = \"alone\"", "scene = \"alne\"", "\"alne\""),
        &["`echo` has no scene `alne`. Known: alone"],
    );
    says(
        &page_defect("server = \"silence\"", "server = \"silent\"", "\"silent\""),
        &["`echo` has no server `silent`. Known: solution, silence, typo"],
    );
    says(
        &page_defect("[[claim]]\ntext", "[[claim]]\nmistake = \"typpo\"\n\n[[claim]]\ntext", "\"typpo\""),
        &["`echo` has no mistake `typpo`. Known: silence, typo"],
    );
}

/// What is recorded of `echo`, where it is.
fn node_snap(server: &str, scene: &str) -> String {
    let steps = r#"{"clients":[{"client":"ada","events":[{"connected":{}}]}]},{"clients":[{"client":"ada","events":[]}]}"#;
    format!(
        "---\nsource: x\n---\n{{\"servers\":[{{\"name\":\"{server}\",\"scenes\":[{{\"name\":\"{scene}\",\"steps\":[{steps}]}}]}}]}}\n"
    )
}

#[test]
fn a_server_on_node_is_one_if_it_is_recorded() {
    const SNAP: &str = "solutions/chat/echo/node.snap";
    let workspace = Workspace::new();
    let in_claim = "text = \"It comes back.\"\nserver = \"node:silence\"";
    let page = PAGE.replacen("server = \"silence\"", "server = \"node:silence\"", 1);
    let page = page.replacen("text = \"It comes back.\"", in_claim, 1);
    workspace.write("book/chat/echo.md", &page);
    let said = workspace.check().unwrap_err().to_string();
    says(&said, &["`echo` has no server `node:silence`. Known: solution, silence, typo\n"]);
    workspace.write(SNAP, &node_snap("node", "alone"));
    let said = workspace.check().unwrap_err().to_string();
    says(&said, &["`echo` has no server `node:silence`. Known: solution, silence, typo, node\n"]);
    workspace.write(SNAP, &node_snap("node:silence", "alone"));
    assert_eq!(workspace.check(), Ok(()));
    workspace.write(SNAP, &node_snap("node:silence", "another"));
    let said = workspace.check().unwrap_err().to_string();
    says(&said, &["chat/echo/node.snap has no play of this scene", "node replay.mjs --update echo"]);
    workspace.write(SNAP, &node_snap("node:silence", "alone"));
    workspace.write(
        "book/chat/echo.md",
        &page.replacen("why = \"Look.\"\nscene = \"alone\"\nsteps = [2]", "why = \"Look.\"", 1),
    );
    says(&one_defect(&workspace), &["a claim with a `server` needs the `scene`"]);
}

#[test]
fn a_file_of_node_that_can_t_be_read() {
    let workspace = Workspace::new();
    workspace.write("solutions/chat/echo/node.snap", "{}");
    let said = workspace.check().unwrap_err().to_string();
    says(&said, &["solutions/chat/echo/node.snap isn't a snapshot"]);
}

#[test]
fn an_unknown_step() {
    says(
        &page_defect("steps = [2]", "steps = [1, 0]", "[1, 0]"),
        &["`alone` has no step 0. Its steps are 1 to 2"],
    );
    says(&page_defect("steps = [2]", "steps = [3]", "[3]"), &["no step 3"]);
}

#[test]
fn missing_minutes() {
    says(
        &page_defect("minutes = 20\n", "", "```teacher").replace('`', ""),
        &["there are no minutes. Say how many"],
    );
    says(&page_defect("minutes = 20", "minutes = 0", "minutes = 0"), &["`minutes` is 0. Say how many"]);
}

#[test]
fn parts_that_do_not_add_up_to_the_minutes() {
    let parts = |open: u32| {
        let parts = format!(
            "**Open ({open} min).** Ask.\n\n**The question to the room (8 min):** who?\n\n**Exercise (5 min).** Do.\n"
        );
        let workspace = Workspace::new();
        workspace.write("book/chat/echo.md", &format!("{PAGE}\n{parts}"));
        workspace
    };
    assert_eq!(parts(12).check(), Ok(()));
    says(&one_defect(&parts(11)), &["`minutes` is 20, but the parts of “For the teacher” take 19 without"]);
}

#[test]
fn an_exercise_that_takes_other_minutes_in_class() {
    let workspace = Workspace::new();
    let parts = "**Open (20 min).** Ask.\n\n**Exercise (6 min).** Do.\n";
    workspace.write("book/chat/echo.md", &format!("{PAGE}\n{parts}"));
    says(
        &one_defect(&workspace),
        &["says 6 minutes for the exercise, and the exercise.toml of `echo` 5. Correct one"],
    );
}

#[test]
fn a_timetable_names_pages_that_are_there() {
    let workspace = Workspace::new();
    let summary = format!("{SUMMARY}\n# To teach it\n\n- [Guide](teach/index.md)\n");
    workspace.write("book/SUMMARY.md", &summary);
    let guide = |table: &str| format!("# Guide\n\n```timetable\nname = \"x\"\n{table}\n```\n");
    let good = "sittings = [60]\npages = [\"chat/echo.md\"]";
    workspace.write("book/teach/index.md", &guide(good));
    assert_eq!(workspace.check(), Ok(()));
    workspace.write("book/teach/index.md", &guide(&good.replace("echo", "eco")));
    says(&one_defect(&workspace), &["book/teach/index.md:6: `chat/eco.md` has no minutes for a class"]);
    // A draft has none, and neither has a page that SUMMARY doesn't list.
    workspace.write("book/teach/index.md", &guide(good));
    workspace.write("book/SUMMARY.md", &summary.replace("[Echo](chat/echo.md)", "[Echo]()"));
    says(&workspace.check().unwrap_err().to_string(), &["`chat/echo.md` has no minutes for a class"]);
}

#[test]
fn a_mark_for_teachers_that_is_never_closed() {
    says(
        &page_defect("It comes back.\n", "<!-- teacher -->\n", "<!-- teacher -->"),
        &["this is never closed. Write `<!-- /teacher -->`"],
    );
}

#[test]
fn toml_that_cannot_be_read() {
    says(
        &page_defect("scene = \"alone\"", "scene = alone", "scene = alone"),
        &["this `transcript` block can't be read"],
    );
    says(
        &page_defect("minutes = 20", "minutes = \"long\"", "\"long\""),
        &["this `teacher` block can't be read", "invalid type"],
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
    says(&page_defect("clients = [\"ada\"]", "client = [\"ada\"]", "client = [\"ada\"]"), &["can't be read"]);
}

#[test]
fn an_action_that_can_never_be_played() {
    says(
        &page_defect("event = \"say\", args = [\"again\"]", "event = \"say\", ns = \"/x\"", "/x"),
        &["this action can never be played here: ada isn't connected to /x. Let ada connect to it first"],
    );
}

/// It can be clicked once another action has been.
#[test]
fn an_action_that_can_be_played_after_another() {
    let zoe = "    { connect = { clients = [\"zoe\"] } },\n    { drop_connection = { client = \"zoe\" } },\n";
    let page = PAGE.replacen("    { disconnect = ", &format!("{zoe}    {{ disconnect = "), 1);
    let workspace = Workspace::new();
    workspace.write("book/chat/echo.md", &page);
    assert_eq!(workspace.check(), Ok(()));
    workspace.write("book/chat/echo.md", &page.replace("depth = 2", "depth = 1"));
    says(&one_defect(&workspace), &["can never be played here: zoe isn't connected"]);
}

#[test]
fn recordings_that_would_be_too_many() {
    says(&page_defect("depth = 2", "depth = 7", "depth = 7"), &["3 actions to a depth of 7"]);
    says(&page_defect("depth = 2", "depth = 0", "depth = 0"), &["Take a depth of at least 1"]);
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
fn a_claim_without_evidence() {
    says(
        &page_defect("scene = \"alone\"\nsteps = [2]\n\n[[claim]]", "\n[[claim]]", "[[claim]]\ntext"),
        &["no evidence"],
    );
}

#[test]
fn a_claim_with_two_kinds_of_evidence_or_with_no_reason() {
    says(
        &page_defect("evidence = \"none: ", "scene = \"alone\"\nevidence = \"none: ", "\"none: "),
        &["this claim has both a `scene` and `evidence`"],
    );
    says(
        &page_defect("\"none: a transcript has no clock\"", "\"none: \"", "\"none: \""),
        &["`evidence` takes \"none: \" and the reason"],
    );
}

#[test]
fn claims_without_a_claim() {
    let from = PAGE.find("[[claim]]").unwrap();
    let to = from + PAGE[from..].find("```").unwrap();
    let workspace = Workspace::new();
    workspace.write("book/chat/echo.md", &PAGE.replace(&PAGE[from..to], ""));
    says(&workspace.check().unwrap_err().to_string(), &["there are no claims in it. Add a `[[claim]]`"]);
}

#[test]
fn a_claim_without_its_verdict() {
    says(&page_defect("verdict = \"right\"\n", "", "[[claim]]\ntext"), &["this claim has no `verdict`"]);
}

#[test]
fn an_exercise_whose_page_is_missing_and_a_page_that_no_exercise_names() {
    let workspace = Workspace::new();
    workspace.write("exercises/chat/echo/exercise.toml", &EXERCISE.replace("chat/echo.md", "chat/eco.md"));
    let said = workspace.check().unwrap_err().to_string();
    says(
        &said,
        &[
            "book/chat/echo.md:1: no exercise names this question's page. Write `page = \"chat/echo.md\"`",
            "exercises/chat/echo/exercise.toml:4: its page `chat/eco.md` is missing. Write it in book/",
        ],
    );
}

#[test]
fn a_mistake_that_the_page_does_not_mention() {
    says(
        &page_defect("[[claim]]\nmistake = \"silence\"\n", "", "```claims"),
        &["the mistake `silence` of `echo` isn't mentioned", "\"slip\""],
    );
}

#[test]
fn a_mistake_that_no_scene_shows() {
    let workspace = Workspace::new();
    let page =
        PAGE.replacen("mistake = \"silence\"", "mistake = \"silence\"\n[[claim]]\nmistake = \"typo\"", 1);
    workspace.write("book/chat/echo.md", &page);
    assert_eq!(workspace.check(), Ok(()));
    let connect_only = SCENES.lines().filter(|line| !line.contains("emit")).collect::<Vec<_>>().join("\n");
    workspace.write("exercises/chat/echo/scenes.toml", &connect_only);
    let said = workspace.check().unwrap_err().to_string();
    says(
        &said,
        &["`silence` does the same as the solution in every scene. Add a scene that tells them apart"],
    );
}

#[test]
fn a_server_that_can_t_be_played() {
    let workspace = Workspace::new();
    workspace.write("exercises/chat/echo/exercise.toml", &EXERCISE.replace("\"silence\"", "\"quiet\""));
    workspace.write("book/chat/echo.md", &PAGE.replace("\"silence\"", "\"quiet\""));
    let said = workspace.check().unwrap_err().to_string();
    says(&said, &["`alone` of `echo` can't be played over `quiet`: there is no quiet"]);
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

/// The book with its exercise in a part, and this table on the part's first page.
fn part(table: &str) -> Workspace {
    let workspace = Workspace::new();
    let summary = SUMMARY.replace("- [Echo]", "# Part I\n\n- [The way](chat/index.md)\n- [Echo]");
    workspace.write("book/SUMMARY.md", &summary);
    let header = "| page | minutes | exercise |\n| --- | --- | --- |";
    workspace.write("book/chat/index.md", &format!("# The way\n\n{header}\n{table}\n"));
    workspace
}

#[test]
fn a_part_whose_first_page_leaves_a_page_out() {
    assert_eq!(part("| [Chat 1](echo.md) | 20 | `echo`, 5 min |").check(), Ok(()));
    says(
        &one_defect(&part("| Chat 1 | 20 | |")),
        &["book/chat/index.md:1: this page opens a part, and doesn't lead to its page `chat/echo.md`"],
    );
}

#[test]
fn a_part_whose_table_has_other_minutes() {
    says(
        &one_defect(&part("| [Chat 1](echo.md) | 21 | `echo`, 5 min |")),
        &["book/chat/index.md:5: the table says 21 minutes, and the page 20. Correct one"],
    );
    says(
        &one_defect(&part("| [Chat 1](echo.md) | 20 | `echo`, 6 min |")),
        &["book/chat/index.md:5: the table says “echo, 6 min”, and its exercise.toml 5 minutes. Correct one"],
    );
}

#[test]
fn a_checklist_of_two() {
    says(
        &page_defect("\"Ada\", ", "", "checklist ="),
        &["the checklist has 2 items. Give it 3 to 5 short ones"],
    );
}

#[test]
fn own_words_without_a_model() {
    says(
        &page_defect("model = \"Ada does: it comes back.\"", "model = \" \"", "model ="),
        &["`model` is empty. Write it"],
    );
}

#[test]
fn a_question_about_a_hidden_step_where_none_is_hidden() {
    says(
        &page_defect("depth = 2", "depth = 2\nguess = false\npredict = \"Who?\"", "predict ="),
        &["`predict` asks about the hidden step, but no step is hidden"],
    );
    // A scene of one step shows it at once.
    let workspace = Workspace::new();
    let short = SCENES
        .replace("alone", "short")
        .replace("    { emit = { client = \"ada\", event = \"say\", args = [\"hi\"] } },\n", "");
    workspace.write("exercises/chat/echo/scenes.toml", &format!("{SCENES}\n{short}"));
    let stage = "scene = \"alone\"\nactions =";
    let predicts = PAGE.replacen(stage, "scene = \"short\"\npredict = \"Who?\"\nactions =", 1);
    workspace.write("book/chat/echo.md", &predicts);
    says(&one_defect(&workspace), &["`predict` asks about the hidden step, but no step is hidden"]);
    workspace.write("book/chat/echo.md", &predicts.replacen("short", "alone", 1));
    assert_eq!(workspace.check(), Ok(()));
}

/// In a block of Rust, in what it includes, in the text, and in one of our own blocks. Spaces and comments don't matter.
#[test]
fn a_page_that_shows_its_own_exercise_s_solution() {
    let is = [
        "this shows what the exercise `echo` asks for: `socket.emit(\"said\", &text).ok();`",
        "The exercise's card",
    ];
    let code = "```rust\nsocket . emit( \"said\", // Back.\n &text).ok()\n```\n";
    says(&page_defect("It comes back.\n", code, "```rust"), &is);
    let included = "```rust\n{{#include ../../solutions/chat/echo/solution.rs:solution}}\n```\n";
    says(&page_defect("It comes back.\n", included, "```rust"), &is);
    let text = "Say `socket.emit(\"said\", &text).ok()`.\n";
    says(&page_defect("It comes back.\n", text, "Say `"), &is);
    let why = "why = \"`socket.emit(\\\"said\\\", &text).ok()`\"";
    says(&page_defect("why = \"It comes back.\"", why, "```choices"), &is);
    // What the starter has, what a neighbouring case needs, and other languages are no giveaway.
    let neighbour = "```rust\nsocket.on(\"say\", async |text: String| {\n    socket.emit(\"heard\", &text).ok();\n});\n```\n\n\
                     ```js\nsocket.emit(\"said\", &text).ok();\n```\n";
    let workspace = Workspace::new();
    workspace.write("book/chat/echo.md", &PAGE.replacen("It comes back.\n", neighbour, 1));
    assert_eq!(workspace.check(), Ok(()));
}

#[cfg(unix)]
#[test]
fn a_link_of_the_file_system_that_leads_out_of_the_book() {
    let workspace = Workspace::new();
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(to, workspace.folder.path().join("book").join(name)).unwrap();
    };
    link("index.md", "same.md");
    assert_eq!(workspace.check(), Ok(()));
    link("/etc/hostname", "a.txt");
    link(".", "b");
    let said = workspace.check().unwrap_err().to_string();
    says(&said, &["book/a.txt: this link doesn't lead to a file of the book", "book/b: this link"]);
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

/// A front page with these lines.
fn with_front(lines: &str) -> Workspace {
    let workspace = Workspace::new();
    workspace.write("book/index.md", &format!("# Front\n\n{lines}"));
    workspace
}

#[test]
fn claims_of_other_pages() {
    let index = "```claims-index\n```\n\n";
    let judged = |page: &str, text: &str| {
        format!("{index}```right-or-wrong\n[[claim]]\npage = \"{page}\"\ntext = \"{text}\"\n```\n")
    };
    let good = judged("chat/echo.md", "It comes back.");
    assert_eq!(with_front(&good).check(), Ok(()));
    // A known mistake's claim, and a page as it is.
    assert_eq!(with_front(&judged("chat/echo.md", "Nothing need come back.")).check(), Ok(()));
    says(
        &one_defect(&with_front(&judged("chat/eco.md", "It comes back."))),
        &["book/index.md:8: no page `chat/eco.md` has claims. Pages that have: chat/echo.md"],
    );
    says(
        &one_defect(&with_front(&judged("chat/echo.md", "It comes."))),
        &[
            "book/index.md:9: chat/echo.md has no such claim. Its claims: “Nothing need come back.”, “It comes back.”",
        ],
    );
    says(
        &one_defect(&with_front("```right-or-wrong\n```\n")),
        &["book/index.md:3: there are no claims in it"],
    );
    // A slip is nobody's opinion.
    let workspace = with_front(&judged("chat/echo.md", "A slip of the pen."));
    let page = PAGE.replacen("[[claim]]", "[[claim]]\nmistake = \"typo\"\n\n[[claim]]", 1);
    workspace.write("book/chat/echo.md", &page);
    says(&one_defect(&workspace), &["book/index.md:9: this claim is a slip"]);
}

#[test]
fn an_index_of_no_claims() {
    let workspace = with_front("```claims-index\n```\n");
    let from = PAGE.find("```claims").unwrap();
    let block = &PAGE[from..PAGE.find("## Exercise").unwrap()];
    workspace.write("book/chat/echo.md", &PAGE.replace(block, ""));
    says(&workspace.check().unwrap_err().to_string(), &["book/index.md:3: no page has a `claims` block"]);
}

#[test]
fn a_word_in_italics_is_in_the_glossary() {
    let workspace = with_front("An *echo* is what comes back.\n");
    assert_eq!(workspace.check(), Ok(()), "there is no glossary");
    workspace.write("book/SUMMARY.md", &format!("{SUMMARY}- [Words](glossary.md)\n"));
    workspace.write("book/glossary.md", "# Words\n\necho\n: What comes back.\n");
    assert_eq!(workspace.check(), Ok(()));
    workspace.write("book/index.md", "# Front\n\nAn *ecco* is what comes back.\n");
    says(&one_defect(&workspace), &["book/index.md:3: `*ecco*` isn't in glossary.md"]);
}
