//! Lowers `x-sdk-success`: what the body of a success means.

use super::extensions::{self};
use super::rules::Rules;
use crate::diagnostics::{Code, Reporter};
use crate::document::{Pointer, scalar_text};
use crate::ir::{Means, State, Success};

/// Lowers `x-sdk-success` of an object, which only one of its subschemas may have.
pub(super) fn lower(reporter: &mut Reporter<'_>, rules: &mut Rules) -> Option<Success> {
    let mut declared = std::mem::take(&mut rules.successes).into_iter();
    let (success, at) = declared.next()?;
    for (_, other) in declared {
        reporter
            .error(Code::Extension, &other, "another part of this object says already what a success means")
            .related(&at, "by this one")
            .help("say it once, with all states in their order");
    }
    let extensions::Success { known_by, decline_codes, states } = success;
    for (index, members) in known_by.iter().enumerate() {
        let at = at.join("known-by").join(index);
        refuse_empty(reporter, members, &at);
        rules.mention(members, &at);
    }
    let at_states = at.join("states");
    let states = states.into_iter().enumerate();
    let states = states.filter_map(|(index, declared)| state(reporter, rules, declared, &at_states.join(index)));
    let states = states.collect();
    Some(Success { known_by, states, decline_codes, at })
}

/// Reports an empty list of members, which every body fits.
fn refuse_empty(reporter: &mut Reporter<'_>, members: &[String], at: &Pointer) {
    if members.is_empty() {
        reporter.error(Code::Extension, at, "a list of no members holds for every body").help("list properties");
    }
}

fn state(reporter: &mut Reporter<'_>, rules: &mut Rules, declared: extensions::State, at: &Pointer) -> Option<State> {
    let extensions::State { when, with, means, outcome } = declared;
    if when.is_empty() && with.is_empty() {
        reporter
            .error(Code::Extension, at, "a state without conditions always holds")
            .help("say of which values it is in `when`, or of which members in `with`");
    }
    rules.mention(&with, &at.join("with"));
    let mut conditions = Vec::new();
    for (property, values) in when {
        let at = at.join("when").join(&property);
        if values.is_empty() {
            reporter
                .error(Code::Extension, &at, format!("`{property}` never has one of no values"))
                .help("list values");
        }
        let values = values.iter().enumerate();
        let values =
            values.filter_map(|(index, value)| self::value(reporter, rules, &property, value, &at.join(index)));
        let values = values.collect();
        conditions.push((property, values));
    }
    let means = match (means, outcome) {
        (extensions::Means::Done, None) => Means::Done,
        (extensions::Means::Open, None) => Means::Open,
        (extensions::Means::Declined, Some(outcome)) => Means::Declined(outcome),
        (extensions::Means::Declined, None) => {
            reporter
                .error(Code::Extension, at, "nothing says whether what is declined may have been done")
                .help("add `outcome: rejected`, or `outcome: unknown` where the service may have acted");
            return None;
        }
        (extensions::Means::Done | extensions::Means::Open, Some(_)) => {
            reporter
                .error(Code::Extension, &at.join("outcome"), "only what is declined has an outcome")
                .help("remove it, or write `means: declined`");
            return None;
        }
    };
    Some(State { when: conditions, with, means })
}

/// Returns a value that a member has, as text.
fn value(
    reporter: &mut Reporter<'_>,
    rules: &mut Rules,
    property: &str,
    value: &serde_json::Value,
    at: &Pointer,
) -> Option<String> {
    let Some(text) = scalar_text(value) else {
        reporter
            .error(Code::Extension, at, "only texts, numbers and booleans can be compared")
            .help("write the value as one of them");
        return None;
    };
    rules.mention_value(property, &text, at);
    Some(text)
}
