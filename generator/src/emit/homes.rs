//! Which file holds which types: that of the named schema in which they stand, or that of their operation.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::ir::{Api, Operation, Type, TypeDef, TypeId, Usage};
use crate::names::Name;
use crate::source::{Pointer, Source};

/// The types that operations reach, each in one file.
pub(super) struct Homes<'a> {
    /// The files of types alone, by their names.
    pub(super) models: Vec<Home<'a>>,
    /// The types in the file of each operation, in the order of the operations.
    pub(super) operations: Vec<Vec<&'a TypeDef>>,
}

/// A file of types.
pub(super) struct Home<'a> {
    /// The part of the document that the file is made from.
    pub(super) at: Pointer,
    /// The name of the first type, which the file has, too.
    pub(super) name: &'a Name,
    /// The type of that part, where it is one, and those of what stands within it, in the order of the document.
    pub(super) types: Vec<&'a TypeDef>,
}

impl<'a> Homes<'a> {
    /// Returns the file of each type that an operation reaches.
    pub(super) fn of(api: &'a Api) -> Self {
        let owners = Owners::of(api);
        let mut open = Open::of(api, &owners);
        // What the operations of a path share has a type for each, and belongs to the one that reaches it.
        let of_operation = |(index, operation)| open.take(roots(operation), |region| region.is_of(index));
        let mut operations: Vec<_> = api.operations.iter().enumerate().map(of_operation).collect();
        let mut models: BTreeMap<Vec<&str>, Vec<&TypeDef>> = BTreeMap::new();
        for id in outermost_first(api) {
            let Some(region) = open.regions[id.index()].clone() else { continue };
            let taken = open.take([id], |other| *other == region);
            match region {
                Region::Operations(all) => all.iter().take(1).for_each(|index| operations[*index].extend(&taken)),
                Region::Place(place) => models.entry(place).or_default().extend(taken),
            }
        }
        let models = models.into_iter().filter_map(|(place, types)| {
            let at = place.into_iter().fold(Pointer::root(), |above, name| above.join(name));
            let name = &types.first()?.name;
            Some(Home { at, name, types })
        });
        let mut models: Vec<_> = models.collect();
        models.sort_by(|a, b| a.name.rust().cmp(b.name.rust()));
        Self { models, operations }
    }
}

/// The part of the document that a type belongs to.
#[derive(Debug, Clone, PartialEq)]
enum Region<'a> {
    /// One of these operations, which stand in the same place.
    Operations(&'a [usize]),
    /// What stands there.
    Place(Vec<&'a str>),
}

impl Region<'_> {
    /// Returns whether it may be an operation's.
    fn is_of(&self, operation: usize) -> bool {
        matches!(self, Self::Operations(all) if all.contains(&operation))
    }
}

/// What types belong to, by its place.
struct Owners<'a> {
    /// The operations at a place, and those of a path at the place of the path.
    operations: HashMap<Vec<&'a str>, Vec<usize>>,
    /// How many steps lead to operations and paths.
    depths: BTreeSet<usize>,
    /// Where the types stand that are neither in a component nor in an operation.
    elsewhere: HashSet<Vec<&'a str>>,
}

impl<'a> Owners<'a> {
    fn of(api: &'a Api) -> Self {
        let mut operations: HashMap<Vec<&str>, Vec<usize>> = HashMap::new();
        for (index, operation) in api.operations.iter().enumerate() {
            let mut place = operation.at.names();
            operations.entry(place.clone()).or_default().push(index);
            place.pop();
            operations.entry(place).or_default().push(index);
        }
        let depths = operations.keys().map(Vec::len).collect();
        let elsewhere = api.types.iter().filter(|ty| component(&ty.at).is_none()).map(|ty| ty.at.names()).collect();
        Self { operations, depths, elsewhere }
    }

    fn region<'o>(&'o self, at: &'a Pointer) -> Region<'o> {
        let names = at.names();
        let above = self.depths.iter().rev().filter_map(|depth| names.get(..*depth));
        if let Some(operations) = above.filter_map(|place| self.operations.get(place)).next() {
            return Region::Operations(operations);
        }
        let is_type = |depth: &usize| self.elsewhere.contains(&names[..*depth]);
        let depth = component(at).or_else(|| (1..names.len()).find(is_type)).unwrap_or(names.len());
        Region::Place(names[..depth].to_vec())
    }
}

/// How many steps lead to the component that a place is in, or to the definition of JSON Schema in a file of its own.
fn component(at: &Pointer) -> Option<usize> {
    let (file, inside) = Source::file_of(at);
    let to_file = if file.is_some() { 2 } else { 0 };
    match inside.names().as_slice() {
        ["components", _, _, ..] => Some(to_file + 3),
        ["definitions" | "$defs", _, ..] => Some(to_file + 2),
        _ => None,
    }
}

/// The types that have no file yet.
struct Open<'o, 'a> {
    api: &'a Api,
    /// What each belongs to, by its address.
    regions: Vec<Option<Region<'o>>>,
}

impl<'o, 'a: 'o> Open<'o, 'a> {
    fn of(api: &'a Api, owners: &'o Owners<'a>) -> Self {
        let region = |ty: &'a TypeDef| (ty.usage != Usage::Unused).then(|| owners.region(&ty.at));
        Self { api, regions: api.types.iter().map(region).collect() }
    }

    /// Takes the types of a file that some types lead to, in the order of the document.
    fn take(
        &mut self,
        roots: impl IntoIterator<Item = TypeId>,
        is_own: impl Fn(&Region<'_>) -> bool,
    ) -> Vec<&'a TypeDef> {
        let mut taken = Vec::new();
        let mut next: Vec<_> = roots.into_iter().collect();
        next.reverse();
        while let Some(id) = next.pop() {
            if self.regions[id.index()].take_if(|region| is_own(region)).is_some() {
                let definition = self.api.types.get(id);
                taken.push(definition);
                let inner: Vec<_> = definition.shape.types().filter_map(Type::named).collect();
                next.extend(inner.into_iter().rev());
            }
        }
        taken
    }
}

/// All types, those first that others stand in.
fn outermost_first(api: &Api) -> Vec<TypeId> {
    let mut all: Vec<_> = api.types.ids().collect();
    all.sort_by_key(|id| (api.types.get(*id).at.names().len(), *id));
    all
}

/// The types that an operation names itself.
fn roots(operation: &Operation) -> impl Iterator<Item = TypeId> {
    let failures = operation.failures.iter().map(|failure| &failure.ty);
    let types = operation.sent_types().chain(operation.answer.types()).filter_map(Type::named);
    types.chain(operation.answer_headers).chain(failures.filter_map(Type::named))
}
