//! Constraints on single values: lengths, patterns, bounds, counts.

use super::keywords::{Group, Keywords};
use super::state::Schemas;
use super::subschemas::Subschemas;
use crate::diagnostics::{Code, Omission};
use crate::document::Pointer;
use crate::ir::{Check, Constraints};

/// Lowers the constraints of some groups, in the order in which they are checked. Of several of a kind the last one holds.
pub(super) fn lower(schemas: &mut Schemas<'_>, subschemas: &Subschemas<'_>, groups: &[Group]) -> Constraints {
    let mut constraints = Constraints::default();
    for subschema in &subschemas.list {
        let checks = checks(schemas, &subschema.keywords, &subschema.node.at);
        for check in checks.into_iter().filter(|check| groups.contains(&group(check))) {
            let same_kind = |known: &Check| std::mem::discriminant(known) == std::mem::discriminant(&check);
            match constraints.checks.iter_mut().find(|known| same_kind(known)) {
                Some(known) => *known = check,
                None => constraints.checks.push(check),
            }
        }
    }
    constraints
}

/// Returns the group of values that a check constrains.
pub(super) fn group(check: &Check) -> Group {
    match check {
        Check::MinLength(_) | Check::MaxLength(_) | Check::Pattern(_) => Group::Text,
        Check::Minimum(_)
        | Check::ExclusiveMinimum(_)
        | Check::Maximum(_)
        | Check::ExclusiveMaximum(_)
        | Check::MultipleOf(_) => Group::Number,
        Check::MinItems(_) | Check::MaxItems(_) | Check::UniqueItems => Group::Array,
        Check::MinProperties(_) | Check::MaxProperties(_) => Group::Object,
    }
}

fn checks(schemas: &mut Schemas<'_>, keywords: &Keywords<'_>, at: &Pointer) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(keywords.min_length.filter(|length| *length > 0).map(Check::MinLength));
    checks.extend(keywords.max_length.map(Check::MaxLength));
    if let Some(pattern) = keywords.pattern {
        checks.extend(self::pattern(schemas, pattern, &at.join("pattern")).map(Check::Pattern));
    }
    let minimum = if keywords.exclusive_minimum { Check::ExclusiveMinimum } else { Check::Minimum };
    let maximum = if keywords.exclusive_maximum { Check::ExclusiveMaximum } else { Check::Maximum };
    let mut bound = |text: Option<&str>, keyword: &str| self::bound(schemas, text?, &at.join(keyword));
    checks.extend(bound(keywords.minimum, "minimum").map(minimum));
    checks.extend(bound(keywords.maximum, "maximum").map(maximum));
    checks.extend(bound(keywords.multiple_of, "multipleOf").map(Check::MultipleOf));
    checks.extend(keywords.min_items.filter(|count| *count > 0).map(Check::MinItems));
    checks.extend(keywords.max_items.map(Check::MaxItems));
    checks.extend(keywords.unique_items.then_some(Check::UniqueItems));
    checks.extend(keywords.min_properties.filter(|count| *count > 0).map(Check::MinProperties));
    checks.extend(keywords.max_properties.map(Check::MaxProperties));
    if refuse_empty_ranges(schemas, keywords, at) { checks } else { Vec::new() }
}

/// Returns a bound in the document's own digits.
fn bound(schemas: &mut Schemas<'_>, text: &str, at: &Pointer) -> Option<String> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits > 28 || text.contains(['e', 'E']) {
        schemas
            .unsupported(
                Omission::Constraint,
                at,
                "a bound with an exponent or with more than 28 digits is not supported",
            )
            .help("write the bound out in fewer digits, or leave it out");
        return None;
    }
    Some(text.to_owned())
}

/// Returns a pattern, refused where the generated crate could not compile it.
pub(super) fn pattern(schemas: &mut Schemas<'_>, pattern: &str, at: &Pointer) -> Option<String> {
    match regex_lite::Regex::new(pattern) {
        Ok(_) => Some(pattern.to_owned()),
        Err(error) => {
            let why = unsupported_construct(pattern).unwrap_or_else(|| error.to_string());
            schemas
                .unsupported(Omission::Pattern, at, format!("the pattern cannot be checked: {why}"))
                .help("correct it, or write it without this construct");
            None
        }
    }
}

/// Returns the construct of a pattern that ECMA-262 has and generated crates have not; `None` if there is none of the known ones.
fn unsupported_construct(pattern: &str) -> Option<String> {
    const GROUPS: &[(&str, &str)] = &[
        ("(?=", "a look-ahead"),
        ("(?!", "a look-ahead"),
        ("(?<=", "a look-behind"),
        ("(?<!", "a look-behind"),
        ("(?>", "an atomic group"),
    ];
    let (mut rest, mut in_class) = (pattern, false);
    while let Some(first) = rest.chars().next() {
        let escaped = rest.strip_prefix('\\').and_then(|after| after.chars().next());
        let found = match (first, escaped) {
            ('\\', Some(digit @ '1'..='9')) if !in_class => Some((format!("\\{digit}"), "a back reference")),
            ('\\', Some('k')) if !in_class => Some(("\\k".to_owned(), "a back reference")),
            ('\\', Some(letter @ ('p' | 'P'))) => Some((format!("\\{letter}"), "a Unicode property")),
            ('\\', Some('c')) => Some(("\\c".to_owned(), "a control character")),
            ('(', _) if !in_class => {
                let group = GROUPS.iter().find(|(opening, _)| rest.starts_with(opening));
                group.map(|(opening, what)| ((*opening).to_owned(), *what))
            }
            _ => None,
        };
        if let Some((construct, what)) = found {
            return Some(format!("`{construct}` is {what}, which is not supported"));
        }
        in_class = if first == '[' { true } else { in_class && first != ']' };
        rest = &rest[first.len_utf8() + escaped.map_or(0, char::len_utf8)..];
    }
    None
}

/// Reports constraints that no value satisfies or that have no effect. Returns false if they cannot be checked.
fn refuse_empty_ranges(schemas: &mut Schemas<'_>, keywords: &Keywords<'_>, at: &Pointer) -> bool {
    let mut sound = true;
    let ranges = [
        ("minLength", keywords.min_length, "maxLength", keywords.max_length),
        ("minItems", keywords.min_items, "maxItems", keywords.max_items),
        ("minProperties", keywords.min_properties, "maxProperties", keywords.max_properties),
    ];
    for (keyword, low, other, high) in ranges {
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            sound = false;
            empty_range(schemas, &format!("`{keyword}: {low}` and `{other}: {high}`"), &at.join(keyword));
        }
    }
    if let (Some(low), Some(high)) = (keywords.minimum, keywords.maximum) {
        let is_exclusive = keywords.exclusive_minimum || keywords.exclusive_maximum;
        let (least, greatest) = (low.parse::<f64>(), high.parse::<f64>());
        if matches!((least, greatest), (Ok(least), Ok(greatest)) if least > greatest) || is_exclusive && low == high {
            let exclusive = if is_exclusive { ", exclusive" } else { "" };
            sound = false;
            empty_range(schemas, &format!("`minimum: {low}` and `maximum: {high}`{exclusive}"), &at.join("minimum"));
        }
    }
    refuse_idle_bounds(schemas, keywords, at) && sound
}

fn empty_range(schemas: &mut Schemas<'_>, constraints: &str, at: &Pointer) {
    invalid(schemas, at, format!("no value satisfies both {constraints}"), "correct one of the two".to_owned());
}

fn invalid(schemas: &mut Schemas<'_>, at: &Pointer, message: String, help: String) {
    schemas.reporter.unsupported(Omission::Constraint, Code::Invalid, at, message).help(help);
}

/// Reports keywords that have no effect without another keyword or with their value. Returns false if one cannot be checked.
fn refuse_idle_bounds(schemas: &mut Schemas<'_>, keywords: &Keywords<'_>, at: &Pointer) -> bool {
    let exclusive = [
        ("exclusiveMinimum", keywords.exclusive_minimum, "minimum", keywords.minimum),
        ("exclusiveMaximum", keywords.exclusive_maximum, "maximum", keywords.maximum),
    ];
    for (keyword, is_exclusive, bound, value) in exclusive {
        if is_exclusive && value.is_none() {
            let message = format!("`{keyword}` says nothing without `{bound}`");
            invalid(schemas, &at.join(keyword), message, format!("add `{bound}`, or remove it"));
        }
    }
    let multiple = keywords.multiple_of.map(str::parse::<f64>);
    let idle = matches!(multiple, Some(Ok(multiple)) if multiple <= 0.0);
    if idle {
        let message = "`multipleOf` is not greater than 0".to_owned();
        invalid(schemas, &at.join("multipleOf"), message, "correct it, or remove it".to_owned());
    }
    !idle
}
