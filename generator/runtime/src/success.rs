//! What a success means beyond its status: whether what was asked for is done, open or declined.

use std::borrow::Cow;

use crate::members::Members;
use crate::seam::{Node, Object, Value};
use crate::service::{Failure, Means, State, Success};

/// What the members of a value that was read say.
pub(crate) fn meaning(success: Option<&Success>, value: &dyn Value) -> Means {
    match value.node() {
        Node::Object(object) => meaning_of(success, |name| member_text(object, name)),
        _ => meaning_of(success, |_| None),
    }
}

/// What the members of a body say that could not be read as a value.
pub(crate) fn meaning_of_members(success: Option<&Success>, members: &Members<'_>) -> Means {
    meaning_of(success, |name| members.text(name).map(Cow::Owned))
}

fn meaning_of<'a>(success: Option<&Success>, text: impl Fn(&str) -> Option<Cow<'a, str>>) -> Means {
    let Some(success) = success.filter(|success| !success.states.is_empty()) else {
        return Means::Done;
    };
    let holds = |state: &&State| {
        let has_value = |(member, values): &(&str, &[&str])| text(member).is_some_and(|text| values.contains(&&*text));
        let is_there = |member: &&str| text(member).is_some_and(|text| !text.is_empty());
        state.when.iter().all(has_value) && state.with.iter().all(is_there)
    };
    success.states.iter().find(holds).map_or(Means::Open, |state| state.means)
}

/// The text of a member that is declared and is a string, a number or a boolean.
pub(crate) fn member_text<'a>(object: &'a dyn Object, name: &str) -> Option<Cow<'a, str>> {
    object.get(object.table().position(name)?)?.node().into_scalar()
}

/// Tells whether a body that says nothing about success is one all the same, by its members.
pub(crate) fn is_known_by_members(success: Option<&Success>, failure: &Failure, members: &Members<'_>) -> bool {
    let Some(success) = success.filter(|_| members.is_whole_object()) else { return false };
    let says_something = failure.success.is_some_and(|name| members.has_in_any_case(name))
        || failure.reasons.is_some_and(|at| members.has_in_any_case(at.member));
    let is_there = |name: &&str| members.text(name).is_some_and(|text| !text.is_empty());
    !says_something && success.known_by.iter().any(|list| !list.is_empty() && list.iter().all(is_there))
}
