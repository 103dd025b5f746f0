//! Compares the responses of operations: the types of successes and failures, and the documented responses.

use super::api_change::Detail;
use super::comparison::{Comparing, Matched, Subject, matched};
use super::policy::{Direction, Rule};
use crate::document::Value;
use crate::emit;
use crate::ir::{
    CaseContent, DocumentedHeader, DocumentedResponse, Example, FailureBody, Operation, ResponseBody, ResponseCase,
    Type,
};

impl Comparing<'_> {
    pub(super) fn responses(&mut self, subject: &Subject, old: &Operation, new: &Operation) {
        let subject =
            Subject { name: format!("{} response", subject.name), way: Direction::Received, ..subject.clone() };
        let successes = self.documented_responses(&subject, old, new);
        self.success_bodies(&subject, old, new, &successes);
        self.failures(&subject, &old.failures, &new.failures);
        if let Some((old, new)) = old.response_headers.zip(new.response_headers) {
            let headers = Subject { name: format!("{} headers", subject.name), ..subject };
            self.relation(&headers, &Type::Named(old), &Type::Named(new));
        }
    }

    /// Compares the bodies of successes.
    fn success_bodies(&mut self, subject: &Subject, old: &Operation, new: &Operation, status: &str) {
        let subject = Subject { name: format!("{}{status}", subject.name), ..subject.clone() };
        match (&old.response_body, &new.response_body) {
            (ResponseBody::Empty, ResponseBody::Empty) | (ResponseBody::Download, ResponseBody::Download) => {}
            (ResponseBody::Body(old), ResponseBody::Body(new))
            | (ResponseBody::Optional(old), ResponseBody::Optional(new)) => {
                self.relation(&subject, old, new);
            }
            (ResponseBody::Items(old), ResponseBody::Items(new)) if old.format == new.format => {
                self.relation(&subject, &old.ty, &new.ty);
            }
            (ResponseBody::Cases(old), ResponseBody::Cases(new)) => self.cases(&subject, &old.cases, &new.cases),
            (was, is) => {
                // If both versions have a body, the bodies are compared, too.
                if let (Some(was), Some(is)) = (was.types().next(), is.types().next()) {
                    self.relate(was, is);
                }
                let (was, is) = (emit::response_type(self.old, was), emit::response_type(self.new, is));
                self.note_both(Rule::ResponseChanged, &subject, was, is);
            }
        }
    }

    /// Compares the bodies of successes that depend on the status.
    fn cases(&mut self, subject: &Subject, old: &[ResponseCase], new: &[ResponseCase]) {
        let Matched { both, gone, added, .. } =
            matched(old, new, |case| (case.name.wire().to_owned(), case.media_types.first().cloned()));
        let part = |old: &ResponseCase, new: &ResponseCase| {
            subject.part(&format!(" {}", new.name.wire()), None, &old.at, &new.at)
        };
        for case in gone {
            self.note(Rule::ResponseCaseRemoved, &part(case, case), Detail::Was(case.name.rust().to_owned()));
        }
        for case in added {
            self.note(Rule::ResponseCaseAdded, &part(case, case), Detail::Now(case.name.rust().to_owned()));
        }
        for (old, new) in both {
            let part = part(old, new);
            self.rust_name(&part, old.name.rust(), new.name.rust());
            match (&old.content, &new.content) {
                (CaseContent::Json(old), CaseContent::Json(new)) | (CaseContent::Text(old), CaseContent::Text(new)) => {
                    self.relation(&part, old, new);
                }
                (CaseContent::Items(old), CaseContent::Items(new)) if old.format == new.format => {
                    self.relation(&part, &old.ty, &new.ty);
                }
                (old, new) if old == new => {}
                _ => self.note(Rule::TypeChanged, &part, Detail::None),
            }
        }
    }

    /// Compares the documented responses. Returns the status of the success with a leading space, if there is only one.
    fn documented_responses(&mut self, subject: &Subject, old: &Operation, new: &Operation) -> String {
        // Headers with a type are compared as its fields.
        let has_types = old.response_headers.is_some() && new.response_headers.is_some();
        let Matched { both, gone, added, in_order } =
            matched(&old.documented_responses, &new.documented_responses, |response| response.status.clone());
        for response in gone {
            let part = subject_of_response(subject, response, response);
            let rule = if is_success(response) { Rule::SuccessRemoved } else { Rule::ResponseRemoved };
            self.note(rule, &part, Detail::Was(response.status.clone()));
        }
        for response in added {
            let part = subject_of_response(subject, response, response);
            let rule = if is_success(response) { Rule::SuccessAdded } else { Rule::ResponseAdded };
            self.note(rule, &part, Detail::Now(response.status.clone()));
        }
        for (old, new) in both {
            let part = subject_of_response(subject, old, new);
            self.documented_response(&part, old, new);
            if !(has_types && is_success(new)) {
                self.documented_headers(&part, old, new);
            }
        }
        self.order(subject, in_order);
        let successes: Vec<_> = new.documented_responses.iter().filter(|response| is_success(response)).collect();
        match successes.as_slice() {
            [one] => format!(" {}", one.status),
            _ => String::new(),
        }
    }

    fn documented_response(&mut self, subject: &Subject, old: &DocumentedResponse, new: &DocumentedResponse) {
        self.docs(subject, &old.docs, &new.docs);
        let is_one = old.media_types.iter().any(|media_type| new.media_types.contains(media_type));
        match (old.media_types.is_empty(), new.media_types.is_empty()) {
            (false, false) if !is_one => {
                let (was, is) = (old.media_types.join(", "), new.media_types.join(", "));
                self.note_both(Rule::MediaTypeChanged, subject, was, is);
            }
            _ => self.media_types(subject, &old.media_types, &new.media_types),
        }
        if shown(&old.examples) != shown(&new.examples) {
            self.note(Rule::ExampleChanged, subject, Detail::None);
        }
    }

    fn documented_headers(&mut self, subject: &Subject, old: &DocumentedResponse, new: &DocumentedResponse) {
        let Matched { both, gone, added, .. } =
            matched(&old.headers, &new.headers, |header| header.name.to_ascii_lowercase());
        let part = |old: &DocumentedHeader, new: &DocumentedHeader| {
            subject.part(&format!(" header {}", new.name), None, &old.at, &new.at)
        };
        for header in gone {
            self.note(Rule::ResponseHeaderRemoved, &part(header, header), Detail::Was(header.name.clone()));
        }
        for header in added {
            self.note(Rule::ResponseHeaderAdded, &part(header, header), Detail::Now(header.name.clone()));
        }
        for (old, new) in both {
            let part = part(old, new);
            if old.kind != new.kind {
                self.note_both(Rule::ResponseHeaderChanged, &part, &old.kind, &new.kind);
            }
            self.docs(&part, &old.docs, &new.docs);
        }
    }

    fn failures(&mut self, subject: &Subject, old: &[FailureBody], new: &[FailureBody]) {
        for (old, new) in matched(old, new, |failure| failure.status.clone()).both {
            let part = subject.part(&format!(" {}", new.status), None, &old.at, &new.at);
            if self.relate(&old.ty, &new.ty).rule().is_some() {
                let (was, is) = self.spelt(&old.ty, &new.ty);
                self.note_both(Rule::FailureTypeChanged, &part, was, is);
            }
        }
    }
}

fn is_success(response: &DocumentedResponse) -> bool {
    response.status.starts_with('2')
}

fn subject_of_response(subject: &Subject, old: &DocumentedResponse, new: &DocumentedResponse) -> Subject {
    subject.part(&format!(" {}", new.status), None, &old.at, &new.at)
}

/// Returns the parts of examples that are compared.
pub(super) fn shown(examples: &[Example]) -> Vec<(Option<&String>, &str, &Value)> {
    examples.iter().map(|example| (example.name.as_ref(), example.summary.as_str(), &example.value)).collect()
}
