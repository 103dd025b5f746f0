//! Types that several names in Rust stand for: which names part, and which come together.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::api_change::Detail;
use super::comparison::Comparing;
use super::policy::Rule;
use crate::ir::{TypeId, Types, Usage};

/// A type of the old document and the one of the new document that has taken its place.
type Pair = (TypeId, TypeId);

impl Comparing<'_> {
    /// Notes each name that no longer stands for the same type as another one, or does so now.
    pub(super) fn declarations(&mut self) {
        let (old, new) = (&self.old.types, &self.new.types);
        let is_used = |types: &Types, id| types.get(id).usage != Usage::Unused;
        let mut pairs: Vec<Pair> = self.pairs.partners.iter().map(|(old, new)| (*old, *new)).collect();
        pairs.retain(|pair| is_used(old, pair.0) && is_used(new, pair.1));
        pairs.sort_unstable();
        let declared_old = |pair: &Pair| old.get(pair.0).alias_of.unwrap_or(pair.0);
        let declared_new = |pair: &Pair| new.get(pair.1).alias_of.unwrap_or(pair.1);
        let split = parted(&pairs, declared_old, declared_new);
        let merged = parted(&pairs, declared_new, declared_old);
        for (rule, (pair, other)) in split
            .into_iter()
            .map(|found| (Rule::RustTypeSplit, found))
            .chain(merged.into_iter().map(|found| (Rule::RustTypeMerged, found)))
        {
            let subject = self.subject_of(old.get(pair.0), new.get(pair.1));
            let other = new.get(other.1).name.rust().to_owned();
            let detail = if rule == Rule::RustTypeSplit { Detail::Was(other) } else { Detail::Now(other) };
            self.note(rule, &subject, detail);
        }
    }
}

/// Finds pairs that are alike in one way and differ in another: each with the pair that it parts from. Of those that are alike,
/// most stay together.
fn parted(pairs: &[Pair], alike: impl Fn(&Pair) -> TypeId, differ: impl Fn(&Pair) -> TypeId) -> Vec<(Pair, Pair)> {
    let mut groups: BTreeMap<TypeId, BTreeMap<TypeId, Vec<Pair>>> = BTreeMap::new();
    for pair in pairs {
        groups.entry(alike(pair)).or_default().entry(differ(pair)).or_default().push(*pair);
    }
    let mut found = Vec::new();
    for parts in groups.into_values() {
        let mut parts: Vec<_> = parts.into_values().collect();
        parts.sort_by_key(|part| Reverse(part.len()));
        let Some(stays) = parts.first().and_then(|part| part.first()).copied() else { continue };
        found.extend(parts.into_iter().skip(1).flatten().map(|pair| (pair, stays)));
    }
    found
}
