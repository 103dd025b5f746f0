//! The same thing under several names, and several things under one.

use std::collections::{BTreeMap, HashMap};

use super::findings::Findings;
use super::nodes::Nodes;
use super::rules::Rule;
use crate::document::grammar::Kind;
use crate::document::{NodeRef, Pointer};

pub(super) fn check(nodes: &Nodes<'_>, findings: &mut Findings) {
    let properties: Vec<_> = nodes.of_kind(Kind::Schema).flat_map(|schema| schema.members_of("properties")).collect();
    spellings("property", properties.iter().map(|(name, node)| (*name, &node.at)), findings);
    let parameters = nodes.of_kind(Kind::Parameter).filter(|parameter| parameter.text("in") != Some("header"));
    let parameters: Vec<_> = parameters.filter_map(|node| Some((node.text("name")?, &node.at))).collect();
    spellings("parameter", parameters.into_iter(), findings);
    types(nodes, &properties, findings);
    enums(nodes, findings);
    operation_ids(nodes, findings);
}

/// Places by what they have in common.
type Places<'p, K> = Vec<(K, Vec<&'p Pointer>)>;

/// Groups locations by their key: the largest group first, then the group that comes first in the document.
fn by_key<'p, K: PartialEq + std::hash::Hash + Eq + Clone>(
    all: impl Iterator<Item = (K, &'p Pointer)>,
) -> Places<'p, K> {
    let mut index: HashMap<K, usize> = HashMap::new();
    let mut groups: Places<'p, K> = Vec::new();
    for (key, at) in all {
        let number = *index.entry(key.clone()).or_insert_with(|| {
            groups.push((key, Vec::new()));
            groups.len() - 1
        });
        groups[number].1.push(at);
    }
    groups.sort_by_key(|(_, locations)| std::cmp::Reverse(locations.len()));
    groups
}

/// Returns whether most agree, so that the others are likely to be mistakes.
fn is_custom(majority: usize, total: usize) -> bool {
    total == 2 || 3 * majority >= 2 * total
}

fn elsewhere(locations: usize) -> String {
    if locations == 1 { "in another place".to_owned() } else { format!("in {locations} others") }
}

/// Names that consist of the same words.
fn spellings<'p>(what: &str, names: impl Iterator<Item = (&'p str, &'p Pointer)>, findings: &mut Findings) {
    let mut alike: BTreeMap<String, Vec<(&str, &Pointer)>> = BTreeMap::new();
    for (name, at) in names {
        alike.entry(letters(name)).or_default().push((name, at));
    }
    for all in alike.into_values() {
        let groups = by_key(all.into_iter());
        let [(usual, locations), others @ ..] = groups.as_slice() else { continue };
        for (name, at) in others.iter().filter_map(|(name, at)| Some((name, at.first()?))) {
            let message = format!("the {what} `{name}` is spelt `{usual}` {}", elsewhere(locations.len()));
            let finding = findings.add(Rule::NameSpelling, at, message);
            locations.first().into_iter().for_each(|at| {
                finding.related(at, "spelt so here");
            });
        }
    }
}

/// Returns a name without case and the separators of its words. Leading symbols are kept.
fn letters(name: &str) -> String {
    let prefix = name.len() - name.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    let (prefix, words) = name.split_at(prefix);
    let words = words.chars().filter(|c| !matches!(c, '_' | '-' | ' ' | '.'));
    prefix.chars().chain(words).flat_map(char::to_lowercase).collect()
}

/// Properties of one name and several types, or several formats of one type.
fn types<'a>(nodes: &Nodes<'a>, properties: &[(&'a str, NodeRef<'a>)], findings: &mut Findings) {
    let mut by_name: BTreeMap<&str, Vec<(Type<'a>, &Pointer)>> = BTreeMap::new();
    for (name, property) in properties {
        if let Some(found) = Type::of(nodes, property) {
            by_name.entry(name).or_default().push((found, &property.at));
        }
    }
    for (name, all) in &by_name {
        let kinds = || all.iter().map(|(found, at)| (found.kind, *at));
        deviations(name, kinds(), findings);
        let usual = by_key(kinds()).first().map(|(kind, _)| *kind);
        let of_one_kind = all.iter().filter(|(found, _)| Some(found.kind) == usual);
        deviations(name, of_one_kind.filter_map(|(found, at)| Some((found.format?, *at))), findings);
    }
}

fn deviations<'p>(name: &str, all: impl Iterator<Item = (&'p str, &'p Pointer)>, findings: &mut Findings) {
    let groups = by_key(all);
    let total = groups.iter().map(|(_, locations)| locations.len()).sum();
    let [(usual, locations), others @ ..] = groups.as_slice() else { return };
    if !is_custom(locations.len(), total) {
        return;
    }
    for (other, at) in others.iter().filter_map(|(other, at)| Some((other, at.first()?))) {
        let message = format!("`{name}` is `{other}` here, but `{usual}` {}", elsewhere(locations.len()));
        let finding = findings.add(Rule::PropertyType, at, message);
        locations.first().into_iter().for_each(|at| {
            finding.related(at, format!("`{usual}` here"));
        });
    }
}

/// What a property is, as far as it says so itself or by one schema that it takes over. Only plain values are looked at: a
/// mapping beside a text is rather another thing of the same name.
struct Type<'a> {
    kind: &'a str,
    format: Option<&'a str>,
}

const PLAIN: &[&str] = &["string", "integer", "number", "boolean"];

impl<'a> Type<'a> {
    fn of(nodes: &Nodes<'a>, property: &NodeRef<'a>) -> Option<Self> {
        let parts = nodes.all_of(property.clone());
        let kind = parts.iter().find_map(|part| part.text("type")).filter(|kind| PLAIN.contains(kind))?;
        Some(Self { kind, format: parts.iter().find_map(|part| part.text("format")) })
    }
}

/// Reports lists of values that are repeated.
fn enums(nodes: &Nodes<'_>, findings: &mut Findings) {
    // Two values are soon the same by chance.
    const FEWEST: usize = 3;
    let lists = nodes.of_kind(Kind::Schema).filter_map(|schema| schema.get("enum"));
    let lists = lists.filter(|list| list.value.elements().filter(|value| !value.is_null()).count() >= FEWEST);
    let lists: Vec<(Vec<String>, Pointer)> = lists
        .map(|list| {
            let mut values: Vec<_> = list.value.elements().map(ToString::to_string).collect();
            values.sort();
            values.dedup();
            (values, list.at)
        })
        .collect();
    for (values, locations) in by_key(lists.iter().map(|(values, at)| (values, at))) {
        if let [first, second, ..] = locations.as_slice() {
            let message = format!("the same {} values are listed in {} places", values.len(), locations.len());
            findings.add(Rule::RepeatedEnum, second, message).related(first, "they are listed here, too");
        }
    }
}

/// Names of operations that are not written as most are.
fn operation_ids(nodes: &Nodes<'_>, findings: &mut Findings) {
    let ids: Vec<_> = nodes.operations().filter_map(|operation| operation.get("operationId")).collect();
    let styles = ids.iter().filter_map(|id| Some((style(id.value.as_text()?)?, &id.at)));
    let groups = by_key(styles);
    let total = groups.iter().map(|(_, locations)| locations.len()).sum();
    let [(usual, locations), others @ ..] = groups.as_slice() else { return };
    if !is_custom(locations.len(), total) {
        return;
    }
    for (other, at) in others.iter().flat_map(|(style, locations)| locations.iter().map(move |at| (style, at))) {
        let name = nodes.document.at(at).and_then(|id| id.as_text()).unwrap_or_default();
        let message = format!("`{name}` is written in {other}, {} of {total} operations in {usual}", locations.len());
        findings.add(Rule::OperationIdCasing, at, message);
    }
}

/// Returns the style of a name, by its last part; `None` for one word, which may be of several styles.
fn style(name: &str) -> Option<&'static str> {
    let last = name.rsplit(['/', '.', ':']).next().unwrap_or(name);
    let has_upper = last.chars().any(char::is_uppercase);
    match last.chars().next()? {
        _ if last.contains(' ') => Some("words"),
        _ if last.contains('_') => Some("snake_case"),
        _ if last.contains('-') => Some("kebab-case"),
        first if first.is_uppercase() => Some("PascalCase"),
        _ if has_upper => Some("camelCase"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_same_words_are_alike() {
        for name in ["accountId", "account_id", "account-id", "AccountID", "account.id"] {
            assert_eq!(letters(name), "accountid", "{name}");
        }
        assert_eq!(letters("-1"), "-1");
        assert_ne!(letters("_id"), letters("id"));
        assert_eq!(letters(""), "");
    }

    #[test]
    fn names_have_a_style() {
        assert_eq!(style("createOrder"), Some("camelCase"));
        assert_eq!(style("CreateOrder"), Some("PascalCase"));
        assert_eq!(style("orders/get-one"), Some("kebab-case"));
        assert_eq!(style("create_order"), Some("snake_case"));
        assert_eq!(style("Create order"), Some("words"));
        assert_eq!((style("create"), style(""), style("orders/list")), (None, None, None));
    }
}
