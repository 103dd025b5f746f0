//! The model becomes tokens, one file for each thing a reader would look for.

pub(crate) mod answers;
mod client;
pub(crate) mod docs;
mod enums;
pub(crate) mod examples;
mod operations;
mod parameters;
pub(crate) mod prose;
mod structs;
pub(crate) mod successes;
pub(crate) mod types;
mod unions;
mod wrap;

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Answer, Api, Field, Operation, Scalar, Shape, Type, TypeDef, Usage};
use crate::names::{Name, RUNTIME_NAMES, RUNTIME_NAMES_AT_NEED};
use crate::source::Pointer;

pub(crate) use prose::printable;
pub(crate) use structs::only_value;

/// A file before it is rendered.
#[derive(Debug)]
pub struct EmittedFile {
    /// Where it goes, below the crate's `src`.
    pub path: String,
    /// What it was made from.
    pub at: Pointer,
    /// Its items.
    pub tokens: TokenStream,
}

/// Emits all files of a crate's `src` folder, one by one as they are asked for: the tokens of all of them together would fill
/// far more memory than their texts. `crate_name` is the crate's name in paths.
pub fn emit<'a>(api: &'a Api, crate_name: &'a str) -> impl Iterator<Item = EmittedFile> + 'a {
    let root = Pointer::root();
    let file = |path: &str, at: &Pointer, tokens| EmittedFile { path: path.to_owned(), at: at.clone(), tokens };
    let models = models(api);
    let mut files = vec![
        file("lib.rs", &root, library(api, crate_name)),
        file("client.rs", &root, client::client(api)),
        file("service.rs", &root, client::service(api)),
        file("operations/mod.rs", &root.join("paths"), operations::index(api)),
    ];
    if let Some(successes) = successes::emit(api) {
        files.push(file("success.rs", &root.join("components").join("schemas"), successes));
    }
    if !api.servers.is_empty() {
        files.push(file("environment.rs", &root.join("servers"), client::environment(api)));
    }
    if !models.is_empty() {
        files.push(file("models/mod.rs", &root.join("components").join("schemas"), models_index(&models)));
    }
    let operations = api.operations.iter().map(move |operation| EmittedFile {
        path: format!("operations/{}.rs", operation.name.file_stem()),
        at: operation.at.clone(),
        tokens: operations::operation(api, operation, crate_name),
    });
    let models = models.into_iter().map(move |definition| EmittedFile {
        path: format!("models/{}.rs", definition.name.file_stem()),
        at: definition.at.clone(),
        tokens: model(api, definition),
    });
    files.into_iter().chain(operations).chain(models)
}

/// A type as Rust code spells it.
pub(crate) fn spelt(api: &Api, ty: &Type) -> String {
    types::rust_type(api, ty).to_string().replace(' ', "")
}

/// The type of what an operation brings, as Rust code spells it.
pub(crate) fn answer_type(api: &Api, answer: &Answer) -> String {
    answers::rust_type(api, answer).to_string().replace(' ', "")
}

/// The type of the argument that sets a field.
pub(crate) fn argument_type(api: &Api, field: &Field) -> String {
    types::argument(api, field).ty.to_string()
}

/// The type of the argument that a call takes for a parameter.
pub(crate) fn parameter_type(api: &Api, name: &Name, ty: &Type) -> String {
    parameters::argument_type(api, name, ty).to_string()
}

/// The tokens of the file of a type.
pub(crate) fn type_tokens(api: &Api, definition: &TypeDef) -> TokenStream {
    model(api, definition)
}

/// The tokens of the file of an operation.
pub(crate) fn operation_tokens(api: &Api, operation: &Operation) -> TokenStream {
    operations::operation(api, operation, "crate")
}

/// The types that operations reach, by name.
fn models(api: &Api) -> Vec<&TypeDef> {
    let mut models: Vec<_> = api.types.iter().filter(|definition| definition.usage != Usage::Unused).collect();
    models.sort_by(|a, b| a.name.rust().cmp(b.name.rust()));
    models
}

fn model(api: &Api, definition: &TypeDef) -> TokenStream {
    match &definition.shape {
        Shape::Struct(object) => types::with_imports(api, definition, structs::emit(api, definition, object)),
        Shape::Enum(choice) => enums::emit(definition, choice),
        Shape::Union(union) => {
            let items = unions::emit(api, definition, union);
            types::with_imports_of(api, definition, &unions::scope(api, definition, union), items)
        }
        Shape::Alias(ty) => alias(api, definition, ty),
    }
}

fn alias(api: &Api, definition: &TypeDef, ty: &Type) -> TokenStream {
    let name = definition.name.ident();
    let docs = docs::attributes(&docs::of_type(definition));
    let ty = types::rust_type(api, ty);
    let body = quote! {
        #docs
        pub type #name = #ty;
    };
    types::with_imports(api, definition, body)
}

/// Lets a setter be called like a binary operator, for which clippy would have a trait.
fn like_operator(setter: &Name) -> Option<TokenStream> {
    const OPERATORS: &[&str] = &["add", "sub", "mul", "div", "rem", "shl", "shr", "bitand", "bitor", "bitxor"];
    let is_one = OPERATORS.contains(&setter.rust());
    is_one.then(|| quote!(#[allow(clippy::should_implement_trait, reason = "it is called as on the wire")]))
}

/// The declaration of an item's module; a file is found by a name of its own accord only if that is ASCII.
fn module(name: &Name) -> TokenStream {
    let stem = name.file_stem();
    let path = (!stem.is_ascii()).then(|| {
        let file = format!("{stem}.rs");
        quote!(#[path = #file])
    });
    let module = quote::format_ident!("{stem}");
    quote!(#path mod #module;)
}

fn models_index(models: &[&TypeDef]) -> TokenStream {
    let modules = models.iter().map(|definition| module(&definition.name));
    let uses = models.iter().map(|definition| {
        let (module, name) = (quote::format_ident!("{}", definition.name.file_stem()), definition.name.ident());
        quote!(pub use #module::#name;)
    });
    quote! {
        #(#modules)*
        #(#uses)*
    }
}

/// What the crate takes over from the runtime because something in it is made of it.
fn runtime_at_need(api: &Api) -> Vec<&'static str> {
    let calls = api.operations.iter().flat_map(|operation| operation.sent_types().chain(operation.answer.types()));
    let types = models(api).into_iter().flat_map(|model| model.shape.types()).chain(calls);
    let scalars: Vec<_> = types.filter_map(Type::scalar).collect();
    let has = |name: &str| match name {
        "Base64" => scalars.contains(&Scalar::Base64),
        "DateTime" => scalars.contains(&Scalar::DateTime),
        "Upload" => scalars.contains(&Scalar::Upload),
        "Payload" => {
            let bodies = api.operations.iter().filter_map(|operation| operation.body.as_ref());
            bodies.into_iter().any(|body| body.ty().is_none())
        }
        _ => api.operations.iter().any(|operation| operation.answer == Answer::Stream),
    };
    RUNTIME_NAMES_AT_NEED.iter().copied().filter(|name| has(name)).collect()
}

/// The operations as a table.
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

/// The features of every generated crate.
const FEATURES: &str = include_str!("features.md");

/// The crate's root: modules and what users name.
fn library(api: &Api, crate_name: &str) -> TokenStream {
    let mut paragraphs = vec![format!("{}.", prose::line(&api.title))];
    paragraphs.extend(docs::paragraphs(&api.docs, None));
    paragraphs.push("# Operations".to_owned());
    paragraphs.push(operations_table(api));
    paragraphs.extend(examples::first(api, crate_name).into_iter().flat_map(|first| ["# Example".to_owned(), first]));
    paragraphs.extend(docs::failures(&api.service));
    paragraphs.extend(["# Features".to_owned(), FEATURES.to_owned()]);
    let text = paragraphs.iter().map(|paragraph| paragraph.trim()).filter(|paragraph| !paragraph.is_empty());
    let text = wrap::wrap(&text.collect::<Vec<_>>().join("\n\n"));
    let lines = text.lines().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    let has_models = !models(api).is_empty();
    // By itself, since rustfmt drops whatever it stands before in a macro.
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
    let at_need = runtime_at_need(api);
    let runtime = RUNTIME_NAMES.iter().copied().chain([&at_need[..]]).filter(|names| !names.is_empty()).map(|names| {
        let line = types::use_line(&quote!(sdk_runtime), names.iter().copied());
        quote!(pub #line)
    });
    // Rustc is wary of letters that look like others, and where there are no capitals variants are spelt like values.
    let foreign = api.names().any(|name| !name.rust().is_ascii()).then(|| {
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
        #foreign

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
