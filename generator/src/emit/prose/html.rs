//! The little of HTML that descriptions use: where its tags are, and what they mean in CommonMark.

/// A stretch of HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text, with its character references.
    Text(&'a str),
    /// A tag.
    Tag(Tag<'a>),
    /// A comment, a declaration or an instruction: nothing that is shown.
    Hidden,
}

/// A tag as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// From `<` to `>`.
    pub(super) text: &'a str,
    /// The name of the element, in the case it came in.
    name: &'a str,
    /// Whether it ends the element.
    pub(super) closes: bool,
}

/// What an element is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// A line ends.
    LineBreak,
    /// A thematic break.
    Rule,
    /// Stands by itself, as a paragraph does.
    Block,
    /// Has no meaning of its own: what is in it stands where the element stood.
    Transparent,
    Emphasis,
    Strong,
    Strike,
    Superscript,
    Code,
    Link,
    Image,
    Preformatted,
    Quote,
    BulletList,
    NumberedList,
    Item,
    Heading(u8),
    Table,
    Row,
    Cell,
}

impl<'a> Tag<'a> {
    /// Returns what the tag is for; `None` for one that is none of HTML's, such as the placeholder `<id>`, or should be
    /// seen.
    pub(super) fn element(&self) -> Option<Element> {
        Some(match self.name.to_ascii_lowercase().as_str() {
            "br" => Element::LineBreak,
            "hr" => Element::Rule,
            "p" | "div" | "section" | "article" | "details" | "summary" | "center" | "dl" | "dt" | "dd" => {
                Element::Block
            }
            "span" | "nobr" | "font" | "u" | "small" | "big" | "ins" | "sub" | "wbr" | "thead" | "tbody" => {
                Element::Transparent
            }
            "em" | "i" => Element::Emphasis,
            "strong" | "b" => Element::Strong,
            "s" | "del" | "strike" => Element::Strike,
            "sup" => Element::Superscript,
            "code" | "tt" | "kbd" | "samp" => Element::Code,
            "a" => Element::Link,
            "img" => Element::Image,
            "pre" => Element::Preformatted,
            "blockquote" => Element::Quote,
            "ul" => Element::BulletList,
            "ol" => Element::NumberedList,
            "li" => Element::Item,
            "h1" => Element::Heading(1),
            "h2" => Element::Heading(2),
            "h3" => Element::Heading(3),
            "h4" => Element::Heading(4),
            "h5" => Element::Heading(5),
            "h6" => Element::Heading(6),
            "table" => Element::Table,
            "tr" => Element::Row,
            "td" | "th" => Element::Cell,
            _ => return None,
        })
    }

    /// Returns the value of an attribute, its character references replaced.
    pub(super) fn attribute(&self, wanted: &str) -> Option<String> {
        let inside = self.text.strip_suffix('>')?;
        let mut rest = inside.get(1 + self.name.len()..)?.trim_end_matches('/');
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '/' | '=' | '"' | '\''));
            let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '/')).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if name.is_empty() {
                return None;
            }
            let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start) else {
                rest = after;
                continue;
            };
            let (value, after) = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
                _ => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(decode(value));
            }
            rest = after;
        }
    }
}

/// Splits HTML into tokens, in one pass: an unclosed tag is text.
pub(super) fn tokens(html: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut text, mut at) = (0, 0);
    // What was not found once is not found behind it either.
    let mut comments_end = true;
    while let Some(start) = html[at..].find('<').map(|start| at + start) {
        let from = &html[start..];
        let found = match from.strip_prefix("<!--") {
            Some(comment) if comments_end => {
                let end = comment.find("-->");
                comments_end = end.is_some();
                end.map(|end| (end + "<!---->".len(), Token::Hidden))
            }
            Some(_) => None,
            None => tag(from),
        };
        match found {
            Some((length, token)) => {
                if text < start {
                    tokens.push(Token::Text(&html[text..start]));
                }
                tokens.push(token);
                at = start + length;
                text = at;
            }
            None => at = start + 1,
        }
    }
    if text < html.len() {
        tokens.push(Token::Text(&html[text..]));
    }
    tokens
}

/// A longer tag is none that a person wrote; looking no further keeps the whole linear.
const LONGEST_TAG: usize = 4096;

/// Returns the tag that begins here, and its length.
fn tag(from: &str) -> Option<(usize, Token<'_>)> {
    let bytes = from.as_bytes();
    let closes = bytes.get(1) == Some(&b'/');
    let name = 1 + usize::from(closes);
    let hidden = matches!(bytes.get(1), Some(b'!' | b'?'));
    if !hidden && !bytes.get(name)?.is_ascii_alphabetic() {
        return None;
    }
    let mut quote = None;
    let mut end = None;
    for (at, &byte) in bytes.iter().enumerate().take(LONGEST_TAG).skip(name) {
        match (byte, quote) {
            (byte, Some(open)) if byte == open => quote = None,
            (_, Some(_)) => {}
            (b'"' | b'\'', None) if bytes[at - 1] == b'=' => quote = Some(byte),
            (b'>', None) => {
                end = Some(at + 1);
                break;
            }
            (b'<', None) => return None,
            _ => {}
        }
    }
    let length = end?;
    if hidden {
        return Some((length, Token::Hidden));
    }
    let inside = &from[name..length - 1];
    let ends = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(inside.len());
    let (name, rest) = inside.split_at(ends);
    let whole = rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || c == '/');
    whole.then_some((length, Token::Tag(Tag { text: &from[..length], name, closes })))
}

/// Replaces character references: the few named ones that HTML itself needs, and numbers.
pub(super) fn decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        let (before, from) = rest.split_at(start);
        decoded.push_str(before);
        let reference = from.as_bytes().iter().take(10).position(|&byte| byte == b';').map(|end| &from[1..end]);
        let character = reference.and_then(|reference| match reference {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some(' '),
            other => numbered(other.strip_prefix('#')?),
        });
        match (character, reference) {
            (Some(character), Some(reference)) => {
                decoded.push(character);
                rest = &from[reference.len() + 2..];
            }
            _ => {
                decoded.push('&');
                rest = &from[1..];
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?).filter(|c| !c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(html: &str) -> Vec<String> {
        let shown = |token| match token {
            Token::Text(text) => format!("text {text}"),
            Token::Tag(tag) => format!("{} {}", if tag.closes { "end" } else { "tag" }, tag.name),
            Token::Hidden => "hidden".to_owned(),
        };
        tokens(html).into_iter().map(shown).collect()
    }

    #[test]
    fn tags_are_told_from_text() {
        assert_eq!(tags("a<b>c</b >d"), ["text a", "tag b", "text c", "end b", "text d"]);
        assert_eq!(tags("1 < 2 <3> <a"), ["text 1 < 2 <3> <a"]);
        assert_eq!(tags("<a href='x>y'>z"), ["tag a", "text z"]);
        assert_eq!(tags("<!-- <b> --><!doctype html><br/>"), ["hidden", "hidden", "tag br"]);
        assert_eq!(tags("<!-- <b>"), ["text <!-- ", "tag b"]);
        assert_eq!(tags("<a:b> <c.d>"), ["text <a:b> <c.d>"]);
        assert_eq!(tags("<é>"), ["text <é>"]);
    }

    #[test]
    fn attributes_are_found_however_they_are_quoted() {
        let attribute = |html: &str| match tokens(html).remove(0) {
            Token::Tag(tag) => tag.attribute("href"),
            _ => None,
        };
        assert_eq!(attribute("<a class='x' href=\"a?b&amp;c\">").as_deref(), Some("a?b&c"));
        assert_eq!(attribute("<a HREF = 'a b' id=c>").as_deref(), Some("a b"));
        assert_eq!(attribute("<a disabled href=https://example.com/>").as_deref(), Some("https://example.com"));
        assert_eq!(attribute("<a data-href='x'>"), None);
        assert_eq!(attribute("<a = \" href>"), None);
    }

    #[test]
    fn references_become_characters() {
        assert_eq!(decode("&lt;a&gt; &amp;amp; &#39;&#x41; &unknown; &"), "<a> &amp; 'A &unknown; &");
        assert_eq!(decode("&#0;&#xD800;&ééééé;"), "&#0;&#xD800;&ééééé;");
    }
}
