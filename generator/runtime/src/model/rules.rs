//! Rules over several members of an object.

use std::borrow::Cow;

use super::constraints::be;
use super::decimal::Decimal;
use super::object::{Fields, Object};
use super::path::Path;
use super::validate::Violations;
use super::value::{Node, scalar_of};

/// A rule over several members of an object.
#[derive(Debug)]
pub struct Rule(pub(crate) Kind);

#[derive(Debug)]
pub(crate) enum Kind {
    RequiredWhen { conditions: &'static [Condition], alternatives: Alternatives },
    EqualsWhen { conditions: &'static [Condition], field: &'static str, text: &'static str },
    MaxTotal { max: usize, paths: &'static [&'static str], what: &'static str },
    MaxSum { field: &'static str, paths: &'static [&'static str] },
    Modes(&'static [Mode]),
}

/// Sets of members of which one has to be there completely.
pub(crate) type Alternatives = &'static [&'static [&'static str]];

impl Rule {
    /// At least one of the alternatives has to be there with all its members.
    #[must_use]
    pub const fn any_of(alternatives: &'static [&'static [&'static str]]) -> Self {
        Self(Kind::RequiredWhen { conditions: &[], alternatives })
    }

    /// Under the conditions, at least one of the alternatives has to be there with all its members.
    #[must_use]
    pub const fn required_when(
        conditions: &'static [Condition],
        alternatives: &'static [&'static [&'static str]],
    ) -> Self {
        Self(Kind::RequiredWhen { conditions, alternatives })
    }

    /// Under the conditions, the field has to have this text; its default counts in.
    #[must_use]
    pub const fn equals_when(conditions: &'static [Condition], field: &'static str, text: &'static str) -> Self {
        Self(Kind::EqualsWhen { conditions, field, text })
    }

    /// The paths, such as `boxes[].items[]`, lead to at most `max` values, counted together; `what` names them in messages.
    #[must_use]
    pub const fn max_total(max: usize, paths: &'static [&'static str], what: &'static str) -> Self {
        Self(Kind::MaxTotal { max, paths, what })
    }

    /// The numbers at the paths, such as `boxes[].weight`, are together at most the field.
    #[must_use]
    pub const fn max_sum(field: &'static str, paths: &'static [&'static str]) -> Self {
        Self(Kind::MaxSum { field, paths })
    }

    /// The fields the modes fix, defaults counted in, have to be those of one mode.
    #[must_use]
    pub const fn modes(modes: &'static [Mode]) -> Self {
        Self(Kind::Modes(modes))
    }
}

/// A field has a certain text; its default counts in.
#[derive(Clone, Copy, Debug)]
pub struct Condition {
    pub(crate) field: &'static str,
    pub(crate) text: &'static str,
}

impl Condition {
    /// The field's string, number or boolean is this text.
    #[must_use]
    pub const fn new(field: &'static str, text: &'static str) -> Self {
        Self { field, text }
    }
}

/// A combination of field values that goes by a name.
#[derive(Clone, Copy, Debug)]
pub struct Mode {
    /// How the mode is called.
    pub name: &'static str,
    /// The fields it fixes and their texts.
    pub fixed: &'static [(&'static str, &'static str)],
}

impl Rule {
    /// Adds a violation if the object at `path` breaks the rule.
    pub(crate) fn check(
        &self,
        object: &dyn Object,
        fields: Fields<'_, '_>,
        path: &Path<'_>,
        violations: &mut Violations,
    ) {
        match self.0 {
            Kind::RequiredWhen { conditions, alternatives } => {
                let there = |names: &&[&str]| {
                    names.iter().all(|name| fields.named(name).is_some() || object.extra().get(name).is_some())
                };
                if hold(conditions, fields) && !alternatives.iter().any(there) {
                    violations.push(path, format!("needs {}{}", spell(alternatives), when(", when", conditions)));
                }
            }
            Kind::EqualsWhen { conditions, field, text } => {
                if hold(conditions, fields) && !Condition::new(field, text).holds(fields) {
                    violations.push(Path::Member(path, field), format!("must be {text}{}", when(" when", conditions)));
                }
            }
            Kind::MaxTotal { max, paths, what } => {
                let mut total = 0;
                paths.iter().for_each(|path| each(fields, path, &mut |_| total += 1));
                if total > max {
                    violations.push(path, format!("has {total} {what} in total, at most {max} {} allowed", be(max)));
                }
            }
            Kind::MaxSum { field, paths } => {
                let most = fields.named(field).and_then(|node| number(&node));
                // A sum of more digits than fit is left to the server.
                if most.zip(sum(fields, paths)).is_some_and(|(most, sum)| sum > most) {
                    let paths = join(paths.iter().map(|path| (*path).to_owned()), " and ");
                    violations.push(Path::Member(path, field), format!("is less than the sum of {paths}"));
                }
            }
            Kind::Modes(modes) => {
                if !modes.iter().any(|mode| mode.holds(fields)) {
                    violations.push(
                        path,
                        format!("has to be in one of the modes {}", join(modes.iter().map(Mode::spell), "; ")),
                    );
                }
            }
        }
    }
}

impl Condition {
    fn holds(&self, fields: Fields<'_, '_>) -> bool {
        scalar(fields, self.field).is_some_and(|text| text == self.text)
    }
}

impl Mode {
    fn holds(&self, fields: Fields<'_, '_>) -> bool {
        self.fixed.iter().all(|&(field, text)| Condition::new(field, text).holds(fields))
    }

    fn spell(&self) -> String {
        let fixed = self.fixed.iter().map(|(field, text)| format!("{field} is {text}"));
        format!("{} ({})", self.name, join(fixed, ", "))
    }
}

fn hold(conditions: &[Condition], fields: Fields<'_, '_>) -> bool {
    conditions.iter().all(|condition| condition.holds(fields))
}

fn when(word: &str, conditions: &[Condition]) -> String {
    match conditions {
        [] => String::new(),
        _ => format!("{word} {}", join(conditions.iter().map(|it| format!("{} is {}", it.field, it.text)), " and ")),
    }
}

/// `a or b`, or with a comma where an alternative has several members: `a and b, or c`.
fn spell(alternatives: Alternatives) -> String {
    let or = if alternatives.iter().all(|names| names.len() == 1) { " or " } else { ", or " };
    join(alternatives.iter().map(|names| names.join(" and ")), or)
}

fn join(parts: impl Iterator<Item = String>, separator: &str) -> String {
    parts.collect::<Vec<_>>().join(separator)
}

/// The text of a member that is a string, number or boolean; where it is left out, that of its default.
fn scalar<'a>(fields: Fields<'_, 'a>, name: &str) -> Option<Cow<'a, str>> {
    match fields.named(name) {
        Some(node) => node.into_scalar(),
        None => scalar_of(fields.default(name)?),
    }
}

/// The sum of the numbers that paths lead to, if there are any and it can be told.
fn sum(fields: Fields<'_, '_>, paths: &[&str]) -> Option<Decimal> {
    let (mut sum, mut any) = (Some(Decimal::ZERO), false);
    for path in paths {
        each(fields, path, &mut |node| {
            any = true;
            sum = sum.zip(number(node)).and_then(|(sum, number)| sum.checked_add(number));
        });
    }
    sum.filter(|_| any)
}

fn number(node: &Node<'_>) -> Option<Decimal> {
    match node {
        Node::Decimal(number) => Some(*number),
        Node::Integer(number) => Some(Decimal::new(*number, 0)),
        _ => None,
    }
}

/// Passes the values that a path such as `boxes[].items[]` leads to.
fn each(fields: Fields<'_, '_>, path: &str, visit: &mut dyn FnMut(&Node<'_>)) {
    // Paths are short: to search one as a text takes longer.
    let dot = path.bytes().position(|byte| byte == b'.');
    let (step, rest) = dot.map_or((path, ""), |dot| (&path[..dot], &path[dot + 1..]));
    match step.strip_suffix("[]") {
        Some(step) => {
            if let Some(Node::List(list)) = fields.named(step) {
                list.items().for_each(|item| each_below(&item.node(), rest, visit));
            }
        }
        None => fields.named(step).iter().for_each(|node| each_below(node, rest, visit)),
    }
}

fn each_below(node: &Node<'_>, path: &str, visit: &mut dyn FnMut(&Node<'_>)) {
    match (path, node) {
        (_, Node::Absent) => {}
        ("", node) => visit(node),
        (path, Node::Object(object)) => object.look(|fields| each(fields, path, visit)),
        _ => {}
    }
}
