//! The meaning of a success beyond its status: done, open or declined.

use std::borrow::Cow;

use super::failure_body::has_identifying_members;
use crate::contract::{FailureFormat, Means, Operation, Outcome, State, Success};
use crate::model::{Extra, Fields, Node, Object, RawObject, Value};

/// Returns the meaning of a decoded value.
pub(crate) fn meaning(success: Option<&Success>, value: &dyn Value) -> Means {
    let Some(states) = states(success) else { return Means::Done };
    let (Node::Object(object), _) = value.node().within_unions() else { return Means::Open };
    let found = object.with_fields(|fields| {
        let at = deciding(states, |name| fields.named(name)?.into_scalar())?;
        Some((states[at].means, is_clear(&states[..=at], object.extra(), fields)))
    });
    match found {
        None => Means::Open,
        Some((means, true)) => means,
        Some((Means::Declined(_), false)) => Means::Declined(Outcome::Unknown),
        Some((Means::Done | Means::Open, false)) => Means::Open,
    }
}

/// Returns the meaning of a body that could not be decoded, by its members.
pub(crate) fn meaning_of_members(success: Option<&Success>, members: &RawObject<'_>) -> Means {
    let Some(states) = states(success) else { return Means::Done };
    let deciding = deciding(states, |name| members.text(name).map(Cow::Owned));
    deciding.map_or(Means::Open, |at| states[at].means)
}

/// Returns the states of an operation, if a success of it is more than done.
fn states(success: Option<&Success>) -> Option<&'static [State]> {
    success.map(|success| success.states).filter(|states| !states.is_empty())
}

/// Returns the first state that holds.
fn deciding<'a>(states: &[State], text: impl Fn(&str) -> Option<Cow<'a, str>>) -> Option<usize> {
    states.iter().position(|state| {
        let has_value = |(member, values): &(&str, &[&str])| text(member).is_some_and(|text| values.contains(&&*text));
        let is_there = |member: &&str| text(member).is_some_and(|text| !text.trim().is_empty());
        state.when.iter().all(has_value) && state.with.iter().all(is_there)
    })
}

/// Returns whether each member of the evaluated states is absent or has a known value: an undecodable or misspelt one may
/// contradict the others.
fn is_clear(states: &[State], extra: &Extra, fields: Fields<'_, '_>) -> bool {
    let is_unknown = |name: &str| matches!(fields.named(name), Some(Node::Enum { known: false, .. }));
    let is_extra = |name: &str| extra.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    !states.iter().flat_map(|state| state.when).any(|(name, _)| is_unknown(name) || is_extra(name))
}

/// Returns whether a value that was read has reasons, as only failures have.
pub(crate) fn has_reasons(failure: &FailureFormat, value: &dyn Value) -> bool {
    let (Some(at), (Node::Object(object), _)) = (failure.reasons, value.node().within_unions()) else { return false };
    let listed =
        object.field_named(at.member).is_some_and(|value| matches!(value.node(), Node::List(list) if list.count() > 0));
    listed
        || object.extra().iter().any(|(name, json)| name.eq_ignore_ascii_case(at.member) && is_something(json.text()))
}

/// Returns whether some JSON is more than an empty list.
fn is_something(json: &str) -> bool {
    json != "null" && json.bytes().any(|byte| !matches!(byte, b'[' | b']' | b' ' | b'\n' | b'\r' | b'\t'))
}

/// Returns the text of a member that is declared and is a string, a number or a boolean.
pub(crate) fn member_text<'a>(object: &'a dyn Object, name: &str) -> Option<Cow<'a, str>> {
    object.field_named(name)?.node().into_scalar()
}

/// Returns whether a body that says nothing about success, and nothing that failures say, is one all the same, by its members.
pub(crate) fn is_known_by_members(operation: &Operation, failure: &FailureFormat, members: &RawObject<'_>) -> bool {
    let (reasons, plain) = (failure.reasons.map(|at| at.member), failure.plain.map(|plain| plain.code));
    let names = [failure.success_flag, reasons, failure.message, plain];
    let says_something = names.into_iter().flatten().any(|name| members.has_in_any_case(name));
    members.is_complete_object() && !says_something && has_identifying_members(operation, members)
}
