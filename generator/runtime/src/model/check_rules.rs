//! Checks objects against the rules over several of their members.

use std::borrow::Cow;

use super::decimal::Decimal;
use super::object::{Fields, Object};
use super::path::Path;
use super::rules::{Alternatives, Condition, Kind, Mode, Rule};
use super::value::{Node, scalar_of};
use super::violations::{Violations, be};

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

/// Spells alternatives as `a or b`, or as `a and b, or c` where one has several members.
fn spell(alternatives: Alternatives) -> String {
    let or = if alternatives.iter().all(|names| names.len() == 1) { " or " } else { ", or " };
    join(alternatives.iter().map(|names| names.join(" and ")), or)
}

fn join(parts: impl Iterator<Item = String>, separator: &str) -> String {
    parts.collect::<Vec<_>>().join(separator)
}

/// Returns the text of a member that is a string, number or boolean; where it is left out, that of its default.
fn scalar<'a>(fields: Fields<'_, 'a>, name: &str) -> Option<Cow<'a, str>> {
    match fields.named(name) {
        Some(node) => node.into_scalar(),
        None => scalar_of(fields.default(name)?),
    }
}

/// Returns the sum of the numbers that paths lead to, if there are any and it can be told.
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
        (path, Node::Object(object)) => object.with_fields(|fields| each(fields, path, visit)),
        (path, Node::Union(_)) => each_below(&node.clone().within_unions().0, path, visit),
        _ => {}
    }
}
