//! How the log of `proof-of-life` is read: for what it says, not for its wording.

/// Who is in the scenes.
pub(crate) const PEOPLE: [&str; 2] = ["ada", "bob"];

/// What they say.
pub(crate) const LINES: [&str; 2] = ["hi", "bob, are you there?"];

/// Who, and which of the three things. A line that says none of them is not graded.
pub(crate) fn read(line: &str) -> Option<String> {
    let letters: String = line.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let who = PEOPLE.iter().find(|name| line.contains(*name)).unwrap_or(&"someone");
    let reason = reason(&letters);
    let gone = ["disconnect", "left", "leave", "gone", "goes"].iter().any(|word| letters.contains(word));
    if let Some(text) = LINES.iter().find(|text| says(line, text)) {
        Some(format!("{who} said {text:?}"))
    } else if let Some(reason) = reason {
        Some(format!("{who} disconnected ({reason})"))
    } else if gone {
        Some(format!("{who} disconnected"))
    } else if ["connect", "enter", "join", "came", "comes", "arrive", "hello"]
        .iter()
        .any(|word| letters.contains(word))
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
