//! Operations: the client's method, and the call it returns.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::types::{rust_type, use_line};
use super::{docs, examples, structs};
use crate::ir::{Api, HeaderParameter, Idempotency, Operation, Presence, Segment, SetBy, Status, Type};

/// The modules of all operations.
pub(super) fn index(api: &Api) -> TokenStream {
    let modules = api.operations.iter().map(|operation| super::module(&operation.name));
    let uses = api.operations.iter().map(|operation| {
        let (module, call) = (format_ident!("{}", operation.name.file_stem()), operation.name.type_ident());
        quote!(pub use #module::#call;)
    });
    quote! {
        //! One call for each operation, as the client's methods return them.

        #(#modules)*
        #(#uses)*
        pub use sdk_runtime::seam::OperationCall;
    }
}

/// The file of one operation.
pub(super) fn operation(api: &Api, operation: &Operation, crate_name: &str) -> TokenStream {
    let declaration = declaration(operation);
    let method = method(api, operation, crate_name);
    let call = call(api, operation);
    let items = quote! {
        #declaration
        #method
        #call
    };
    let idents = super::types::idents(&items);
    let seam = ["Call", "HeaderField", "Limits", "Operation", "OperationCall", "Segment", "call_span"];
    let seam = use_line(&quote!(sdk_runtime::seam), seam.into_iter().filter(|name| idents.contains(*name)));
    let root = [
        "CallFuture",
        "Date",
        "Decimal",
        "Error",
        "IdempotencyKey",
        "Json",
        "Map",
        "Response",
        "ResumableCall",
        "RetryPolicy",
        "Secret",
    ];
    let root = use_line(&quote!(sdk_runtime), root.into_iter().filter(|name| idents.contains(*name)));
    let body = operation.body.iter().map(|body| &body.ty);
    let mut models: Vec<_> = body
        .chain([&operation.answer])
        .filter_map(|ty| super::types::mentioned(api, ty))
        .map(|model| model.name.rust())
        .collect();
    models.sort_unstable();
    models.dedup();
    let models = use_line(&quote!(crate::models), models.into_iter());
    quote! {
        use crate::Client;
        #models
        #seam
        #root
        use std::future::IntoFuture;
        use std::time::Duration;
        #items
    }
}

/// The wire contract of the operation.
fn declaration(operation: &Operation) -> TokenStream {
    let constant = operation.name.const_ident();
    let (id, method) = (operation.name.wire(), operation.method);
    let segments = operation.path.iter().map(|segment| match segment {
        Segment::Literal(text) => quote!(Segment::Literal(#text)),
        Segment::Parameter(parameter) => {
            let wire = parameter.name.wire();
            quote!(Segment::Parameter(#wire))
        }
    });
    let headers = operation.headers.iter().map(header_field);
    let headers = (!operation.headers.is_empty()).then(|| quote!(.headers(&[#(#headers),*])));
    let idempotent = (operation.idempotency == Idempotency::Keyed).then(|| quote!(.idempotent()));
    quote! {
        static #constant: Operation = Operation::new(#id, #method, &[#(#segments),*])
            #headers #idempotent .span(call_span!(#id));
    }
}

fn header_field(header: &HeaderParameter) -> TokenStream {
    let wire = header.name.wire();
    let required = (header.presence == Presence::Required).then(|| quote!(.required()));
    let limits = (!header.limits.is_empty()).then(|| {
        let limits = structs::limits(&header.limits);
        quote!(.limits(#limits))
    });
    let send = header.send.as_ref().map(|value| quote!(.send(#value)));
    quote!(HeaderField::new(#wire) #required #limits #send)
}

fn method(api: &Api, operation: &Operation, crate_name: &str) -> TokenStream {
    let (name, call, constant) = (operation.name.ident(), operation.name.type_ident(), operation.name.const_ident());
    let docs = docs::attributes(&method_paragraphs(api, operation, crate_name));
    let deprecated = (operation.status == Status::Deprecated).then(|| quote!(#[deprecated]));
    let paths: Vec<_> = operation
        .path
        .iter()
        .filter_map(|segment| match segment {
            Segment::Parameter(parameter) => Some(parameter.name.ident()),
            Segment::Literal(_) => None,
        })
        .collect();
    let body_type = operation.body.as_ref().map(|body| rust_type(api, &body.ty));
    let body_parameter = body_type.as_ref().map(|ty| quote!(body: &#ty,));
    let body = body_type.as_ref().map(|_| quote!(.body(body)));
    quote! {
        impl Client {
            #docs
            #deprecated
            pub fn #name(&self, #(#paths: impl AsRef<str>,)* #body_parameter) -> #call {
                #call { call: self.core.call(&#constant) #(.path_parameter(#paths))* #body }
            }
        }
    }
}

fn method_paragraphs(api: &Api, operation: &Operation, crate_name: &str) -> Vec<String> {
    let path: String = operation
        .path
        .iter()
        .map(|segment| match segment {
            Segment::Literal(text) => text.clone(),
            Segment::Parameter(parameter) => format!("{{{}}}", parameter.name.wire()),
        })
        .collect();
    let mut paragraphs = vec![docs::prose(&full_stop(&operation.summary)), format!("`{} {path}`", operation.method)];
    paragraphs.extend(docs::paragraphs(&operation.docs, None));
    for segment in &operation.path {
        if let Segment::Parameter(parameter) = segment
            && !parameter.docs.text.is_empty()
        {
            paragraphs.push(format!("`{}`: {}", parameter.name.rust(), docs::prose(&parameter.docs.text)));
        }
    }
    paragraphs.push("# Errors".to_owned());
    paragraphs.push(
        "When the call was refused before it was sent, when the server refused it, when no answer came, or when the \
         answer cannot be read. [`Error::outcome`](crate::Error::outcome) says whether the server may have acted."
            .to_owned(),
    );
    let failures = operation.failures.iter().filter_map(|(status, ty)| {
        let model = super::types::mentioned(api, ty)?;
        Some(format!("- `{status}`: [`{0}`](crate::{0})", model.name.rust()))
    });
    let failures: Vec<_> = failures.collect();
    if !failures.is_empty() {
        paragraphs.push(format!(
            "The bodies of failures, by status, for [`Error::decode_body`](crate::Error::decode_body):\n\n{}",
            failures.join("\n")
        ));
    }
    if let Some(example) = examples::operation(api, operation, crate_name) {
        paragraphs.push("# Examples".to_owned());
        paragraphs.push(example);
    }
    paragraphs
}

fn full_stop(sentence: &str) -> String {
    if sentence.is_empty() || sentence.ends_with('.') { sentence.to_owned() } else { format!("{sentence}.") }
}

fn call(api: &Api, operation: &Operation) -> TokenStream {
    let (call, method) = (operation.name.type_ident(), operation.name.rust());
    let docs = format!(" A call of [`Client::{method}`], to be awaited.");
    let answer = answer(api, &operation.answer);
    let headers = operation.headers.iter().map(header_setter);
    let (constant, id) = (operation.name.const_ident(), operation.name.wire());
    let errors = match operation.idempotency {
        Idempotency::Keyed => "[`ResumableCall::operation`] and errors have it",
        _ => "errors have it",
    };
    let id_docs = format!(" The name of the operation, as {errors}: `{id}`.");
    let key = (operation.idempotency == Idempotency::Keyed).then(|| {
        quote! {
            /// The idempotency key of this call. Note it down before the call is sent: whoever stops waiting for the answer, or
            /// dies, needs it to find out what became of the call.
            #[must_use]
            pub fn key(&self) -> Option<&IdempotencyKey> {
                self.call.key()
            }

            /// Sends this idempotency key instead of a random one, for a call that another process may repeat. One key, one call, one
            /// body. What errors say holds for this call: of earlier ones under the key it knows nothing, and it takes itself
            /// for the first when it says how long the key is good.
            pub fn idempotency_key(self, idempotency_key: IdempotencyKey) -> Self {
                Self { call: self.call.idempotency_key(idempotency_key) }
            }

            /// This call in a form that can be kept, to be [resumed](crate::Client::resume) when its answer is lost. Kept before the call is
            /// sent, it outlives even a process that is killed. Resume it when this call has ended, not beside it: what errors say
            /// of a call leaves out what another does under its key.
            ///
            /// # Errors
            ///
            /// When the call breaks a rule of the service.
            pub fn resumable(&self) -> Result<ResumableCall, Error> {
                self.call.resumable()
            }
        }
    });
    quote! {
        #[doc = #docs]
        #[derive(Debug)]
        #[must_use = "a call does nothing until it is awaited"]
        pub struct #call {
            call: Call,
        }

        impl #call {
            #[doc = #id_docs]
            pub const OPERATION: &'static str = #id;

            #(#headers)*

            #key

            /// Gives up on an attempt after this time, instead of the client's. That leaves behind a call of which nobody knows what became.
            pub fn attempt_timeout(self, timeout: Duration) -> Self {
                Self { call: self.call.attempt_timeout(timeout) }
            }

            /// Gives up on the call after this time, whatever it is doing, instead of the client's.
            pub fn total_timeout(self, timeout: Duration) -> Self {
                Self { call: self.call.total_timeout(timeout) }
            }

            /// Sends the call again by this policy after an attempt that failed, instead of the client's.
            pub fn retry(self, policy: RetryPolicy) -> Self {
                Self { call: self.call.retry(policy) }
            }

            /// Sends the call and blocks this thread until it has ended.
            ///
            /// # Errors
            ///
            /// As when the call is awaited. On a thread of an async runtime, which must not be blocked, nothing is sent.
            #[cfg(feature = "blocking")]
            pub fn wait(self) -> Result<Response<#answer>, Error> {
                self.call.wait()
            }
        }

        impl OperationCall for #call {
            type Answer = #answer;
            const DECLARATION: &'static Operation = &#constant;
        }

        impl IntoFuture for #call {
            type Output = Result<Response<#answer>, Error>;
            type IntoFuture = CallFuture<#answer>;

            fn into_future(self) -> Self::IntoFuture {
                self.call.send()
            }
        }
    }
}

fn answer(api: &Api, ty: &Type) -> TokenStream {
    rust_type(api, ty)
}

fn header_setter(header: &HeaderParameter) -> TokenStream {
    let (ident, wire) = (header.name.ident(), header.name.wire());
    let mut paragraphs = vec![format!("Sends `{wire}`.")];
    paragraphs.extend(docs::absent(header));
    // The header of a client is described where the client sets it.
    match header.set_by {
        SetBy::Call => paragraphs.extend(docs::paragraphs(&header.docs, Some(&header.limits))),
        SetBy::Client => paragraphs.push(format!(
            "See [`Client::with_{0}`](crate::Client::with_{0}), which sets it for all calls of a client.",
            header.name.rust()
        )),
    }
    let docs = docs::attributes(&paragraphs);
    quote! {
        #docs
        pub fn #ident(self, #ident: impl Into<String>) -> Self {
            Self { call: self.call.header(#wire, #ident) }
        }
    }
}
