//! Inline types with equal contracts, of which Rust declares one.
//!
//! Documents repeat themselves: more than half of the types of a large one can equal another in all but names and prose.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use crate::ir::{
    Access, Additional, Constraints, Discriminator, Field, Notation, Presence, Rule, Scalar, Shape, Storage, Struct,
    Type, TypeDef, TypeId, Types, Usage, Visibility,
};
use crate::names::Name;

/// How often contracts are told apart by the types within. Those that take longer keep a type each.
const MAX_ROUNDS: usize = 64;

/// Makes each inline type an alias of a type with the same contract, where there is one: of the named schema, or else of the
/// type with the shortest name. The order of the document does not matter.
pub(super) fn settle(types: &mut Types) {
    let Some(classes) = equal_types(types) else { return };
    let mut ids: Vec<TypeId> = types.ids().collect();
    ids.sort_by_cached_key(|id| precedence(types.get(*id)));
    let mut declared: HashMap<usize, TypeId> = HashMap::new();
    for id in ids {
        let target = *declared.entry(classes[id.index()]).or_insert(id);
        types.get_mut(id).alias_of = (target != id).then_some(target);
    }
}

/// Returns what decides which of several equal types is declared: the least.
fn precedence(definition: &TypeDef) -> (Reverse<bool>, usize, String) {
    let name = definition.name.rust();
    (Reverse(is_named_schema(definition)), name.len(), name.to_owned())
}

/// Returns whether the document gives a type its name.
fn is_named_schema(definition: &TypeDef) -> bool {
    let is_name =
        |pair: &[&str]| matches!(pair[0], "schemas" | "definitions" | "$defs") && pair[1] == definition.name.wire();
    definition.at.names().windows(2).any(is_name)
}

/// Returns the class of each type: those of one class can be one type in Rust. None if that takes too long to tell.
fn equal_types(types: &Types) -> Option<Vec<usize>> {
    let nodes: Vec<_> = types.ids().map(|id| Node::of(types, id)).collect();
    let (own, _) = classes(nodes.iter().map(|node| (&node.contract, &node.form)));
    let equal = refine(&nodes, own.clone())?;
    let distinct = distinct(types, &equal);
    if distinct.is_empty() {
        return Some(equal);
    }
    let (own, _) =
        classes(own.iter().enumerate().map(|(index, class)| (class, distinct.contains(&index).then_some(index))));
    refine(&nodes, own)
}

/// Splits classes until types of one class hold types of one class.
fn refine(nodes: &[Node<'_>], mut own: Vec<usize>) -> Option<Vec<usize>> {
    let mut count = 0;
    for _ in 0..MAX_ROUNDS {
        let within = |node: &Node<'_>| node.within.iter().map(|id| own[id.index()]).collect::<Vec<_>>();
        let (split, new_count) = classes(nodes.iter().enumerate().map(|(index, node)| (own[index], within(node))));
        if new_count == count {
            return Some(split);
        }
        (own, count) = (split, new_count);
    }
    None
}

/// Numbers keys by their first occurrence, and counts the different ones.
fn classes<K: Hash + Eq>(keys: impl Iterator<Item = K>) -> (Vec<usize>, usize) {
    let mut known = HashMap::new();
    let numbers = keys.map(|key| {
        let next = known.len();
        *known.entry(key).or_insert(next)
    });
    (numbers.collect(), known.len())
}

/// Returns the types that stay apart from equal ones: all named schemas of a class but one, and all alternatives of a union but
/// one, since a union of one type twice could not be made from that type.
fn distinct(types: &Types, classes: &[usize]) -> HashSet<usize> {
    let mut ids: Vec<TypeId> = types.ids().collect();
    ids.sort_by_cached_key(|id| precedence(types.get(*id)));
    let mut known = HashSet::new();
    let schemas = ids.iter().copied().filter(|id| is_named_schema(types.get(*id)));
    let mut distinct: HashSet<usize> =
        schemas.map(TypeId::index).filter(|index| !known.insert(classes[*index])).collect();
    let order: HashMap<TypeId, usize> = ids.into_iter().enumerate().map(|(order, id)| (id, order)).collect();
    for definition in types.iter() {
        let Shape::Union(union) = &definition.shape else { continue };
        let mut held: Vec<_> = union
            .alternatives
            .iter()
            .filter_map(|alternative| {
                let (mut form, mut within) = (Vec::new(), Vec::new());
                spell(types, &alternative.ty, &mut form, &mut within);
                Some((form, *within.first()?))
            })
            .collect();
        held.sort_by_key(|(_, id)| order[id]);
        let mut known: HashMap<_, TypeId> = HashMap::new();
        for (form, id) in held {
            let first = *known.entry((form, classes[id.index()])).or_insert(id);
            distinct.extend((first != id).then_some(id.index()));
        }
    }
    distinct
}

/// A type as far as its contract goes.
struct Node<'a> {
    contract: Contract<'a>,
    /// The types of its parts, one after the other.
    form: Vec<Token>,
    /// The named types among them.
    within: Vec<TypeId>,
}

/// What the emitted items of a type say, without documentation and without the types of its parts.
#[derive(PartialEq, Eq, Hash)]
enum Contract<'a> {
    Struct {
        usage: Usage,
        fields: Vec<FieldContract<'a>>,
        additional: Option<(&'a Name, &'a Constraints)>,
        names: Option<Option<&'a str>>,
        rules: &'a [Rule],
        success_requires: &'a [String],
    },
    Enum(Vec<&'a Name>, Notation),
    Union {
        usage: Usage,
        alternatives: Vec<(&'a Name, &'a [String], bool)>,
        discriminator: Option<&'a Discriminator>,
    },
    /// That of no other type.
    Own(usize),
}

/// What the row of a field says, without documentation and without its type.
#[derive(PartialEq, Eq, Hash)]
struct FieldContract<'a> {
    name: &'a Name,
    presence: Presence,
    constraints: &'a Constraints,
    visibility: Visibility,
    access: Access,
    look_up: bool,
    is_expected: bool,
    default: Option<&'a str>,
    status: crate::ir::Status,
    storage: Storage,
}

/// A part of the spelling of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Token {
    List,
    Map,
    Nullable,
    Named,
    Scalar(Scalar),
    Json,
}

impl<'a> Node<'a> {
    fn of(types: &'a Types, id: TypeId) -> Self {
        let definition = types.get(id);
        let contract = Contract::of(definition).unwrap_or(Contract::Own(id.index()));
        let (mut form, mut within) = (Vec::new(), Vec::new());
        definition.shape.types().for_each(|ty| spell(types, ty, &mut form, &mut within));
        Self { contract, form, within }
    }
}

impl<'a> Contract<'a> {
    /// Returns the contract of a type, unless the type has to be its own: no operation reaches it, the document gives it
    /// another name already, or there is code for it beside its declaration.
    fn of(definition: &'a TypeDef) -> Option<Self> {
        match &definition.shape {
            _ if definition.usage == Usage::Unused => None,
            Shape::Struct(Struct {
                fields,
                additional,
                rules,
                success_requires,
                success: None,
                constructors,
                told_by_members,
            }) if constructors.is_empty() => {
                let names = match additional {
                    Additional::Undeclared | Additional::Typed(..) => None,
                    Additional::Any => Some(None),
                    Additional::Named(pattern) => Some(Some(pattern.as_str())),
                };
                let additional = match additional {
                    Additional::Typed(name, _, constraints) => Some((name, constraints)),
                    _ => None,
                };
                let fields = fields.iter().map(|field| FieldContract::of(field, *told_by_members)).collect();
                Some(Self::Struct { usage: definition.usage, fields, additional, names, rules, success_requires })
            }
            Shape::Struct(_) | Shape::Alias(_) => None,
            Shape::Enum(choice) => {
                Some(Self::Enum(choice.variants.iter().map(|variant| &variant.name).collect(), choice.notation))
            }
            Shape::Union(union) => Some(Self::Union {
                usage: definition.usage,
                alternatives: union.alternatives.iter().map(|one| (&one.name, &one.tags[..], one.is_parent)).collect(),
                discriminator: union.discriminator.as_ref(),
            }),
        }
    }
}

impl<'a> FieldContract<'a> {
    fn of(field: &'a Field, told_by_members: bool) -> Self {
        let Field {
            name,
            ty: _,
            presence,
            constraints,
            visibility,
            access,
            look_up,
            declared,
            default,
            status,
            storage,
            docs: _,
            at: _,
        } = field;
        Self {
            name,
            presence: *presence,
            constraints,
            visibility: *visibility,
            access: *access,
            look_up: *look_up,
            is_expected: told_by_members && declared.is_required(),
            default: default.as_deref(),
            status: *status,
            storage: *storage,
        }
    }
}

/// Spells a type, with all aliases of the document resolved.
fn spell<'a>(types: &'a Types, mut ty: &'a Type, form: &mut Vec<Token>, within: &mut Vec<TypeId>) {
    loop {
        let (token, inner) = match types.resolve(ty) {
            Type::List(inner) => (Token::List, inner),
            Type::Map(inner) => (Token::Map, inner),
            Type::Nullable(inner) => (Token::Nullable, inner),
            Type::Named(id) => {
                within.push(*id);
                return form.push(Token::Named);
            }
            Type::Scalar(scalar) => return form.push(Token::Scalar(*scalar)),
            Type::Json => return form.push(Token::Json),
        };
        form.push(token);
        ty = inner;
    }
}
