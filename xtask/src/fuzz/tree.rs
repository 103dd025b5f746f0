//! Nodes of a document and their paths.

use serde_yaml::Value;

/// One step from a node to a node below it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    Key(Value),
    Index(usize),
}

/// The way from the root to a node.
pub(super) type NodePath = Vec<Step>;

fn children(value: &Value) -> Box<dyn Iterator<Item = (Step, &Value)> + '_> {
    match value {
        Value::Mapping(members) => Box::new(members.iter().map(|(key, value)| (Step::Key(key.clone()), value))),
        Value::Sequence(items) => Box::new(items.iter().enumerate().map(|(at, item)| (Step::Index(at), item))),
        _ => Box::new(std::iter::empty()),
    }
}

/// Returns how many nodes there are below a node.
pub(super) fn count(value: &Value) -> usize {
    match value {
        Value::Mapping(members) => members.values().map(|value| 1 + count(value)).sum(),
        Value::Sequence(items) => items.iter().map(|item| 1 + count(item)).sum(),
        _ => 0,
    }
}

/// Returns the way to the node of a number, counted from 0 in the order of the text.
pub(super) fn nth(mut value: &Value, mut number: usize) -> Option<NodePath> {
    let mut way = NodePath::new();
    loop {
        let mut found = None;
        for (step, child) in children(value) {
            let size = 1 + count(child);
            if number < size {
                found = Some((step, child));
                break;
            }
            number -= size;
        }
        let (step, child) = found?;
        way.push(step);
        if number == 0 {
            return Some(way);
        }
        number -= 1;
        value = child;
    }
}

/// Returns all nodes below the root, those near it first, and the last of each list before those in front of it: what
/// is deleted in this order leaves the others where they were.
pub(super) fn from_the_top(root: &Value) -> Vec<NodePath> {
    let mut ways: Vec<(NodePath, &Value)> = vec![(NodePath::new(), root)];
    let mut next = 0;
    while let Some((way, value)) = ways.get(next) {
        let (way, value) = (way.clone(), *value);
        let mut below: Vec<_> = children(value).collect();
        below.reverse();
        ways.extend(below.into_iter().map(|(step, child)| ([&way[..], &[step]].concat(), child)));
        next += 1;
    }
    ways.into_iter().skip(1).map(|(way, _)| way).collect()
}

/// Returns the node at the end of a way.
pub(super) fn at<'a>(root: &'a mut Value, way: &[Step]) -> Option<&'a mut Value> {
    way.iter().try_fold(root, |value, step| match step {
        Step::Key(key) => value.as_mapping_mut()?.get_mut(key),
        Step::Index(index) => value.as_sequence_mut()?.get_mut(*index),
    })
}

/// Deletes a node, and returns whether it was there.
pub(super) fn delete(root: &mut Value, way: &[Step]) -> bool {
    let Some((last, above)) = way.split_last() else { return false };
    match (at(root, above), last) {
        (Some(Value::Mapping(members)), Step::Key(key)) => members.shift_remove(key).is_some(),
        (Some(Value::Sequence(items)), Step::Index(index)) if *index < items.len() => {
            items.remove(*index);
            true
        }
        _ => false,
    }
}

/// Returns the way as a JSON pointer.
pub(super) fn pointer(way: &[Step]) -> String {
    let segment = |step: &Step| match step {
        Step::Key(Value::String(key)) => key.replace('~', "~0").replace('/', "~1"),
        Step::Key(key) => serde_yaml::to_string(key).unwrap_or_default().trim_end().to_owned(),
        Step::Index(index) => index.to_string(),
    };
    way.iter().fold("#".to_owned(), |pointer, step| pointer + "/" + &segment(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        serde_yaml::from_str("a: [1, {b: 2}]\nc/d: {e: [], f: x}\n").unwrap()
    }

    #[test]
    fn every_node_has_a_number() {
        let document = document();
        let ways: Vec<_> = (0..count(&document)).map(|number| pointer(&nth(&document, number).unwrap())).collect();
        assert_eq!(ways, ["#/a", "#/a/0", "#/a/1", "#/a/1/b", "#/c~1d", "#/c~1d/e", "#/c~1d/f"]);
        assert_eq!(nth(&document, ways.len()), None);
    }

    #[test]
    fn what_is_near_the_root_comes_first() {
        let ways: Vec<_> = from_the_top(&document()).iter().map(|way| pointer(way)).collect();
        assert_eq!(ways, ["#/c~1d", "#/a", "#/c~1d/f", "#/c~1d/e", "#/a/1", "#/a/0", "#/a/1/b"]);
    }

    #[test]
    fn a_node_is_deleted_once() {
        let mut document = document();
        let way = nth(&document, 3).unwrap();
        assert!(delete(&mut document, &way));
        assert!(!delete(&mut document, &way));
        assert_eq!(count(&document), 6);
        assert!(!delete(&mut document, &[]));
    }
}
