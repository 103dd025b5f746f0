//! Checks that everything a document describes can be reached through the generated crate.
//!
//! For each request body and each response of each operation, with each media type and its schema, there is a route in the emitted files, or
//! a diagnostic that says why there is none. `reach` reads the document as it is written, and the public signatures of the emitted
//! files. It does not know what lowering made of the document.

mod declared;
mod emitted;
mod route;

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use self::declared::{Content, Declared};
use self::emitted::EmittedCall;
use self::route::Route;
use crate::diagnostics::Diagnostics;
use crate::document::media_type::essence;
use crate::document::{Document, Pointer, Value};
use crate::output::Files;

/// Why a part of a document cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The operation is left out.
    OmittedOperation,
    /// A request body in XML beside another body.
    RequestInXml,
    /// The media type cannot be sent in a header.
    NoMediaType,
    /// The key is no status code.
    NoStatus,
    /// A form that is no object.
    FormWithoutProperties,
    /// A response to HEAD has no body.
    HeadHasNoBody,
    /// A reference leads nowhere.
    BrokenReference,
    /// No diagnostic says why: the generator has lost it.
    Unexplained,
}

impl Reason {
    /// Returns the words for it in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OmittedOperation => "the operation is omitted",
            Self::RequestInXml => "request body in XML beside another one",
            Self::NoMediaType => "no media type",
            Self::NoStatus => "no status code",
            Self::FormWithoutProperties => "form that is no object",
            Self::HeadHasNoBody => "responses to HEAD have no body",
            Self::BrokenReference => "reference that leads nowhere",
            Self::Unexplained => "unexplained",
        }
    }
}

/// A part of a document without a route to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unreachable {
    /// Where it stands.
    pub pointer: String,
    /// Why it cannot be reached.
    pub reason: Reason,
}

/// How much of a document can be reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reach {
    /// How many bodies and responses can be reached.
    pub reachable: usize,
    /// How many there are.
    pub total: usize,
    /// Those that cannot be reached.
    pub unreachable: Vec<Unreachable>,
}

impl Reach {
    /// Checks a document, as it is written, against the files that were emitted for it and against what was reported.
    #[must_use]
    pub fn of(document: &Document, files: &Files, diagnostics: &Diagnostics) -> Self {
        let calls = emitted::calls(files);
        let reports = Reports::of(diagnostics);
        let mut reach = Self::default();
        let mut schemas = SchemasOfRows::new(&document.value);
        for declared in declared::all(&document.value) {
            reach.total += 1;
            let of_operation = calls.get(&declared.operation.to_string()).map_or(&[][..], Vec::as_slice);
            let mut routes = of_operation.iter().enumerate().filter_map(|(index, call)| {
                Some((index, route(call, &declared).filter(|_| call.method == declared.method)?))
            });
            if routes.any(|(index, row)| schemas.fits(&declared, (index, row))) {
                reach.reachable += 1;
                continue;
            }
            let reason = reports.reason(&declared, of_operation.is_empty());
            reach.unreachable.push(Unreachable { pointer: declared.at.to_string(), reason });
        }
        reach
    }

    /// Returns how many parts cannot be reached for each reason.
    #[must_use]
    pub fn by_reason(&self) -> BTreeMap<Reason, usize> {
        let mut counts = BTreeMap::new();
        for unreachable in &self.unreachable {
            *counts.entry(unreachable.reason).or_default() += 1;
        }
        counts
    }
}

/// Returns the route to what a document declares; `None` if the call has none.
fn route(call: &EmittedCall, declared: &Declared<'_>) -> Option<Route> {
    match &declared.content {
        Content::Request { media_type, .. } => call.request_route(media_type),
        Content::EmptyRequest => Some(Route::Bytes),
        Content::Response { status, body, succeeds } => match body {
            Some(_) if call.method == "HEAD" && *succeeds => None,
            Some((media_type, _)) if *succeeds => call.success_route(status, media_type),
            None if *succeeds => call.empty_success_route(status),
            Some((media_type, schema)) => call.failure_route(status, media_type, schema.as_ref().copied()),
            // The error has the status.
            None => Some(Route::Bytes),
        },
    }
}

/// The schemas that are read or written by one typed row: a row has one type, so that it is a route to one schema.
struct SchemasOfRows<'a> {
    document: &'a Value,
    known: HashMap<(String, usize, Route), &'a Value>,
}

impl<'a> SchemasOfRows<'a> {
    fn new(document: &'a Value) -> Self {
        Self { document, known: HashMap::new() }
    }

    /// Returns whether a row is a route to a schema: to its first one, and to those that are equal to it.
    fn fits(&mut self, declared: &Declared<'a>, (call, route): (usize, Route)) -> bool {
        let Some(schema) = declared.content.schema() else { return true };
        let Route::Typed(row) = &route else { return true };
        if is_of_any_schema(row) {
            return true;
        }
        let known = *self.known.entry((declared.operation.to_string(), call, route)).or_insert(schema);
        declared::is_same_schema(self.document, known, schema)
    }
}

/// Returns whether a type holds values of several schemas: any JSON, text and other scalars, in lists or not.
fn is_of_any_schema(row: &str) -> bool {
    const PLAIN: &[&str] =
        &["Value", "String", "bool", "i64", "i32", "u64", "f64", "Decimal", "DateTime", "Date", "Vec", "Map"];
    let ty = row.rsplit(": ").next().unwrap_or(row);
    ty.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).all(|word| PLAIN.contains(&word))
}

/// What was reported, by the place.
struct Reports<'d> {
    diagnostics: &'d Diagnostics,
    locations: HashSet<String>,
}

impl<'d> Reports<'d> {
    fn of(diagnostics: &'d Diagnostics) -> Self {
        let locations = diagnostics.iter().map(|diagnostic| diagnostic.at().to_string()).collect();
        Self { diagnostics, locations }
    }

    fn has(&self, at: &Pointer) -> bool {
        self.locations.contains(&at.to_string())
    }

    /// Returns why something cannot be reached, if a diagnostic says so.
    fn reason(&self, declared: &Declared<'_>, has_no_call: bool) -> Reason {
        if has_no_call && self.has(&declared.operation) {
            return Reason::OmittedOperation;
        }
        let schema = declared.at.join("schema");
        let is_reported = self.has(&declared.at) || self.has(&schema);
        let references = [schema, declared.at.clone(), declared.parent.clone()];
        let is_broken = references.iter().any(|at| self.has(&at.join("$ref")));
        let of_head = declared.method == "HEAD" && declared.at.parent().is_some_and(|contents| self.has(&contents));
        match &declared.content {
            _ if of_head => Reason::HeadHasNoBody,
            _ if is_broken => Reason::BrokenReference,
            Content::Response { status, .. } if !declared::is_status(status) && self.reports_key(status) => {
                Reason::NoStatus
            }
            Content::Request { media_type, .. } | Content::Response { body: Some((media_type, _)), .. }
                if is_reported && !is_sendable(media_type) =>
            {
                Reason::NoMediaType
            }
            Content::Request { media_type, .. } if is_reported && is_xml(media_type) => Reason::RequestInXml,
            Content::Request { media_type, .. } if is_reported && is_form(media_type) => Reason::FormWithoutProperties,
            _ => Reason::Unexplained,
        }
    }

    /// Returns whether a key is reported anywhere: a key without a meaning is reported once.
    fn reports_key(&self, key: &str) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.at().last().as_deref() == Some(key))
    }
}

fn is_sendable(media_type: &str) -> bool {
    !media_type.is_empty()
        && media_type.trim() == media_type
        && media_type.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

fn is_xml(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence.ends_with("/xml") || essence.ends_with("+xml") || !essence.contains('/')
}

fn is_form(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence == "application/x-www-form-urlencoded" || essence.starts_with("multipart/")
}
