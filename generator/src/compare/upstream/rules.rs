//! Which rule of the stability policy a difference falls under, as if our document took over what the other one says.

use super::comparison::{Pair, Texts, is_true};
use crate::compare::policy::Rule;
use crate::document::grammar::Kind;

/// Returns the rule for a keyword of an object; nothing for one that the policy does not know.
pub(super) fn of_keyword(kind: Kind, key: &str, pair: Pair<'_, '_>) -> Option<Rule> {
    let (ours, theirs) = (is_true(pair.ours), is_true(pair.theirs));
    let turned = |yes: Rule, no: Rule| match (ours, theirs) {
        (false, true) => Some(yes),
        (true, false) => Some(no),
        // It says the same, and it is only said that it is said.
        _ => None,
    };
    match (kind, key) {
        (Kind::Operation, "operationId") => Some(Rule::OperationIdChanged),
        (Kind::Operation, "requestBody") => {
            Some(match (pair.theirs, pair.theirs.and_then(|body| body.get("required"))) {
                (None, _) => Rule::BodyRemoved,
                (_, required) if is_true(required.as_ref()) => Rule::BodyAddedRequired,
                _ => Rule::BodyAdded,
            })
        }
        (Kind::Parameter, "required") => turned(Rule::ParameterRequired, Rule::ParameterOptional),
        (Kind::RequestBody, "required") => turned(Rule::BodyRequired, Rule::BodyOptional),
        (Kind::Parameter | Kind::Operation | Kind::Schema, "deprecated") => {
            turned(Rule::Deprecated, Rule::NotDeprecated)
        }
        (Kind::Parameter, "style" | "explode" | "allowReserved") => Some(Rule::ParameterStyleChanged),
        (Kind::Header, "schema" | "content" | "style") => Some(Rule::ResponseHeaderChanged),
        (Kind::MediaType, "encoding") => Some(Rule::EncodingChanged),
        (Kind::Schema, "readOnly") => turned(Rule::FieldReadOnly, Rule::FieldWritable),
        (Kind::Schema, "writeOnly") => turned(Rule::FieldWriteOnly, Rule::FieldReadable),
        (Kind::Schema, "default") => Some(Rule::DefaultChanged),
        (Kind::Schema, "pattern") => Some(Rule::PatternChanged),
        (Kind::Schema, "discriminator") => Some(Rule::DiscriminatorChanged),
        _ => None,
    }
}

/// Returns the rule for a member of a mapping.
pub(super) fn of_part(kind: Kind, key: &str, name: &str, texts: &Texts) -> Option<Rule> {
    let is_gone = texts.theirs.is_none();
    if !is_gone && texts.ours.is_some() {
        return None;
    }
    let turned = |added: Rule, removed: Rule| Some(if is_gone { removed } else { added });
    match (kind, key) {
        (Kind::Responses, _) if name.starts_with('2') => turned(Rule::SuccessAdded, Rule::SuccessRemoved),
        (Kind::Responses, _) => turned(Rule::ResponseAdded, Rule::ResponseRemoved),
        (Kind::Response, "headers") => turned(Rule::ResponseHeaderAdded, Rule::ResponseHeaderRemoved),
        (_, "content") => turned(Rule::MediaTypeAdded, Rule::MediaTypeRemoved),
        (Kind::MediaType, "encoding") => Some(Rule::EncodingChanged),
        _ => None,
    }
}
