//! The contents of an operation's successes, and which of them a response has.

use crate::syntax::{covers, essence, is_json, parameters};

/// A content that a success can have: its status, its media type, and how it is read.
#[derive(Clone, Copy, Debug)]
pub struct ResponseContent {
    status: &'static str,
    media_types: &'static [&'static str],
    pub(crate) form: ContentForm,
}

/// How the content of a response is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentForm {
    /// It is decoded as JSON.
    Json,
    /// It is text, which is a value.
    Text,
    /// It stays a stream of bytes.
    Download,
    /// There is none.
    Empty,
}

impl ResponseContent {
    /// Creates a content that is decoded as JSON. The status is that of the document, such as `200`, `2XX` or `default`.
    #[must_use]
    pub const fn json(status: &'static str, media_types: &'static [&'static str]) -> Self {
        Self { status, media_types, form: ContentForm::Json }
    }

    /// Creates a content whose text is the value.
    #[must_use]
    pub const fn text(status: &'static str, media_types: &'static [&'static str]) -> Self {
        Self { status, media_types, form: ContentForm::Text }
    }

    /// Creates a content that is read as a stream of bytes.
    #[must_use]
    pub const fn download(status: &'static str, media_types: &'static [&'static str]) -> Self {
        Self { status, media_types, form: ContentForm::Download }
    }

    /// Creates a response without a content.
    #[must_use]
    pub const fn empty(status: &'static str) -> Self {
        Self { status, media_types: &[], form: ContentForm::Empty }
    }

    /// Returns whether it is declared as bytes of any kind.
    fn takes_bytes(&self) -> bool {
        self.media_types.iter().any(|media_type| essence(media_type).eq_ignore_ascii_case("application/octet-stream"))
    }

    /// Returns how well a content type matches the media types, if it does; more is better.
    fn match_of(&self, content_type: &str) -> Option<usize> {
        self.media_types.iter().filter_map(|media_type| match_of(media_type, content_type)).max()
    }
}

/// Returns which content a response has, by its status first and then by its content type. `None` if the operation declares no such
/// content.
///
/// The most specific status counts: `200` before `2XX` before `default` (OpenAPI 3.0.4, Responses Object). An operation with one status has
/// no other. Where a status has one content, a response has that, whatever its content type says. Where it has several, the most specific
/// media type counts (OpenAPI 3.0.4, Response Object). JSON under a name that is not declared is the only content in JSON. Bytes under such
/// a name are the only content that is declared as `application/octet-stream`, which is "arbitrary binary data" (RFC 2046, 4.5.1). Without
/// a content type, the first content counts.
pub(crate) fn content_of(contents: &[ResponseContent], status: u16, content_type: Option<&str>) -> Option<usize> {
    let rank = |content: &ResponseContent| status_rank(content.status, status);
    let best = contents.iter().map(rank).max()?;
    // Where the operation has several statuses, another one is none of them.
    if best == 0 && contents.iter().any(|content| content.status != contents[0].status) {
        return None;
    }
    let mut declared = contents.iter().enumerate().filter(|(_, content)| rank(content) == best);
    let (first, only) = (declared.clone().next()?.0, declared.clone().nth(1).is_none());
    // JSON is no file, unless the document says so.
    let is_other = |content_type: &str| {
        let file = contents.get(first).filter(|content| content.form == ContentForm::Download);
        is_json(content_type) && file.is_some_and(|content| content.match_of(content_type).is_none())
    };
    let Some(content_type) = content_type.filter(|content_type| !only || is_other(content_type)) else {
        return Some(first);
    };
    let matching = declared.clone().filter_map(|(index, content)| Some((content.match_of(content_type)?, index)));
    // Of equal matches, the first.
    if let Some((_, index)) = matching.max_by_key(|(rank, index)| (*rank, usize::MAX - index)) {
        return Some(index);
    }
    let takes = |content: &ResponseContent| match content.form {
        ContentForm::Json => is_json(content_type),
        ContentForm::Download => content.takes_bytes() && is_binary(content_type),
        ContentForm::Text | ContentForm::Empty => false,
    };
    let mut taking = declared.by_ref().filter(|(_, content)| takes(content));
    match (taking.next(), taking.next()) {
        (Some((index, _)), None) => Some(index),
        _ => None,
    }
}

/// Returns whether a content type is of bytes, such as `audio/mpeg`, and not of text or JSON. A page of a proxy is text.
fn is_binary(content_type: &str) -> bool {
    let is_text = essence(content_type).get(..5).is_some_and(|start| start.eq_ignore_ascii_case("text/"));
    !is_text && !is_json(content_type)
}

/// Returns how specifically a declared status names one: 3 by itself, 2 by its class, 1 by `default`, 0 not at all.
pub(super) fn status_rank(declared: &str, status: u16) -> u8 {
    if declared == "default" {
        return 1;
    }
    let is_class = declared.len() == 3 && declared[1..].eq_ignore_ascii_case("XX");
    match declared.parse::<u16>() {
        Ok(declared) if declared == status => 3,
        Err(_) if is_class && declared[..1].parse() == Ok(status / 100) => 2,
        _ => 0,
    }
}

/// Returns how well a content type matches a media type or a range; more is better.
fn match_of(declared: &str, content_type: &str) -> Option<usize> {
    if essence(declared).eq_ignore_ascii_case(essence(content_type)) {
        let sent: Vec<_> = parameters(content_type).collect();
        let has = |wanted: &(String, String)| sent.contains(wanted);
        let declared: Vec<_> = parameters(declared).collect();
        // A parameter that is missing is a weaker match than none that is declared.
        return Some(if declared.iter().all(has) { 100 + declared.len() } else { 50 });
    }
    covers(declared, content_type).then(|| match essence(declared) {
        "*/*" => 10,
        range if range.ends_with("/*") => 20,
        _ => 30,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: &[ResponseContent] = &[
        ResponseContent::json("200", &["application/hal+json"]),
        ResponseContent::json("200", &["application/json", "text/json"]),
        ResponseContent::download("200", &["image/*"]),
        ResponseContent::text("200", &["*/*"]),
        ResponseContent::download("202", &["application/pdf"]),
        ResponseContent::empty("2XX"),
        ResponseContent::json("default", &["application/json"]),
    ];

    #[test]
    fn the_status_counts_before_the_content_type() {
        for (status, content_type, expected) in [
            (200, Some("application/hal+json"), 0),
            (200, Some("Application/HAL+json; charset=utf-8"), 0),
            (200, Some("text/json"), 1),
            (200, Some("image/png"), 2),
            (200, Some("text/plain"), 3),
            (200, None, 0),
            (202, Some("application/octet-stream"), 4),
            (204, None, 5),
            (299, Some("application/json"), 5),
            (304, Some("application/json"), 6),
        ] {
            assert_eq!(content_of(BOTH, status, content_type), Some(expected), "{status} {content_type:?}");
        }
    }

    #[test]
    fn a_content_type_that_is_not_declared_has_no_content() {
        let two = &[
            ResponseContent::json("200", &["application/hal+json"]),
            ResponseContent::json("200", &["application/json"]),
        ];
        assert_eq!(content_of(two, 200, Some("application/problem+json")), None);
        assert_eq!(content_of(two, 200, Some("text/html")), None);
        let one =
            &[ResponseContent::json("200", &["application/json"]), ResponseContent::download("200", &["text/csv"])];
        assert_eq!(content_of(one, 200, Some("application/hal+json")), Some(0));
        assert_eq!(content_of(one, 200, Some("text/html")), None);
        let file = &[ResponseContent::download("200", &["application/pdf"])];
        assert_eq!(content_of(file, 200, Some("application/octet-stream")), Some(0));
        assert_eq!(content_of(file, 200, Some("application/json")), None);
        assert_eq!(content_of(&[], 200, None), None);
    }

    #[test]
    fn bytes_of_any_kind_are_those_of_a_type_that_is_not_declared() {
        let speech = &[
            ResponseContent::download("200", &["application/octet-stream"]),
            ResponseContent::download("200", &["text/event-stream"]),
        ];
        assert_eq!(content_of(speech, 200, Some("audio/mpeg")), Some(0));
        assert_eq!(content_of(speech, 200, Some("text/event-stream; charset=utf-8")), Some(1));
        assert_eq!(content_of(speech, 200, Some("text/html")), None);
        assert_eq!(content_of(speech, 200, Some("application/json")), None);
        let two = &[speech[0], ResponseContent::download("200", &["application/octet-stream;v=2"])];
        assert_eq!(content_of(two, 200, Some("audio/mpeg")), None);
    }

    #[test]
    fn a_status_that_is_not_declared_is_none_of_several() {
        let two = &[ResponseContent::json("200", &["application/json"]), ResponseContent::empty("304")];
        assert_eq!(content_of(two, 201, Some("application/json")), None);
        assert_eq!(content_of(&two[..1], 201, Some("application/json")), Some(0));
    }

    #[test]
    fn parameters_tell_versions_apart() {
        let versions = &[
            ResponseContent::json("200", &["application/json"]),
            ResponseContent::json("200", &["application/json;version=2"]),
            ResponseContent::json("200", &["application/json; version=\"3\""]),
        ];
        for (content_type, expected) in [
            ("application/json", 0),
            ("application/json; charset=utf-8", 0),
            ("application/json; Version=2", 1),
            ("application/json;charset=utf-8;version=\"2\"", 1),
            ("application/json;version=3", 2),
            ("application/json;version=9", 0),
        ] {
            assert_eq!(content_of(versions, 200, Some(content_type)), Some(expected), "{content_type}");
        }
    }
}
