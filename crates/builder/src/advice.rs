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

/// The section about what a handler gets.
const ARGUMENTS: &str = "before-you-start.md#what-a-handler-gets";

/// The table of what is called how on Node.
const NODE: &str = "from-node-to-rust.md#side-by-side";

/// What changes in the code when there is an adapter.
const SEVERAL: &str = "servers/why.md#what-changes-in-rust";

/// Of a handler whose arguments are right.
const IN_USE: &str = "The arguments are right. But something is still in use at an `.await` that must not be: usually a \
                      lock. Put `{ … }` around the lines that use it, before the `.await`.";

/// Of a handler that borrows.
const OWN_IT: &str = "A handler runs later, when this value is gone. Let it own the value: write `async move |…|`. If two \
                      handlers need it, clone it first.";

/// Of a lock that is emitted.
const THE_LOCK: &str = "You emit the lock. What it guards is `&*list.lock().unwrap()`.";

/// Of a handler whose arguments are those of a single server.
const NAME_THE_ADAPTER: &str = "socketioxide can't call this handler. Name the adapter in its arguments: `SocketRef<RedisAdapter>`, \
                                `SocketIo<RedisAdapter>`, `AckSender<RedisAdapter>`. `Data<…>` has none.";

/// A kind of error: its codes, and what must stand in the message.
struct Rule {
    codes: &'static [&'static str],
    /// All of these stand in the message as rustc prints it.
    says: &'static [&'static str],
    sentence: &'static str,
    page: Option<&'static str>,
}

/// The first rule that fits counts. An error without a code has the code "".
const RULES: [Rule; 51] = [
    Rule {
        codes: &["E0277"],
        says: &["Invalid MessageHandler", "DisconnectReason"],
        sentence: "`socket.on` is for the events that clients emit, and they come without a `DisconnectReason`. To hear of a \
                   client that disconnects, use `socket.on_disconnect(…)`.",
        page: Some(INVALID),
    },
    Rule {
        codes: &["E0277"],
        says: &["Invalid MessageHandler", "impl Future<"],
        sentence: "Name the handler, and don't call it: `socket.on(\"join\", join)`.",
        page: Some(INVALID),
    },
    Rule {
        codes: &["E0277"],
        says: &["Invalid MessageHandler", "the trait `MessageHandler<LocalAdapter, ("],
        sentence: IN_USE,
        page: Some(INVALID),
    },
    Rule {
        codes: &["E0277"],
        says: &["Invalid DisconnectHandler", "the trait `DisconnectHandler<LocalAdapter, ("],
        sentence: IN_USE,
        page: Some(INVALID),
    },
    Rule {
        codes: &["E0277"],
        says: &["Invalid ConnectHandler", "the trait `ConnectHandler<LocalAdapter, ("],
        sentence: IN_USE,
        page: Some(INVALID),
    },
    Rule {
        codes: &["E0277"],
        says: &["Invalid MessageHandler", "the trait `MessageHandler<", "adapter::Emitter, Redis>, ("],
        sentence: IN_USE,
        page: Some(INVALID),
    },
    Rule {
        codes: &["E0277"],
        says: &["Invalid DisconnectHandler", "the trait `DisconnectHandler<", "adapter::Emitter, Redis>, ("],
        sentence: IN_USE,
        page: Some(INVALID),
    },
    Rule {
        codes: &["E0277"],
        says: &["Invalid ConnectHandler", "the trait `ConnectHandler<", "adapter::Emitter, Redis>, ("],
        sentence: IN_USE,
        page: Some(INVALID),
    },
    Rule {
        codes: &["E0277"],
        says: &["Handler<", "adapter::Emitter, Redis>, _>` is not implemented"],
        sentence: NAME_THE_ADAPTER,
        page: Some(SEVERAL),
    },
    Rule {
        codes: &["E0308"],
        says: &["<LocalAdapter>`", "adapter::Emitter, Redis>"],
        sentence: "Here the types are those of a single server. Name the adapter: `SocketIo<RedisAdapter>`, and so on.",
        page: Some(SEVERAL),
    },
    Rule {
        codes: &["E0308", "E0061"],
        says: &["with_adapter", "RedisAdapterCtr<Redis>`"],
        sentence: "`with_adapter` takes what `redis.adapter()` returns.",
        page: Some(SEVERAL),
    },
    Rule {
        codes: &["E0277"],
        says: &["`PhantomPinned` cannot be unpinned", ".next()"],
        sentence: "Take all items of this stream at once: `let all: Vec<_> = stream.collect().await;`.",
        page: None,
    },
    Rule {
        codes: &["E0425", "E0412"],
        says: &["cannot find type `RedisAdapter` in this scope"],
        sentence: "Add it to the line at the top: `use nodes::{Redis, RedisAdapter};`.",
        page: None,
    },
    Rule {
        codes: &["E0277"],
        says: &["the `?` operator can only be used in", "SocketIoLayer<"],
        sentence: "`server` returns no `Result`, so `?` has nowhere to return to. Without Redis this server shouldn't start: \
                   write `.expect(…)`.",
        page: Some(SEVERAL),
    },
    Rule {
        codes: &["E0277"],
        says: &["is not a future", ".ns("],
        sentence: "`io.ns` is a future only with an adapter that subscribes somewhere. Give the builder the adapter first, or \
                   leave out the `.await`.",
        page: Some(SEVERAL),
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
        says: &["Invalid DisconnectHandler"],
        sentence: "socketioxide can't call this handler. It must be an `async` closure that returns nothing. Its \
                   arguments can be `SocketRef`, `SocketIo` and `DisconnectReason`, and only those.",
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
        codes: &["E0728"],
        says: &["this is not `async`"],
        sentence: "To wait in a handler, make it `async`: write `async |…|`.",
        page: Some(INVALID),
    },
    Rule {
        codes: &["E0277"],
        says: &["the `?` operator can only be used in"],
        sentence: "A handler returns nothing, so `?` has nowhere to return to. Write `.ok();` if an error changes \
                   nothing here, and `match` if it does.",
        page: None,
    },
    Rule {
        codes: &["E0277"],
        says: &["the size for values of type `str` cannot be known"],
        sentence: "Say what the data is, such as a text: `Data::<String>(text)`.",
        page: Some(ARGUMENTS),
    },
    Rule {
        codes: &[""],
        says: &["implementation of `Deserialize` is not general enough"],
        sentence: "What a handler gets must own its data: ask for `Data::<String>`, not for `Data::<&str>`.",
        page: Some(ARGUMENTS),
    },
    Rule {
        codes: &["E0425"],
        says: &["cannot find value `ack` in this scope"],
        sentence: "A handler gets what it asks for. Add `ack: AckSender` to its arguments.",
        page: Some(ARGUMENTS),
    },
    Rule {
        codes: &["E0425"],
        says: &["cannot find value `socket` in this scope"],
        sentence: "A handler gets what it asks for. Add `socket: SocketRef` to its arguments.",
        page: Some(ARGUMENTS),
    },
    Rule {
        codes: &["E0425"],
        says: &["cannot find value `io` in this scope"],
        sentence: "A handler gets what it asks for. Add `io: SocketIo` to its arguments.",
        page: Some(ARGUMENTS),
    },
    Rule {
        codes: &["E0373"],
        says: &["async block may outlive"],
        sentence: "What you spawn runs on when the handler has ended. Let it own what it uses: `async move { … }`. What \
                   you need in both, clone first.",
        page: None,
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
    Rule { codes: &["E0597", "E0373"], says: &["for `'static`"], sentence: OWN_IT, page: Some(LIFETIME) },
    Rule { codes: &["E0373"], says: &["async closure may outlive"], sentence: OWN_IT, page: Some(LIFETIME) },
    Rule {
        codes: &[""],
        says: &["lifetime may not live long enough", "captured variables can't escape the closure"],
        sentence: "This handler borrows from the one around it, which may end first. For `socket` and `io`, add them to \
                   its arguments. Of a value of yours, make a clone before it, and write `async move |…|`.",
        page: Some(LIFETIME),
    },
    Rule {
        codes: &["E0382"],
        says: &["`AckSender::<A>::send` takes ownership"],
        sentence: "An event is acknowledged once. `return` after the first `ack.send(…)`, or leave one out.",
        page: None,
    },
    Rule {
        codes: &["E0382"],
        says: &["value moved here", "async move |"],
        sentence: "`async move` takes this value into the handler for good. If it's used elsewhere, too, clone it \
                   first: `let for_reply = name.clone();`.",
        page: Some(LIFETIME),
    },
    Rule {
        codes: &["E0382"],
        says: &["value moved here"],
        sentence: "The line that is marked “value moved here” takes the value for good. Give it a clone: \
                   `room.clone()`.",
        page: None,
    },
    Rule {
        codes: &["E0507"],
        says: &["MutexGuard<"],
        sentence: "A lock only lends what it guards. Borrow it with `&*list.lock().unwrap()`, or copy it: \
                   `list.lock().unwrap().clone()`.",
        page: None,
    },
    Rule {
        codes: &["E0507"],
        says: &["cannot move out of index of"],
        sentence: "An item can't be taken out of a list like this. Borrow it with `&list[0]`, or copy it: \
                   `list[0].clone()`.",
        page: None,
    },
    Rule {
        codes: &["E0615"],
        says: &["attempted to take value of method"],
        sentence: "In Rust these are methods: write `()` behind the name, as in `socket.broadcast()`.",
        page: Some(NODE),
    },
    Rule {
        codes: &["E0599"],
        says: &["no method named `on` found for", "SocketIo"],
        sentence: "A client that connects is no event here. Write `io.ns(\"/\", async |socket: SocketRef| { … })`.",
        page: Some(NODE),
    },
    Rule {
        codes: &["E0599"],
        says: &["no method named `emit` found for enum", "option::Option"],
        sentence: "This is an `Option`: there may be nobody, or no such namespace. Take out what is in it: `if let \
                   Some(desk) = io.of(\"/desk\") { … }`.",
        page: Some(NODE),
    },
    Rule {
        codes: &["E0061"],
        says: &["this method takes 2 arguments but", ".emit("],
        sentence: "`emit` takes a name and one value. Several arguments go into a tuple: `emit(\"left\", &(name, \
                   room))`.",
        page: Some(NODE),
    },
    Rule { codes: &["E0308"], says: &["expected `&_`, found `MutexGuard<"], sentence: THE_LOCK, page: None },
    Rule {
        codes: &["E0308"],
        says: &["arguments to this method are incorrect", "expected `&_`, found"],
        sentence: "What you send is borrowed: put `&` before it.",
        page: None,
    },
    Rule {
        codes: &["E0277"],
        says: &["serde::Serialize` is not satisfied", "Mutex<"],
        sentence: THE_LOCK,
        page: None,
    },
    Rule {
        codes: &["E0277"],
        says: &["serde::Serialize` is not satisfied"],
        sentence: "What you send is written as JSON. Say how: `#[derive(serde::Serialize)]` above your type.",
        page: None,
    },
    Rule {
        codes: &["E0282", "E0283", "E0284"],
        says: &["emit_with_ack("],
        sentence: "Say what the client acknowledges with. If it's `true` or `false`: `emit_with_ack::<_, bool>(…)`.",
        page: None,
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
    // Where another crate has one of that name, too, rustc writes the path: so it does with the kit.
    let rendered = rendered.replace("std::future::Future", "Future");
    let fits =
        |rule: &&Rule| rule.codes.contains(&code) && rule.says.iter().all(|says| rendered.contains(says));
    RULES.iter().find(fits).map(|rule| Advice { sentence: rule.sentence, page: rule.page })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What rustc 1.94 and 1.95 say of a learner's server, without the lines that don't matter here.
    const SAID: [(&str, &str, &str); 51] = [
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
            "  ^^ Invalid MessageHandler\n    = help: the trait `MessageHandler<socketioxide_redis::CustomRedisAdapter<socketioxide::adapter::Emitter, Redis>, (SocketIo<RedisAdapter>, Data<String>)>` is not implemented for `{async closure@src/lib.rs:21:35: 21:82}`",
            "usually a lock",
        ),
        (
            "E0277",
            "  ^^ Invalid DisconnectHandler\n    = help: the trait `DisconnectHandler<socketioxide_redis::CustomRedisAdapter<socketioxide::adapter::Emitter, Redis>, (SocketRef<RedisAdapter>, DisconnectReason)>` is not implemented for `{async closure@src/lib.rs:21:35: 21:82}`",
            "usually a lock",
        ),
        (
            "E0277",
            "  ^^ Invalid ConnectHandler\n    = help: the trait `ConnectHandler<socketioxide_redis::CustomRedisAdapter<socketioxide::adapter::Emitter, Redis>, (SocketRef<RedisAdapter>,)>` is not implemented for `{async closure@src/lib.rs:21:35: 21:82}`",
            "usually a lock",
        ),
        (
            "E0277",
            "  ^^ Invalid MessageHandler\n    = help: the trait `MessageHandler<socketioxide_redis::CustomRedisAdapter<socketioxide::adapter::Emitter, Redis>, _>` is not implemented for `{async closure@src/lib.rs:36:23: 36:83}`",
            "Name the adapter in its arguments",
        ),
        (
            "E0308",
            "error[E0308]: mismatched types\n   = note: expected struct `SocketIo<LocalAdapter>`\n   found struct `SocketIo<socketioxide_redis::CustomRedisAdapter<socketioxide::adapter::Emitter, Redis>>`",
            "those of a single server",
        ),
        (
            "E0061",
            "error[E0061]: this method takes 1 argument but 0 arguments were supplied\n SocketIo::builder().with_adapter::<RedisAdapter>().build_layer()\n argument #1 of type `socketioxide_redis::RedisAdapterCtr<Redis>` is missing",
            "`redis.adapter()`",
        ),
        (
            "E0277",
            "error[E0277]: `PhantomPinned` cannot be unpinned\n43 |  while let Some((_, it)) = acknowledgements.next().await {",
            "stream.collect().await",
        ),
        (
            "E0425",
            "error[E0425]: cannot find type `RedisAdapter` in this scope\n help: you might be missing a type parameter",
            "`use nodes::{Redis, RedisAdapter};`",
        ),
        (
            "E0277",
            "error[E0277]: the `?` operator can only be used in an async function that returns `Result` or `Option`\n cannot use the `?` operator in an async function that returns `(SocketIoLayer<CustomRedisAdapter<Emitter, Redis>>, SocketIo<...>)`",
            "write `.expect(…)`",
        ),
        (
            "E0277",
            "error[E0277]: `()` is not a future\n26 |     io.ns(\"/\", on_connect).await;",
            "Give the builder the adapter first",
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
            "warning: unused implementer of `std::future::Future` that must be used\n  = note: futures do nothing unless you `.await`",
            "until you `.await` it",
        ),
        (
            "E0277",
            "error[E0277]: the trait bound `{async closure@lib.rs:21:35}: MessageHandler<LocalAdapter, ...>` is not satisfied\n   ^^ Invalid MessageHandler\n    = help: the trait `MessageHandler<LocalAdapter, (message::private::ViaParts, SocketIo, Data<String>)>` is not implemented for `{async closure@src/lib.rs:21:35: 21:82}`",
            "usually a lock",
        ),
        (
            "E0277",
            "error[E0277]: the trait bound `{async closure@lib.rs:32:30}: DisconnectHandler<LocalAdapter, ...>` is not satisfied\n  ^^^^^^^^^^^^^ Invalid DisconnectHandler\n    = help: the trait `DisconnectHandler<LocalAdapter, (SocketRef, DisconnectReason)>` is not implemented for `{async closure@src/lib.rs:32:30: 32:86}`",
            "usually a lock",
        ),
        (
            "E0277",
            "error[E0277]: the trait bound `{async closure@lib.rs:17:16}: ConnectHandler<LocalAdapter, (...,)>` is not satisfied\n  ^^ Invalid ConnectHandler\n    = help: the trait `ConnectHandler<LocalAdapter, (SocketRef,)>` is not implemented for `{async closure@src/lib.rs:17:16: 17:46}`",
            "usually a lock",
        ),
        (
            "E0277",
            "error[E0277]: the trait bound `{async closure@lib.rs:30:29}: DisconnectHandler<LocalAdapter, _>` is not satisfied\n  ^^^^ Invalid DisconnectHandler\n    = help: the trait `DisconnectHandler<LocalAdapter, _>` is not implemented",
            "`SocketIo` and `DisconnectReason`",
        ),
        (
            "E0277",
            "error[E0277]: the trait bound `impl std::future::Future<Output = ()>: MessageHandler<LocalAdapter, _>` is not satisfied\n  --   ^^^^^^ Invalid MessageHandler",
            "don't call it",
        ),
        (
            "E0728",
            "error[E0728]: `await` is only allowed inside `async` functions and blocks\n21 |  socket.on(\"chat message\", move |io: SocketIo, Data::<String>(text)| {\n   |  ----------------------------------------- this is not `async`",
            "write `async |…|`",
        ),
        (
            "E0277",
            "error[E0277]: the `?` operator can only be used in an async closure that returns `Result` or `Option` (or another type that implements `FromResidual`)",
            "Write `.ok();`",
        ),
        (
            "E0277",
            "error[E0277]: the size for values of type `str` cannot be known at compilation time\n21 | socket.on(\"chat message\", async move |io: SocketIo, Data(text)| {",
            "`Data::<String>(text)`",
        ),
        ("", "error: implementation of `Deserialize` is not general enough", "not for `Data::<&str>`"),
        (
            "E0425",
            "error[E0425]: cannot find value `ack` in this scope\n   |             ^^^ not found in this scope",
            "Add `ack: AckSender`",
        ),
        ("E0425", "error[E0425]: cannot find value `socket` in this scope", "Add `socket: SocketRef`"),
        ("E0425", "error[E0425]: cannot find value `io` in this scope", "Add `io: SocketIo`"),
        (
            "E0373",
            "error[E0373]: async block may outlive the current function, but it borrows `io`, which is owned by the current function",
            "`async move { … }`",
        ),
        (
            "E0597",
            "error[E0597]: `name` does not live long enough\n   | |_________^- argument requires that `name` is borrowed for `'static`",
            "`async move |…|`",
        ),
        (
            "E0373",
            "error[E0373]: async closure may outlive the current function, but it borrows `name`, which is owned by the current function",
            "`async move |…|`",
        ),
        (
            "",
            "error: lifetime may not live long enough\n   = note: closure implements `Fn`, so references to captured variables can't escape the closure",
            "make a clone before it",
        ),
        (
            "E0382",
            "error[E0382]: use of moved value: `ack`\n26 | ack.send(\"sent\").ok();\n   |     ------------ `ack` moved due to this method call\n28 | ack.send(\"sent\").ok();\n   | ^^^ value used here after move\nnote: `AckSender::<A>::send` takes ownership of the receiver `self`, which moves `ack`",
            "acknowledged once",
        ),
        (
            "E0382",
            "error[E0382]: use of moved value: `name`\n26 | / async move |io: SocketIo, Data::<(String, String)>((to, text))| {\n29 | | },\n   | |_____________- value moved here\n32 | socket.on(\"reply\", async move |io: SocketIo, Data::<String>(text)| {",
            "`let for_reply = name.clone();`",
        ),
        (
            "E0382",
            "error[E0382]: borrow of moved value: `room`\n35 | socket.leave(room);\n   |              ---- value moved here\n37 | socket.to(room.clone())\n   |           ^^^^ value borrowed here after move",
            "`room.clone()`",
        ),
        (
            "E0507",
            "error[E0507]: cannot move out of dereference of `std::sync::MutexGuard<'_, VecDeque<String>>`",
            "A lock only lends",
        ),
        ("E0507", "error[E0507]: cannot move out of index of `VecDeque<String>`", "`&list[0]`"),
        (
            "E0615",
            "error[E0615]: attempted to take value of method `broadcast` on type `SocketRef`\n   |                    ^^^^^^^^^ method, not a field",
            "`socket.broadcast()`",
        ),
        (
            "E0599",
            "error[E0599]: no method named `on` found for reference `&SocketIo` in the current scope",
            "`io.ns(",
        ),
        (
            "E0599",
            "error[E0599]: no method named `emit` found for enum `std::option::Option<T>` in the current scope",
            "`if let Some(desk)",
        ),
        (
            "E0061",
            "error[E0061]: this method takes 2 arguments but 3 arguments were supplied\n37 | socket.to(room.clone()).emit(\"left\", &name, &room).await.ok();",
            "go into a tuple",
        ),
        (
            "E0308",
            "error[E0308]: mismatched types\n18 | socket.emit(\"history\", lines.lock().unwrap()).ok();\n   |        ----            ^^^^^^^^^^^^^^^^^^^^^ expected `&_`, found `MutexGuard<'_, VecDeque<_>>`\n   | arguments to this method are incorrect",
            "You emit the lock",
        ),
        (
            "E0308",
            "error[E0308]: mismatched types\n37 | socket.to(room.clone()).emit(\"left\", (name, room)).await.ok();\n   |                         ----         ^^^^^^^^^^^^ expected `&_`, found `(String, String)`\n   | arguments to this method are incorrect",
            "put `&` before it",
        ),
        (
            "E0277",
            "error[E0277]: the trait bound `Arc<std::sync::Mutex<VecDeque<_>>>: serde::Serialize` is not satisfied",
            "You emit the lock",
        ),
        (
            "E0277",
            "error[E0277]: the trait bound `Line: serde::Serialize` is not satisfied",
            "#[derive(serde::Serialize)]",
        ),
        (
            "E0282",
            "error[E0282]: type annotations needed for `AckStream<_>`\n37 | let asked = io.to(\"x\").emit_with_ack(\"invited\", &name).await.unwrap(); if asked.await.is_ok() {}",
            "emit_with_ack::<_, bool>",
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
            (None, "error: lifetime may not live long enough"),
            (Some("E0061"), "error[E0061]: this method takes 2 arguments but 1 argument was supplied"),
            (Some("E0308"), "error[E0308]: mismatched types\n   expected `Sid`, found `Option<Sid>`"),
            (Some("E0282"), "error[E0282]: type annotations needed for `Vec<_>`"),
            (Some("E0507"), "error[E0507]: cannot move out of `*auth` which is behind a shared reference"),
            (Some("E0277"), "error[E0277]: `Auth` doesn't implement `Debug`"),
            (Some("E0597"), "error[E0597]: `names` does not live long enough"),
            (Some("E0599"), "error[E0599]: no method named `emmit` found for struct `SocketRef`"),
            (Some("unused_must_use"), "warning: unused `Result` that must be used"),
        ] {
            assert_eq!(advice(code, rendered), None, "{rendered}");
        }
    }
}
