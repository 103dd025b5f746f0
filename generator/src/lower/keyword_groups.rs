//! Keywords that have no effect on the type of their schema.

use super::keywords::Group;
use super::state::Schemas;
use super::subschemas::Subschemas;
use crate::diagnostics::{Assumption, Code};

/// Reports keywords that have no effect on the type of their schema. Lenient mode ignores them, as validators do.
pub(super) fn refuse_other_groups(
    schemas: &mut Schemas<'_>,
    subschemas: &Subschemas<'_>,
    groups: &[Group],
) -> Option<()> {
    if schemas.assumes(Assumption::KeywordsOfOtherTypes) {
        return Some(());
    }
    let kind = subschemas.kind().unwrap_or("schema");
    let mut refused = false;
    for subschema in &subschemas.list {
        for (group, keyword) in subschema.keywords.present().into_iter().filter(|(group, _)| !groups.contains(group)) {
            refused = true;
            let at = subschema.node.at.join(keyword);
            // A keyword of another type was reported when the document was read.
            if schemas.reporter.has_reported(&at) {
                continue;
            }
            let (message, help) = match group {
                Group::Enumeration => {
                    (format!("`enum` of type {kind} is not supported"), "leave it out; enums of strings are supported")
                }
                _ if groups.contains(&Group::Enumeration) => {
                    (format!("`{keyword}` beside `enum` is not supported"), "remove it: the values say it all")
                }
                _ => (format!("`{keyword}` beside `type: {kind}` is not supported"), "describe the value without it"),
            };
            schemas.reporter.error(Code::NotSupported, &at, message).help(help);
        }
    }
    (!refused).then_some(())
}
