//! How a transcript shows a socket's id. Ids are random, so each play would differ: shown is whose it is.

/// The id of `client` in one of its connections, counted from 1: `ada's id`, `ada's 2nd id`.
///
/// All its namespaces share the connection. In socketioxide they share the id, too; on Node each has another one, and the
/// connection itself has one more. Shown by their connection, all of these read alike.
pub fn shown_id(client: &str, connection: usize) -> String {
    match connection {
        ..=1 => format!("{client}'s id"),
        number => format!("{client}'s {} id", ordinal(number)),
    }
}

/// Whose id this text shows, and of which connection. `None`: it is another text.
pub fn read_id<'c>(text: &str, clients: &'c [String]) -> Option<(&'c str, usize)> {
    clients.iter().find_map(|client| {
        let which = text.strip_prefix(client.as_str())?.strip_prefix("'s ")?.strip_suffix("id")?;
        let digits: String = which.chars().take_while(char::is_ascii_digit).collect();
        let connection = if which.is_empty() { 1 } else { digits.parse().ok()? };
        (shown_id(client, connection) == text).then_some((client.as_str(), connection))
    })
}

/// `1st`, `2nd`, `3rd`, `4th`.
fn ordinal(number: usize) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_whose_it_is_and_of_which_connection() {
        let shown = [1, 2, 3, 4, 11, 12, 13, 21, 22, 103, 111].map(|number| shown_id("ada", number));
        let expected = [
            "ada's id",
            "ada's 2nd id",
            "ada's 3rd id",
            "ada's 4th id",
            "ada's 11th id",
            "ada's 12th id",
            "ada's 13th id",
            "ada's 21st id",
            "ada's 22nd id",
            "ada's 103rd id",
            "ada's 111th id",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_is_shown_can_be_told_from_other_texts() {
        let clients = ["ada", "Ada Lovelace", "a"].map(ToOwned::to_owned);
        for client in &clients {
            for connection in [1, 2, 13, 21] {
                let shown = shown_id(client, connection);
                assert_eq!(read_id(&shown, &clients), Some((client.as_str(), connection)), "{shown}");
            }
        }
        for other in [
            "ada",
            "bob's id",
            "ada's",
            "ada's ids",
            "ada's 1st id",
            "ada's 2th id",
            "by ada's id",
            "ada's  id",
        ] {
            assert_eq!(read_id(other, &clients), None, "{other}");
        }
    }
}
