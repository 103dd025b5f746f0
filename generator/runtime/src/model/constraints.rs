//! Constraints of single values.

use std::collections::BTreeMap;

use super::decimal::Decimal;
use super::encode::{each_member, encode};
use super::object::Object;
use super::pattern;
use super::value::{List, Node};
use crate::encoding::base64;

/// What a value has to keep to, apart from its type. The constraints are those of JSON Schema.
#[derive(Clone, Copy, Debug, Default)]
pub struct Constraints {
    pub(crate) min_length: Option<usize>,
    pub(crate) max_length: Option<usize>,
    pub(crate) pattern: Option<&'static str>,
    pub(crate) minimum: Option<Decimal>,
    pub(crate) exclusive_minimum: Option<Decimal>,
    pub(crate) maximum: Option<Decimal>,
    pub(crate) exclusive_maximum: Option<Decimal>,
    pub(crate) multiple_of: Option<Decimal>,
    pub(crate) min_items: Option<usize>,
    pub(crate) max_items: Option<usize>,
    pub(crate) unique_items: bool,
    pub(crate) min_properties: Option<usize>,
    pub(crate) max_properties: Option<usize>,
    pub(crate) each: Option<&'static Constraints>,
    /// Whether there are any, apart from those of the elements.
    pub(crate) apply: bool,
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $argument:ty => $set:expr;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub const fn $name(mut self, $name: $argument) -> Self {
            self.$name = Some($set);
            self.apply = true;
            self
        }
    )*};
}

impl Constraints {
    /// No constraints.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            min_length: None,
            max_length: None,
            pattern: None,
            minimum: None,
            exclusive_minimum: None,
            maximum: None,
            exclusive_maximum: None,
            multiple_of: None,
            min_items: None,
            max_items: None,
            unique_items: false,
            min_properties: None,
            max_properties: None,
            each: None,
            apply: false,
        }
    }

    setters! {
        /// The fewest characters (Unicode scalar values) of a text.
        min_length: usize => min_length;
        /// The most characters (Unicode scalar values) of a text.
        max_length: usize => max_length;
        /// A regular expression that has to match somewhere in a text.
        pattern: &'static str => pattern;
        /// The least number, as decimal text.
        minimum: &'static str => number(minimum);
        /// The number above which a number has to be, as decimal text.
        exclusive_minimum: &'static str => number(exclusive_minimum);
        /// The greatest number, as decimal text.
        maximum: &'static str => number(maximum);
        /// The number below which a number has to be, as decimal text.
        exclusive_maximum: &'static str => number(exclusive_maximum);
        /// The number of which a number has to be a whole multiple, as decimal text.
        multiple_of: &'static str => number(multiple_of);
        /// The fewest elements of a list.
        min_items: usize => min_items;
        /// The most elements of a list.
        max_items: usize => max_items;
        /// The fewest members of a map or an object.
        min_properties: usize => min_properties;
        /// The most members of a map or an object.
        max_properties: usize => max_properties;
    }

    /// The constraints of each element of a list or each value of a map.
    #[must_use]
    pub const fn each(mut self, each: &'static Self) -> Self {
        self.each = Some(each);
        self
    }

    /// No two elements of a list may be the same.
    #[must_use]
    pub const fn unique_items(mut self) -> Self {
        self.unique_items = true;
        self.apply = true;
        self
    }
}

/// A limit from its text; one that is no number stops the compiler, since contracts are statics.
const fn number(text: &'static str) -> Decimal {
    Decimal::parse(text).expect("a limit is decimal text of at most 28 digits")
}

impl Constraints {
    /// Passes a sentence to `report` for every limit that a value breaks; its elements are not looked into.
    pub(crate) fn check(&self, node: &Node<'_>, report: &mut dyn FnMut(String)) {
        match node {
            Node::Text(text) => self.check_text(text, report),
            // What is listed keeps to the constraints, and the length of another number says nothing.
            Node::Enum { json: true, .. } => {}
            Node::Enum { text, .. } | Node::Secret(text) => self.check_text(text, report),
            Node::Bytes(bytes) if self.limits_text() => self.check_text(&base64(bytes), report),
            Node::Integer(number) => self.check_number(Decimal::new(*number, 0), report),
            Node::Decimal(number) => self.check_number(*number, report),
            Node::List(list) => self.check_list(*list, report),
            // Counting members costs as much as all the rest.
            Node::Map(_) | Node::Object(_) if self.min_properties.or(self.max_properties).is_none() => {}
            Node::Map(map) => self.check_properties(map.entries().count(), report),
            Node::Object(object) => self.check_properties(count_members(*object), report),
            Node::Absent
            | Node::Null
            | Node::Bool(_)
            | Node::Bytes(_)
            | Node::Json(_)
            | Node::File(_)
            | Node::Unknown { .. } => {}
        }
    }

    /// Whether a UUID keeps to the constraints.
    pub(crate) fn takes_uuids(&self) -> bool {
        const LENGTH: usize = 36;
        self.min_length.is_none_or(|min| min <= LENGTH)
            && self.max_length.is_none_or(|max| max >= LENGTH)
            && self.pattern.is_none_or(pattern::takes_uuids)
    }

    /// Whether there is anything that a text has to keep to.
    fn limits_text(&self) -> bool {
        self.min_length.is_some() || self.max_length.is_some() || self.pattern.is_some()
    }

    fn check_text(&self, text: &str, report: &mut dyn FnMut(String)) {
        // No text has more characters than bytes, so that few are counted.
        if self.min_length.is_some() || self.max_length.is_some_and(|most| text.len() > most) {
            let length = text.chars().count();
            let measure = || format!("is {} long", counted(length, "character"));
            check_count(length, (self.min_length, self.max_length), &measure, report);
        }
        if let Some(refusal) = self.pattern.and_then(|pattern| pattern::refusal(pattern, text)) {
            report(refusal);
        }
    }

    fn check_number(&self, number: Decimal, report: &mut dyn FnMut(String)) {
        let mut demand = |limit: Option<Decimal>, fits: fn(Decimal, Decimal) -> bool, demand: &str| {
            if let Some(limit) = limit.filter(|limit| !fits(number, *limit)) {
                report(format!("must be {demand} {limit}"));
            }
        };
        demand(self.minimum, |number, limit| number >= limit, "at least");
        demand(self.exclusive_minimum, |number, limit| number > limit, "greater than");
        demand(self.maximum, |number, limit| number <= limit, "at most");
        demand(self.exclusive_maximum, |number, limit| number < limit, "less than");
        demand(self.multiple_of, Decimal::is_multiple_of, "a multiple of");
    }

    fn check_list(&self, list: &dyn List, report: &mut dyn FnMut(String)) {
        let length = list.count();
        let measure = || format!("has {}", counted(length, "item"));
        check_count(length, (self.min_items, self.max_items), &measure, report);
        if let Some((first, second)) = self.unique_items.then(|| twins(list)).flatten() {
            report(format!("has the same item at [{first}] and [{second}], each is allowed once"));
        }
    }

    fn check_properties(&self, count: usize, report: &mut dyn FnMut(String)) {
        let measure = || format!("has {}", counted(count, "member"));
        check_count(count, (self.min_properties, self.max_properties), &measure, report);
    }
}

fn check_count(
    count: usize,
    (min, max): (Option<usize>, Option<usize>),
    measure: &dyn Fn() -> String,
    report: &mut dyn FnMut(String),
) {
    if let Some(min) = min.filter(|min| count < *min) {
        report(format!("{}, at least {min} {} needed", measure(), be(min)));
    }
    if let Some(max) = max.filter(|max| count > *max) {
        report(format!("{}, at most {max} {} allowed", measure(), be(max)));
    }
}

fn count_members(object: &dyn Object) -> usize {
    let mut count = 0;
    each_member(object, &mut |_, _| count += 1);
    count
}

/// The first two equal elements; equal is what is written alike.
fn twins(list: &dyn List) -> Option<(usize, usize)> {
    let mut first_at = BTreeMap::new();
    list.items().enumerate().find_map(|(index, item)| Some((first_at.insert(encode(item), index)?, index)))
}

pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

pub(crate) fn be(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}
