//! Lowers the extensions that hold for all operations: failures, and the roles of response headers.

use super::extensions::{self, Extensions};
use super::failures;
use crate::diagnostics::{Code, Reporter};
use crate::document::{NodeRef, extension_keys};
use crate::ir::Service;

/// Lowers the extensions of the document.
pub(super) fn lower(root: &NodeRef<'_>, reporter: &mut Reporter<'_>) -> Service {
    let max_character_bytes = max_character_bytes(root, reporter);
    let missing_response_members = Extensions::new(root).get(extension_keys::MISSING_RESPONSE_MEMBERS, reporter);
    let failure = failures::lower(root, reporter);
    Service { failure, max_character_bytes, missing_response_members, ..Service::default() }
}

/// Returns how many bytes a character takes at most, if that says anything: no character takes more than four.
fn max_character_bytes(root: &NodeRef<'_>, reporter: &mut Reporter<'_>) -> Option<u32> {
    let text: extensions::Text = Extensions::new(root).get(extension_keys::TEXT, reporter)?;
    let most = text.max_bytes_per_character;
    if (1..4).contains(&most) {
        return Some(most);
    }
    let message = format!("characters of UTF-8 take 1 to 4 bytes, so a limit of {most} says nothing");
    reporter
        .error(Code::Extension, &root.at.join(extension_keys::TEXT).join("max-bytes-per-character"), message)
        .help("write 1, 2 or 3, or leave the extension out");
    None
}

/// Records the role of a response header.
pub(super) fn role(service: &mut Service, wire: &str, header: &NodeRef<'_>, reporter: &mut Reporter<'_>) {
    let extensions = Extensions::new(header);
    extensions.allow_only(&[extension_keys::ROLE], reporter);
    let Some(role) = extensions.get(extension_keys::ROLE, reporter) else { return };
    match service.roles.get(&role) {
        Some(first) if first != wire => {
            reporter
                .error(
                    Code::Extension,
                    &header.at.join(extension_keys::ROLE),
                    format!("the header `{first}` already has this role"),
                )
                .help("give each role to one header");
        }
        _ => {
            service.roles.insert(role, wire.to_owned());
        }
    }
}
