//! Prose of the document, and code, as HTML that holds nothing but what it says.

use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{BrokenLink, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::emit::prose;

/// Renders prose of the document, in CommonMark or HTML.
pub(super) fn blocks(text: &str) -> Markup {
    commonmark(&prose::prose(text))
}

/// Renders CommonMark of the generator.
///
/// HTML in it is shown, not obeyed; links lead to the web or nowhere; and a picture, which would have to be fetched, is a link.
pub(super) fn commonmark(text: &str) -> Markup {
    if text.trim().is_empty() {
        return Markup::default();
    }
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    // What would link to an item in Rust's documentation leads nowhere here.
    let mut nowhere = |_: BrokenLink<'_>| Some((CowStr::Borrowed(""), CowStr::Borrowed("")));
    let mut kept = Vec::new();
    let events = Parser::new_with_broken_link_callback(text, options, Some(&mut nowhere));
    let events = events.filter_map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::Link { link_type, dest_url, id, .. } | Tag::Image { link_type, dest_url, id, .. }) => {
            kept.push(is_web(&dest_url));
            let title = CowStr::Borrowed("");
            is_web(&dest_url).then_some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        Event::End(TagEnd::Link | TagEnd::Image) => kept.pop().unwrap_or_default().then_some(Event::End(TagEnd::Link)),
        Event::Start(Tag::Heading { level, .. }) => {
            let (id, classes, attrs) = (None, Vec::new(), Vec::new());
            Some(Event::Start(Tag::Heading { level: below(level), id, classes, attrs }))
        }
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(below(level)))),
        event => Some(event),
    });
    let mut html = String::with_capacity(text.len() * 2);
    pulldown_cmark::html::push_html(&mut html, events);
    PreEscaped(html)
}

/// Returns whether a link is safe to follow.
fn is_web(target: &str) -> bool {
    let scheme = target.split(':').next().unwrap_or_default().to_ascii_lowercase();
    target.contains(':') && matches!(scheme.as_str(), "http" | "https" | "mailto")
}

/// Returns the level of a heading within a section of the page, whose own are 1 to 4.
fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    }
}

/// Renders JSON or Rust with highlighted strings.
pub(super) fn code(text: &str) -> Markup {
    html! {
        @for piece in pieces(text) {
            @if piece.starts_with('"') { span.text { (piece) } } @else { (piece) }
        }
    }
}

/// Splits code before and behind each string in double quotes.
fn pieces(code: &str) -> impl Iterator<Item = &str> {
    let mut rest = code;
    std::iter::from_fn(move || {
        let end = match rest.strip_prefix('"') {
            Some(text) => 1 + end_of_text(text),
            None => rest.find('"').unwrap_or(rest.len()),
        };
        let (piece, tail) = rest.split_at(end);
        rest = tail;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Returns where a text ends that has begun, its quote included.
fn end_of_text(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.find(|c| {
        let ends = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::{blocks, code};

    #[test]
    fn what_a_document_says_cannot_become_code_of_the_page() {
        for hostile in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "[x](javascript:alert(1)) and <javascript:alert(1)>",
            "![x](https://example.com/pixel.png)",
            "```html\n</code></pre><script>alert(1)</script>\n```",
            "[x]: data:text/html,alert(1)\n\n[x]",
        ] {
            let html = blocks(hostile).into_string();
            let tags: Vec<_> = html.split('<').skip(1).filter_map(|rest| rest.split(['>', ' ']).next()).collect();
            let allowed = |tag: &&str| matches!(tag.trim_start_matches('/'), "p" | "a" | "code" | "pre" | "em");
            assert!(tags.iter().all(allowed), "{hostile} became {html}");
            assert!(!html.contains("href=\"javascript") && !html.contains("href=\"data"), "{hostile} became {html}");
        }
    }

    #[test]
    fn links_of_rustdoc_are_plain_text() {
        let html =
            super::commonmark("[`Error::kind`] and [it](Error::kind) and [out](https://example.com)").into_string();
        assert_eq!(html, "<p><code>Error::kind</code> and it and <a href=\"https://example.com\">out</a></p>\n");
    }

    #[test]
    fn texts_in_code_end_where_they_end() {
        let html = code(r#"a("b\"c", "d<")"#).into_string();
        let expected =
            r#"a(<span class="text">&quot;b\&quot;c&quot;</span>, <span class="text">&quot;d&lt;&quot;</span>)"#;
        assert_eq!(html, expected);
    }
}
