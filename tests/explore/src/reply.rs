//! Responses: their bodies, plain and in degraded forms.

use std::fmt::Write as _;
use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use crate::clock::time_of_day;
use crate::world::Millis;

/// A response of the service or of something in front of it.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// The status.
    pub(crate) status: u16,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: Bytes,
}

impl Reply {
    /// Makes a whole response with a JSON body.
    #[must_use]
    pub(crate) fn new(status: u16, now: Millis, body: Bytes) -> Self {
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        headers.insert("content-length", HeaderValue::from(body.len()));
        if let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(time_of_day(now))) {
            headers.insert("date", date);
        }
        Self { status, headers, body }
    }

    /// Makes the response of the token endpoint.
    #[must_use]
    pub(crate) fn token(now: Millis) -> Self {
        Self::new(
            200,
            now,
            Bytes::from_static(br#"{"access_token":"5e2c-fetched-token","token_type":"bearer","expires_in":3599}"#),
        )
    }

    /// Adds a header.
    pub(crate) fn header(&mut self, name: &'static str, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
    }

    /// Converts it to what a transport gives.
    #[must_use]
    pub(crate) fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(self.body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or_default();
        *response.headers_mut() = self.headers;
        response
    }

    /// Says in a few words what it is.
    #[must_use]
    pub(crate) fn words(&self) -> String {
        let body = String::from_utf8_lossy(&self.body);
        match self.body.len() {
            0 => format!("{} without a body", self.status),
            1..=120 => format!("{} {body}", self.status),
            _ if body.contains("\"success\":true") => format!("{} `success: true`", self.status),
            length => format!("{} with {length} bytes", self.status),
        }
    }
}

/// A code of a reason, as it is written in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// A number of eight digits.
    Full(u32),
    /// A bare number.
    Bare(u32),
    /// A word.
    Word(&'static str),
}

impl Code {
    /// Makes a code of eight digits.
    #[must_use]
    pub(crate) const fn full(code: u32) -> Self {
        Self::Full(code)
    }

    /// Makes the code of a category.
    #[must_use]
    pub(crate) const fn category(category: u8) -> Self {
        Self::Full(53_000_000 + category as u32)
    }

    fn text(self) -> String {
        match self {
            Self::Full(code) => format!("{code:08}"),
            Self::Bare(code) => code.to_string(),
            Self::Word(word) => word.into(),
        }
    }
}

/// How a body and its headers are degraded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As documented.
    Plain,
    /// The codes are strings.
    StringCode,
    /// A byte order mark in front.
    ByteOrderMark,
    /// UTF-16.
    Utf16,
    /// `)]}'` in front.
    Prefix,
    /// In a list.
    InList,
    /// In a JSON string.
    InString,
    /// Compressed without a header that says so.
    GzipUnsaid,
    /// Two `Content-Encoding` headers.
    TwoCodings,
    /// An unknown coding.
    UnknownCoding,
    /// `reasons` is an object.
    ReasonsObject,
    /// A null is among the reasons.
    NullReason,
    /// The code is written as `53000060.0`.
    FractionCode,
    /// The code has blanks around it.
    BlankCode,
    /// Members in another case.
    OtherCase,
    /// Half of the body is missing.
    Half,
    /// Closed before a body begins whose end is the connection's.
    Closed,
    /// An empty body.
    Empty,
}

impl Form {
    /// Every form of a failure; the first is the default.
    pub(crate) const ALL: &[Self] = &[
        Self::Plain,
        Self::ByteOrderMark,
        Self::Utf16,
        Self::Prefix,
        Self::InList,
        Self::InString,
        Self::GzipUnsaid,
        Self::TwoCodings,
        Self::UnknownCoding,
        Self::ReasonsObject,
        Self::NullReason,
        Self::FractionCode,
        Self::BlankCode,
        Self::OtherCase,
        Self::Half,
        Self::Closed,
        Self::StringCode,
    ];

    /// The forms of a success.
    pub(crate) const OF_SUCCESS: &[Self] = &[
        Self::Plain,
        Self::ByteOrderMark,
        Self::InList,
        Self::GzipUnsaid,
        Self::TwoCodings,
        Self::UnknownCoding,
        Self::Half,
        Self::Closed,
        Self::Empty,
    ];

    fn code(self, code: Code) -> String {
        match (self, code) {
            (Self::FractionCode, _) => format!("{}.0", code.text()),
            (Self::BlankCode, _) => format!("\" {} \"", code.text()),
            (Self::StringCode, _) | (_, Code::Word(_)) => format!("\"{}\"", code.text()),
            _ => code.text(),
        }
    }

    /// Applies what of the form is not in the members.
    pub(crate) fn apply(self, text: String, reply: &mut Reply) {
        let headers = &mut reply.headers;
        reply.body = match self {
            Self::ByteOrderMark => format!("\u{feff}{text}").into(),
            Self::Utf16 => {
                let mut bytes = vec![0xff, 0xfe];
                bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
                bytes.into()
            }
            Self::Prefix => format!(")]}}'\n{text}").into(),
            Self::InList => format!("[{text}]").into(),
            Self::InString => format!("\"{}\"", text.replace('"', "\\\"")).into(),
            Self::GzipUnsaid => gzip(&text),
            Self::TwoCodings => {
                headers.append("content-encoding", HeaderValue::from_static("gzip"));
                headers.append("content-encoding", HeaderValue::from_static("gzip"));
                gzip(&text)
            }
            Self::UnknownCoding => {
                headers.append("content-encoding", HeaderValue::from_static("x-secret"));
                text.bytes().map(|byte| byte ^ 0x55).collect()
            }
            Self::Half => Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]),
            Self::Closed | Self::Empty => Bytes::new(),
            _ => text.into(),
        };
        headers.insert("content-length", HeaderValue::from(reply.body.len()));
        if self == Self::Closed {
            headers.remove("content-length");
        }
    }
}

/// Compresses a text. Writing to memory cannot fail.
fn gzip(text: &str) -> Bytes {
    let mut packed = GzEncoder::new(Vec::new(), Compression::none());
    match packed.write_all(text.as_bytes()).and_then(|()| packed.finish()) {
        Ok(bytes) => bytes.into(),
        Err(_) => Bytes::new(),
    }
}

/// The members of a failure.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    /// The reasons' codes.
    pub(crate) codes: Vec<Code>,
    /// The result code of an authorization.
    pub(crate) result: Option<i32>,
    /// The process ID.
    pub(crate) process: Option<String>,
    /// The request ID.
    pub(crate) request: Option<String>,
}

impl Body {
    /// Makes a failure with reasons.
    #[must_use]
    pub(crate) fn coded(codes: &[Code]) -> Self {
        Self { codes: codes.to_vec(), ..Self::default() }
    }

    /// Writes it as JSON.
    #[must_use]
    pub(crate) fn json(&self, form: Form) -> String {
        let name = |name: &str| if form == Form::OtherCase { name.to_uppercase() } else { name.to_owned() };
        let mut text = format!("{{\"{}\":false", name("success"));
        for (member, value) in [("processId", &self.process), ("requestId", &self.request)] {
            if let Some(value) = value {
                // Writing to a string cannot fail.
                let _ = write!(text, ",\"{}\":\"{value}\"", name(member));
            }
        }
        if let Some(result) = self.result {
            let _ = write!(text, ",\"{}\":{result}", name("resultCode"));
        }
        if !self.codes.is_empty() {
            let _ = write!(text, ",\"{}\":{}", name("reasons"), self.reasons(form, &name("code")));
        }
        text.push('}');
        text
    }

    fn reasons(&self, form: Form, member: &str) -> String {
        let reason = |code: &Code| format!("{{\"{member}\":{},\"message\":\"refused\"}}", form.code(*code));
        let mut reasons: Vec<String> = self.codes.iter().map(reason).collect();
        if form == Form::NullReason {
            reasons.insert(0, "null".into());
        }
        match form {
            Form::ReasonsObject => reasons.swap_remove(0),
            _ => format!("[{}]", reasons.join(",")),
        }
    }
}
