//! What an event or an acknowledgement carries in the place of what it should carry: the one slip that explains it.

use scenario::text::list;
use serde_json::Value;

/// A sentence about these values with a space before it, if one slip explains how they differ; or nothing.
pub(crate) fn about_values(expected: &[Value], got: &[Value]) -> &'static str {
    match (expected, got) {
        (several, [Value::Array(one)]) if several.len() > 1 && several == one => {
            " You send one list. Several arguments are a tuple: `&(a, b)`."
        }
        ([Value::Array(one)], several) if one == several => {
            " You send each item as an argument. One list is a `Vec`."
        }
        ([value], [Value::String(text)])
            if !value.is_string() && serde_json::from_str(text).is_ok_and(|it: Value| it == *value) =>
        {
            " You send a text that looks like it. Send the value itself: socketioxide writes the JSON."
        }
        ([Value::Array(expected)], [Value::Array(got)]) if is_reordered(expected, got) => {
            " The items are right, but their order isn't."
        }
        _ if is_reordered(expected, got) => " The arguments are right, but their order isn't.",
        _ if !got.is_empty() && got.len() < expected.len() && got.iter().all(|it| expected.contains(it)) => {
            " An argument is missing: several are a tuple, `&(a, b)`."
        }
        _ if !expected.is_empty()
            && expected.len() < got.len()
            && expected.iter().all(|it| got.contains(it)) =>
        {
            " There is an argument too many."
        }
        _ if same_by(expected, got, |text| text.to_lowercase()) => " Only upper and lower case differ.",
        _ if same_by(expected, got, |text| text.split_whitespace().collect()) => " Only spaces differ.",
        _ => "",
    }
}

/// Where both are one list of several items, and one of them only lacks some that the other has: what is missing, and what is
/// too many, as the rest of a sentence. Two long lists beside each other show nothing.
pub(crate) fn about_items(expected: &[Value], got: &[Value]) -> Option<String> {
    let ([Value::Array(expected)], [Value::Array(got)]) = (expected, got) else { return None };
    let without = |all: &[Value], others: &[Value]| {
        let mut others = others.to_vec();
        let mut left = Vec::new();
        for item in all {
            match others.iter().position(|other| other == item) {
                Some(place) => drop(others.remove(place)),
                None => left.push(item.to_string()),
            }
        }
        left
    };
    let (missing, extra) = (without(expected, got), without(got, expected));
    let all = expected.len().max(got.len());
    // Otherwise they have little in common, and a short list is read at once.
    if all < 3 || missing.len() + extra.len() > all / 2 || missing.is_empty() && extra.is_empty() {
        return None;
    }
    let lacks = (!missing.is_empty()).then(|| format!("lacks {}", list(&missing)));
    let has = (!extra.is_empty()).then(|| format!("has {}, which it shouldn't", list(&extra)));
    Some(lacks.into_iter().chain(has).collect::<Vec<_>>().join(", and "))
}

/// Whether both have the same values, in another order.
fn is_reordered(expected: &[Value], got: &[Value]) -> bool {
    let sorted = |values: &[Value]| {
        let mut texts: Vec<_> = values.iter().map(Value::to_string).collect();
        texts.sort();
        texts
    };
    expected != got && sorted(expected) == sorted(got)
}

/// Whether both are the same once their texts are read in this way.
fn same_by(expected: &[Value], got: &[Value], read: fn(&str) -> String) -> bool {
    expected.len() == got.len()
        && expected.iter().zip(got).all(|pair| match pair {
            (Value::String(a), Value::String(b)) => read(a) == read(b),
            (Value::Array(a), Value::Array(b)) => same_by(a, b, read),
            (a, b) => a == b,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// What is said where these arguments should be those.
    fn of(expected: &Value, got: &Value) -> &'static str {
        about_values(expected.as_array().unwrap(), got.as_array().unwrap())
    }

    #[test]
    fn the_slip_that_explains_it_is_told() {
        for (expected, got, says) in [
            (json!(["Ada", "rust"]), json!([["Ada", "rust"]]), "You send one list."),
            (json!([["a", "b"]]), json!(["a", "b"]), "One list is a `Vec`."),
            (json!([["a", "b"]]), json!(["[\"a\", \"b\"]"]), "Send the value itself"),
            (json!([true]), json!(["true"]), "Send the value itself"),
            (json!([["a", "b"]]), json!([["b", "a"]]), "The items are right, but their order isn't."),
            (
                json!(["Ada", "rust"]),
                json!(["rust", "Ada"]),
                "The arguments are right, but their order isn't.",
            ),
            (json!(["Ada", "rust"]), json!(["Ada"]), "An argument is missing"),
            (json!(["Ada"]), json!(["Ada", "rust"]), "There is an argument too many."),
            (json!(["x", "goodbye"]), json!(["x", "Goodbye"]), "Only upper and lower case differ."),
            (json!([["hi"]]), json!([[" hi "]]), "Only spaces differ."),
        ] {
            assert!(of(&expected, &got).contains(says), "{expected} {got}: {}", of(&expected, &got));
        }
    }

    #[test]
    fn of_long_lists_only_what_differs_is_told() {
        let of = |expected: &Value, got: &Value| {
            about_items(std::slice::from_ref(expected), std::slice::from_ref(got))
        };
        let told = |expected: &Value, got: &Value| of(expected, got).unwrap();
        let all = json!(["a", "b", "c", { "id": 4 }]);
        assert_eq!(told(&all, &json!(["a", "b", "c"])), r#"lacks {"id":4}"#);
        assert_eq!(told(&all, &json!(["a", "b", "c", { "id": 4 }, "a"])), r#"has "a", which it shouldn't"#);
        assert_eq!(
            told(&all, &json!(["a", "b", "c", 5])),
            r#"lacks {"id":4}, and has 5, which it shouldn't"#
        );
        assert_eq!(told(&all, &json!(["b", "c"])), r#"lacks "a" and {"id":4}"#);
        assert_eq!(of(&all, &json!(["c", "b", "a", { "id": 4 }])), None, "that is another slip");
        assert_eq!(of(&all, &json!(["a"])), None, "most of it differs");
        assert_eq!(of(&json!(["a", "b"]), &json!(["a"])), None, "short enough to be read");
        assert_eq!(about_items(&[json!("a"), all.clone()], &[json!("a"), json!([])]), None);
    }

    #[test]
    fn what_no_slip_explains_is_left_alone() {
        for (expected, got) in [
            (json!(["a"]), json!(["b"])),
            (json!(["a", "b"]), json!(["a", "c"])),
            (json!(["a"]), json!([])),
            (json!([["a"]]), json!([["a", "b"]])),
            (json!(["1"]), json!([1])),
            (json!(["a", "b"]), json!(["c"])),
        ] {
            assert_eq!(of(&expected, &got), "", "{expected} {got}");
        }
    }
}
