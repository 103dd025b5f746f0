//! The type of a response: a body, nothing, one of several bodies by status and media type, or a download.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::docs;
use super::types;
use crate::ir::{Api, CaseContent, ItemFormat, Items, Operation, ResponseBody, ResponseCase, ResponseCases};

/// Returns the name of the enum of a response that has several contents.
pub(super) fn name(response: &ResponseBody) -> Option<Ident> {
    match response {
        ResponseBody::Cases(cases) => Some(cases.name.ident()),
        ResponseBody::Empty
        | ResponseBody::Body(_)
        | ResponseBody::Optional(_)
        | ResponseBody::Download
        | ResponseBody::Items(_) => None,
    }
}

/// Returns the type of a response.
pub(crate) fn rust_type(api: &Api, response: &ResponseBody) -> TokenStream {
    match response {
        ResponseBody::Empty => quote!(()),
        ResponseBody::Body(ty) => types::rust_type(api, ty),
        ResponseBody::Optional(ty) => {
            let ty = types::rust_type(api, ty);
            quote!(Option<#ty>)
        }
        ResponseBody::Cases(cases) => {
            let name = cases.name.ident();
            quote!(#name)
        }
        ResponseBody::Download => quote!(Download),
        ResponseBody::Items(items) => stream_type(api, items),
    }
}

/// Returns the type of a stream of items.
fn stream_type(api: &Api, items: &Items) -> TokenStream {
    let ty = types::rust_type(api, &items.ty);
    match items.format {
        ItemFormat::Events => quote!(EventStream<#ty>),
        ItemFormat::Values => quote!(ItemStream<#ty>),
    }
}

/// Returns the enum of a response that has several contents.
pub(super) fn emit(api: &Api, operation: &Operation) -> Option<TokenStream> {
    let ResponseBody::Cases(ResponseCases { name, cases }) = &operation.response_body else { return None };
    let (name, method) = (name.ident(), operation.name.rust());
    let docs = docs::attributes(&[format!("The response of [`Client::{method}`], by its status and content type.")]);
    // A download can be read once, and is no value.
    let derive = if operation.response_body.is_streamed() {
        quote!(#[derive(Debug)])
    } else {
        quote!(#[derive(Clone, Debug, PartialEq)])
    };
    let rows = cases.iter().map(|case| row(api, case));
    Some(quote! {
        sdk_runtime::response! {
            #docs
            #derive
            pub enum #name {
                #(#rows)*
            }
        }
    })
}

/// Returns the row of one content.
fn row(api: &Api, case: &ResponseCase) -> TokenStream {
    let ResponseCase { name, media_types, content, .. } = case;
    let (ident, status) = (name.ident(), name.wire());
    let listed: Vec<_> = media_types.iter().map(|media_type| docs::code(media_type)).collect();
    let summary = match listed.as_slice() {
        [] => format!("The response with the status {}.", docs::code(status)),
        listed => {
            format!("The response with the status {} and the content type {}.", docs::code(status), listed.join(" or "))
        }
    };
    let docs = docs::attributes(&[summary]);
    let content_of = |form: &str| {
        let form = format_ident!("{form}");
        quote!(#form(#status, &[#(#media_types),*]))
    };
    let (ty, content) = match content {
        CaseContent::Empty => (quote!(()), quote!(empty(#status))),
        CaseContent::Json(ty) => (types::rust_type(api, ty), content_of("json")),
        CaseContent::Text(ty) => (types::rust_type(api, ty), content_of("text")),
        CaseContent::Download => (quote!(Download), content_of("download")),
        CaseContent::Items(items) => (stream_type(api, items), content_of("download")),
    };
    quote!(#docs #ident(#ty) = #content;)
}

/// Returns the methods that request the response in a media type that is not JSON: as a download, or as items.
pub(super) fn alternatives(api: &Api, operation: &Operation) -> Vec<TokenStream> {
    let events = items(api, operation, ItemFormat::Events, "events");
    let values = items(api, operation, ItemFormat::Values, "items");
    [download(operation), events, values].into_iter().flatten().collect()
}

/// Returns a name for a method of a call: the wanted one, unless a parameter has it.
fn method_name(operation: &Operation, wanted: &str) -> Ident {
    let parameters = operation.query.iter().chain(&operation.cookies).map(|parameter| &parameter.name);
    let mut names = parameters.chain(operation.headers.iter().map(|header| &header.name));
    let is_taken = names.any(|name| name.rust() == wanted);
    if is_taken { format_ident!("{wanted}_response") } else { format_ident!("{wanted}") }
}

/// Returns the method that requests the response as items of a format. Of several types, the first counts.
fn items(api: &Api, operation: &Operation, format: ItemFormat, wanted: &str) -> Option<TokenStream> {
    let (media_type, items) = operation.item_alternatives.iter().find(|(_, items)| items.format == format)?;
    let docs = docs::attributes(&[
        format!("Sends the call, and requests the response as {}, to be read one by one.", docs::code(media_type)),
        "Some services require a member of the request body for this, too.".to_owned(),
    ]);
    let (method, ty) = (method_name(operation, wanted), stream_type(api, items));
    Some(quote! {
        #docs
        pub fn #method(self) -> CallFuture<#ty> {
            self.call.accept(#media_type).send()
        }
    })
}

/// Returns the method that requests the response as a download, in a media type that is not JSON.
fn download(operation: &Operation) -> Option<TokenStream> {
    let media_types = operation.alternatives.as_ref()?;
    let docs = docs::attributes(&[
        format!("Sends the call, and requests the response as a download of type {}.", docs::code(media_types)),
        "Some services require a member of the request body for this, too.".to_owned(),
    ]);
    let method = method_name(operation, "download");
    Some(quote! {
        #docs
        pub fn #method(self) -> CallFuture<Download> {
            self.call.accept(#media_types).send()
        }
    })
}
