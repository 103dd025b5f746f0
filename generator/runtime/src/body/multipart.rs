//! Bodies in parts, such as `multipart/form-data` (RFC 7578), among which files may be.

use std::borrow::Cow;

use bytes::Bytes;

use super::payload::{Content, Streamed};
use crate::contract::{Encoding, each_property, text};
use crate::environment::Random;
use crate::model::{Node, Upload, UploadContent, Value, Violations, encode_sent};
use crate::syntax::{Alphabet, base64, encode_text, essence, header_value, is_json, is_range, is_token};

/// Returns what stands between the parts. It is drawn once for a call, so that each attempt sends the same.
pub(crate) fn boundary(random: &Random) -> String {
    format!("{:016x}{:016x}", random(), random())
}

/// A body in parts.
pub(crate) struct MultipartBody {
    pub(crate) content: Content,
    /// The content type with its parameters.
    pub(crate) content_type: String,
}

/// Returns the members of an object as parts: files as files, lists as several parts of one name, objects as JSON, and the rest as
/// text. What is `null` is left out, since a part cannot say so.
///
/// The parts of every media type have names: OpenAPI permits it, and knows no other way to say which property a part is (OpenAPI 3.1.1,
/// Encoding `multipart` Media Types). The first part of `multipart/related` is the root, whose type the content type names (RFC 2387,
/// 3.1).
pub(crate) fn encode(
    body: &dyn Value,
    encodings: &'static [Encoding],
    (media_type, boundary): (&str, &str),
    violations: &mut Violations,
) -> MultipartBody {
    let node = body.node();
    if !matches!(node, Node::Object(_) | Node::Map(_) | Node::Union(_)) {
        violations.push("$", "is no object, so that it has no parts");
    }
    let is_form = media_type == "multipart/form-data";
    let mut parts =
        MultipartWriter { is_form, boundary, segments: Vec::new(), text: Vec::new(), root_type: None, violations };
    each_property(&node, &mut |name, node| {
        let encoding = encodings.iter().find(|encoding| encoding.property == name);
        parts.property(name, node, encoding);
    });
    let root_type = match (media_type, &parts.root_type) {
        ("multipart/related", Some(root_type)) => format!("; type=\"{root_type}\""),
        _ => String::new(),
    };
    MultipartBody { content_type: format!("{media_type}; boundary={boundary}{root_type}"), content: parts.end() }
}

/// Returns the content type that the document gives a part: the first one that it lists, unless that is a range.
fn listed(encoding: &Encoding) -> Option<&'static str> {
    let first = encoding.content_type?.split(',').next()?.trim();
    (!is_range(first)).then_some(first)
}

const UTF_8: &str = "text/plain; charset=utf-8";

struct MultipartWriter<'a> {
    /// The body is `multipart/form-data`.
    is_form: bool,
    boundary: &'a str,
    segments: Vec<UploadContent>,
    /// What follows the last segment.
    text: Vec<u8>,
    /// The content type of the first part.
    root_type: Option<String>,
    violations: &'a mut Violations,
}

impl MultipartWriter<'_> {
    fn property(&mut self, name: &str, node: &Node<'_>, encoding: Option<&Encoding>) {
        let content_type = encoding.and_then(listed);
        match node {
            Node::List(list) if !content_type.is_some_and(is_json) => {
                list.items().for_each(|item| self.part(name, &item.node(), content_type, encoding));
            }
            node => self.part(name, node, content_type, encoding),
        }
    }

    fn part(&mut self, name: &str, node: &Node<'_>, content_type: Option<&str>, encoding: Option<&Encoding>) {
        match node {
            Node::Absent | Node::Null => {}
            Node::Json(json) if json.is_null() => {}
            Node::File(file) => self.file(name, file, content_type, encoding),
            node if content_type.is_some_and(is_json) || !is_scalar(node) => {
                self.head(name, None, Some(content_type.unwrap_or("application/json")), &[]);
                self.whole(&encode_sent(node));
            }
            // `contentEncoding` is the encoding of the part (OpenAPI 3.1.1, Encoding `multipart` Media Types).
            Node::Bytes(..) => {
                self.head(name, None, Some(content_type.unwrap_or("application/octet-stream")), &[base64_header()]);
                self.whole(text(node).as_bytes());
            }
            node => {
                let text = text(node);
                // Text without a content type is ASCII, but in a form (RFC 2046, 5.1; RFC 7578, 5.1.2).
                let is_labelled = content_type.is_some() || self.is_form || text.is_ascii();
                let content_type = content_type.or((!is_labelled).then_some(UTF_8));
                match encode_text(&text, content_type.unwrap_or_default()) {
                    Ok(encoded) => {
                        self.head(name, None, content_type, &[]);
                        self.whole(&encoded);
                    }
                    Err(flaw) => self.violations.push(format_args!("part {name}"), flaw),
                }
            }
        }
    }

    /// Writes a file. Where the document says base64, bytes without a name are base64; many documents describe files so, too.
    fn file(&mut self, name: &str, file: &Upload, content_type: Option<&str>, encoding: Option<&Encoding>) {
        let content_type = file.content_type.as_deref().or(content_type).unwrap_or("application/octet-stream");
        if header_value(content_type).is_err() || !essence(content_type).contains('/') {
            self.violations.push(format_args!("part {name}"), "has a content type that cannot be sent");
            return;
        }
        let required = encoding.map_or(&[][..], |encoding| encoding.required_headers);
        self.check_headers(name, &file.headers, required);
        let encoded = file.unnamed().filter(|_| encoding.is_some_and(|encoding| encoding.base64));
        if let Some(bytes) = encoded {
            let headers = [&file.headers[..], &[base64_header()]].concat();
            self.head(name, None, Some(content_type), &headers);
            return self.whole(base64(bytes, Alphabet::Standard).as_bytes());
        }
        self.head(name, Some(&file.shown_name()), Some(content_type), &file.headers);
        match &file.content {
            UploadContent::Bytes(bytes) => self.text.extend_from_slice(bytes),
            UploadContent::File(path) => {
                self.close();
                self.segments.push(UploadContent::File(path.clone()));
            }
        }
        self.text.extend_from_slice(b"\r\n");
    }

    /// Reports headers of a part that cannot be sent, and required ones that are missing.
    fn check_headers(&mut self, part: &str, headers: &[(String, String)], required: &[&str]) {
        let is_own =
            |name: &str| name.eq_ignore_ascii_case("content-disposition") || name.eq_ignore_ascii_case("content-type");
        for (name, value) in headers {
            if !is_token(name.as_bytes()) || is_own(name) || header_value(value).is_err() {
                self.violations.push(format_args!("part {part}"), "has a header that cannot be sent");
            }
        }
        for name in required {
            if !headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name)) {
                self.violations.push(format_args!("part {part}"), format!("needs the header `{name}`"));
            }
        }
    }

    fn head(&mut self, name: &str, file_name: Option<&str>, content_type: Option<&str>, headers: &[(String, String)]) {
        self.root_type.get_or_insert_with(|| content_type.unwrap_or("text/plain").to_owned());
        let mut head = format!("--{}\r\nContent-Disposition: form-data; name=\"{}\"", self.boundary, escaped(name));
        if let Some(file_name) = file_name {
            head += &format!("; filename=\"{}\"", escaped(file_name));
        }
        if let Some(content_type) = content_type {
            head += &format!("\r\nContent-Type: {content_type}");
        }
        for (name, value) in headers {
            head += &format!("\r\n{name}: {value}");
        }
        self.text.extend_from_slice(head.as_bytes());
        self.text.extend_from_slice(b"\r\n\r\n");
    }

    fn whole(&mut self, bytes: &[u8]) {
        self.text.extend_from_slice(bytes);
        self.text.extend_from_slice(b"\r\n");
    }

    /// Ends the segment of text.
    fn close(&mut self) {
        self.segments.push(UploadContent::Bytes(Bytes::from(std::mem::take(&mut self.text))));
    }

    /// Ends the body. Without a file on disk, it is in memory as a whole.
    fn end(mut self) -> Content {
        self.text.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        if self.segments.is_empty() {
            return Content::Whole(self.text.into());
        }
        self.close();
        Content::Streamed(Streamed::Segments(self.segments))
    }
}

/// Returns the header of a part in base64 (OpenAPI 3.0.4 and 3.1.1, Encoding `multipart` Media Types).
fn base64_header() -> (String, String) {
    ("Content-Transfer-Encoding".to_owned(), "base64".to_owned())
}

fn is_scalar(node: &Node<'_>) -> bool {
    match node {
        Node::Bool(_)
        | Node::Integer(_)
        | Node::Decimal(_)
        | Node::Text(_)
        | Node::Secret(_)
        | Node::Bytes(..)
        | Node::Enum { .. } => true,
        Node::Json(json) => json.as_scalar().is_some(),
        _ => false,
    }
}

/// Returns a name within quotes, as browsers write it (RFC 7578, 4.2).
fn escaped(name: &str) -> Cow<'_, str> {
    if !name.contains(['"', '\r', '\n']) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A"))
}
