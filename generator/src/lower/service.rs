//! What all operations have in common: failures, and the meaning of response headers.

use super::extensions::{self, Extensions};
use super::failures;
use super::spot::Spot;
use crate::diagnostics::{Code, Diagnostics};
use crate::ir::Service;

/// Reads what the document says of all operations.
pub(super) fn lower(root: &Spot<'_>, diagnostics: &mut Diagnostics) -> Service {
    Service { failure: failures::lower(root, diagnostics), ..Service::default() }
}

/// Notes what a response header means, if the document says so.
pub(super) fn role(service: &mut Service, wire: &str, header: &Spot<'_>, diagnostics: &mut Diagnostics) {
    let extensions = Extensions::new(header);
    extensions.allow_only(&[extensions::ROLE], diagnostics);
    let Some(role) = extensions.get(extensions::ROLE, diagnostics) else { return };
    match service.roles.get(&role) {
        Some(first) if first != wire => {
            diagnostics
                .error(
                    Code::Extension,
                    &header.at.join(extensions::ROLE),
                    format!("the header `{first}` already has this role"),
                )
                .help("give each role to one header");
        }
        _ => {
            service.roles.insert(role, wire.to_owned());
        }
    }
}
