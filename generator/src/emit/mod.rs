//! Emits the model as tokens: one file for each operation and each named schema, with the types that are declared in it.
//!
//! `emit` knows Rust's syntax, and neither OpenAPI nor files. It reports nothing: every model can be emitted.

mod client;
pub(crate) mod docs;
mod enums;
pub(crate) mod examples;
mod imports;
mod line_wrapping;
mod models;
mod operations;
mod parameters;
pub(crate) mod prose;
pub(crate) mod responses;
mod structs;
pub(crate) mod success_meaning;
mod type_files;
pub(crate) mod types;
mod unions;

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use self::type_files::{TypeFile, TypeFiles};
use crate::document::Pointer;
use crate::ir::{
    Api, CaseContent, Field, ItemFormat, Operation, ResponseBody, ResponseCase, Scalar, Type, TypeDef, Usage,
};
use crate::names::Name;
use crate::names::reserved::{RUNTIME_NAMES, RUNTIME_NAMES_AT_NEED};

pub(crate) use models::type_tokens;
pub(crate) use prose::printable;
pub(crate) use structs::only_value;

/// A file before it is rendered.
#[derive(Debug)]
pub struct EmittedFile {
    /// The path below the crate's `src`.
    pub path: String,
    /// The node of the document from which it was made.
    pub at: Pointer,
    /// Its items.
    pub tokens: TokenStream,
}

/// Emits all files of a crate's `src` folder, lazily: the tokens of all files need far more memory than their texts.
/// `crate_name` is the crate's name in paths.
pub fn emit<'a>(api: &'a Api, crate_name: &'a str) -> impl Iterator<Item = EmittedFile> + 'a {
    let root = Pointer::root();
    let file = |path: &str, at: &Pointer, tokens| EmittedFile { path: path.to_owned(), at: at.clone(), tokens };
    let TypeFiles { models, operations: inline } = TypeFiles::of(api);
    let mut files = vec![
        file("lib.rs", &root, library(api, crate_name)),
        file("client.rs", &root, client::client(api)),
        file("service.rs", &root, client::service(api)),
        file("operations/mod.rs", &root.join("paths"), operations::index(api, &inline)),
    ];
    if let Some(meanings) = success_meaning::emit(api) {
        files.push(file("success.rs", &root.join("components").join("schemas"), meanings));
    }
    if !api.servers.is_empty() {
        files.push(file("environment.rs", &root.join("servers"), client::environment(api)));
    }
    if has_models(api) {
        let index = models_index(api, &models, &inline);
        files.push(file("models/mod.rs", &root.join("components").join("schemas"), index));
    }
    let operations = api.operations.iter().zip(inline).map(move |(operation, inline)| EmittedFile {
        path: format!("operations/{}.rs", operation.name.file_stem()),
        at: operation.at.clone(),
        tokens: operations::file(api, operation, &inline, crate_name),
    });
    let models = models.into_iter().map(move |file| EmittedFile {
        path: format!("models/{}.rs", file.name.file_stem()),
        tokens: models::model_file(api, &file.types),
        at: file.at,
    });
    files.into_iter().chain(operations).chain(models)
}

/// Returns a type as Rust code spells it.
pub(crate) fn spelt(api: &Api, ty: &Type) -> String {
    types::rust_type(api, ty).to_string().replace(' ', "")
}

/// Returns the type of the response of an operation, as Rust code spells it.
pub(crate) fn response_type(api: &Api, response: &ResponseBody) -> String {
    responses::rust_type(api, response).to_string().replace(' ', "")
}

/// Returns the type of the argument that sets a field.
pub(crate) fn argument_type(api: &Api, field: &Field) -> String {
    types::argument(api, field).ty.to_string()
}

/// Returns the type of the argument that a call takes for a parameter.
pub(crate) fn parameter_type(api: &Api, name: &Name, ty: &Type) -> String {
    parameters::argument_type(api, name, ty).to_string()
}

/// Returns the tokens of an operation, without the types that are declared in its file.
pub(crate) fn operation_tokens(api: &Api, operation: &Operation) -> TokenStream {
    operations::file(api, operation, &[], "crate")
}

/// Returns the types that operations reach.
fn models(api: &Api) -> impl Iterator<Item = &TypeDef> {
    api.types.iter().filter(|definition| definition.usage != Usage::Unused)
}

fn has_models(api: &Api) -> bool {
    models(api).next().is_some()
}

/// Returns one `pub use` of the types that a module holds, or none.
fn exports(module: &TokenStream, types: &[&TypeDef]) -> Option<TokenStream> {
    let names: BTreeSet<_> = types.iter().map(|definition| definition.name.rust()).collect();
    imports::use_line(module, names.into_iter()).map(|line| quote!(pub #line))
}

/// Returns the modules of types, and exports of all types, including those in the files of operations.
fn models_index(api: &Api, files: &[TypeFile<'_>], inline: &[Vec<&TypeDef>]) -> TokenStream {
    let modules = files.iter().map(|file| imports::module(file.name, &TokenStream::new()));
    let own = files.iter().filter_map(|file| {
        let module = quote::format_ident!("{}", file.name.file_stem());
        exports(&quote!(#module), &file.types)
    });
    let of_operations = api.operations.iter().zip(inline).filter_map(|(operation, inline)| {
        let module = quote::format_ident!("{}", operation.name.file_stem());
        exports(&quote!(crate::operations::#module), inline)
    });
    quote! {
        #(#modules)*
        #(#of_operations)*
        #(#own)*
    }
}

/// Returns the types that the crate exports from the runtime only if its own items use them.
fn runtime_names_in_use(api: &Api) -> Vec<&'static str> {
    let calls = api.operations.iter().flat_map(|operation| operation.sent_types().chain(operation.success_types()));
    let types = models(api).flat_map(|model| model.shape.types()).chain(calls);
    let scalars: Vec<_> = types.filter_map(Type::scalar).collect();
    let has = |name: &str| match name {
        "Base64" => scalars.contains(&Scalar::Base64),
        "Base64Url" => scalars.contains(&Scalar::Base64Url),
        "DateTime" => scalars.contains(&Scalar::DateTime),
        "Upload" => scalars.contains(&Scalar::Upload),
        "Payload" => {
            let bodies = api.operations.iter().filter_map(|operation| operation.body.as_ref());
            bodies.into_iter().any(|body| body.ty().is_none())
        }
        "EventStream" | "ServerSentEvent" => has_items(api, ItemFormat::Events),
        "ItemStream" => has_items(api, ItemFormat::Values),
        _ => api.operations.iter().any(has_download),
    };
    RUNTIME_NAMES_AT_NEED.iter().copied().filter(|name| has(name)).collect()
}

fn has_download(operation: &Operation) -> bool {
    let of_case = |case: &ResponseCase| case.content == CaseContent::Download;
    let body = &operation.response_body;
    *body == ResponseBody::Download || body.cases().iter().any(of_case) || operation.alternatives.is_some()
}

/// Returns whether responses have items of a format.
fn has_items(api: &Api, format: ItemFormat) -> bool {
    let items = api.operations.iter().flat_map(|operation| {
        operation.response_body.items().chain(operation.item_alternatives.iter().map(|(_, items)| items))
    });
    items.into_iter().any(|items| items.format == format)
}

/// Returns the features of the runtime that the crate needs beside its own.
pub(crate) fn runtime_features(api: &Api) -> &'static [&'static str] {
    let has_items = has_items(api, ItemFormat::Events) || has_items(api, ItemFormat::Values);
    if has_items { &["item-streams"] } else { &[] }
}

/// Returns the operations as a table.
fn operations_table(api: &Api) -> String {
    let rows = api.operations.iter().map(|operation| {
        let (method, call) = (operation.name.rust(), operation.call.type_ident());
        // A bar would end the cell, even in a code span.
        let route = docs::code(&operation.route()).replace('|', "\\|");
        let summary = prose::line(operation.summary.trim_end_matches('.'));
        format!("\n| [`{method}`](Client::{method}) | {route} | {summary} | [`{call}`](operations::{call}) |")
    });
    let head = "| method of [`Client`] | HTTP | what it does | call |\n|---|---|---|---|".to_owned();
    rows.fold(head, |table, row| table + &row)
}

/// The crate on which emitted code depends.
pub(crate) const RUNTIME: &str = "sdk_runtime";

/// The files of the runtime that declare the macros of emitted code. No other description of the macros exists.
pub(crate) const MACROS: [&str; 3] = [
    include_str!(concat!(env!("RUNTIME_SOURCES"), "/model/macros.rs")),
    include_str!(concat!(env!("RUNTIME_SOURCES"), "/calls/macros.rs")),
    include_str!(concat!(env!("RUNTIME_SOURCES"), "/calls/response_macro.rs")),
];

/// The features of every generated crate.
const FEATURES: &str = include_str!("features.md");

/// Returns the crate's root: modules and exports.
fn library(api: &Api, crate_name: &str) -> TokenStream {
    let mut paragraphs = vec![format!("{}.", prose::line(&api.title))];
    paragraphs.extend(docs::paragraphs(&api.docs, None));
    paragraphs.push("# Operations".to_owned());
    paragraphs.push(operations_table(api));
    paragraphs.extend(examples::first(api, crate_name).into_iter().flat_map(|first| ["# Example".to_owned(), first]));
    paragraphs.extend(docs::failures(&api.service));
    paragraphs.extend(["# Features".to_owned(), FEATURES.to_owned()]);
    let text = paragraphs.iter().map(|paragraph| paragraph.trim()).filter(|paragraph| !paragraph.is_empty());
    let text = line_wrapping::wrap(&text.collect::<Vec<_>>().join("\n\n"));
    let lines = text.lines().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    let has_models = has_models(api);
    // Interpolated, because rustfmt drops an item behind this attribute in a macro.
    let skip = quote!(#[rustfmt::skip]);
    let models_module = has_models.then(|| quote!(#skip mod models;));
    let models_use = has_models.then(|| {
        quote!(
            pub use models::*;
        )
    });
    let environment_module = (!api.servers.is_empty()).then(|| quote!(#skip mod environment;));
    let environment_use = (!api.servers.is_empty()).then(|| {
        quote!(
            pub use environment::Environment;
        )
    });
    let at_need = runtime_names_in_use(api);
    let mut lists: Vec<_> =
        RUNTIME_NAMES.iter().copied().chain([&at_need[..]]).filter(|names| !names.is_empty()).collect();
    // As rustfmt sorts them, since a crate is formatted with the project that it is in: single names come before lists.
    lists.sort_by_key(|names| (names.len() > 1, names.first().copied()));
    let runtime = lists.into_iter().map(|names| {
        let line = imports::use_line(&quote!(sdk_runtime), names.iter().copied());
        quote!(pub #line)
    });
    // Rustc warns of letters that look alike, and of variants without capital letters, as in scripts that have none.
    let allowed_scripts = api.names().any(|name| !name.rust().is_ascii()).then(|| {
        quote! {
            #![allow(
                bindings_with_variant_name,
                confusable_idents,
                mixed_script_confusables,
                uncommon_codepoints,
                reason = "names are those of the document, in any script"
            )]
        }
    });
    let success_module = api.operations.iter().any(|operation| operation.success(&api.types).is_some()).then(|| {
        quote! {
            #[rustfmt::skip]
            mod success;
        }
    });
    quote! {
        #(#![doc = #lines])*
        #allowed_scripts

        #[rustfmt::skip]
        mod client;
        #environment_module
        #models_module
        #[rustfmt::skip]
        pub mod operations;
        #[rustfmt::skip]
        mod service;
        #success_module

        pub use client::{Client, ClientBuilder};
        #environment_use
        #models_use
        #(#runtime)*
    }
}
