//! Constraints on single values: lengths, patterns, bounds, counts.

use super::keywords::Keywords;
use crate::diagnostics::{Code, Diagnostics};
use crate::ir::{Check, Limits};
use crate::read::{Document, Value};
use crate::source::Pointer;

/// The constraints on the value itself, in the order in which they are checked.
pub(super) fn lower(
    document: &Document,
    keywords: &Keywords<'_>,
    at: &Pointer,
    diagnostics: &mut Diagnostics,
) -> Limits {
    let mut checks = Vec::new();
    checks.extend(keywords.min_length.filter(|length| *length > 0).map(Check::MinLength));
    checks.extend(keywords.max_length.map(Check::MaxLength));
    if let Some(pattern) = keywords.pattern {
        checks.extend(self::pattern(pattern, &at.join("pattern"), diagnostics).map(Check::Pattern));
    }
    let minimum = if keywords.exclusive_minimum { Check::ExclusiveMinimum } else { Check::Minimum };
    let maximum = if keywords.exclusive_maximum { Check::ExclusiveMaximum } else { Check::Maximum };
    let mut bound =
        |text: &Option<String>, keyword: &str| self::bound(document, text.as_deref(), &at.join(keyword), diagnostics);
    checks.extend(bound(&keywords.minimum, "minimum").map(minimum));
    checks.extend(bound(&keywords.maximum, "maximum").map(maximum));
    checks.extend(bound(&keywords.multiple_of, "multipleOf").map(Check::MultipleOf));
    checks.extend(keywords.min_items.filter(|count| *count > 0).map(Check::MinItems));
    checks.extend(keywords.max_items.map(Check::MaxItems));
    checks.extend(keywords.unique_items.then_some(Check::UniqueItems));
    checks.extend(keywords.min_properties.filter(|count| *count > 0).map(Check::MinProperties));
    checks.extend(keywords.max_properties.map(Check::MaxProperties));
    refuse_empty_ranges(keywords, at, diagnostics);
    Limits { checks, each: None }
}

/// A bound in the document's own digits: those of openapiv3 went through binary floating point.
fn bound(document: &Document, text: Option<&str>, at: &Pointer, diagnostics: &mut Diagnostics) -> Option<String> {
    let text = match document.value_at(at) {
        Some(Value::Number(own)) => own,
        _ => text?,
    };
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits > 28 || text.contains(['e', 'E']) {
        diagnostics
            .error(Code::Unsupported, at, "a bound with an exponent or with more than 28 digits is not supported")
            .help("write the bound out in fewer digits, or leave it out");
        return None;
    }
    Some(text.to_owned())
}

/// A pattern, refused where the generated crate could not compile it.
pub(super) fn pattern(pattern: &str, at: &Pointer, diagnostics: &mut Diagnostics) -> Option<String> {
    match regex_lite::Regex::new(pattern) {
        Ok(_) => Some(pattern.to_owned()),
        Err(error) => {
            diagnostics
                .error(Code::Unsupported, at, format!("the pattern cannot be checked: {error}"))
                .help("correct it; look-around and back references cannot be checked");
            None
        }
    }
}

fn refuse_empty_ranges(keywords: &Keywords<'_>, at: &Pointer, diagnostics: &mut Diagnostics) {
    let ranges = [
        ("minLength", keywords.min_length, "maxLength", keywords.max_length),
        ("minItems", keywords.min_items, "maxItems", keywords.max_items),
        ("minProperties", keywords.min_properties, "maxProperties", keywords.max_properties),
    ];
    for (keyword, low, other, high) in ranges {
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            empty_range(&format!("`{keyword}: {low}` and `{other}: {high}`"), &at.join(keyword), diagnostics);
        }
    }
    let (low, high) = (keywords.minimum.as_deref(), keywords.maximum.as_deref());
    if let (Some(low), Some(high)) = (low, high) {
        let is_open = keywords.exclusive_minimum || keywords.exclusive_maximum;
        let (least, greatest) = (low.parse::<f64>(), high.parse::<f64>());
        if matches!((least, greatest), (Ok(least), Ok(greatest)) if least > greatest) || is_open && low == high {
            let exclusive = if is_open { ", exclusive" } else { "" };
            empty_range(
                &format!("`minimum: {low}` and `maximum: {high}`{exclusive}"),
                &at.join("minimum"),
                diagnostics,
            );
        }
    }
    refuse_idle_bounds(keywords, at, diagnostics);
}

fn empty_range(limits: &str, at: &Pointer, diagnostics: &mut Diagnostics) {
    diagnostics.error(Code::Invalid, at, format!("no value satisfies both {limits}")).help("correct one of the two");
}

/// Refuses keywords that need another one, or another value, to say anything.
fn refuse_idle_bounds(keywords: &Keywords<'_>, at: &Pointer, diagnostics: &mut Diagnostics) {
    let exclusive = [
        ("exclusiveMinimum", keywords.exclusive_minimum, "minimum", &keywords.minimum),
        ("exclusiveMaximum", keywords.exclusive_maximum, "maximum", &keywords.maximum),
    ];
    for (keyword, is_exclusive, bound, value) in exclusive {
        if is_exclusive && value.is_none() {
            diagnostics
                .error(Code::Invalid, &at.join(keyword), format!("`{keyword}` says nothing without `{bound}`"))
                .help(format!("add `{bound}`, or remove it"));
        }
    }
    let multiple = keywords.multiple_of.as_deref().map(str::parse::<f64>);
    if matches!(multiple, Some(Ok(multiple)) if multiple <= 0.0) {
        diagnostics
            .error(Code::Invalid, &at.join("multipleOf"), "`multipleOf` is not greater than 0")
            .help("correct it, or remove it");
    }
}
