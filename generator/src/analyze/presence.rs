//! Settles whether members may be missing.

use std::collections::HashSet;

use crate::diagnostics::{Code, Diagnostics};
use crate::document::Pointer;
use crate::ir::{Access, Api, Field, MissingMembers, Presence, Shape, Struct, Usage};
use crate::mode::Mode;

/// Settles whether members may be missing, by the direction in which their object travels.
pub(super) fn settle(api: &mut Api, mode: Mode, diagnostics: &mut Diagnostics) {
    let missing = missing_members(api, mode);
    // A header is no member: servers and proxies drop headers, whatever the document says.
    let headers: HashSet<_> = api.operations.iter().filter_map(|operation| operation.response_headers).collect();
    for id in api.types.ids() {
        let definition = api.types.get_mut(id);
        let (usage, at) = (definition.usage, definition.at.clone());
        let missing = if headers.contains(&id) { MissingMembers::Accept } else { missing };
        let Shape::Struct(object) = &mut definition.shape else { continue };
        for field in &mut object.fields {
            let proves_success = object.success_requires.iter().any(|name| name == field.name.wire());
            field.presence = match usage {
                Usage::Response => when_received(field, proves_success, missing),
                Usage::Request | Usage::Both => when_sent(field, usage, missing),
                Usage::Unused => field.presence,
            };
        }
        check_direction(object, usage, &at, mode, diagnostics);
    }
}

/// Returns what becomes of a response without a required member. A third-party document is taken at its word unless it says otherwise. The
/// own document lists the members that a success cannot do without (`x-sdk-success-requires`), and no other may cost a response.
fn missing_members(api: &Api, mode: Mode) -> MissingMembers {
    api.service.missing_response_members.unwrap_or(match mode {
        Mode::Strict => MissingMembers::Accept,
        Mode::Lenient => MissingMembers::Fail,
    })
}

/// Returns the presence of a member of a type that is only received. One that may be null is an `Option`, so that a missing one is
/// `None`, too.
fn when_received(field: &Field, proves_success: bool, missing: MissingMembers) -> Presence {
    let is_promised = missing == MissingMembers::Fail && field.access != Access::WriteOnly;
    if proves_success || is_promised && field.presence == Presence::Required {
        Presence::Required
    } else {
        Presence::Optional
    }
}

/// Returns the presence of a member of a type that is sent.
///
/// OpenAPI 3.0.4, "Schema Object", of `readOnly` and `writeOnly`: "the required will take effect on the response only", and "on the
/// request only".
fn when_sent(field: &Field, usage: Usage, missing: MissingMembers) -> Presence {
    let may_be_missing = field.access == Access::WriteOnly || missing == MissingMembers::Accept;
    match field.access {
        Access::ReadOnly => field.presence.or_absent(),
        Access::Both | Access::WriteOnly if usage == Usage::Both && may_be_missing => {
            field.presence.or_absent_when_received()
        }
        Access::Both | Access::WriteOnly => field.presence,
    }
}

/// Reports extensions that have no meaning in the direction in which an object travels.
fn check_direction(object: &Struct, usage: Usage, at: &Pointer, mode: Mode, diagnostics: &mut Diagnostics) {
    let is_ruled = !object.constructors.is_empty() || !object.rules.is_empty();
    if usage == Usage::Response && is_ruled && mode == Mode::Strict {
        let message = "constructors and rules have no meaning in a type that is only received";
        diagnostics.error(Code::Extension, at, message).help("remove them: responses are not checked");
    }
    if usage.is_sent() && !object.success_requires.is_empty() {
        let message = "`x-sdk-success-requires` has no meaning in a type that is sent";
        diagnostics
            .error(Code::Extension, at, message)
            .help("use one schema for the request and another for the response");
    }
}
