//! The model becomes tokens, one file for each thing a reader would look for.

mod client;
mod docs;
mod enums;
mod examples;
mod operations;
mod structs;
mod types;

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Api, Shape, Type, TypeDef, Usage};
use crate::names::{Name, RUNTIME_NAMES};
use crate::source::Pointer;

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

/// Emits all files of a crate's `src` folder; `crate_name` is the crate's name in paths.
#[must_use]
pub fn emit(api: &Api, crate_name: &str) -> Vec<EmittedFile> {
    let root = Pointer::root();
    let mut files = vec![
        EmittedFile { path: "lib.rs".to_owned(), at: root.clone(), tokens: library(api) },
        EmittedFile { path: "client.rs".to_owned(), at: root.clone(), tokens: client::client(api) },
        EmittedFile { path: "service.rs".to_owned(), at: root.clone(), tokens: client::service(api) },
        EmittedFile { path: "operations/mod.rs".to_owned(), at: root.join("paths"), tokens: operations::index(api) },
    ];
    if !api.servers.is_empty() {
        let at = root.join("servers");
        files.push(EmittedFile { path: "environment.rs".to_owned(), at, tokens: client::environment(api) });
    }
    for operation in &api.operations {
        let path = format!("operations/{}.rs", operation.name.file_stem());
        let tokens = operations::operation(api, operation, crate_name);
        files.push(EmittedFile { path, at: operation.at.clone(), tokens });
    }
    let models = models(api);
    if !models.is_empty() {
        let at = root.join("components").join("schemas");
        files.push(EmittedFile { path: "models/mod.rs".to_owned(), at, tokens: models_index(&models) });
    }
    for definition in models {
        let path = format!("models/{}.rs", definition.name.file_stem());
        files.push(EmittedFile { path, at: definition.at.clone(), tokens: model(api, definition) });
    }
    files
}

/// The types that operations reach, by name.
fn models(api: &Api) -> Vec<&TypeDef> {
    let mut models: Vec<_> = api.types.iter().filter(|definition| definition.usage != Usage::Unused).collect();
    models.sort_by(|a, b| a.name.rust().cmp(b.name.rust()));
    models
}

fn model(api: &Api, definition: &TypeDef) -> TokenStream {
    match &definition.shape {
        Shape::Struct(object) => structs::emit(api, definition, object),
        Shape::Enum(choice) => enums::emit(definition, choice),
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

/// The crate's root: modules and what users name.
fn library(api: &Api) -> TokenStream {
    let title = &api.title;
    let mut paragraphs = vec![format!("{title}.")];
    paragraphs.extend(docs::paragraphs(&api.docs, None));
    let calls = api.operations.iter().map(|operation| {
        let method = operation.name.rust();
        format!("- [`Client::{method}`]: {}", docs::prose(operation.summary.trim_end_matches('.')))
    });
    paragraphs.push("# Operations".to_owned());
    paragraphs.push(calls.collect::<Vec<_>>().join("\n"));
    paragraphs.extend(docs::failures(&api.service));
    let text = paragraphs.iter().map(|paragraph| paragraph.trim()).filter(|paragraph| !paragraph.is_empty());
    let text = text.collect::<Vec<_>>().join("\n\n");
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
    let runtime = RUNTIME_NAMES.iter().map(|names| {
        let line = types::use_line(&quote!(sdk_runtime), names.iter().copied());
        quote!(pub #line)
    });
    quote! {
        #(#![doc = #lines])*

        #[rustfmt::skip]
        mod client;
        #environment_module
        #models_module
        #[rustfmt::skip]
        pub mod operations;
        #[rustfmt::skip]
        mod service;

        pub use client::{Client, ClientBuilder};
        #environment_use
        #models_use
        #(#runtime)*
    }
}
