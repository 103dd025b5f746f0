//! Base URLs with variables.

use std::borrow::Cow;

use crate::model::ParseError;
use crate::syntax::percent_encode;

/// Puts the values of variables in the place of their names in braces.
pub(super) fn fill(template: &str, variables: &[(&str, &str)]) -> Result<String, ParseError> {
    let (mut url, mut rest, mut used) = (String::with_capacity(template.len()), template, Vec::new());
    while let Some((literal, after)) = rest.split_once('{') {
        let (name, after) =
            after.split_once('}').ok_or_else(|| ParseError::new("the base URL has a brace that is not closed"))?;
        url.push_str(literal);
        url.push_str(&fitted(name, value(name, variables)?, in_path(&url))?);
        used.push(name);
        rest = after;
    }
    if rest.contains('}') {
        return Err(ParseError::new("the base URL has a brace that is not opened"));
    }
    url.push_str(rest);
    match variables.iter().find(|(name, _)| !used.contains(name)) {
        Some((name, _)) => Err(ParseError::new(format!("there is no variable {name} in the base URL"))),
        None => Ok(url),
    }
}

fn value<'a>(name: &str, variables: &[(&str, &'a str)]) -> Result<&'a str, ParseError> {
    let given = variables.iter().rev().find(|(known, _)| *known == name);
    given.map(|(_, value)| *value).ok_or_else(|| ParseError::new(format!("the variable {name} has no value")))
}

/// Returns whether what follows the beginning of a URL is part of its path, where it cannot lead to another host.
fn in_path(beginning: &str) -> bool {
    beginning.split_once("://").is_some_and(|(_, rest)| rest.contains('/'))
}

fn fitted<'a>(name: &str, value: &'a str, in_path: bool) -> Result<Cow<'a, str>, ParseError> {
    let is_of_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if value.is_empty() {
        Err(ParseError::new(format!("the variable {name} is empty")))
    } else if in_path {
        let steps: Vec<_> = value.split('/').map(percent_encode).collect();
        Ok(Cow::Owned(steps.join("/")))
    } else if value.bytes().all(is_of_host) {
        Ok(Cow::Borrowed(value))
    } else {
        Err(ParseError::new(format!("the variable {name} holds a character that cannot be part of a host")))
    }
}
