//! What a learner gets to read of the runs that hold a server against its promises.

use crate::fixture::{EXERCISE, Fixture, expected_snap, scenes};

crate::tests![
    promises_that_are_kept_are_counted,
    a_run_that_breaks_a_promise_is_told_as_short_as_it_can_be,
    a_run_says_more_than_a_long_evening,
    a_scene_says_more_than_a_run,
    a_run_can_be_played_alone,
    a_promise_that_makes_no_sense_is_named,
];

const PROMISE: &str = r#"
[promise]
keeps = ["nothing-lost"]
end = [{ connect = { clients = ["*"] } }, { emit_with_ack = { client = "*", event = "getAll" } }]

[promise.random]
seed = 3
count = 20
clients = ["ada", "bob", "cyd"]
words = { text = ["a crab", "two crabs"] }
step = [
    { emit_with_ack = { client = "*", event = "subscribe", args = ["rust"] } },
    { emit_with_ack = { client = "*", event = "publish", args = [{ topic = "rust", text = "{text}" }] } },
    { drop_connection = { client = "*" } },
    { connect = { clients = ["*"] } },
]

[promise.random.auth]
ada = { name = "Ada" }
bob = { name = "Bob" }
cyd = { name = "Cyd" }
"#;

/// An exercise that promises something.
fn fixture() -> Fixture {
    let fixture = Fixture::new();
    let file = format!("{EXERCISE}/scenes.toml");
    fixture.write(&file, &(fixture.read(&file) + PROMISE));
    fixture
}

fn promises_that_are_kept_are_counted() {
    let text = fixture().passes("queue", &[]);
    assert!(
        text.contains("\n✓ pass alone, pair\n✓ kept what is promised, in 20 runs made from a seed\n"),
        "{text}"
    );
    assert!(text.contains(" messages were delivered, each sent "), "{text}");
    assert!(text.contains("\nAll 2 scenes pass.\n"), "{text}");
}

fn a_run_that_breaks_a_promise_is_told_as_short_as_it_can_be() {
    insta::assert_snapshot!(fixture().fails("queue-forgets", &[]), @r#"

    learner · Chat 3 · Everyone but the sender
    ✓ pass alone, pair
    ✗ FAIL run-10: Made from a seed, number 10, and made as short as it can be
      cyd connects with {"name":"Cyd"}
      bob connects with {"name":"Bob"}
      bob emits subscribe "rust" with ack
      cyd emits publish {"text":"two crabs","topic":"rust"} with ack
      bob emits getAll with ack
      cyd emits getAll with ack
      60 seconds pass
                  cyd hears nothing
        expected: bob hears message {"id":1,"text":"two crabs","topic":"rust"}
        got:      bob hears nothing

    It's promised that what was accepted reaches everyone who had subscribed.
    “two crabs” (message 1) was accepted, and Bob had subscribed to "rust" before.
    Bob never hears it.

      your code  exercises/chat/learner/src/lib.rs
      the page   Chat 3: book/chat/broadcast.md (`cargo run` serves it)
      a hint     cargo test -p learner -- --hint
    test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out
    "#);
}

fn a_run_says_more_than_a_long_evening() {
    let fixture = fixture();
    let file = format!("{EXERCISE}/scenes.toml");
    fixture.edit(&file, "name = \"pair\"", "name = \"long-evening\"");
    let mut scenes = scenes();
    scenes[1].name = "long-evening".into();
    fixture.write(&format!("{EXERCISE}/expected.snap"), &expected_snap("right", &scenes));
    let text = fixture.fails("queue-forgets-and-is-silent", &[]);
    let (run, evening) = (text.find("✗ FAIL run-"), text.find("✗ FAIL long-evening"));
    assert!(run.is_some() && run < evening, "{text}");
    // Where all is kept, the evening is all there is.
    let text = fixture.fails("queue-is-silent", &[]);
    assert!(!text.contains("run-") && text.contains("✗ FAIL long-evening"), "{text}");
}

fn a_scene_says_more_than_a_run() {
    let text = fixture().fails("queue-forgets-and-is-silent", &[]);
    assert!(text.contains("✗ FAIL pair") && !text.contains("run-"), "{text}");
}

fn a_run_can_be_played_alone() {
    let text = fixture().passes("queue", &["run-3", "--exact"]);
    assert!(text.contains("✓ pass run-3\n"), "{text}");
    assert!(text.contains("test result: ok. 1 passed; 0 failed;"), "{text}");
    let text = fixture().passes("queue", &["pair"]);
    assert!(!text.contains("kept"), "none was asked for: {text}");
}

fn a_promise_that_makes_no_sense_is_named() {
    let fixture = fixture();
    let file = format!("{EXERCISE}/scenes.toml");
    fixture.edit(&file, "keeps = [\"nothing-lost\"]", "keeps = []");
    let run = fixture.run("queue", &[]);
    assert_eq!(run.code, Some(101));
    assert!(
        run.errors.contains("scenes.toml: [promise] keeps nothing. Write the promises as `keeps`"),
        "{run:?}"
    );
}
