//! How a response can arrive with less information than it was sent with.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::harness::Reply;

/// One way to lose information.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Degradation {
    /// As it was sent.
    Plain,
    ByteOrderMark,
    Utf16LittleEndian,
    Utf16BigEndian,
    Utf16WithoutMark,
    /// `)]}'` and a line break, against scripts that include JSON.
    GuardedPrefix,
    InAList,
    InAString,
    TextBehind,
    Gzip,
    GzipWithoutHeader,
    GzipTwiceInTwoHeaders,
    TwoCodings,
    UnknownCoding,
    ReasonsAsObject,
    NullAmongReasons,
    NullBeforeReasons,
    CodeWithFraction,
    CodeWithBlanks,
    CodeAsTextWithBlanks,
    CodeIsNull,
    CodeInAList,
    CodeIsMissing,
    UpperCase,
    Capitals,
    NoContentType,
    NamedAsText,
    NamedAsPage,
    NamedInAnotherCharset,
}

impl Degradation {
    pub(crate) const ALL: [Self; 29] = [
        Self::Plain,
        Self::ByteOrderMark,
        Self::Utf16LittleEndian,
        Self::Utf16BigEndian,
        Self::Utf16WithoutMark,
        Self::GuardedPrefix,
        Self::InAList,
        Self::InAString,
        Self::TextBehind,
        Self::Gzip,
        Self::GzipWithoutHeader,
        Self::GzipTwiceInTwoHeaders,
        Self::TwoCodings,
        Self::UnknownCoding,
        Self::ReasonsAsObject,
        Self::NullAmongReasons,
        Self::NullBeforeReasons,
        Self::CodeWithFraction,
        Self::CodeWithBlanks,
        Self::CodeAsTextWithBlanks,
        Self::CodeIsNull,
        Self::CodeInAList,
        Self::CodeIsMissing,
        Self::UpperCase,
        Self::Capitals,
        Self::NoContentType,
        Self::NamedAsText,
        Self::NamedAsPage,
        Self::NamedInAnotherCharset,
    ];

    /// Returns the body of the degraded response; `None` where there is nothing in it that could degrade this way.
    pub(crate) fn body(self, plain: &str) -> Option<Bytes> {
        let text = match self {
            Self::Plain
            | Self::TwoCodings
            | Self::UnknownCoding
            | Self::NoContentType
            | Self::NamedAsText
            | Self::NamedAsPage
            | Self::NamedInAnotherCharset => plain.to_owned(),
            Self::ByteOrderMark => format!("\u{feff}{plain}"),
            Self::Utf16LittleEndian => return Some(utf16(&format!("\u{feff}{plain}"), u16::to_le_bytes)),
            Self::Utf16BigEndian => return Some(utf16(&format!("\u{feff}{plain}"), u16::to_be_bytes)),
            Self::Utf16WithoutMark => return Some(utf16(plain, u16::to_le_bytes)),
            Self::GuardedPrefix => format!(")]}}'\n{plain}"),
            Self::InAList => format!("[{plain}]"),
            Self::InAString => serde_json::to_string(plain).unwrap(),
            Self::TextBehind => format!("{plain} ok"),
            Self::Gzip | Self::GzipWithoutHeader => return Some(gzip(plain.as_bytes()).into()),
            Self::GzipTwiceInTwoHeaders => return Some(gzip(&gzip(plain.as_bytes())).into()),
            Self::ReasonsAsObject => without_list(plain)?,
            Self::NullAmongReasons => changed(plain.replacen("}]", "}, null]", 1), plain)?,
            Self::NullBeforeReasons => changed(plain.replacen("[{", "[null, {", 1), plain)?,
            Self::CodeWithFraction => on_codes(plain, |code| number(code).map(|code| format!("{code}.0")))?,
            Self::CodeWithBlanks => on_codes(plain, |code| number(code).map(|code| format!("\" {code} \"")))?,
            Self::CodeAsTextWithBlanks => on_codes(plain, |code| {
                let code = number(code)?;
                let (front, back) = code.split_at(code.len() / 2);
                Some(format!("\"{front} {back}\""))
            })?,
            Self::CodeIsNull => on_codes(plain, |_| Some("null".to_owned()))?,
            Self::CodeInAList => on_codes(plain, |code| Some(format!("[{code}]")))?,
            Self::CodeIsMissing => {
                changed(plain.replace("\"code\": ", "\"other\": ").replace("\"resultCode\": ", "\"other\": "), plain)?
            }
            Self::UpperCase => on_members(plain, str::to_uppercase),
            Self::Capitals => on_members(plain, |name| {
                let (first, rest) = name.split_at(1);
                format!("{}{rest}", first.to_uppercase())
            }),
        };
        Some(text.into())
    }

    /// Returns the reply with this body, or with a part of it. Its end is where the connection is closed.
    pub(crate) fn reply(self, status: u16, body: Bytes) -> Reply {
        let reply = Reply::raw(status, body);
        let reply = match self {
            Self::NoContentType => reply,
            Self::NamedAsText => reply.header("content-type", "text/plain"),
            Self::NamedAsPage => reply.header("content-type", "text/html; charset=utf-8"),
            Self::NamedInAnotherCharset => reply.header("content-type", "application/json; charset=utf-16"),
            _ => reply.header("content-type", "application/json"),
        };
        match self {
            Self::GzipTwiceInTwoHeaders => reply.header("content-encoding", "gzip").header("content-encoding", "gzip"),
            Self::Gzip => reply.header("content-encoding", "gzip"),
            Self::TwoCodings => reply.header("content-encoding", "identity").header("content-encoding", "gzip"),
            Self::UnknownCoding => reply.header("content-encoding", "br"),
            _ => reply,
        }
    }
}

/// Returns the response without any body, closed before one began.
pub(crate) fn closed_before_the_body(status: u16) -> Reply {
    Reply::raw(status, "").header("content-type", "application/json")
}

fn changed(text: String, plain: &str) -> Option<String> {
    (text != plain).then_some(text)
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Bytes {
    text.encode_utf16().flat_map(bytes).collect::<Vec<_>>().into()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Returns the first reason in place of the list of them.
fn without_list(plain: &str) -> Option<String> {
    let start = plain.find("\"reasons\": [")? + "\"reasons\": ".len();
    let end = start + plain[start..].find(']')?;
    Some(format!("{}{}{}", &plain[..start], &plain[start + 1..end].replace("}, {", ", "), &plain[end + 1..]))
}

/// Returns a code that is a number, with or without quotes.
fn number(code: &str) -> Option<&str> {
    let bare = code.trim_matches('"');
    bare.parse::<i64>().is_ok().then_some(bare)
}

/// Changes what stands for a code, of reasons and of results.
fn on_codes(plain: &str, change: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut text = plain.to_owned();
    for member in ["\"code\": ", "\"resultCode\": "] {
        let mut from = 0;
        while let Some(found) = text[from..].find(member) {
            let start = from + found + member.len();
            let end = start + text[start..].find([',', '}'])?;
            let changed = change(&text[start..end])?;
            text.replace_range(start..end, &changed);
            from = start + changed.len();
        }
    }
    changed(text, plain)
}

/// Changes the names of members. No text in the bodies here has a quote before a colon.
fn on_members(plain: &str, change: impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    let mut rest = plain;
    while let Some(end) = rest.find("\": ") {
        let start = rest[..end].rfind('"').unwrap();
        text.push_str(&rest[..=start]);
        text.push_str(&change(&rest[start + 1..end]));
        text.push_str("\": ");
        rest = &rest[end + 3..];
    }
    text + rest
}

#[test]
fn each_degradation_changes_the_bytes_or_the_headers() {
    let plain = r#"{"success": false, "reasons": [{"code": 53000060, "message": "a"}]}"#;
    let text = |degradation: Degradation| String::from_utf8(degradation.body(plain).unwrap().to_vec()).unwrap();
    let object = r#"{"success": false, "reasons": {"code": 53000060, "message": "a"}}"#;
    assert_eq!(text(Degradation::ReasonsAsObject), object);
    let null = r#"{"success": false, "reasons": [{"code": 53000060, "message": "a"}, null]}"#;
    assert_eq!(text(Degradation::NullAmongReasons), null);
    let fraction = r#"{"success": false, "reasons": [{"code": 53000060.0, "message": "a"}]}"#;
    assert_eq!(text(Degradation::CodeWithFraction), fraction);
    let blanks = r#"{"success": false, "reasons": [{"code": " 53000060 ", "message": "a"}]}"#;
    assert_eq!(text(Degradation::CodeWithBlanks), blanks);
    let capitals = r#"{"Success": false, "Reasons": [{"Code": 53000060, "Message": "a"}]}"#;
    assert_eq!(text(Degradation::Capitals), capitals);
    for degradation in Degradation::ALL {
        let bytes = degradation.body(plain).unwrap();
        let same = bytes == plain.as_bytes();
        let by_headers = matches!(
            degradation,
            Degradation::Plain
                | Degradation::TwoCodings
                | Degradation::UnknownCoding
                | Degradation::NoContentType
                | Degradation::NamedAsText
                | Degradation::NamedAsPage
                | Degradation::NamedInAnotherCharset
        );
        assert_eq!(same, by_headers, "{degradation:?}");
    }
}
