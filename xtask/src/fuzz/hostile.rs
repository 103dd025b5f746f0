//! Unusual values and keywords.

use fastrand::Rng;
use serde_yaml::{Mapping, Value};

/// Texts that mean something to a tool on the way, to Rust, to YAML, to a file system or to a person's eyes.
const TEXTS: [&str; 92] = [
    "*/",
    "/*",
    "//",
    "///",
    "//!",
    "\"",
    "\"#",
    "\"##",
    "r#\"",
    "'",
    "\\",
    "\\\"",
    "\\u{0}",
    "\\x",
    "#![allow()]",
    "#[doc]",
    "../",
    "..",
    ".",
    "/",
    "//etc/passwd",
    "..\\..\\",
    "a/b",
    "C:\\",
    "con",
    "nul",
    "\u{202e}",
    "\u{202d}x",
    "\u{2066}",
    "\u{200b}",
    "\u{0}",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{feff}",
    "\u{2028}",
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "",
    "`",
    "``",
    "```",
    "```\npanic!()\n```",
    "~~~",
    "    indented",
    "[a](",
    "[a][b]",
    "[`Self`]",
    "<script>",
    "<!--",
    "<b",
    "https://a.b/<",
    "- ",
    "{",
    "}",
    "{}",
    "{{a}}",
    "{a",
    "{a}{b}",
    "{:?}",
    "%",
    "%00",
    "%2e%2e",
    "?a=b",
    "#",
    "&",
    "*",
    "!",
    "self",
    "Self",
    "crate",
    "_",
    "__",
    "r#type",
    "async",
    "1",
    "-1",
    "1.0",
    "é",
    "ß",
    "ſ",
    "ﬁ",
    "日本",
    "a\u{301}",
    "\u{1f600}",
    "String",
    "Option",
    "Client",
    "(a+)+$",
    "[",
];

/// Keywords and what may stand behind them, right and wrong.
const KEYWORDS: [&str; 66] = [
    "type: string",
    "type: integer",
    "type: number",
    "type: boolean",
    "type: array",
    "type: object",
    "type: 'null'",
    "type: [string, 'null']",
    "type: [string, integer, object]",
    "type: file",
    "nullable: true",
    "format: date",
    "format: date-time",
    "format: byte",
    "format: binary",
    "format: int32",
    "format: uint64",
    "format: uuid",
    "enum: [a, A, 'a ', '']",
    "enum: [1, '1', true, null]",
    "enum: []",
    "const: 1",
    "allOf: [{}]",
    "allOf: [{type: string}, {type: integer}]",
    "oneOf: [{type: string}, {type: integer}]",
    "oneOf: [{properties: {a: {}}}, {properties: {a: {}}}]",
    "anyOf: [{required: [a]}, {required: [b]}]",
    "anyOf: []",
    "not: {}",
    "discriminator: {propertyName: type}",
    "discriminator: {propertyName: type, mapping: {a: '#/a', b: '#'}}",
    "additionalProperties: true",
    "additionalProperties: false",
    "additionalProperties: {type: string}",
    "patternProperties: {'^x': {}}",
    "properties: {a: {}, A: {}, '': {}, a-b: {}, a_b: {}}",
    "required: [a, a, id]",
    "required: true",
    "items: {}",
    "items: []",
    "prefixItems: [{type: string}]",
    "readOnly: true",
    "writeOnly: true",
    "default: x",
    "default: 1",
    "minimum: 5",
    "maximum: -5",
    "exclusiveMinimum: true",
    "exclusiveMaximum: 1e400",
    "maxLength: -1",
    "minLength: 18446744073709551615",
    "pattern: '('",
    "pattern: '^a{99999}$'",
    "multipleOf: 0",
    "uniqueItems: true",
    "maxItems: 0",
    "deprecated: true",
    "style: deepObject",
    "explode: false",
    "in: cookie",
    "in: query",
    "security: [{}]",
    "servers: [{url: '{a}'}]",
    "$ref: '#'",
    "operationId: new",
    "openapi: 3.1.0",
];

/// Returns one of the texts.
pub(super) fn text(rng: &mut Rng) -> &'static str {
    TEXTS[rng.usize(..TEXTS.len())]
}

/// Returns a keyword with a value.
pub(super) fn keyword(rng: &mut Rng) -> Mapping {
    serde_yaml::from_str(KEYWORDS[rng.usize(..KEYWORDS.len())]).expect("a keyword with its value is a mapping")
}

/// Returns a value of a kind that is not expected.
pub(super) fn value(rng: &mut Rng) -> Value {
    match rng.u8(..14) {
        0 => Value::Null,
        1 => true.into(),
        2 => false.into(),
        3 => 0.into(),
        4 => (-1).into(),
        5 => i64::MIN.into(),
        6 => u64::MAX.into(),
        7 => 1e300.into(),
        8 => (-0.5).into(),
        9 => Value::Sequence(Vec::new()),
        10 => Value::Mapping(Mapping::new()),
        11 => Value::Sequence(vec![Value::Null]),
        12 => Value::Mapping(keyword(rng)),
        _ => text(rng).into(),
    }
}

/// Returns a very long text of letters of one and of several bytes.
pub(super) fn long(rng: &mut Rng) -> String {
    let letter = ["a", "é", "日", "-", "\n", "`", "{", "a b"][rng.usize(..8)];
    letter.repeat([300, 3_000, 50_000][rng.usize(..3)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_is_yaml() {
        for keyword in KEYWORDS {
            let read: Mapping = serde_yaml::from_str(keyword).unwrap();
            assert_eq!(read.len(), 1, "{keyword}");
        }
    }
}
