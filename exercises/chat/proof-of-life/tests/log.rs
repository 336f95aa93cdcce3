//! How the log of `proof-of-life` is read: for what it says, not for its wording.

/// Who is in the scenes.
pub(crate) const PEOPLE: [&str; 2] = ["ada", "bob"];

/// What they say.
pub(crate) const LINES: [&str; 2] = ["hi", "bob, are you there?"];

/// Who, and which of the three things. What a line that names somebody means depends on when it is logged: as they come, or
/// as they go. A line that says none of the three is not graded.
pub(crate) fn read(step: &str, line: &str) -> Option<String> {
    let letters: String = line.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let has = |words: &[&str]| words.iter().any(|word| letters.contains(word));
    let named = PEOPLE.iter().find(|name| line.contains(*name));
    let who = named.unwrap_or(&"someone");
    let ends = |words: &[&str]| words.iter().any(|word| step.ends_with(word));
    if let Some(text) = LINES.iter().find(|text| says(line, text)) {
        Some(format!("{who} said {text:?}"))
    } else if let Some(reason) = reason(&letters) {
        Some(format!("{who} disconnected ({reason})"))
    } else if has(&["disconnect", "left", "leave", "gone", "goes"])
        || named.is_some() && ends(&["disconnects", "loses the connection", "seconds pass"])
    {
        Some(format!("{who} disconnected"))
    } else if has(&["connect", "enter", "join", "came", "comes", "arrive", "hello"])
        || named.is_some() && ends(&["enter", "enters"])
    {
        Some(format!("{who} connected"))
    } else {
        None
    }
}

/// Whether `text` stands in the line as words of its own: "hi" does not stand in "this".
fn says(line: &str, text: &str) -> bool {
    line.match_indices(text).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + text.len()..].chars().next();
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

/// The reason, as socketioxide names it (`{reason:?}`) or as it explains it (`{reason}`).
fn reason(letters: &str) -> Option<&'static str> {
    [
        ("clientnsdisconnect", "ClientNSDisconnect"),
        ("clienthasmanuallydisconnected", "ClientNSDisconnect"),
        ("heartbeattimeout", "HeartbeatTimeout"),
        ("clientdidnotsendapong", "HeartbeatTimeout"),
        ("transportclose", "TransportClose"),
        ("clientgracefullyclosed", "TransportClose"),
        ("transporterror", "TransportError"),
        ("abruptlyclosed", "TransportError"),
    ]
    .into_iter()
    .find_map(|(word, reason)| letters.contains(word).then_some(reason))
}
