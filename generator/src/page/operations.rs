//! The section of an operation: its parameters, its responses, and examples of both.

use maud::{Markup, html};

use super::view::{View, link, method, name};
use super::{labels, markdown, types};
use crate::emit::examples::{self, Call};
use crate::emit::{docs, responses};
use crate::ir::{
    Body, Constraints, Content, Docs, DocumentedHeader, DocumentedResponse, Example, HeaderParameter, Idempotency,
    Operation, Parameter, Presence, SetBy, Status, Type,
};
use crate::names::Name;

/// Returns the anchor of the section of an operation.
pub(super) fn anchor(operation: &Operation) -> String {
    format!("operation-{}", operation.name.rust())
}

pub(super) fn section(view: &View<'_>, operation: &Operation) -> Markup {
    let anchor = anchor(operation);
    html! {
        section.operation id=(anchor) data-kind="operation" data-name=(operation.name.wire())
            data-also={ (operation.name.rust()) " " (operation.template()) } data-in=(operation.method) tabindex="-1" {
            h2 { (name(operation)) (link(&anchor)) }
            p.route { (method(operation)) code { (operation.template()) } }
            @if operation.status == Status::Deprecated { p.marks { span.mark.deprecated { "deprecated" } } }
            p.rust { code { "client." (operation.name.rust()) "(…)" } " → " code { (response_type(view, operation)) } }
            div.prose.about {
                (markdown::blocks(&operation.docs.text))
                (markdown::commonmark(&docs::notes(&operation.docs, None)))
            }
            (facts(view, operation))
            (parameters(view, operation))
            @if let Some(body) = &operation.body { (request(view, operation, body)) }
            (calls(view, operation))
            (documented_responses(view, operation))
        }
    }
}

fn response_type(view: &View<'_>, operation: &Operation) -> String {
    labels::rust(&responses::rust_type(view.api, &operation.response_body))
}

/// Returns notes about the calls of the operation: key, credentials and servers.
fn facts(view: &View<'_>, operation: &Operation) -> Markup {
    let key = view.api.service.idempotency.as_ref().filter(|_| operation.idempotency == Idempotency::Keyed);
    html! {
        @if let Some(key) = key {
            p.note {
                "Each call has a key of its own in " code { (key.header) } ", of at most " (key.max_length)
                " characters. The service knows it for " (labels::duration(key.kept_seconds))
                ": calls under one key act once, so a call can be sent again if its response is lost."
            }
        }
        @if let Some(alternatives) = &operation.security {
            p.note {
                @if alternatives.is_empty() { "Takes no credentials." } @else { "Credentials: " }
                @for (index, all) in alternatives.iter().enumerate() {
                    @if index > 0 { ", or " }
                    @if all.is_empty() { "none" } @else { (labels::listed(all.iter().map(Name::wire))) }
                }
            }
        }
        @if !operation.servers.is_empty() {
            p.note { "Runs at " (labels::listed(operation.servers.iter().map(String::as_str))) }
        }
    }
}

/// A row of the table of parameters.
struct Row<'a> {
    name: &'a Name,
    place: &'static str,
    ty: &'a Type,
    limits: &'a Constraints,
    docs: &'a Docs,
    marks: Vec<&'static str>,
    /// The effect of leaving it unset, in CommonMark.
    absent: Option<String>,
}

impl<'a> Row<'a> {
    fn of(parameter: &'a Parameter, place: &'static str) -> Self {
        let Parameter { name, docs, ty, constraints: limits, presence, status, .. } = parameter;
        Self { name, place, ty, limits, docs, marks: marks(*presence, *status, false), absent: None }
    }

    fn header(header: &'a HeaderParameter) -> Self {
        let HeaderParameter { name, docs, ty, constraints: limits, presence, status, send, set_by, .. } = header;
        let is_required = if send.is_some() { Presence::Optional } else { *presence };
        let marks = marks(is_required, *status, *set_by == SetBy::Client);
        Self { name, place: "header", ty, limits, docs, marks, absent: docs::absent(header) }
    }
}

fn marks(presence: Presence, status: Status, is_of_client: bool) -> Vec<&'static str> {
    let required = (presence == Presence::Required).then_some("required");
    let deprecated = (status == Status::Deprecated).then_some("deprecated");
    let client = is_of_client.then_some("set on the client");
    [required, deprecated, client].into_iter().flatten().collect()
}

fn parameters(view: &View<'_>, operation: &Operation) -> Markup {
    let path = operation.path_parameters().map(|path| Row::of(&path.parameter, "path"));
    let query = operation.query.iter().map(|parameter| Row::of(parameter, "query"));
    let cookies = operation.cookies.iter().map(|parameter| Row::of(parameter, "cookie"));
    let rows: Vec<_> = path.chain(query).chain(cookies).chain(operation.headers.iter().map(Row::header)).collect();
    html! {
        @if !rows.is_empty() {
            h3 { "Parameters" }
            table.fields {
                thead { tr { th { "Name" } th { "Type" } th { "Description" } } }
                tbody { @for row in &rows { (parameter(view, operation, row)) } }
            }
        }
    }
}

fn parameter(view: &View<'_>, operation: &Operation, row: &Row<'_>) -> Markup {
    let anchor = format!("parameter-{}-{}", operation.name.rust(), row.name.rust());
    let notes = [docs::notes(row.docs, Some(row.limits))].into_iter().chain(row.absent.clone());
    html! {
        tr id=(anchor) data-kind="parameter" data-name=(row.name.wire()) data-also=(row.name.rust())
            data-in=(name(operation)) tabindex="-1" {
            th scope="row" {
                code { (row.name.wire()) } (link(&anchor))
                div.marks { @for mark in &row.marks { (types::mark(mark)) } }
            }
            td { div { (labels::kind(view.api, row.ty)) } div.rust { (row.place) ", " code { (row.name.rust()) } } }
            td.about {
                (markdown::blocks(&row.docs.text))
                div.limits { (markdown::commonmark(&notes.collect::<Vec<_>>().join(" "))) }
            }
        }
    }
}

fn request(view: &View<'_>, operation: &Operation, body: &Body) -> Markup {
    let media_types: Vec<&str> = match &body.content {
        Content::Json { media_types, .. } | Content::Raw { media_types } => {
            media_types.iter().map(String::as_str).collect()
        }
        Content::Form { .. } => vec!["application/x-www-form-urlencoded"],
        Content::Multipart { media_type, .. } => vec![media_type],
    };
    html! {
        h3 id={ "request-" (operation.name.rust()) } { "Request" }
        p.facts {
            @if let Some(ty) = body.ty() { span { (labels::kind(view.api, ty)) } }
            span { (labels::listed(media_types.into_iter())) }
            @if body.presence == Presence::Required { (types::mark("required")) }
        }
        div.prose { (markdown::blocks(&body.docs.text)) }
        @if let Some(ty) = body.ty() { (types::in_place(view, ty)) }
    }
}

/// Examples of requests: JSON and the Rust that sends it, side by side.
fn calls(view: &View<'_>, operation: &Operation) -> Markup {
    let examples = operation.body.as_ref().map_or(&[][..], |body| &body.examples);
    let calls = examples::calls(view.api, operation, examples, view.crate_name);
    let of = |example: &Example| calls.iter().find(|call| call.of.is_some_and(|of| std::ptr::eq(of, example)));
    let alone = calls.iter().find(|call| call.of.is_none());
    html! {
        @if !examples.is_empty() || alone.is_some() { h3 { "Examples" } }
        @for (index, example) in examples.iter().enumerate() {
            details.example open[index == 0] {
                summary { (caption(example)) }
                div.panes {
                    (pane("JSON", &labels::json(&example.value)))
                    @if let Some(call) = of(example) { (pane("Rust", &Call::shown(call))) }
                }
            }
        }
        @if let Some(call) = alone { div.panes { (pane("Rust", &call.shown())) } }
    }
}

fn caption(example: &Example) -> Markup {
    let name = example.name.as_deref().unwrap_or("Example");
    html! { @if example.summary.is_empty() { (name) } @else { (example.summary) } }
}

/// Returns code with a button that copies it.
fn pane(language: &str, code: &str) -> Markup {
    html! {
        figure.pane {
            figcaption { (language) button.copy type="button" hidden { "Copy" } }
            pre tabindex="0" { code { (markdown::code(code)) } }
        }
    }
}

fn documented_responses(view: &View<'_>, operation: &Operation) -> Markup {
    html! {
        @if !operation.documented_responses.is_empty() { h3 { "Responses" } }
        @for response in &operation.documented_responses { (documented_response(view, response)) }
    }
}

fn documented_response(view: &View<'_>, response: &DocumentedResponse) -> Markup {
    let class = match response.status.as_bytes().first() {
        Some(b'2') => "success",
        Some(b'4' | b'5') => "failure",
        _ => "other",
    };
    html! {
        article.response {
            h4 {
                span.status.(class) { (response.status) }
                @if let Some(ty) = &response.ty { (labels::kind(view.api, ty)) }
                @else if !response.media_types.is_empty() { (labels::listed(response.media_types.iter().map(String::as_str))) }
            }
            div.prose { (markdown::blocks(&response.docs.text)) }
            @if let Some(ty) = &response.ty { (types::in_place(view, ty)) }
            @if !response.headers.is_empty() {
                details {
                    summary { "Headers" }
                    table.fields {
                        thead { tr { th { "Name" } th { "Description" } } }
                        tbody { @for DocumentedHeader { name, docs, .. } in &response.headers {
                            tr { th scope="row" { code { (name) } } td { (markdown::blocks(&docs.text)) } }
                        } }
                    }
                }
            }
            @for example in &response.examples {
                details.example {
                    summary { (caption(example)) }
                    div.panes { (pane("JSON", &labels::json(&example.value))) }
                }
            }
        }
    }
}
