//! Parameters: what a call takes beside its body.

use super::api_change::Detail;
use super::comparison::{Comparing, Matched, Subject, matched};
use super::policy::{Direction, Rule};
use super::types::Relation;
use crate::document::Pointer;
use crate::emit;
use crate::ir::{
    Api, Constraints, Docs, HeaderParameter, Operation, Parameter, RuntimeHeader, SetBy, Status, Style, Type,
};
use crate::names::Name;

/// A parameter, wherever it stands.
struct Handed<'a> {
    place: &'static str,
    name: &'a Name,
    docs: &'a Docs,
    ty: &'a Type,
    limits: &'a Constraints,
    is_required: bool,
    /// Whether each call has to give it.
    is_argument: bool,
    style: Style,
    default: Option<&'a String>,
    /// What is sent for a header when nobody sets it.
    send: Option<&'a String>,
    set_by: SetBy,
    status: Status,
    at: &'a Pointer,
}

impl<'a> Handed<'a> {
    fn plain(place: &'static str, parameter: &'a Parameter) -> Self {
        let Parameter { name, docs, ty, constraints: limits, presence, style, default, status, at } = parameter;
        let is_required = presence.is_required();
        Self {
            place,
            name,
            docs,
            ty,
            limits,
            is_required,
            is_argument: is_required,
            style: *style,
            default: default.as_ref(),
            send: None,
            set_by: SetBy::Call,
            status: *status,
            at,
        }
    }

    fn header(header: &'a HeaderParameter) -> Self {
        let HeaderParameter { name, docs, ty, constraints: limits, style, presence, set_by, send, default, status, at } =
            header;
        Self {
            place: "header",
            name,
            docs,
            ty,
            limits,
            is_required: presence.is_required(),
            is_argument: header.is_argument(),
            style: *style,
            default: default.as_ref(),
            send: send.as_ref(),
            set_by: *set_by,
            status: *status,
            at,
        }
    }

    fn all(operation: &'a Operation) -> Vec<Self> {
        let query = operation.query.iter().map(|parameter| Self::plain("query", parameter));
        let cookies = operation.cookies.iter().map(|parameter| Self::plain("cookie", parameter));
        query.chain(cookies).chain(operation.headers.iter().map(Self::header)).collect()
    }

    /// Returns its name with its place.
    fn shown(&self) -> String {
        format!("{} {}", self.place, self.name.wire())
    }

    /// Returns what tells it from the others; names of headers are the same whatever their capitals.
    fn key(&self) -> (&'static str, String) {
        let wire = self.name.wire();
        (self.place, if self.place == "header" { wire.to_ascii_lowercase() } else { wire.to_owned() })
    }
}

impl Comparing<'_> {
    pub(super) fn parameters(&mut self, subject: &Subject, old: &Operation, new: &Operation) {
        let subject = subject.going(Direction::Sent);
        let (old_all, new_all) = (Handed::all(old), Handed::all(new));
        let mut all = matched(&old_all, &new_all, Handed::key);
        self.order(&subject, all.in_order);
        // Where each call has to give them, callers know arguments by their order and types.
        let (old_arguments, new_arguments) = (arguments(self.old, old), arguments(self.new, new));
        let place = |list: &[Argument], parameter: &Handed<'_>| {
            let index = list.iter().position(|argument| argument.rust == parameter.name.rust())?;
            Some((index, list.len(), list[index].ty.clone()))
        };
        let mut moved = all.rematch(|old, new| new.name.rust() == old.name.rust());
        moved.extend(all.rematch(|one, other| {
            place(&old_arguments, one).is_some_and(|of_one| place(&new_arguments, other) == Some(of_one))
        }));
        for (old, new) in moved {
            let subject = parameter_subject(&subject, old, new);
            self.note_both(Rule::ParameterMoved, &subject, old.shown(), new.shown());
        }
        let Matched { both, gone, added, .. } = all;
        for parameter in gone {
            let subject = parameter_subject(&subject, parameter, parameter);
            self.note(Rule::ParameterRemoved, &subject, Detail::Was(emit::spelt(self.old, parameter.ty)));
        }
        for parameter in added {
            let rule = match (parameter.is_required, parameter.is_argument) {
                (true, true) => Rule::ParameterAddedRequired,
                (true, false) => Rule::HeaderAddedRequired,
                (false, _) => Rule::ParameterAdded,
            };
            let subject = parameter_subject(&subject, parameter, parameter);
            self.note(rule, &subject, Detail::Now(emit::spelt(self.new, parameter.ty)));
        }
        for (old, new) in both {
            let subject = parameter_subject(&subject, old, new);
            self.parameter(&subject, old, new);
        }
        self.runtime_headers(&subject, old, new);
        self.arguments(&subject, old, new);
    }

    fn parameter(&mut self, subject: &Subject, old: &Handed<'_>, new: &Handed<'_>) {
        if !(old.is_argument && new.is_argument) {
            self.rust_name(subject, old.name.rust(), new.name.rust());
        } else if old.name.rust() != new.name.rust() && old.key() == new.key() {
            self.note_both(Rule::ArgumentRenamed, subject, old.name.rust(), new.name.rust());
        }
        self.value(subject, (old.ty, old.limits), (new.ty, new.limits));
        match (old.is_required, new.is_required) {
            (false, true) if new.is_argument => self.note(Rule::ParameterRequired, subject, Detail::None),
            (false, true) => self.note(Rule::HeaderRequired, subject, Detail::None),
            (true, false) if old.is_argument => self.note(Rule::ParameterOptional, subject, Detail::None),
            (true, false) => self.note(Rule::HeaderOptional, subject, Detail::None),
            _ => {}
        }
        if old.style != new.style {
            self.note(Rule::ParameterStyleChanged, subject, Detail::None);
        }
        self.default(subject, old.default, new.default);
        self.status(subject, old.status, new.status);
        if old.send != new.send {
            let spelt = |send: Option<&String>| send.cloned().unwrap_or_else(|| "nothing".to_owned());
            self.note_both(Rule::HeaderSentChanged, subject, spelt(old.send), spelt(new.send));
        }
        match (old.set_by, new.set_by) {
            (SetBy::Call, SetBy::Client) => self.note(Rule::HeaderSetByClient, subject, Detail::None),
            (SetBy::Client, SetBy::Call) => self.note(Rule::HeaderSetByCall, subject, Detail::None),
            _ => {}
        }
        self.docs(subject, old.docs, new.docs);
    }

    /// Compares what may be given for a parameter.
    pub(super) fn value(&mut self, subject: &Subject, old: (&Type, &Constraints), new: (&Type, &Constraints)) {
        let relation = self.relation(subject, old.0, new.0);
        if matches!(relation, Relation::Same | Relation::Exchanged) {
            self.limits(subject, old.1, new.1);
        }
    }

    fn runtime_headers(&mut self, subject: &Subject, old: &Operation, new: &Operation) {
        let part =
            |header: &RuntimeHeader| subject.part(&format!(" header {}", header.name), None, &header.at, &header.at);
        let both = matched(&old.runtime_headers, &new.runtime_headers, |header| header.name.to_ascii_lowercase());
        for header in both.gone {
            self.note(Rule::RuntimeHeaderRemoved, &part(header), Detail::Was(header.name.clone()));
        }
        for header in both.added {
            self.note(Rule::RuntimeHeaderAdded, &part(header), Detail::Now(header.name.clone()));
        }
    }

    /// Compares the order of what each call has to give.
    fn arguments(&mut self, subject: &Subject, old: &Operation, new: &Operation) {
        let (old, new) = (arguments(self.old, old), arguments(self.new, new));
        if matched(&old, &new, |argument| argument.rust.clone()).in_order {
            return;
        }
        let types = |list: &[Argument]| list.iter().map(|argument| argument.ty.clone()).collect::<Vec<_>>();
        let names =
            |list: &[Argument]| list.iter().map(|argument| argument.shown.as_str()).collect::<Vec<_>>().join(", ");
        let rule = if types(&old) == types(&new) { Rule::ArgumentsSwapped } else { Rule::ArgumentsReordered };
        self.note_both(rule, &subject.going(Direction::Neither), names(&old), names(&new));
    }
}

fn parameter_subject(subject: &Subject, old: &Handed<'_>, new: &Handed<'_>) -> Subject {
    subject.part(&format!(" {} {}", new.place, new.name.wire()), Some(new.name.rust()), old.at, new.at)
}

/// What a call has to give.
struct Argument {
    rust: String,
    ty: String,
    /// The name on the wire, with its place.
    shown: String,
}

/// Returns what each call has to give beside its path and its body, in order.
fn arguments(api: &Api, operation: &Operation) -> Vec<Argument> {
    let all = Handed::all(operation).into_iter().filter(|parameter| parameter.is_argument);
    let arguments = all.map(|parameter| Argument {
        rust: parameter.name.rust().to_owned(),
        ty: emit::parameter_type(api, parameter.name, parameter.ty),
        shown: parameter.shown(),
    });
    arguments.collect()
}
