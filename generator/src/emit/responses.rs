//! The type of a response: a body, nothing, one of several bodies by status and media type, or a download.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::docs;
use super::types;
use crate::ir::{Api, CaseContent, Operation, ResponseBody, ResponseCase, ResponseCases};

/// Returns the name of the enum of a response that has several contents.
pub(super) fn name(response: &ResponseBody) -> Option<Ident> {
    match response {
        ResponseBody::Cases(cases) => Some(cases.name.ident()),
        ResponseBody::Empty | ResponseBody::Body(_) | ResponseBody::Optional(_) | ResponseBody::Download => None,
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
    }
}

/// Returns the enum of a response that has several contents.
pub(super) fn emit(api: &Api, operation: &Operation) -> Option<TokenStream> {
    let ResponseBody::Cases(ResponseCases { name, cases }) = &operation.response_body else { return None };
    let (name, method) = (name.ident(), operation.name.rust());
    let docs = docs::attributes(&[format!("The response of [`Client::{method}`], by its status and content type.")]);
    // A download can be read once, and is no value.
    let derive = if operation.response_body.has_download() {
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
    };
    quote!(#docs #ident(#ty) = #content;)
}

/// Returns the method that requests the response as a download, in a media type that is not JSON.
pub(super) fn download(operation: &Operation) -> Option<TokenStream> {
    let media_types = operation.alternatives.as_ref()?;
    let docs = docs::attributes(&[
        format!("Sends the call, and requests the response as a download of type {}.", docs::code(media_types)),
        "Some services require a member of the request body for this, too.".to_owned(),
    ]);
    let parameters = operation.query.iter().chain(&operation.cookies).map(|parameter| &parameter.name);
    let mut names = parameters.chain(operation.headers.iter().map(|header| &header.name));
    let is_taken = names.any(|name| name.rust() == "download");
    let method = format_ident!("{}", if is_taken { "download_response" } else { "download" });
    Some(quote! {
        #docs
        pub fn #method(self) -> CallFuture<Download> {
            self.call.accept(#media_types).send()
        }
    })
}
