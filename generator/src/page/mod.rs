//! Renders the model as one HTML page with every operation, field, constraint and example.
//!
//! `page` knows HTML, and escapes every text of the document: no text becomes markup, style or script.
//!
//! [`maud`] or the Markdown renderer of `prose` escapes the text. The page contains its style and script. Its content security
//! policy allows no requests, and it is readable without the script.

mod labels;
mod markdown;
mod operations;
mod types;
mod view;

use std::collections::BTreeSet;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use self::view::{View, method, name};
use crate::emit::docs;
use crate::ir::{Api, Credentials, Shape, Type, TypeDef, TypeId, Usage};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// Nothing is fetched and nothing is sent.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; \
                      base-uri 'none'; form-action 'none'";

/// Returns the page of an API whose crate is called `crate_name`.
#[must_use]
pub fn page(api: &Api, crate_name: &str) -> String {
    let view = View { api, crate_name, inline_types: inline_types(api) };
    let title = if api.title.is_empty() { crate_name } else { &api.title };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                link rel="icon" href="data:,";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                (view.index(title))
                main #content tabindex="-1" { (view.content(title)) }
                p #told role="status" aria-live="polite" {}
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

impl View<'_> {
    /// Returns the search, and links to everything that has a heading.
    fn index(&self, title: &str) -> Markup {
        html! {
            header.index {
                div.head {
                    a.title href="#content" { (title) }
                    button #theme type="button" hidden { "Dark" }
                }
                div.search role="search" hidden {
                    label for="search" { "Search" }
                    input #search type="search" placeholder="Search" autocomplete="off"
                        spellcheck="false" role="combobox" aria-expanded="false" aria-controls="found"
                        aria-autocomplete="list";
                    kbd aria-hidden="true" { "/" }
                    ul #found role="listbox" aria-label="Found" hidden {}
                }
                nav aria-label="Contents" {
                    h2 { "Operations" }
                    ul.operations {
                        @for operation in &self.api.operations {
                            li { a href={ "#" (operations::anchor(operation)) } {
                                (method(operation)) span { (name(operation)) }
                            } }
                        }
                    }
                    @let types = self.types().collect::<Vec<_>>();
                    @if !types.is_empty() {
                        details open[types.len() <= 60] {
                            summary { h2 { "Types" } }
                            ul { @for (_, definition) in types {
                                li { a href={ "#type-" (definition.name.rust()) } { (definition.name.rust()) } }
                            } }
                        }
                    }
                    h2 { "Calls" }
                    ul {
                        @if !self.api.servers.is_empty() { li { a href="#servers" { "Servers" } } }
                        @if self.has_credentials() { li { a href="#credentials" { "Credentials" } } }
                        li { a href="#failures" { "When a call fails" } }
                    }
                }
            }
        }
    }

    fn content(&self, title: &str) -> Markup {
        let api = self.api;
        html! {
            section.intro {
                h1 { (title) }
                p.facts {
                    @if !api.version.is_empty() { span { "Version " b { (api.version) } } }
                    span { "Crate " code { (self.crate_name) } }
                }
                div.prose { (markdown::blocks(&api.docs.text)) }
            }
            @for operation in &api.operations { (operations::section(self, operation)) }
            @for (id, definition) in self.types().filter(|(id, _)| !self.inline_types.contains(id)) {
                (types::section(self, id, definition))
            }
            (self.servers())
            (self.credentials())
            (self.failures())
        }
    }

    /// Returns the types that operations reach, by name.
    fn types(&self) -> impl Iterator<Item = (TypeId, &TypeDef)> {
        let all = self.api.types.ids().map(|id| (id, self.api.types.get(id)));
        let mut types: Vec<_> = all.filter(|(_, definition)| definition.usage != Usage::Unused).collect();
        types.sort_by_key(|(_, definition)| definition.name.rust().to_lowercase());
        types.into_iter()
    }

    fn servers(&self) -> Markup {
        html! {
            @if !self.api.servers.is_empty() {
                section #servers {
                    h2 { "Servers" }
                    table {
                        thead { tr { th { "Environment" } th { "URL" } th { "What runs there" } } }
                        tbody { @for server in &self.api.servers {
                            tr {
                                td { code { (server.name.rust()) } }
                                td { code { (server.url) } }
                                td.about {
                                    (markdown::blocks(&server.docs.text))
                                    @for variable in &server.variables {
                                        p { code { (variable.name.wire()) } " is " code { (variable.default) } " unless chosen." }
                                        (markdown::commonmark(&docs::notes(&variable.docs, None)))
                                    }
                                }
                            }
                        } }
                    }
                }
            }
        }
    }

    fn has_credentials(&self) -> bool {
        !self.api.schemes.is_empty() || self.api.service.token.is_some()
    }

    fn credentials(&self) -> Markup {
        html! {
            @if self.has_credentials() {
                section #credentials {
                    h2 { "Credentials" }
                    @if let Some(token) = &self.api.service.token {
                        p {
                            "Access tokens come from " code { "POST " (token.path) } ", for a client's ID and secret "
                            @match token.credentials {
                                Credentials::Body => "in the form that is sent.",
                                Credentials::Basic => "as HTTP Basic authentication.",
                            }
                            " The client of the crate fetches and renews them."
                        }
                    }
                    @for scheme in &self.api.schemes {
                        h3 { code { (scheme.name.wire()) } }
                        p { (labels::credentials(&scheme.kind)) }
                        div.prose { (markdown::blocks(&scheme.docs.text)) }
                    }
                }
            }
        }
    }

    fn failures(&self) -> Markup {
        let paragraphs = docs::failures(&self.api.service);
        // The heading is the page's own.
        let paragraphs = paragraphs.iter().filter(|paragraph| !paragraph.starts_with('#'));
        let paragraphs = paragraphs.map(String::as_str).collect::<Vec<_>>().join("\n\n");
        html! {
            section #failures {
                h2 { "When a call fails" }
                div.prose { (markdown::commonmark(&paragraphs)) }
                @if let Some(result) = &self.api.service.failure.result {
                    p { "Codes in " code { (result.member) } ":" }
                    (markdown::commonmark(&docs::codes("code", &result.codes)))
                }
            }
        }
    }
}

/// Returns the objects whose only use is the body of one request or response. The page shows them there.
fn inline_types(api: &Api) -> BTreeSet<TypeId> {
    let mut uses = vec![0_usize; api.types.len()];
    let bodies = || {
        let sent = api.operations.iter().filter_map(|operation| operation.body.as_ref()?.ty());
        let responses = api.operations.iter().flat_map(|operation| &operation.documented_responses);
        sent.chain(responses.filter_map(|response| response.ty.as_ref()))
    };
    let parameters = api.operations.iter().flat_map(|operation| {
        let others = operation.query.iter().chain(&operation.cookies).map(|parameter| &parameter.ty);
        let path = operation.path_parameters().map(|path| &path.parameter.ty);
        path.chain(others).chain(operation.headers.iter().map(|header| &header.ty))
    });
    let members = api.types.iter().flat_map(|definition| definition.shape.types());
    for id in bodies().chain(parameters).chain(members).filter_map(Type::named) {
        uses[id.index()] += 1;
    }
    let direct = bodies().filter_map(|ty| match ty {
        Type::Named(id) => Some(*id),
        _ => None,
    });
    direct.filter(|id| uses[id.index()] == 1 && matches!(api.types.get(*id).shape, Shape::Struct(_))).collect()
}
