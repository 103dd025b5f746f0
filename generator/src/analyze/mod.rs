//! Settles what follows from the model as a whole.
//!
//! `analyze` knows the model, and neither the document's tree nor tokens.

mod aliases;
mod call_extensions;
mod missing_extensions;
mod presence;

use std::collections::HashSet;

use crate::diagnostics::{Code, Diagnostics, Omission};
use crate::document::Pointer;
use crate::ir::{
    Api, Discriminator, Presence, Rule, Scalar, Shape, Storage, Struct, Type, TypeId, Types, Union, Usage,
};
use crate::mode::Mode;

/// Settles usage, presence and storage. Data flows on only: each pass reads what the one before it settled.
pub fn analyze(mut api: Api, mode: Mode, diagnostics: &mut Diagnostics) -> Api {
    settle_usage(&mut api);
    presence::settle(&mut api, mode, diagnostics);
    settle_storage(&mut api.types, mode, diagnostics);
    settle_alternatives(&mut api.types);
    settle_nested_tags(&mut api.types);
    settle_tags(&mut api.types);
    check_totals(&api.types, diagnostics);
    call_extensions::check(&api, diagnostics);
    // Users of a crate of our own rely on its types for years, and types that are equal today may differ tomorrow.
    if mode == Mode::Lenient {
        missing_extensions::report(&api, diagnostics);
        aliases::settle(&mut api.types);
    }
    api
}

/// Settles which types are sent and which are received.
fn settle_usage(api: &mut Api) {
    let (mut sent, mut received) = (Vec::new(), api.received.clone());
    for operation in &api.operations {
        sent.extend(operation.sent_types().cloned());
        received.extend(operation.success_types().cloned());
        received.extend(operation.failures.iter().map(|failure| failure.ty.clone()));
        received.extend(operation.response_headers.map(Type::Named));
    }
    for ty in &received {
        mark(&mut api.types, ty, Usage::Response);
    }
    for ty in &sent {
        mark(&mut api.types, ty, Usage::Request);
    }
}

fn mark(types: &mut Types, ty: &Type, usage: Usage) {
    let mut open = vec![ty.clone()];
    while let Some(ty) = open.pop() {
        let Some(id) = ty.named() else { continue };
        let definition = types.get_mut(id);
        let both = definition.usage.and(usage);
        if definition.usage != both {
            definition.usage = both;
            open.extend(definition.shape.types().cloned());
        }
    }
}

/// Boxes members through which a type contains itself. If such a member is required, no value can end.
fn settle_storage(types: &mut Types, mode: Mode, diagnostics: &mut Diagnostics) {
    let cycles = Cycles::of(types);
    for id in types.ids() {
        let Shape::Struct(object) = &types.get(id).shape else { continue };
        let recursive: Vec<usize> = (0..object.fields.len())
            .filter(|&index| object.fields[index].ty.in_place().is_some_and(|inner| cycles.share(id, inner)))
            .collect();
        let Shape::Struct(object) = &mut types.get_mut(id).shape else { continue };
        for index in recursive {
            let field = &mut object.fields[index];
            field.storage = Storage::Boxed;
            if matches!(field.presence, Presence::Required) {
                let message = format!("the type contains itself through the required property `{}`", field.name.wire());
                diagnostics
                    .unsupported(mode, Omission::Keyword, Code::NotSupported, &field.at, message)
                    .help("take the property out of `required`; as it stands no value can end");
                (field.presence, field.declared) = (Presence::Optional, Presence::Optional);
            }
        }
    }
}

/// Marks the alternatives of unions, which their members distinguish where no tag does.
fn settle_alternatives(types: &mut Types) {
    let unions = types.iter().filter_map(|definition| match &definition.shape {
        Shape::Union(union) => Some(&union.alternatives),
        _ => None,
    });
    let objects = unions.flatten().filter_map(|alternative| types.resolve(&alternative.ty).named());
    for id in objects.collect::<Vec<_>>() {
        if let Shape::Struct(object) = &mut types.get_mut(id).shape {
            object.told_by_members = true;
        }
    }
}

/// Adds the tags of unions within others that have the same discriminator: a tag of the inner union names the outer one's alternative,
/// too.
fn settle_nested_tags(types: &mut Types) {
    let outer = types.ids().filter(|id| declared_union(types, *id).is_some()).collect::<Vec<_>>();
    for id in outer {
        let Some((property, union)) = declared_union(types, id) else { continue };
        let mut known: HashSet<String> = union.alternatives.iter().flat_map(|one| one.tags.iter().cloned()).collect();
        let inner = union.alternatives.iter().map(|one| {
            let tags = tags_within(types, property, id, &one.ty);
            tags.into_iter().filter(|tag| known.insert(tag.clone())).collect::<Vec<_>>()
        });
        let inner: Vec<_> = inner.collect();
        let Shape::Union(union) = &mut types.get_mut(id).shape else { continue };
        for (alternative, tags) in union.alternatives.iter_mut().zip(inner) {
            alternative.tags.extend(tags);
        }
    }
}

/// Lets the unions add their tags to what they hold, so that callers need not give them.
fn settle_tags(types: &mut Types) {
    let mut tags: Vec<(String, TypeId)> = Vec::new();
    for id in types.ids() {
        let Some((property, union)) = declared_union(types, id) else { continue };
        let tagged = union.alternatives.iter().filter(|alternative| !alternative.tags.is_empty());
        let objects = tagged.filter_map(|alternative| types.resolve(&alternative.ty).in_place());
        tags.extend(objects.map(|object| (property.to_owned(), object)));
    }
    for (property, id) in tags {
        let Shape::Struct(object) = &types.get(id).shape else { continue };
        let found = object.fields.iter().position(|field| field.name.wire() == property);
        let Some(index) = found.filter(|_| object.constructors.is_empty()) else { continue };
        let field = &object.fields[index];
        let has_one_value = match types.resolve(&field.ty) {
            Type::Named(id) => matches!(&types.get(*id).shape, Shape::Enum(choice) if choice.variants.len() == 1),
            _ => false,
        };
        let is_asked_for = matches!(field.presence, Presence::Required | Presence::Sent);
        if !is_asked_for || has_one_value || !types.get(id).usage.is_sent() {
            continue;
        }
        if let Shape::Struct(object) = &mut types.get_mut(id).shape {
            object.fields[index].presence = Presence::Tag;
        }
    }
}

/// Returns the discriminator that the document gives a union, and the union.
fn declared_union(types: &Types, id: TypeId) -> Option<(&str, &Union)> {
    match &types.get(id).shape {
        Shape::Union(union) => match &union.discriminator {
            Some(Discriminator::Declared(property)) => Some((property, union)),
            _ => None,
        },
        Shape::Struct(_) | Shape::Enum(_) | Shape::Alias(_) => None,
    }
}

/// Returns the tags of the unions with a discriminator that a type is or holds as alternatives, but for `outer`.
fn tags_within(types: &Types, property: &str, outer: TypeId, ty: &Type) -> Vec<String> {
    let (mut tags, mut open, mut seen) = (Vec::new(), vec![ty], HashSet::from([outer]));
    while let Some(ty) = open.pop() {
        let Type::Named(id) = types.resolve(ty) else { continue };
        let Some((_, union)) = declared_union(types, *id).filter(|(inner, _)| *inner == property) else { continue };
        if seen.insert(*id) {
            tags.extend(union.alternatives.iter().flat_map(|one| one.tags.iter().cloned()));
            open.extend(union.alternatives.iter().map(|one| &one.ty));
        }
    }
    tags
}

/// Checks that rules count the elements of lists.
fn check_totals(types: &Types, diagnostics: &mut Diagnostics) {
    for definition in types.iter() {
        let Shape::Struct(object) = &definition.shape else { continue };
        for rule in &object.rules {
            if let Rule::MaxSum { of, at_most, at } = rule {
                check_sum(types, diagnostics, object, of, at_most, at);
            }
            let Rule::MaxTotal { of, at, .. } = rule else { continue };
            for (index, path) in of.iter().enumerate() {
                if let Err(step) = follow(types, object, path) {
                    let message = format!("`{path}` counts nothing: there is no list `{step}`");
                    let help = "write the way to a list, such as `orders[].lines[]`";
                    diagnostics.error(Code::Reference, &at.join("of").join(index), message).help(help);
                }
            }
        }
    }
}

/// Checks that a rule adds up numbers, and that its bound is one.
fn check_sum(
    types: &Types,
    diagnostics: &mut Diagnostics,
    object: &Struct,
    of: &[String],
    at_most: &String,
    at: &Pointer,
) {
    let paths = of.iter().enumerate().map(|(index, path)| (path, at.join("sum-of").join(index)));
    for (path, at) in paths.chain([(at_most, at.join("at-most"))]) {
        if let Err(step) = follow_to_number(types, object, path) {
            diagnostics
                .error(Code::Reference, &at, format!("`{path}` is no number: there is none at `{step}`"))
                .help("write the way to a number, such as `orders[].price`");
        }
    }
}

/// Follows a path to a number. The error is the first step that cannot be followed.
fn follow_to_number<'p>(types: &Types, object: &Struct, path: &'p str) -> Result<(), &'p str> {
    let (step, rest) = path.split_once('.').map_or((path, None), |(step, rest)| (step, Some(rest)));
    let wire = step.strip_suffix("[]");
    let field = object.fields.iter().find(|field| field.name.wire() == wire.unwrap_or(step)).ok_or(step)?;
    let reached = match (types.resolve(&field.ty), wire) {
        (Type::List(element), Some(_)) => types.resolve(element),
        (ty, None) => ty,
        (_, Some(_)) => return Err(step),
    };
    match (reached, rest) {
        (Type::Scalar(Scalar::Decimal | Scalar::Integer32 | Scalar::Integer64), None) => Ok(()),
        (Type::Named(id), Some(rest)) => match &types.get(*id).shape {
            Shape::Struct(object) => follow_to_number(types, object, rest),
            Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => Err(rest),
        },
        _ => Err(rest.unwrap_or(step)),
    }
}

/// Follows a path of lists. The error is the first step that cannot be followed.
fn follow<'p>(types: &Types, object: &Struct, path: &'p str) -> Result<(), &'p str> {
    let (step, rest) = path.split_once('.').map_or((path, None), |(step, rest)| (step, Some(rest)));
    let wire = step.strip_suffix("[]").ok_or(step)?;
    let field = object.fields.iter().find(|field| field.name.wire() == wire).ok_or(step)?;
    let Type::List(element) = types.resolve(&field.ty) else { return Err(step) };
    let Some(rest) = rest else { return Ok(()) };
    match types.resolve(element) {
        Type::Named(id) => match &types.get(*id).shape {
            Shape::Struct(object) => follow(types, object, rest),
            Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => Err(rest),
        },
        Type::Scalar(_) | Type::List(_) | Type::Map(_) | Type::Nullable(_) | Type::Json => Err(rest),
    }
}

/// The types that contain themselves: the strongly connected components of types that hold each other in place. Lists, maps and
/// unions are pointers already.
struct Cycles {
    group: Vec<usize>,
}

impl Cycles {
    /// Finds the cycles by Tarjan's algorithm, with a stack of its own, since types nest without a limit.
    fn of(types: &Types) -> Self {
        let types_in_place: Vec<Vec<usize>> =
            types.iter().map(|definition| types_in_place(&definition.shape)).collect();
        let count = types_in_place.len();
        let (mut group, mut order, mut low) = (vec![usize::MAX; count], vec![usize::MAX; count], vec![0; count]);
        let (mut next, mut path) = (0, Vec::new());
        for start in 0..count {
            let mut call_extensions = vec![(start, 0)];
            while let Some((node, edge)) = call_extensions.pop() {
                if edge == 0 {
                    if order[node] != usize::MAX {
                        continue;
                    }
                    (order[node], low[node]) = (next, next);
                    next += 1;
                    path.push(node);
                }
                if let Some(&inner) = types_in_place[node].get(edge) {
                    call_extensions.push((node, edge + 1));
                    call_extensions.push((inner, 0));
                    continue;
                }
                for &inner in types_in_place[node].iter().filter(|inner| group[**inner] == usize::MAX) {
                    low[node] = low[node].min(low[inner]);
                }
                if low[node] == order[node] {
                    while let Some(member) = path.pop() {
                        group[member] = node;
                        if member == node {
                            break;
                        }
                    }
                }
            }
        }
        Self { group }
    }

    /// Returns whether two types contain each other, or one type itself.
    fn share(&self, one: TypeId, other: TypeId) -> bool {
        self.group[one.index()] == self.group[other.index()]
    }
}

/// Returns the types that a value of a type holds in place.
fn types_in_place(shape: &Shape) -> Vec<usize> {
    match shape {
        Shape::Struct(_) | Shape::Alias(_) => shape.types().filter_map(Type::in_place).map(TypeId::index).collect(),
        Shape::Union(_) | Shape::Enum(_) => Vec::new(),
    }
}
