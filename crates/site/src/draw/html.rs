//! Putting text into HTML.

use std::fmt::Write as _;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// `text` as it can stand between tags.
///
/// A line break is written as a reference: an empty line would end the HTML in a page's Markdown.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' => out.push_str("&#10;"),
            // HTML has no way to write these, not even as a reference.
            c if c.is_control() && c != '\t' => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// A text as it can stand in an attribute's double quotes.
pub(super) fn attribute(value: &str) -> String {
    text(value).replace('"', "&quot;")
}

/// A value for a `data-` attribute, as JSON.
pub(super) fn json(value: &impl serde::Serialize) -> String {
    // Names, steps and texts: nothing that JSON can't hold.
    attribute(&serde_json::to_string(value).unwrap_or_default())
}

/// Text that is read aloud and not seen.
pub(super) fn visually_hidden(words: &str) -> String {
    if words.is_empty() {
        String::new()
    } else {
        format!("<span class=\"visually-hidden\">{}</span>", text(words))
    }
}

/// A piece of Markdown, in blocks.
pub(super) fn markdown(source: &str) -> String {
    let mut out = String::new();
    html::push_html(&mut out, parse(source));
    without_empty_lines(&out)
}

/// A piece of Markdown for a place that takes no blocks, such as a `<summary>`: its paragraphs run on.
pub(super) fn inline(source: &str) -> String {
    let mut out = String::new();
    let events = parse(source).filter_map(|event| match event {
        Event::Start(Tag::Paragraph) => None,
        Event::End(TagEnd::Paragraph) => Some(Event::SoftBreak),
        event => Some(event),
    });
    html::push_html(&mut out, events);
    without_empty_lines(&out)
}

/// A piece of Markdown as plain text, for a place that takes no HTML, such as an `<option>`.
pub(crate) fn plain(source: &str) -> String {
    let mut out = String::new();
    for event in parse(source) {
        match event {
            Event::Text(words) | Event::Code(words) => out.push_str(&words),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph) => out.push(' '),
            _ => {}
        }
    }
    out.trim().to_owned()
}

fn parse(source: &str) -> Parser<'_> {
    // As in the pages themselves.
    let options = Options::ENABLE_SMART_PUNCTUATION | Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    Parser::new_ext(source, options)
}

fn without_empty_lines(html: &str) -> String {
    html.trim().replace("\n\n", "\n&#10;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_taken_for_html() {
        assert_eq!(text(r#"<b a="1">&"#), r#"&lt;b a="1"&gt;&amp;"#);
        assert_eq!(attribute(r#"<b a="1">"#), "&lt;b a=&quot;1&quot;&gt;");
        assert_eq!(text("a\n\nb\u{0}"), "a&#10;&#10;b\\u{0}");
    }

    #[test]
    fn markdown_keeps_the_page_in_one_piece() {
        let code = "```text\na\n\n\nb\n```";
        assert!(!markdown(code).contains("\n\n"), "{}", markdown(code));
        assert_eq!(inline("`io.emit(…)`, *always*"), "<code>io.emit(…)</code>, <em>always</em>");
        assert_eq!(inline("one\n\ntwo"), "one\ntwo");
        assert_eq!(plain("`io.emit(…)` & *all*"), "io.emit(…) & all");
    }
}
