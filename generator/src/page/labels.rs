//! The model in words: types, presence, rules, and what credentials are.

use std::fmt::Write as _;

use maud::{Markup, html};
use proc_macro2::TokenStream;

use crate::document::Value;
use crate::ir::{Access, Api, Condition, Field, Rule, Scalar, SchemeKind, Status, Type, Usage, Visibility};

/// Returns a type in words, with links to those that have a place of their own.
pub(super) fn kind(api: &Api, ty: &Type) -> Markup {
    match ty {
        Type::Named(id) => {
            let name = api.types.get(*id).name.rust();
            html! { a href={ "#type-" (name) } { (name) } }
        }
        Type::Scalar(scalar) => html! { (self::scalar(*scalar)) },
        Type::List(element) => html! { "list of " (kind(api, element)) },
        Type::Map(value) => html! { "map of " (kind(api, value)) },
        Type::Nullable(inner) => html! { (kind(api, inner)) " or null" },
        Type::Json => html! { "any JSON" },
    }
}

fn scalar(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Text => "text",
        Scalar::Secret => "secret text",
        Scalar::Date => "date",
        Scalar::DateTime => "date and time",
        Scalar::Base64 => "bytes in base64",
        Scalar::Base64Url => "bytes in base64url",
        Scalar::Upload => "file",
        Scalar::Decimal => "decimal number",
        Scalar::Integer32 => "integer, 32 bits",
        Scalar::Integer64 => "integer, 64 bits",
        Scalar::Unsigned32 => "integer from 0, 32 bits",
        Scalar::Unsigned64 => "integer from 0, 64 bits",
        Scalar::Boolean => "true or false",
    }
}

/// Tokens as Rust is written on one line.
pub(super) fn rust(tokens: &TokenStream) -> String {
    let spaced = tokens.to_string();
    let spaced = spaced.replace(" < ", "<").replace(" <", "<").replace("< ", "<");
    spaced.replace(" >", ">").replace(" ,", ",").replace(" :: ", "::")
}

/// Returns what is to be known of a member before its prose is read.
pub(super) fn marks(usage: Usage, field: &Field) -> Vec<&'static str> {
    let needed = match usage.is_sent() {
        true => field.presence.is_required().then_some("required"),
        false => field.declared.is_required().then_some("always there"),
    };
    let null = field.declared.is_nullable().then_some("may be null");
    let status = (field.status == Status::Deprecated).then_some("deprecated");
    let visibility = (field.visibility == Visibility::Sensitive).then_some("sensitive");
    let access = match field.access {
        Access::Both => None,
        Access::ReadOnly => Some("read only"),
        Access::WriteOnly => Some("write only"),
    };
    let look_up = field.look_up.then_some("to look up by");
    [needed, null, status, visibility, access, look_up].into_iter().flatten().collect()
}

/// Returns a rule between members, as a sentence.
pub(super) fn rule(rule: &Rule) -> Markup {
    match rule {
        Rule::Require { when, any_of } => html! {
            (self::when(when)) @if when.is_empty() { "Needs " } @else { "needs " }
            @for (index, all) in any_of.iter().enumerate() {
                @if index > 0 { " or " }
                (listed(all.iter().map(String::as_str)))
            } "."
        },
        Rule::Equals { when, then } => html! {
            (self::when(when)) code { (then.property) } " is " code { (then.text) } "."
        },
        Rule::MaxTotal { max, of, counts, .. } => html! {
            "At most " (max) " " (counts) " together in " (listed(of.iter().map(String::as_str))) "."
        },
        Rule::MaxSum { of, at_most, .. } => html! {
            "The sum of " (listed(of.iter().map(String::as_str))) " is at most " code { (at_most) } "."
        },
    }
}

fn when(conditions: &[Condition]) -> Markup {
    html! {
        @for (index, condition) in conditions.iter().enumerate() {
            @if index == 0 { "When " } @else { " and " }
            code { (condition.property) } " is " code { (condition.text) }
        }
        @if !conditions.is_empty() { ": " }
    }
}

/// Returns some names of the wire, with an "and" before the last.
pub(super) fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> Markup {
    let last = names.len().saturating_sub(1);
    html! {
        @for (index, name) in names.enumerate() {
            @if index > 0 && index == last { " and " } @else if index > 0 { ", " }
            code { (name) }
        }
    }
}

/// Returns what a caller sends to prove who it is.
pub(super) fn credentials(kind: &SchemeKind) -> Markup {
    match kind {
        SchemeKind::HeaderKey(name) => html! { "A key in the header " code { (name) } "." },
        SchemeKind::QueryKey(name) => html! { "A key in the query parameter " code { (name) } "." },
        SchemeKind::CookieKey(name) => html! { "A key in the cookie " code { (name) } "." },
        SchemeKind::Basic => html! { "A name and a password, as HTTP Basic authentication." },
        SchemeKind::Bearer => html! { "A token, in the header " code { "Authorization: Bearer" } "." },
        SchemeKind::OAuth2 => {
            html! { "An access token of OAuth 2.0, in the header " code { "Authorization: Bearer" } "." }
        }
        SchemeKind::Other => {
            html! { "None of a call's own: what the connection proves, such as a client certificate." }
        }
    }
}

/// Returns a time in the largest unit that has no fractions.
pub(super) fn duration(seconds: u64) -> String {
    let (count, unit) = match seconds {
        s if s > 0 && s % 3600 == 0 => (s / 3600, "hour"),
        s if s > 0 && s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// Formats JSON: the document's order and digits, and two spaces a level.
pub(super) fn json(value: &Value) -> String {
    let mut text = String::new();
    write_json(&mut text, value, 0);
    text
}

fn write_json(text: &mut String, value: &Value, depth: usize) {
    let (open, close, count) = match value {
        Value::List(elements) => ('[', ']', elements.len()),
        Value::Object(_) => ('{', '}', value.members().count()),
        _ => ('"', '"', 0),
    };
    if count == 0 {
        write!(text, "{value}").expect("text takes every text");
        return;
    }
    let members = value.members().map(|(name, value)| (Some(name), value));
    let all = value.elements().map(|value| (None, value)).chain(members);
    text.push(open);
    for (index, (name, value)) in all.enumerate() {
        text.push_str(if index > 0 { ",\n" } else { "\n" });
        text.push_str(&"  ".repeat(depth + 1));
        if let Some(name) = name {
            write!(text, "{}: ", Value::from(name)).expect("text takes every text");
        }
        write_json(text, value, depth + 1);
    }
    write!(text, "\n{}{close}", "  ".repeat(depth)).expect("text takes every text");
}

#[cfg(test)]
mod tests {
    use super::{duration, json, rust};
    use crate::document::{Members, Value};

    #[test]
    fn json_keeps_order_and_digits() {
        let mut members = Members::default();
        members.insert("b".to_owned(), Value::Number("1.50".to_owned()));
        members.insert("a".to_owned(), Value::List(vec![Value::from("x"), Value::List(Vec::new())]));
        assert_eq!(json(&Value::from(members)), "{\n  \"b\": 1.50,\n  \"a\": [\n    \"x\",\n    []\n  ]\n}");
    }

    #[test]
    fn rust_is_spelt_without_the_spaces_of_tokens() {
        let tokens = quote::quote!(Option<Nullable<Vec<Box<Order>>>>);
        assert_eq!(rust(&tokens), "Option<Nullable<Vec<Box<Order>>>>");
    }

    #[test]
    fn times_are_in_the_largest_unit() {
        assert_eq!([duration(86_400), duration(90), duration(60)], ["24 hours", "90 seconds", "1 minute"]);
    }
}
