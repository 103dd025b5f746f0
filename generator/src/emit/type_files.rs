//! Which file holds which types: that of the named schema in which they stand, or that of their operation.

use crate::document::{Pointer, files};
use crate::ir::{Api, Operation, Type, TypeDef, TypeId, Usage};
use crate::names::Name;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The types that operations reach, each in one file.
pub(super) struct TypeFiles<'a> {
    /// The files of types alone, by their names.
    pub(super) models: Vec<TypeFile<'a>>,
    /// The types in the file of each operation, in the order of the operations.
    pub(super) operations: Vec<Vec<&'a TypeDef>>,
}

/// A file of types.
pub(super) struct TypeFile<'a> {
    /// The part of the document that the file is made from.
    pub(super) at: Pointer,
    /// The name of the first type, which the file has, too.
    pub(super) name: &'a Name,
    /// The type of that part, where it is one, and those of what stands within it, in the order of the document.
    pub(super) types: Vec<&'a TypeDef>,
}

impl<'a> TypeFiles<'a> {
    /// Returns the file of each type that an operation reaches.
    pub(super) fn of(api: &'a Api) -> Self {
        let owner_index = OwnerIndex::of(api);
        let mut unassigned = Unassigned::of(api, &owner_index);
        let of_operation = |(index, operation)| unassigned.assign(roots(operation), |owner| owner.may_be_of(index));
        let mut operations: Vec<_> = api.operations.iter().enumerate().map(of_operation).collect();
        let mut models: BTreeMap<Vec<&str>, Vec<&TypeDef>> = BTreeMap::new();
        for id in outermost_first(api) {
            let Some(owner) = unassigned.owners[id.index()].clone() else { continue };
            let types = unassigned.assign([id], |other| *other == owner);
            match owner {
                // Only types of other owners refer to it.
                Owner::Operation(all) | Owner::Path(all) => {
                    all.iter().take(1).for_each(|index| operations[*index].extend(&types));
                }
                Owner::Node(node) => models.entry(node).or_default().extend(types),
            }
        }
        let models = models.into_iter().filter_map(|(place, types)| {
            let at = place.into_iter().fold(Pointer::root(), |above, name| above.join(name));
            let name = &types.first()?.name;
            Some(TypeFile { at, name, types })
        });
        let mut models: Vec<_> = models.collect();
        models.sort_by(|a, b| a.name.rust().cmp(b.name.rust()));
        Self { models, operations }
    }
}

/// The part of the document that a type belongs to.
#[derive(Debug, Clone, PartialEq)]
enum Owner<'o> {
    /// An operation; there are several where it takes bodies of several kinds.
    Operation(&'o [usize]),
    /// One of the operations of a path, which declares parameters for all of them.
    Path(&'o [usize]),
    /// What stands there.
    Node(Vec<&'o str>),
}

impl Owner<'_> {
    /// Returns whether the type may belong to an operation.
    fn may_be_of(&self, operation: usize) -> bool {
        match self {
            Self::Operation(all) | Self::Path(all) => all.contains(&operation),
            Self::Node(_) => false,
        }
    }
}

/// What types belong to, by their places.
struct OwnerIndex<'a> {
    /// The operations at a place.
    operations: HashMap<Vec<&'a str>, Vec<usize>>,
    /// The operations of the path at a place.
    paths: HashMap<Vec<&'a str>, Vec<usize>>,
    /// How many steps lead to an operation.
    depths: BTreeSet<usize>,
    /// The places of types that are not in a component.
    elsewhere: HashSet<Vec<&'a str>>,
}

impl<'a> OwnerIndex<'a> {
    fn of(api: &'a Api) -> Self {
        let (mut operations, mut paths): (HashMap<_, Vec<_>>, HashMap<_, Vec<_>>) = Default::default();
        for (index, operation) in api.operations.iter().enumerate() {
            let mut place = operation.at.names();
            operations.entry(place.clone()).or_default().push(index);
            place.pop();
            paths.entry(place).or_default().push(index);
        }
        let depths = operations.keys().map(Vec::len).collect();
        let elsewhere = api.types.iter().filter(|ty| component(&ty.at).is_none()).map(|ty| ty.at.names()).collect();
        Self { operations, paths, depths, elsewhere }
    }

    fn owner<'o>(&'o self, at: &'a Pointer) -> Owner<'o> {
        let names = at.names();
        for depth in self.depths.iter().rev().copied() {
            if let Some(all) = names.get(..depth).and_then(|place| self.operations.get(place)) {
                return Owner::Operation(all);
            }
            if let Some(all) = names.get(..depth.saturating_sub(1)).and_then(|place| self.paths.get(place)) {
                return Owner::Path(all);
            }
        }
        self.place(at)
    }

    /// Returns the component that a type is in, or the outermost type.
    fn place<'o>(&'o self, at: &'a Pointer) -> Owner<'o> {
        let names = at.names();
        let is_type = |depth: &usize| self.elsewhere.contains(&names[..*depth]);
        let depth = component(at).or_else(|| (1..names.len()).find(is_type)).unwrap_or(names.len());
        Owner::Node(names[..depth].to_vec())
    }
}

/// Returns how many steps lead to the component that a place is in, or to the definition of JSON Schema in a file of
/// its own.
fn component(at: &Pointer) -> Option<usize> {
    let (file, inside) = files::file_of(at);
    let to_file = if file.is_some() { 2 } else { 0 };
    match inside.names().as_slice() {
        ["components", _, _, ..] => Some(to_file + 3),
        ["definitions" | "$defs", _, ..] => Some(to_file + 2),
        _ => None,
    }
}

/// The types that have no file yet.
struct Unassigned<'o, 'a> {
    api: &'a Api,
    /// What each belongs to, by its address.
    owners: Vec<Option<Owner<'o>>>,
}

impl<'o, 'a: 'o> Unassigned<'o, 'a> {
    fn of(api: &'a Api, owner_index: &'o OwnerIndex<'a>) -> Self {
        let owner = |ty: &'a TypeDef| (ty.usage != Usage::Unused).then(|| owner_index.owner(&ty.at));
        let mut unassigned = Self { api, owners: api.types.iter().map(owner).collect() };
        unassigned.assign_path_parameters(owner_index);
        unassigned
    }

    /// Leaves to an operation what it alone takes of the parameters of its path. What several take has a file of its own.
    fn assign_path_parameters(&mut self, owner_index: &'o OwnerIndex<'a>) {
        let mut takers = vec![0; self.owners.len()];
        for (index, operation) in self.api.operations.iter().enumerate() {
            let is_own = |owner: &Owner<'_>| matches!(owner, Owner::Path(all) if all.contains(&index));
            self.reached(roots(operation), is_own).iter().for_each(|id| takers[id.index()] += 1);
        }
        for (owner, (ty, takers)) in self.owners.iter_mut().zip(self.api.types.iter().zip(takers)) {
            if matches!(owner, Some(Owner::Path(_))) && takers != 1 {
                *owner = Some(owner_index.place(&ty.at));
            }
        }
    }

    /// Takes the types of a file that some types lead to, in the order of the document.
    fn assign(
        &mut self,
        roots: impl IntoIterator<Item = TypeId>,
        is_own: impl Fn(&Owner<'_>) -> bool,
    ) -> Vec<&'a TypeDef> {
        let taken = self.reached(roots, is_own);
        taken.iter().for_each(|id| self.owners[id.index()] = None);
        taken.into_iter().map(|id| self.api.types.get(id)).collect()
    }

    /// Returns the types that some types lead to without leaving a file.
    fn reached(&self, roots: impl IntoIterator<Item = TypeId>, is_own: impl Fn(&Owner<'_>) -> bool) -> Vec<TypeId> {
        let (mut reached, mut known) = (Vec::new(), HashSet::new());
        let mut next: Vec<_> = roots.into_iter().collect();
        next.reverse();
        while let Some(id) = next.pop() {
            if self.owners[id.index()].as_ref().is_some_and(&is_own) && known.insert(id) {
                reached.push(id);
                let inner: Vec<_> = self.api.types.get(id).shape.types().filter_map(Type::named).collect();
                next.extend(inner.into_iter().rev());
            }
        }
        reached
    }
}

/// Returns all types, those first that others stand in.
fn outermost_first(api: &Api) -> Vec<TypeId> {
    let mut all: Vec<_> = api.types.ids().collect();
    all.sort_by_cached_key(|id| (api.types.get(*id).at.names().len(), *id));
    all
}

/// Returns the types that an operation names itself.
fn roots(operation: &Operation) -> impl Iterator<Item = TypeId> {
    let failures = operation.failures.iter().map(|failure| &failure.ty);
    let types = operation.sent_types().chain(operation.success_types()).filter_map(Type::named);
    types.chain(operation.response_headers).chain(failures.filter_map(Type::named))
}
