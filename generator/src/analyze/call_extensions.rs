//! Checks that `x-sdk-success` and `x-sdk-look-up` are on the bodies of calls.

use crate::diagnostics::{Code, Diagnostics};
use crate::document::extension_keys;
use crate::ir::{Api, Content, Failure, Operation, Shape, Struct, Success, Type, TypeId, Types};
use std::collections::BTreeSet;

/// Checks what successes mean, and by what calls are looked up.
pub(super) fn check(api: &Api, diagnostics: &mut Diagnostics) {
    let succeeding = bodies(api, |operation| operation.response_body.types().collect());
    let sent = bodies(api, |operation| json(operation).into_iter().collect());
    for id in api.types.ids() {
        let Shape::Struct(object) = &api.types.get(id).shape else { continue };
        if let Some(success) = &object.success {
            check_success(&api.service.failure, object, success, succeeding.contains(&id), diagnostics);
        }
        if !sent.contains(&id) {
            refuse_look_up(object, diagnostics);
        }
    }
    for operation in &api.operations {
        refuse_differing(operation, &api.types, diagnostics);
    }
}

/// Returns the objects that are bodies of calls.
fn bodies<'a>(api: &'a Api, of: impl Fn(&'a Operation) -> Vec<&'a Type>) -> BTreeSet<TypeId> {
    let types = api.operations.iter().flat_map(of).map(|ty| api.types.resolve(ty));
    let ids = types.filter_map(|ty| match ty {
        Type::Named(id) => Some(*id),
        _ => None,
    });
    ids.collect()
}

/// Returns the type of a body in JSON.
fn json(operation: &Operation) -> Option<&Type> {
    match &operation.body.as_ref()?.content {
        Content::Json { ty, .. } => Some(ty),
        Content::Form { .. } | Content::Multipart { .. } | Content::Raw { .. } => None,
    }
}

fn check_success(failure: &Failure, object: &Struct, success: &Success, succeeds: bool, diagnostics: &mut Diagnostics) {
    if !succeeds {
        diagnostics
            .error(
                Code::Extension,
                &success.at,
                "`x-sdk-success` has no meaning in a type that is not the body of a success",
            )
            .help("write it at the object that is the body of a success");
    }
    let has_member = failure.success.as_ref().is_some_and(|member| object.declares(member));
    if !success.known_by.is_empty() && !has_member {
        diagnostics
            .error(
                Code::Extension,
                &success.at.join("known-by"),
                "there is no member that declares success and could be missing",
            )
            .help("remove the lists, or name the member in `success` of `x-sdk-failure` and declare it");
    }
    if !success.decline_codes.is_empty() && failure.reasons.is_none() {
        diagnostics
            .error(Code::Extension, &success.at.join("decline-codes"), "failures have no reasons with codes")
            .help("remove the codes, or say in `reasons` of `x-sdk-failure` where they stand");
    }
}

/// Reports `x-sdk-look-up` outside of request bodies.
fn refuse_look_up(object: &Struct, diagnostics: &mut Diagnostics) {
    for field in object.fields.iter().filter(|field| field.look_up) {
        diagnostics
            .error(
                Code::Extension,
                &field.at.join(extension_keys::LOOK_UP),
                "`x-sdk-look-up` has no meaning in a type that is not the JSON body of a request",
            )
            .help("mark a property of the request's body itself");
    }
}

/// Reports successes of one operation with different meanings.
fn refuse_differing(operation: &Operation, types: &Types, diagnostics: &mut Diagnostics) {
    let mut all = operation.response_body.types().filter_map(|ty| types.object(ty)?.success.as_deref());
    let Some(first) = all.next() else { return };
    for other in all.filter(|other| !other.means_same(first)) {
        diagnostics
            .error(Code::Extension, &other.at, "another success of the same operation means something else")
            .related(&first.at, "this one")
            .help("make both the same, or describe the responses in operations of their own");
    }
}
