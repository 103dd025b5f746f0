//! Responses with the same facts in JSON that departs from the document.
//!
//! What is not distorted keeps its text, so that an amount is never rounded on the way. Members are sorted by name:
//! they may come in any order.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde_json::value::RawValue;

use crate::json::quoted;

/// The member, and the value, that no document knows.
const UNHEARD_OF: &str = "unheardOf";

/// The members by which a failure is known.
const REASONS: &str = "reasons";
const CODE: &str = "code";

/// How a response is distorted.
#[derive(Clone, Copy)]
pub(crate) enum Distortion<'a> {
    /// Members of these names get a text that none of them may have.
    Values(&'a BTreeSet<String>),
    /// Every object gets one more member.
    Members,
    /// All members of the outermost object but `success` are null.
    Nulls,
    /// Numbers become text.
    NumbersAsText,
    /// Text becomes numbers.
    TextAsNumbers,
    /// Reasons become the first of them.
    ReasonsAsObject,
    /// Reasons begin with a null.
    ReasonsWithNull,
    /// Codes become numbers with a fraction.
    CodeAsDecimal,
    /// Codes become text between blanks.
    CodeWithBlanks,
    /// Names of members begin with capitals.
    CapitalMembers,
}

impl Distortion<'_> {
    /// Returns the distorted body; one that is no JSON object stays as it is.
    pub(crate) fn apply(self, body: &Bytes) -> Bytes {
        let text = str::from_utf8(body).ok();
        let members = text.and_then(read_members);
        members.map_or_else(|| body.clone(), |members| self.object(members, true).into())
    }

    fn object(self, members: Members, outermost: bool) -> String {
        let member = |(name, value): (String, Box<RawValue>)| {
            let value = match self {
                Self::Nulls if outermost && name != "success" => "null".to_owned(),
                _ => self.value(&name, value.get()),
            };
            let name = if matches!(self, Self::CapitalMembers) { capital(&name) } else { name };
            format!("{}:{value}", quoted(&name))
        };
        let mut members: Vec<String> = members.into_iter().map(member).collect();
        if matches!(self, Self::Members) {
            members.push(format!(r#""{UNHEARD_OF}":{{"list":[1,"two",null]}}"#));
        }
        format!("{{{}}}", members.join(","))
    }

    fn value(self, name: &str, json: &str) -> String {
        if let Some(members) = read_members(json) {
            return self.object(members, false);
        }
        if let Ok(items) = serde_json::from_str::<Vec<Box<RawValue>>>(json) {
            let items: Vec<String> = items.iter().map(|item| self.value(name, item.get())).collect();
            return match (self, items.first()) {
                (Self::ReasonsAsObject, Some(first)) if name == REASONS => first.clone(),
                (Self::ReasonsWithNull, Some(_)) if name == REASONS => format!("[null,{}]", items.join(",")),
                _ => format!("[{}]", items.join(",")),
            };
        }
        self.leaf(name, json).unwrap_or_else(|| json.to_owned())
    }

    /// Returns what becomes of a text, a number, a flag or a null; `None` when it stays.
    fn leaf(self, name: &str, json: &str) -> Option<String> {
        let text = serde_json::from_str::<String>(json);
        let is_number = json.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        match (self, text) {
            (Self::Values(names), Ok(_)) if names.contains(name) => Some(quoted(UNHEARD_OF)),
            (Self::NumbersAsText, Err(_)) if is_number => Some(quoted(json)),
            (Self::CodeAsDecimal, text) if name == CODE => Some(format!("{}.0", text.as_deref().unwrap_or(json))),
            (Self::CodeWithBlanks, text) if name == CODE => {
                Some(quoted(&format!(" {} ", text.as_deref().unwrap_or(json))))
            }
            (Self::TextAsNumbers, Ok(text)) => Some(match text.parse::<u64>() {
                Ok(number) => number.to_string(),
                Err(_) => text.len().to_string(),
            }),
            _ => None,
        }
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

type Members = BTreeMap<String, Box<RawValue>>;

fn read_members(json: &str) -> Option<Members> {
    serde_json::from_str(json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_distorts_one_thing() {
        let body = Bytes::from_static(
            br#"{"amount":10.10,"id":"a","list":[{"code":"53"},{"code":54}],"status":"Posted","success":true}"#,
        );
        let names = BTreeSet::from(["status".to_owned()]);
        for (distortion, expected) in [
            (
                Distortion::Values(&names),
                r#"{"amount":10.10,"id":"a","list":[{"code":"53"},{"code":54}],"status":"unheardOf","success":true}"#,
            ),
            (Distortion::Nulls, r#"{"amount":null,"id":null,"list":null,"status":null,"success":true}"#),
            (
                Distortion::NumbersAsText,
                r#"{"amount":"10.10","id":"a","list":[{"code":"53"},{"code":"54"}],"status":"Posted","success":true}"#,
            ),
            (
                Distortion::TextAsNumbers,
                r#"{"amount":10.10,"id":1,"list":[{"code":53},{"code":54}],"status":6,"success":true}"#,
            ),
        ] {
            assert_eq!(distortion.apply(&body), expected);
        }
        let failure = Bytes::from_static(br#"{"reasons":[{"code":"53000060","message":"m"}],"success":false}"#);
        for (distortion, expected) in [
            (Distortion::ReasonsAsObject, r#"{"reasons":{"code":"53000060","message":"m"},"success":false}"#),
            (Distortion::ReasonsWithNull, r#"{"reasons":[null,{"code":"53000060","message":"m"}],"success":false}"#),
            (Distortion::CodeAsDecimal, r#"{"reasons":[{"code":53000060.0,"message":"m"}],"success":false}"#),
            (Distortion::CodeWithBlanks, r#"{"reasons":[{"code":" 53000060 ","message":"m"}],"success":false}"#),
            (Distortion::CapitalMembers, r#"{"Reasons":[{"Code":"53000060","Message":"m"}],"Success":false}"#),
        ] {
            assert_eq!(distortion.apply(&failure), expected);
        }
        let more = Distortion::Members.apply(&Bytes::from_static(br#"{"a":[{}]}"#));
        let one = r#""unheardOf":{"list":[1,"two",null]}"#;
        assert_eq!(more, format!(r#"{{"a":[{{{one}}}],{one}}}"#));
        let other = Bytes::from_static(b"<html>");
        assert_eq!(Distortion::Nulls.apply(&other), other);
    }
}
