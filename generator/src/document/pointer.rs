//! JSON pointers.

use std::cmp::Ordering;
use std::fmt::{self, Display};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The address of a node in a document: a JSON pointer, printed as the fragment `#/components/schemas/Order`.
///
/// A copy costs a reference count, and so does the way down to a child: every address is the one above it and a name.
/// The text is only made when it is printed; addresses are ordered by it all the same.
#[derive(Clone, Default)]
pub struct Pointer(Option<Arc<Step>>);

/// The last step of an address.
struct Step {
    above: Pointer,
    name: String,
    /// How many steps there are, this one included.
    depth: usize,
}

impl Drop for Step {
    /// Drops long pointers step by step: one that was read from a text may have more steps than the stack.
    fn drop(&mut self) {
        let mut above = self.above.0.take();
        while let Some(mut step) = above.and_then(Arc::into_inner) {
            above = step.above.0.take();
        }
    }
}

impl Pointer {
    /// Returns the whole document.
    #[must_use]
    pub fn root() -> Self {
        Self(None)
    }

    /// Returns the member or element of this node that goes by a name or an index.
    #[must_use]
    pub fn join(&self, segment: impl Display) -> Self {
        self.step(segment.to_string())
    }

    fn step(&self, name: String) -> Self {
        Self(Some(Arc::new(Step { above: self.clone(), name, depth: self.depth() + 1 })))
    }

    /// Reads `#/a/b` or `/a/b`; `None` if the text is no JSON pointer.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('#').unwrap_or(text);
        if !text.is_empty() && !text.starts_with('/') {
            return None;
        }
        let escapes_are_whole = text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
        escapes_are_whole.then(|| text.split('/').skip(1).fold(Self::root(), |above, name| above.step(unescape(name))))
    }

    /// Returns the names and indices on the way down, without escapes.
    pub fn segments(&self) -> impl Iterator<Item = String> + '_ {
        self.names().into_iter().map(str::to_owned)
    }

    /// Returns the same, as they stand in the address.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.upwards().map(|step| step.name.as_str()).collect();
        names.reverse();
        names
    }

    /// Returns the last name or index on the way down.
    #[must_use]
    pub fn last(&self) -> Option<String> {
        self.0.as_ref().map(|step| step.name.clone())
    }

    /// Returns the node above; nothing above the whole document.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.as_ref().map(|step| step.above.clone())
    }

    fn depth(&self) -> usize {
        self.0.as_ref().map_or(0, |step| step.depth)
    }

    /// Returns the steps from the last to the first.
    fn upwards(&self) -> impl Iterator<Item = &Step> {
        std::iter::successors(self.0.as_deref(), |step| step.above.0.as_deref())
    }

    /// Returns whether both are the same address in memory, and so the same address.
    fn is_shared_with(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        }
    }
}

fn unescape(segment: &str) -> String {
    if segment.contains('~') { segment.replace("~1", "/").replace("~0", "~") } else { segment.to_owned() }
}

/// Returns the bytes of a name as they are printed.
fn escaped(name: &str) -> impl Iterator<Item = u8> + '_ {
    name.bytes().flat_map(|byte| {
        let (first, second) = match byte {
            b'~' => (b'~', Some(b'0')),
            b'/' => (b'~', Some(b'1')),
            other => (other, None),
        };
        std::iter::once(first).chain(second)
    })
}

impl PartialEq for Pointer {
    fn eq(&self, other: &Self) -> bool {
        if self.depth() != other.depth() {
            return false;
        }
        let (mut one, mut other) = (self, other);
        while !one.is_shared_with(other) {
            let (Some(a), Some(b)) = (&one.0, &other.0) else { return false };
            if a.name != b.name {
                return false;
            }
            (one, other) = (&a.above, &b.above);
        }
        true
    }
}

impl Eq for Pointer {}

impl Hash for Pointer {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.upwards().for_each(|step| step.name.hash(state));
    }
}

impl Ord for Pointer {
    fn cmp(&self, other: &Self) -> Ordering {
        let (depth, other_depth) = (self.depth(), other.depth());
        let common = depth.min(other_depth);
        // The topmost names that differ decide, or the shorter address when there are none.
        let mut decisive = None;
        let own = self.upwards().skip(depth - common);
        let others = other.upwards().skip(other_depth - common);
        for (a, b) in own.zip(others) {
            if std::ptr::eq(a, b) {
                break;
            }
            if a.name != b.name {
                decisive = Some((a, b));
            }
        }
        let Some((a, b)) = decisive else { return depth.cmp(&other_depth) };
        let own = escaped(&a.name).chain((a.depth < depth).then_some(b'/'));
        own.cmp(escaped(&b.name).chain((b.depth < other_depth).then_some(b'/')))
    }
}

impl PartialOrd for Pointer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("#")?;
        for name in self.names() {
            f.write_str("/")?;
            if name.contains(['~', '/']) {
                f.write_str(&name.replace('~', "~0").replace('/', "~1"))?;
            } else {
                f.write_str(name)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_escape_what_separates_them() {
        let at = Pointer::root().join("paths").join("/a~b").join(3);
        assert_eq!(at.to_string(), "#/paths/~1a~0b/3");
        assert_eq!(at.segments().collect::<Vec<_>>(), ["paths", "/a~b", "3"]);
        assert_eq!(at.last().as_deref(), Some("3"));
        assert_eq!(at.parent().unwrap().last().as_deref(), Some("/a~b"));
        assert_eq!(Pointer::parse("#/paths/~1a~0b/3"), Some(at));
    }

    #[test]
    fn the_root_has_no_parent() {
        assert_eq!(Pointer::root().to_string(), "#");
        assert_eq!(Pointer::root().parent(), None);
        assert_eq!(Pointer::root().last(), None);
        assert_eq!(Pointer::root().segments().count(), 0);
        assert_eq!(Pointer::parse("#"), Some(Pointer::root()));
        assert_eq!(Pointer::root().join("").segments().collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn other_texts_are_no_pointers() {
        for text in ["a", "#a", "#/a~", "#/a~2b", "other.yaml#/a"] {
            assert_eq!(Pointer::parse(text), None, "{text}");
        }
    }

    #[test]
    fn pointers_are_ordered_by_their_text() {
        let texts =
            ["#", "#/", "#/a", "#/a/b", "#/a/b/c", "#/a-b", "#/a~1b", "#/a~0b", "#/ab", "#/b", "#/a/0", "#//", "#/a/"];
        for one in texts {
            for other in texts {
                let (a, b) = (Pointer::parse(one).unwrap(), Pointer::parse(other).unwrap());
                assert_eq!(a.cmp(&b), one.cmp(other), "{one} and {other}");
                assert_eq!(a == b, one == other, "{one} and {other}");
            }
        }
    }

    #[test]
    fn a_long_pointer_costs_no_stack() {
        let text = "/a".repeat(300_000);
        let pointer = Pointer::parse(&text).unwrap();
        assert_eq!(pointer, Pointer::parse(&text).unwrap());
        assert_eq!(pointer.to_string().len(), text.len() + 1);
    }
}
