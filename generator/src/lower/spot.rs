//! A node of the document with its place, and the ways on from there.

use percent_encoding::percent_decode_str;

use crate::diagnostics::{Code, Diagnostics, Skip};
use crate::read::{Unsupported, Value};
use crate::source::Pointer;

/// A chain of references longer than this can only be a circle.
const LONGEST_CHAIN: usize = 64;

/// A node and its place.
#[derive(Debug, Clone)]
pub(crate) struct Spot<'a> {
    pub(crate) value: &'a Value,
    pub(crate) at: Pointer,
}

impl<'a> Spot<'a> {
    pub(crate) fn root(value: &'a Value) -> Self {
        Self { value, at: Pointer::root() }
    }

    /// A member.
    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        self.value.get(key).map(|value| Self { value, at: self.at.join(key) })
    }

    /// A member that is text.
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_text()
    }

    /// Whether a member is `true`.
    pub(crate) fn flag(&self, key: &str) -> bool {
        self.value.get(key).and_then(Value::as_bool) == Some(true)
    }

    /// The members of this node, if it is a mapping.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&'a str, Self)> + use<'a> {
        let at = self.at.clone();
        self.value.members().map(move |(key, value)| (key, Self { value, at: at.join(key) }))
    }

    /// The elements of this node, if it is a list.
    pub(crate) fn elements(&self) -> impl Iterator<Item = Self> + use<'a> {
        let at = self.at.clone();
        self.value.elements().enumerate().map(move |(index, value)| Self { value, at: at.join(index) })
    }

    /// The members of a member.
    pub(crate) fn members_of(&self, key: &str) -> impl Iterator<Item = (&'a str, Self)> + use<'a> {
        self.get(key).into_iter().flat_map(|spot| spot.members())
    }

    /// The elements of a member.
    pub(crate) fn elements_of(&self, key: &str) -> impl Iterator<Item = Self> + use<'a> {
        self.get(key).into_iter().flat_map(|spot| spot.elements())
    }

    /// Where this node refers to, if it is a reference.
    pub(crate) fn reference(&self) -> Option<&'a str> {
        self.text("$ref")
    }
}

/// The places a document may refer to, and what to do about references that lead nowhere.
#[derive(Clone, Copy)]
pub(crate) struct References<'a> {
    root: &'a Value,
    unsupported: Unsupported,
}

impl<'a> References<'a> {
    pub(crate) fn new(root: &'a Value, unsupported: Unsupported) -> Self {
        Self { root, unsupported }
    }

    /// What a reference names, whatever it is.
    pub(crate) fn find(self, reference: &str) -> Option<Spot<'a>> {
        let decoded = percent_decode_str(reference.strip_prefix('#')?).decode_utf8().ok()?;
        // Braces and blanks are encoded in a fragment, and some documents hold keys that look encoded themselves.
        [&*decoded, &reference[1..]].into_iter().find_map(|text| {
            let at = Pointer::parse(text)?;
            self.root.at(&at).map(|value| Spot { value, at })
        })
    }

    /// The component behind a reference of one kind (`parameters`, `headers`, `responses`, ...), or the node itself.
    pub(crate) fn follow(self, spot: Spot<'a>, kind: &str, diagnostics: &mut Diagnostics) -> Option<Spot<'a>> {
        let mut spot = spot;
        for _ in 0..LONGEST_CHAIN {
            let Some(reference) = spot.reference() else { return Some(spot) };
            let found = self.find(reference).filter(|found| self.may_be(found, kind));
            let Some(found) = found else {
                self.dangling(&spot, reference, kind, diagnostics);
                return None;
            };
            spot = found;
        }
        diagnostics
            .left_out(
                self.unsupported,
                Skip::Reference,
                Code::Reference,
                &spot.at,
                "the references go round in a circle",
            )
            .help("let one of them be the thing itself");
        None
    }

    /// In a document of our own, a component stands where components of its kind do.
    fn may_be(self, found: &Spot<'a>, kind: &str) -> bool {
        self.unsupported == Unsupported::Skip || component_key(&found.at, kind).is_some()
    }

    fn dangling(self, spot: &Spot<'a>, reference: &str, kind: &str, diagnostics: &mut Diagnostics) {
        let components = self.root.get("components").and_then(|components| components.get(kind));
        let known = components.into_iter().flat_map(Value::members).map(|(key, _)| key);
        let last = Pointer::parse(reference).and_then(|at| at.last());
        let help = super::correction(last.as_deref(), known, "define it there");
        let message = format!("`{reference}` points to nothing under #/components/{kind}");
        diagnostics
            .left_out(self.unsupported, Skip::Reference, Code::Reference, &spot.at.join("$ref"), message)
            .help(help);
    }
}

/// The key of a component of one kind, if a place is that of one.
pub(crate) fn component_key(at: &Pointer, kind: &str) -> Option<String> {
    let segments: Vec<_> = at.segments().take(4).collect();
    match segments.as_slice() {
        [components, section, key] if components == "components" && section == kind => Some(key.to_string()),
        _ => None,
    }
}
