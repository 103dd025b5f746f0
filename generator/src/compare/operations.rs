//! Operations, by their names, or else by method and path.

use super::api_change::Detail;
use super::comparison::{Comparing, Matched, Subject, matched};
use super::policy::{Direction, Rule};
use super::responses::shown;
use crate::ir::{Api, Body, Content, Docs, Idempotency, Operation, Presence, Segment};
use crate::names::Name;

impl Comparing<'_> {
    pub(super) fn operations(&mut self) {
        let (old, new) = (&self.old.operations, &self.new.operations);
        let mut all = matched(old, new, |operation| operation.name.rust().to_owned());
        all.rematch(|old, new| route(new) == route(old));
        let Matched { both, gone, added, .. } = all;
        for operation in gone {
            let subject = Self::subject_of_operation(operation, operation);
            self.note(Rule::OperationRemoved, &subject, Detail::Was(line(operation)));
        }
        for operation in added {
            let subject = Self::subject_of_operation(operation, operation);
            self.note(Rule::OperationAdded, &subject, Detail::Now(line(operation)));
        }
        for (old, new) in both {
            self.operation(old, new);
        }
    }

    fn subject_of_operation(old: &Operation, new: &Operation) -> Subject {
        Subject {
            name: new.name.wire().to_owned(),
            rust: Some(format!("Client::{}", new.name.rust())),
            old: old.at.clone(),
            new: new.at.clone(),
            way: Direction::Neither,
        }
    }

    fn operation(&mut self, old: &Operation, new: &Operation) {
        let subject = Self::subject_of_operation(old, new);
        let checkpoint = self.checkpoint();
        self.route(&subject, old, new);
        self.path_parameters(&subject, old, new);
        // The path of what belongs to a call is that of its type.
        let of_call = Subject { rust: Some(format!("operations::{}", new.call.type_ident())), ..subject.clone() };
        self.parameters(&of_call, old, new);
        self.body(&subject, old.body.as_ref(), new.body.as_ref());
        self.responses(&subject, old, new);
        self.status(&subject, old.status, new.status);
        self.contract(&subject, old, new);
        let docs = |operation: &Operation| Docs {
            text: format!("{}\n{}", operation.summary, operation.docs.text),
            annotations: Vec::new(),
        };
        self.docs(&subject, &docs(old), &docs(new));
        self.compare_operation_items(&subject, old, new, checkpoint);
    }

    fn route(&mut self, subject: &Subject, old: &Operation, new: &Operation) {
        if old.name.rust() != new.name.rust() {
            self.note_both(Rule::OperationRenamed, subject, old.name.rust(), new.name.rust());
        }
        // Where the name in Rust follows, that says it all.
        if old.name.rust() == new.name.rust() && old.name.wire() != new.name.wire() {
            self.note_both(Rule::OperationIdChanged, subject, old.name.wire(), new.name.wire());
        }
        if old.method != new.method {
            self.note_both(Rule::MethodChanged, subject, old.method.as_str(), new.method.as_str());
        }
        if literals(old) != literals(new) {
            let rule = match old.path_parameters().count() == new.path_parameters().count() {
                true => Rule::PathChanged,
                false => Rule::PathParametersChanged,
            };
            self.note_both(rule, subject, path(old), path(new));
        }
    }

    fn path_parameters(&mut self, subject: &Subject, old: &Operation, new: &Operation) {
        if old.path_parameters().count() != new.path_parameters().count() {
            return;
        }
        let is_swapped = self.swapped_places(subject, old, new);
        for (old_place, new_place) in old.path_parameters().zip(new.path_parameters()) {
            let (old, new) = (&old_place.parameter, &new_place.parameter);
            let part =
                subject.part(&format!(" path {}", new.name.wire()), None, &old.at, &new.at).going(Direction::Sent);
            if old.name != new.name && !is_swapped {
                let is_renamed = old.name.wire() != new.name.wire();
                let name = |name: &Name| if is_renamed { name.wire().to_owned() } else { name.rust().to_owned() };
                self.note_both(Rule::ArgumentRenamed, &part, name(&old.name), name(&new.name));
            }
            self.value(&part, (&old.ty, &old.constraints), (&new.ty, &new.constraints));
            if old.style != new.style {
                self.note(Rule::ParameterStyleChanged, &part, Detail::None);
            }
            if old_place.example != new_place.example {
                self.note(Rule::ExampleChanged, &part, Detail::None);
            }
            self.docs(&part, &old.docs, &new.docs);
        }
    }

    /// Returns whether parameters of the path have taken each other's places, and notes it.
    fn swapped_places(&mut self, subject: &Subject, old: &Operation, new: &Operation) -> bool {
        let names = |operation: &Operation| -> Vec<String> {
            operation.path_parameters().map(|place| place.parameter.name.wire().to_owned()).collect()
        };
        let (old, new) = (names(old), names(new));
        let is_swapped = !matched(&old, &new, Clone::clone).in_order;
        if is_swapped {
            self.note_both(Rule::ArgumentsSwapped, subject, old.join(", "), new.join(", "));
        }
        is_swapped
    }

    fn body(&mut self, subject: &Subject, old: Option<&Body>, new: Option<&Body>) {
        let place = format!("{} request", subject.name);
        let part = |old: &Body, new: &Body| Subject {
            name: place.clone(),
            rust: subject.rust.clone(),
            old: old.at.clone(),
            new: new.at.clone(),
            way: Direction::Sent,
        };
        match (old, new) {
            (None, None) => {}
            (Some(old), None) => self.note(Rule::BodyRemoved, &part(old, old), Detail::None),
            (None, Some(new)) => {
                let is_required = new.presence == Presence::Required;
                let rule = if is_required { Rule::BodyAddedRequired } else { Rule::BodyAdded };
                self.note(rule, &part(new, new), Detail::None);
            }
            (Some(old), Some(new)) => self.bodies(&part(old, new), old, new),
        }
    }

    fn bodies(&mut self, subject: &Subject, old: &Body, new: &Body) {
        match (old.presence.is_required(), new.presence.is_required()) {
            (false, true) => self.note(Rule::BodyRequired, subject, Detail::None),
            (true, false) => self.note(Rule::BodyOptional, subject, Detail::None),
            _ => {}
        }
        if let (Some(old), Some(new)) = (old.ty(), new.ty()) {
            self.relation(subject, old, new);
        }
        let (old_types, new_types) = (media_types(&old.content), media_types(&new.content));
        let is_one = old_types.iter().any(|media_type| new_types.contains(media_type));
        if !is_one {
            self.note_both(Rule::MediaTypeChanged, subject, old_types.join(", "), new_types.join(", "));
            return;
        }
        self.media_types(subject, &old_types, &new_types);
        if encodings(&old.content) != encodings(&new.content) {
            self.note(Rule::EncodingChanged, subject, Detail::None);
        }
        self.docs(subject, &old.docs, &new.docs);
        if shown(&old.examples) != shown(&new.examples) {
            self.note(Rule::ExampleChanged, subject, Detail::None);
        }
    }

    /// Compares media types of which some are in both.
    pub(super) fn media_types(&mut self, subject: &Subject, old: &[String], new: &[String]) {
        for gone in old.iter().filter(|media_type| !new.contains(media_type)) {
            self.note(Rule::MediaTypeRemoved, subject, Detail::Was(gone.clone()));
        }
        for added in new.iter().filter(|media_type| !old.contains(media_type)) {
            self.note(Rule::MediaTypeAdded, subject, Detail::Now(added.clone()));
        }
        if let (Some(was), Some(is)) = (old.first(), new.first())
            && was != is
            && new.contains(was)
        {
            self.note_both(Rule::MediaTypePreferred, subject, was, is);
        }
    }

    /// Compares the documentation of a call.
    fn contract(&mut self, subject: &Subject, old: &Operation, new: &Operation) {
        match (old.idempotency, new.idempotency) {
            (Idempotency::None, Idempotency::Keyed) => self.note(Rule::IdempotencyAdded, subject, Detail::None),
            (Idempotency::Keyed, Idempotency::None) => self.note(Rule::IdempotencyRemoved, subject, Detail::None),
            _ => {}
        }
        let codes = |api: &Api, operation: &Operation| operation.has_result_codes(&api.types, &api.service);
        let (was, is) = (codes(self.old, old), codes(self.new, new));
        // Where the service has none on one side, that is told of the service.
        if was != is && self.old.service.failure.result.is_some() && self.new.service.failure.result.is_some() {
            let spelt = |has: bool| if has { "a result code" } else { "no result code" };
            self.note_both(Rule::ServiceChanged, subject, spelt(was), spelt(is));
        }
        let (was, is) = (security(self.old, old), security(self.new, new));
        if was != is {
            self.note_both(Rule::SecurityChanged, subject, was, is);
        } else if schemes(old) != schemes(new) {
            self.note(Rule::OrderChanged, subject, Detail::None);
        }
        if old.servers != new.servers {
            let spelt = |servers: &[String]| match servers {
                [] => "where the others do".to_owned(),
                urls => urls.join(", "),
            };
            self.note_both(Rule::OperationServersChanged, subject, spelt(&old.servers), spelt(&new.servers));
        }
    }
}

/// Returns the method and the path, whatever its parameters are called, and what tells operations with several bodies
/// apart.
fn route(operation: &Operation) -> (String, Vec<Option<String>>, Option<String>) {
    let family = operation.body.as_ref().map(|body| family(&body.content).to_owned());
    (operation.method.to_owned(), literals(operation), family)
}

fn family(content: &Content) -> &'static str {
    match content {
        Content::Json { .. } => "JSON",
        Content::Form { .. } => "application/x-www-form-urlencoded",
        Content::Multipart { .. } => "multipart",
        Content::Raw { .. } => "raw",
    }
}

fn literals(operation: &Operation) -> Vec<Option<String>> {
    let literal = |segment: &Segment| match segment {
        Segment::Literal(text) => Some(text.clone()),
        Segment::Parameter(_) => None,
    };
    operation.path.iter().map(literal).collect()
}

fn path(operation: &Operation) -> String {
    let piece = |segment: &Segment| match segment {
        Segment::Literal(text) => text.clone(),
        Segment::Parameter(place) => format!("{{{}}}", place.parameter.name.wire()),
    };
    operation.path.iter().map(piece).collect()
}

fn line(operation: &Operation) -> String {
    format!("{} {}", operation.method, path(operation))
}

fn media_types(content: &Content) -> Vec<String> {
    match content {
        Content::Json { media_types, .. } | Content::Raw { media_types } => media_types.clone(),
        Content::Multipart { media_type, .. } => vec![media_type.clone()],
        Content::Form { .. } => vec![family(content).to_owned()],
    }
}

/// Returns how the members of a form are written, as what can be compared.
fn encodings(content: &Content) -> Vec<(String, Option<String>, String)> {
    let (Content::Form { encodings, .. } | Content::Multipart { encodings, .. }) = content else { return Vec::new() };
    let spelt = encodings
        .iter()
        .map(|encoding| (encoding.property.clone(), encoding.content_type.clone(), format!("{:?}", encoding.style)));
    let mut spelt: Vec<_> = spelt.collect();
    spelt.sort();
    spelt
}

/// Returns the schemes as the document lists them, set after set; where there is one at most, it goes without saying.
fn schemes(operation: &Operation) -> Vec<&str> {
    let schemes: Vec<_> = operation.security.iter().flatten().flatten().map(Name::wire).collect();
    if schemes.len() > 1 { schemes } else { Vec::new() }
}

fn security(api: &Api, operation: &Operation) -> String {
    let Some(alternatives) = &operation.security else {
        // The one scheme goes without saying.
        return api.schemes.first().map_or_else(|| "anybody".to_owned(), |scheme| scheme.name.wire().to_owned());
    };
    let spelt = alternatives.iter().map(|schemes| {
        let names: Vec<_> = schemes.iter().map(|scheme| scheme.wire()).collect();
        if names.is_empty() { "anybody".to_owned() } else { names.join(" and ") }
    });
    let mut spelt: Vec<_> = spelt.collect();
    spelt.sort_unstable();
    if spelt.is_empty() { "anybody".to_owned() } else { spelt.join(", or ") }
}
