//! What follows from the model as a whole: who makes each type, and where a type contains itself.

use std::collections::BTreeSet;

use crate::diagnostics::{Code, Diagnostics};
use crate::ir::{Api, Presence, Rule, Shape, Storage, Struct, Type, TypeId, Types, Usage};

/// Settles usage, presence and storage. Data flows on only: each pass reads what the one before it settled.
pub fn analyze(mut api: Api, diagnostics: &mut Diagnostics) -> Api {
    settle_usage(&mut api);
    settle_presence(&mut api.types, diagnostics);
    settle_storage(&mut api.types, diagnostics);
    check_totals(&api.types, diagnostics);
    api
}

/// A type is as strict as its strictest use: what a caller may send is checked, wherever else it occurs.
fn settle_usage(api: &mut Api) {
    let bodies: Vec<Type> =
        api.operations.iter().filter_map(|operation| operation.body.as_ref()).map(|body| body.ty.clone()).collect();
    let failures = api.operations.iter().flat_map(|operation| operation.failures.iter().map(|(_, ty)| ty));
    let answers: Vec<Type> =
        api.operations.iter().map(|operation| &operation.answer).chain(failures).cloned().collect();
    for ty in &answers {
        mark(&mut api.types, ty, Usage::Response);
    }
    for ty in &bodies {
        mark(&mut api.types, ty, Usage::Request);
    }
}

fn mark(types: &mut Types, ty: &Type, usage: Usage) {
    let id = match ty {
        Type::Named(id) => *id,
        Type::List(inner) | Type::Map(inner) => return mark(types, inner, usage),
        Type::Scalar(_) | Type::Json => return,
    };
    let definition = types.get_mut(id);
    if definition.usage == usage || definition.usage == Usage::Request {
        return;
    }
    definition.usage = usage;
    for ty in inner_types(&definition.shape) {
        mark(types, &ty, usage);
    }
}

fn inner_types(shape: &Shape) -> Vec<Type> {
    match shape {
        Shape::Struct(object) => object.fields.iter().map(|field| field.ty.clone()).collect(),
        Shape::Alias(ty) => vec![ty.clone()],
        Shape::Enum(_) => Vec::new(),
    }
}

/// In an answer every member may be missing or null, whatever the document promises, save those that make it a success.
fn settle_presence(types: &mut Types, diagnostics: &mut Diagnostics) {
    for id in types.ids() {
        let definition = types.get_mut(id);
        let (usage, at) = (definition.usage, definition.at.clone());
        let Shape::Struct(object) = &mut definition.shape else { continue };
        match usage {
            Usage::Response => {
                for field in &mut object.fields {
                    let proves_success = object.success_requires.iter().any(|name| name == field.name.wire());
                    field.presence = if proves_success { Presence::Required } else { Presence::Optional };
                }
                if !object.constructors.is_empty() || !object.rules.is_empty() {
                    diagnostics
                        .error(
                            Code::Extension,
                            &at,
                            "constructors and rules have no meaning in a type that only answers have",
                        )
                        .help("remove them: answers are read as they come");
                }
            }
            Usage::Request if !object.success_requires.is_empty() => {
                diagnostics
                    .error(Code::Extension, &at, "`x-sdk-success-requires` has no meaning in a type that requests have")
                    .help("use one schema for the request and another for the answer");
            }
            Usage::Request | Usage::Unused => {}
        }
    }
}

/// A member through which a type contains itself is boxed; one that is required besides has no finite value.
fn settle_storage(types: &mut Types, diagnostics: &mut Diagnostics) {
    for id in types.ids() {
        let Shape::Struct(object) = &types.get(id).shape else { continue };
        let recursive: Vec<usize> =
            (0..object.fields.len()).filter(|&index| reaches(types, &object.fields[index].ty, id)).collect();
        let Shape::Struct(object) = &mut types.get_mut(id).shape else { continue };
        for index in recursive {
            let field = &mut object.fields[index];
            field.storage = Storage::Boxed;
            if matches!(field.presence, Presence::Required) {
                diagnostics
                    .error(
                        Code::Unsupported,
                        &field.at,
                        format!("the type contains itself through the required property `{}`", field.name.wire()),
                    )
                    .help("take the property out of `required`; as it stands no value can end");
            }
        }
    }
}

/// What a rule counts are the elements of lists: a path that leads elsewhere would count nothing, and nobody would know.
fn check_totals(types: &Types, diagnostics: &mut Diagnostics) {
    for definition in types.iter() {
        let Shape::Struct(object) = &definition.shape else { continue };
        for rule in &object.rules {
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

/// Goes down a path of lists; the step that leads nowhere is the error.
fn follow<'p>(types: &Types, object: &Struct, path: &'p str) -> Result<(), &'p str> {
    let (step, rest) = path.split_once('.').map_or((path, None), |(step, rest)| (step, Some(rest)));
    let wire = step.strip_suffix("[]").ok_or(step)?;
    let field = object.fields.iter().find(|field| field.name.wire() == wire).ok_or(step)?;
    let Type::List(element) = types.resolve(&field.ty) else { return Err(step) };
    let Some(rest) = rest else { return Ok(()) };
    match types.resolve(element) {
        Type::Named(id) => match &types.get(*id).shape {
            Shape::Struct(object) => follow(types, object, rest),
            Shape::Enum(_) | Shape::Alias(_) => Err(rest),
        },
        Type::Scalar(_) | Type::List(_) | Type::Map(_) | Type::Json => Err(rest),
    }
}

/// Whether a value of `from` holds one of `target` in place, not behind a list or a map.
fn reaches(types: &Types, from: &Type, target: TypeId) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from.clone()];
    while let Some(ty) = open.pop() {
        let Type::Named(id) = ty else { continue };
        if id == target {
            return true;
        }
        if seen.insert(id) {
            open.extend(inner_types(&types.get(id).shape));
        }
    }
    false
}
