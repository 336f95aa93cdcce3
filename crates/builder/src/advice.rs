//! A sentence for the errors of rustc that everybody meets once, and the place in the book that says more.

/// What to do about an error or a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// What to do, in a sentence or two.
    pub sentence: &'static str,
    /// Where the book says more, from its folder: `before-you-start.md#…`. `None`: the sentence is all there is to say.
    pub page: Option<&'static str>,
}

/// The section about handlers and middlewares that socketioxide can't call.
const INVALID: &str = "before-you-start.md#if-rustc-says-invalid-messagehandler";

/// The section about an outer `socket` or `io`.
const LIFETIME: &str = "before-you-start.md#if-rustc-says-does-not-live-long-enough";

/// A kind of error: its codes, and what must stand in the message.
struct Rule {
    codes: &'static [&'static str],
    /// All of these stand in the message as rustc prints it.
    says: &'static [&'static str],
    sentence: &'static str,
    page: Option<&'static str>,
}

/// The first rule that fits counts.
const RULES: [Rule; 11] = [
    Rule {
        codes: &["E0277"],
        says: &["Invalid MessageHandler", "DisconnectReason"],
        sentence: "`socket.on` is for the events that clients emit, and they come without a `DisconnectReason`. To hear of a \
                   client that disconnects, use `socket.on_disconnect(…)`.",
        page: Some(INVALID),
    },
    Rule {
        codes: &["E0277"],
        says: &["Invalid MessageHandler"],
        sentence: "socketioxide can't call this handler. It must be an `async` closure that returns nothing. Its arguments can be \
                   `SocketRef`, `SocketIo`, `Data<…>`, `TryData<…>` and `AckSender`, and only those.",
        page: Some(INVALID),
    },
    Rule {
        codes: &["E0277"],
        says: &["ConnectMiddleware", "impl Future<"],
        sentence: "Name the middleware, and don't call it: `.with(only_admins)`.",
        page: Some(INVALID),
    },
    Rule {
        codes: &["E0277"],
        says: &["ConnectMiddleware"],
        sentence: "socketioxide can't call this middleware. It must be an `async fn` that returns a `Result`: `Ok(())` lets the \
                   client in. Its arguments can be `SocketRef`, `SocketIo`, `Data<…>` and `TryData<…>`, and only those.",
        page: Some(INVALID),
    },
    Rule {
        codes: &["E0277"],
        says: &["ConnectHandler"],
        sentence: "socketioxide can't call this handler. It must be an `async` closure or function that returns nothing. Its \
                   arguments can be `SocketRef`, `SocketIo`, `Data<…>` and `TryData<…>`, and only those.",
        page: Some(INVALID),
    },
    Rule {
        codes: &["E0597", "E0505", "E0521", "E0373"],
        says: &["`socket`"],
        sentence: "A handler runs later, when the code around it has ended. It can't use the outer `socket`. Add \
                   `socket: SocketRef` to its own arguments: it's the same socket.",
        page: Some(LIFETIME),
    },
    Rule {
        codes: &["E0597", "E0505", "E0521", "E0373"],
        says: &["`io`"],
        sentence: "A handler runs later, when the code around it has ended. It can't use the outer `io`. Add `io: SocketIo` to \
                   its own arguments.",
        page: Some(LIFETIME),
    },
    Rule {
        codes: &["E0599"],
        says: &["no method named `ok` found for opaque type `impl Future<"],
        sentence: "Emitting to many is a future, and there is no result until you `.await` it: `.await.ok()`.",
        page: None,
    },
    Rule {
        codes: &["E0599"],
        says: &["no method named `with` found"],
        sentence: "`.with(…)` belongs to the trait `ConnectHandler`. Add the line `use socketioxide::handler::ConnectHandler;`.",
        page: None,
    },
    Rule {
        codes: &["E0277"],
        says: &["is not a future"],
        sentence: "This isn't a future: leave out the `.await`. Only emitting to many is one (`io`, `broadcast`, `to`, `within`).",
        page: None,
    },
    Rule {
        codes: &["unused_must_use"],
        says: &["unused implementer of `Future`"],
        sentence: "Nothing is sent here. Emitting to many is a future, and a future does nothing until you `.await` it.",
        page: None,
    },
];

/// What to do about the message with this code, as rustc prints it.
pub(crate) fn advice(code: Option<&str>, rendered: &str) -> Option<Advice> {
    let code = code.unwrap_or_default();
    let fits =
        |rule: &&Rule| rule.codes.contains(&code) && rule.says.iter().all(|says| rendered.contains(says));
    RULES.iter().find(fits).map(|rule| Advice { sentence: rule.sentence, page: rule.page })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What rustc 1.94 says of a learner's server, without the lines that don't matter here.
    const SAID: [(&str, &str, &str); 11] = [
        (
            "E0597",
            "error[E0597]: `socket` does not live long enough\n   = note: requires that `socket` is borrowed for `'static`",
            "Add `socket: SocketRef`",
        ),
        (
            "E0505",
            "error[E0505]: cannot move out of `socket` because it is borrowed",
            "Add `socket: SocketRef`",
        ),
        (
            "E0521",
            "error[E0521]: borrowed data escapes outside of function\n  | `io` is a reference that is only valid in the \
             function body",
            "Add `io: SocketIo`",
        ),
        (
            "E0277",
            "error[E0277]: the trait bound `{async closure@lib.rs:10:25}: MessageHandler<LocalAdapter, _>` is not satisfied\n \
             10 | socket.on(\"disconnect\", async |socket: SocketRef, reason: DisconnectReason| {\n    | -- ^^^^ Invalid \
             MessageHandler",
            "use `socket.on_disconnect(…)`",
        ),
        (
            "E0277",
            "error[E0277]: the trait bound `{async closure@lib.rs:6:27}: MessageHandler<LocalAdapter, _>` is not satisfied\n   \
             ^^^^ Invalid MessageHandler",
            "must be an `async` closure that returns nothing",
        ),
        (
            "E0277",
            "error[E0277]: the trait bound `fn(Auth) -> ... {only_admins}: ConnectMiddleware<..., _>` is not satisfied",
            "must be an `async fn` that returns a `Result`",
        ),
        (
            "E0277",
            "error[E0277]: the trait bound `impl Future<Output = Result<(), &'static str>>: ConnectMiddleware<LocalAdapter, _>` \
             is not satisfied",
            "don't call it",
        ),
        ("E0277", "error[E0277]: `()` is not a future", "leave out the `.await`"),
        (
            "E0599",
            "error[E0599]: no method named `ok` found for opaque type `impl Future<Output = Result<(), BroadcastError>>` in \
             the current scope",
            "`.await.ok()`",
        ),
        (
            "E0599",
            "error[E0599]: no method named `with` found for closure `{async closure@lib.rs:14:17: 14:42}` in the current scope",
            "`use socketioxide::handler::ConnectHandler;`",
        ),
        (
            "unused_must_use",
            "warning: unused implementer of `Future` that must be used\n  = note: futures do nothing unless you `.await`",
            "until you `.await` it",
        ),
    ];

    #[test]
    fn what_everybody_meets_once_has_its_advice() {
        for (code, rendered, expected) in SAID {
            let advice = advice(Some(code), rendered).unwrap_or_else(|| panic!("{rendered}"));
            assert!(advice.sentence.contains(expected), "{rendered}\n{}", advice.sentence);
        }
    }

    #[test]
    fn other_messages_have_none() {
        for (code, rendered) in [
            (None, "error: expected one of `)`, `,`, found `}`"),
            (Some("E0425"), "error[E0425]: cannot find value `txt` in this scope"),
            (Some("E0382"), "error[E0382]: use of moved value: `socket`"),
            (Some("E0277"), "error[E0277]: `Auth` doesn't implement `Debug`"),
            (Some("E0597"), "error[E0597]: `names` does not live long enough"),
            (Some("E0599"), "error[E0599]: no method named `emmit` found for struct `SocketRef`"),
            (Some("unused_must_use"), "warning: unused `Result` that must be used"),
        ] {
            assert_eq!(advice(code, rendered), None, "{rendered}");
        }
    }
}
