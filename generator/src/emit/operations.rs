//! Operations: the client's method, and the call it returns.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::imports::{self, Imports, Items};
use super::parameters::{self, MethodArgument};
use super::types::rust_type;
use super::{docs, examples, models, prose, responses, structs, success_meaning};
use crate::ir::{
    Api, Body, Content, HeaderParameter, Idempotency, Operation, Presence, Role, Scalar, Segment, ServerTemplate,
    ServerVariable, SetBy, Status, Style, SuccessStatuses, Type, TypeDef,
};

/// Returns the modules of all operations.
pub(super) fn index(api: &Api, inline: &[Vec<&TypeDef>]) -> TokenStream {
    let modules = api.operations.iter().zip(inline).map(|(operation, inline)| {
        // Types are named at the crate's root only.
        let visibility = if inline.is_empty() { TokenStream::new() } else { quote!(pub(crate)) };
        imports::module(&operation.name, &visibility)
    });
    let uses = api.operations.iter().map(|operation| {
        let (module, call) = (format_ident!("{}", operation.name.file_stem()), operation.call.type_ident());
        match responses::name(&operation.response_body) {
            Some(response) => quote!(pub use #module::{#call, #response};),
            None => quote!(pub use #module::#call;),
        }
    });
    quote! {
        //! One call for each operation, as the client's methods return them.

        #(#modules)*
        #(#uses)*
        pub use sdk_runtime::codegen::OperationCall;
    }
}

/// Items of `sdk_runtime::codegen` that operations can use.
const CODEGEN: &[&str] = &["Encoding", "HeaderField", "Constraints", "Media", "Parameter", "Segment", "Style"];
/// Items of the runtime's root that operations can use.
const ROOT: &[&str] = &[
    "Base64",
    "Base64Url",
    "Date",
    "DateTime",
    "Decimal",
    "EventStream",
    "ItemStream",
    "CallFuture",
    "Download",
    "Error",
    "IntoDecimal",
    "Json",
    "Map",
    "Nullable",
    "Payload",
    "Secret",
    "Upload",
];

/// Returns the items of one operation.
pub(super) fn emit<'a>(api: &'a Api, operation: &'a Operation, crate_name: &str) -> Items<'a> {
    let method = method(api, operation, crate_name);
    let call = call(api, operation, crate_name);
    let response = responses::emit(api, operation);
    let tokens = quote! {
        #method
        #call
        #response
    };
    let types = operation.sent_types().chain(operation.success_types());
    let models = types.flat_map(|ty| super::types::mentioned_through_aliases(api, ty)).map(|model| model.name.rust());
    Items { imports: Imports::of(&imports::idents(&tokens), models, CODEGEN, ROOT), tokens }
}

/// Returns the file of one operation, with the types that are declared in it.
pub(super) fn file(api: &Api, operation: &Operation, inline: &[&TypeDef], crate_name: &str) -> TokenStream {
    let Items { imports, tokens } = models::with_types(api, emit(api, operation, crate_name), inline);
    let lines = imports.lines(&quote!(crate::models));
    quote! {
        use crate::Client;
        #lines
        #tokens
    }
}

/// Returns the wire contract of the operation.
fn declaration(api: &Api, operation: &Operation) -> TokenStream {
    let constant = operation.name.const_ident();
    let (id, method) = (operation.name.wire(), &operation.method);
    let segments = operation.path.iter().map(|segment| match segment {
        Segment::Literal(text) => quote!(Segment::Literal(#text)),
        Segment::Parameter(parameter) => parameters::segment(api, &parameter.parameter),
    });
    let list =
        |method: TokenStream, rows: Vec<TokenStream>| (!rows.is_empty()).then(|| quote!(.#method(&[#(#rows),*])));
    let headers = list(quote!(headers), operation.headers.iter().map(header_field).collect());
    let query = list(quote!(query), operation.query.iter().map(|parameter| parameters::row(api, parameter)).collect());
    let cookies =
        list(quote!(cookies), operation.cookies.iter().map(|parameter| parameters::row(api, parameter)).collect());
    let request = operation.body.as_ref().and_then(|body| media(&body.content)).map(|media| quote!(.request(#media)));
    let accept = operation.accept.as_ref().map(|accept| quote!(.accept(#accept)));
    let reads_text = operation.reads_text.then(|| quote!(.reads_text()));
    let successes = operation.successes.as_ref().map(
        |SuccessStatuses { with_body, without_body }| quote!(.successes(&[#(#with_body),*], &[#(#without_body),*])),
    );
    let security = operation.security.as_ref().map(|alternatives| {
        let alternatives = alternatives.iter().map(|schemes| {
            let schemes = schemes.iter().map(|scheme| {
                let name = scheme.const_ident();
                quote!(&crate::service::#name)
            });
            quote!(&[#(#schemes),*])
        });
        quote!(.security(&[#(#alternatives),*]))
    });
    let servers = &operation.servers;
    let servers = (!servers.is_empty()).then(|| quote!(.servers(&[#(#servers),*])));
    let server_template = operation.server_template.as_ref().map(|ServerTemplate { url, variables }| {
        let defaults = variables.iter().map(|variable| {
            let (wire, default) = (variable.name.wire(), &variable.default);
            quote!((#wire, #default))
        });
        quote!(.server_template(#url, &[#(#defaults),*]))
    });
    let result_codes = operation.has_result_codes(&api.types, &api.service).then(|| quote!(.result_codes()));
    let max_character_bytes = api.service.max_character_bytes.filter(|_| operation.body.is_some()).map(|most| {
        let most = Literal::u32_unsuffixed(most);
        quote!(.max_character_bytes(#most))
    });
    let success = success_meaning::step(api, operation);
    let look_up_by = list(quote!(look_up_by), operation.look_up_by(&api.types).map(|member| quote!(#member)).collect());
    quote! {
        #constant(#id, #method, &[#(#segments),*])
        #headers #query #cookies #request #accept #reads_text #successes #security #servers #server_template
        #max_character_bytes #result_codes #success #look_up_by
    }
}

/// Returns the media of a request body, unless it is `application/json`.
fn media(content: &Content) -> Option<TokenStream> {
    let list = |media_types: &[String]| quote!(&[#(#media_types),*]);
    match content {
        Content::Json { media_types, .. } if media_types.as_slice() == ["application/json"] => None,
        Content::Json { media_types, .. } => {
            let media_types = list(media_types);
            Some(quote!(Media::Json(#media_types)))
        }
        Content::Form { encodings, .. } => {
            let encodings = encodings.iter().map(parameters::encoding);
            Some(quote!(Media::Form(&[#(#encodings),*])))
        }
        Content::Multipart { media_type, encodings, .. } => {
            let encodings = encodings.iter().map(parameters::encoding);
            Some(quote!(Media::Multipart(#media_type, &[#(#encodings),*])))
        }
        Content::Raw { media_types } => {
            let media_types = list(media_types);
            Some(quote!(Media::Raw(#media_types)))
        }
    }
}

fn header_field(header: &HeaderParameter) -> TokenStream {
    let wire = header.name.wire();
    let required = (header.presence == Presence::Required).then(|| quote!(.required()));
    let limits = (!header.constraints.is_empty()).then(|| {
        let limits = structs::limits(&header.constraints);
        quote!(.constraints(#limits))
    });
    let send = header.send.as_ref().map(|value| quote!(.send(#value)));
    let style = match header.style {
        Style::Json => Some(quote!(.json())),
        Style::Styled { explode, .. } => explode.then(|| quote!(.explode())),
    };
    quote!(HeaderField::new(#wire) #style #required #limits #send)
}

fn method(api: &Api, operation: &Operation, crate_name: &str) -> TokenStream {
    let (name, call, constant) = (operation.name.ident(), operation.call.type_ident(), operation.name.const_ident());
    let docs = docs::attributes(&method_paragraphs(api, operation, crate_name));
    let deprecated = (operation.status == Status::Deprecated).then(|| quote!(#[deprecated]));
    let arguments = arguments(api, operation);
    let conversions = arguments.iter().map(|argument| &argument.conversion);
    let setters = arguments.iter().map(|argument| &argument.setter);
    let declarations: Vec<_> = arguments.iter().map(|argument| &argument.declaration).collect();
    // Clippy allows seven arguments, and `self` counts.
    let many = (declarations.len() > 6)
        .then(|| quote!(#[expect(clippy::too_many_arguments, reason = "all of them are required")]));
    quote! {
        impl Client {
            #docs
            #deprecated
            #many
            pub fn #name(&self, #(#declarations,)*) -> #call {
                #(#conversions)*
                #call { call: self.core.call(&#constant) #(#setters)* }
            }
        }
    }
}

/// Returns the arguments of a method: the path parameters, the required parameters of query, cookies and headers, and the
/// required body.
fn arguments(api: &Api, operation: &Operation) -> Vec<MethodArgument> {
    let required = |presence: Presence| presence == Presence::Required;
    let path = operation.path_parameters().map(|parameter| parameters::path_argument(api, &parameter.parameter));
    let query = operation.query.iter().filter(|parameter| required(parameter.presence));
    let query = query.map(|parameter| parameters::argument(api, parameter, &format_ident!("query")));
    let cookies = operation.cookies.iter().filter(|parameter| required(parameter.presence));
    let cookies = cookies.map(|parameter| parameters::argument(api, parameter, &format_ident!("cookie")));
    let headers = operation.headers.iter().filter(|header| header.is_argument());
    let headers = headers.map(|header| header_argument(api, header));
    let body = operation.body.as_ref().filter(|body| required(body.presence)).map(|body| body_argument(api, body));
    path.chain(query).chain(cookies).chain(headers).chain(body).collect()
}

/// Returns the argument for a required body.
fn body_argument(api: &Api, body: &Body) -> MethodArgument {
    match body.ty() {
        Some(ty) => {
            let ty = rust_type(api, ty);
            MethodArgument {
                declaration: quote!(body: &#ty),
                conversion: TokenStream::new(),
                setter: quote!(.body(body)),
            }
        }
        None => MethodArgument {
            declaration: quote!(payload: impl Into<Payload>),
            conversion: TokenStream::new(),
            setter: quote!(.payload(payload)),
        },
    }
}

fn method_paragraphs(api: &Api, operation: &Operation, crate_name: &str) -> Vec<String> {
    let mut paragraphs = vec![prose::prose(&full_stop(&operation.summary)), docs::code(&operation.route())];
    paragraphs.extend(docs::paragraphs(&operation.docs, None));
    paragraphs.extend(operation.path_parameters().filter_map(|parameter| parameters::paragraph(&parameter.parameter)));
    let required = operation.query.iter().chain(&operation.cookies);
    let required = required.filter(|parameter| parameter.presence == Presence::Required);
    paragraphs.extend(required.filter_map(parameters::paragraph));
    let required = operation.headers.iter().filter(|header| header.is_argument());
    paragraphs.extend(
        required.filter_map(|header| parameters::argument_paragraph(&header.name, &header.docs, &header.constraints)),
    );
    if let Some(headers) = operation.response_headers {
        let name = api.types.get(headers).name.rust();
        paragraphs.push(format!(
            "[`Response::headers_as`](crate::Response::headers_as) reads the headers of the response as [`{name}`](crate::{name})."
        ));
    }
    paragraphs.extend(success_meaning::paragraph(api, operation));
    paragraphs.push("# Errors".to_owned());
    paragraphs.push(errors(api, operation));
    paragraphs.extend(example_paragraphs(api, operation, crate_name));
    paragraphs
}

/// Returns the section on errors: how to read their outcome and their bodies.
fn errors(api: &Api, operation: &Operation) -> String {
    let outcome = "[`Error::outcome`](crate::Error::outcome) says whether the server may have acted.";
    let bodies = operation.failures.iter().filter_map(|failure| {
        let model = super::types::mentioned(api, &failure.ty)?;
        Some(format!("{} [`{1}`](crate::{1})", docs::code(&failure.status), model.name.rust()))
    });
    let bodies: Vec<_> = bodies.collect();
    if bodies.is_empty() {
        return outcome.to_owned();
    }
    let bodies = bodies.join(", ");
    format!(
        "{outcome} [`Error::decode_body`](crate::Error::decode_body) decodes the body of a failure; its type by status: {bodies}."
    )
}

/// Returns the document's examples as doctests, each under its summary.
fn example_paragraphs(api: &Api, operation: &Operation, crate_name: &str) -> Vec<String> {
    let calls = examples::calls(api, operation, examples::reliable(api, operation), crate_name);
    if calls.is_empty() {
        return Vec::new();
    }
    let doctests = calls.iter().flat_map(|call| {
        let summary = call.of.map_or("", |example| example.summary.trim().trim_end_matches('.'));
        let caption = (!summary.is_empty()).then(|| format!("{}:", prose::line(summary)));
        caption.into_iter().chain([call.doctest(crate_name)])
    });
    ["# Examples".to_owned()].into_iter().chain(doctests).collect()
}

fn full_stop(sentence: &str) -> String {
    if sentence.is_empty() || sentence.ends_with('.') { sentence.to_owned() } else { format!("{sentence}.") }
}

/// Returns the documentation of the type of a call. A call with an idempotency key gets one example that handles every
/// outcome.
fn call_paragraphs(api: &Api, operation: &Operation, crate_name: &str) -> Vec<String> {
    let method = operation.name.rust();
    let mut paragraphs = vec![format!("A call of [`Client::{method}`]; awaiting it sends it.")];
    if operation.idempotency == Idempotency::Keyed
        && let Some(example) = examples::complete(api, operation, crate_name)
    {
        paragraphs.push("# Examples".to_owned());
        paragraphs.push(example);
        paragraphs.push(
            "To resume a call after a crash of the process, store [`resumable`](Self::resumable) before the call is sent."
                .to_owned(),
        );
    }
    paragraphs
}

fn call(api: &Api, operation: &Operation, crate_name: &str) -> TokenStream {
    let call = operation.call.type_ident();
    let docs = docs::attributes(&call_paragraphs(api, operation, crate_name));
    let idempotent = (operation.idempotency == Idempotency::Keyed).then(|| quote!(: idempotent));
    let response = responses::rust_type(api, &operation.response_body);
    let (response, streamed) = match operation.response_body {
        ref body if body.is_streamed() => (None, Some(quote!(sdk_runtime::call_download!(#call, #response);))),
        _ => (Some(quote!(-> #response)), None),
    };
    let headers = operation.headers.iter().filter(|header| !header.is_argument());
    let headers = headers.map(|header| header_setter(api, operation, header));
    let setters = headers.chain(setters(api, operation));
    let declaration = declaration(api, operation);
    let alternatives = responses::alternatives(api, operation);
    let alternatives = (!alternatives.is_empty()).then(|| quote!(impl #call { #(#alternatives)* }));
    quote! {
        sdk_runtime::call! {
            #docs
            pub struct #call #idempotent #response {
                #(#setters)*
            }
            #declaration
        }
        #streamed
        #alternatives
    }
}

/// Returns the rows of setters: optional parameters, an optional body, and the media type of the body.
fn setters(api: &Api, operation: &Operation) -> impl Iterator<Item = TokenStream> {
    let optional = |presence: Presence| presence != Presence::Required;
    let query = operation.query.iter().filter(move |parameter| optional(parameter.presence));
    let query = query.map(|parameter| parameters::setter(api, parameter, &format_ident!("query")));
    let cookies = operation.cookies.iter().filter(move |parameter| optional(parameter.presence));
    let cookies = cookies.map(|parameter| parameters::setter(api, parameter, &format_ident!("cookie")));
    let body = operation.body.as_ref().filter(|body| optional(body.presence)).map(|body| {
        let docs = docs::attributes(&["Sends this body.".to_owned()]);
        match body.ty() {
            Some(ty) => {
                let ty = rust_type(api, ty);
                quote!(#docs body: &#ty => body(body);)
            }
            None => quote!(#docs payload: impl Into<Payload> => payload(payload);),
        }
    });
    let content_type = operation.body.as_ref().and_then(|body| content_type(&body.content));
    let server = operation.server_template.iter().flat_map(|server| server.variables.iter().map(server_variable));
    query.chain(cookies).chain(body).chain(content_type).chain(server)
}

/// Returns the setter of a variable of the operation's own server.
fn server_variable(variable: &ServerVariable) -> TokenStream {
    let (ident, wire, default) = (variable.name.ident(), variable.name.wire(), docs::code(&variable.default));
    let mut paragraphs = vec![format!(
        "Sets the variable {} of the server that this call goes to: {default} unless set.",
        docs::code(wire)
    )];
    paragraphs.extend(docs::paragraphs(&variable.docs, None));
    let docs = docs::attributes(&paragraphs);
    quote!(#docs #ident: impl Into<String> => server_variable(#wire, #ident);)
}

/// Returns the setter of the media type, if the body can have several.
fn content_type(content: &Content) -> Option<TokenStream> {
    let (Content::Json { media_types, .. } | Content::Raw { media_types }) = content else { return None };
    let first = media_types.first()?;
    // The boundary between parts is a parameter of the media type.
    let (is_range, needs_boundary) = (first.contains('*'), first.starts_with("multipart/"));
    // A single media type is no choice.
    if media_types.len() == 1 && !is_range && !needs_boundary {
        return None;
    }
    let all = media_types.iter().map(|media_type| docs::code(media_type)).collect::<Vec<_>>().join(", ");
    let unless_set = match (is_range, needs_boundary) {
        (true, _) => "it must be set".to_owned(),
        (_, true) => "it must be set, with its `boundary`".to_owned(),
        _ => format!("{} unless set", docs::code(first)),
    };
    let docs =
        docs::attributes(&["Sets the media type of the body.".to_owned(), format!("One of {all}; {unless_set}.")]);
    Some(quote!(#docs content_type: impl Into<String> => content_type(content_type);))
}

/// Returns whether a header is text that is sent without conversion.
fn is_text(api: &Api, header: &HeaderParameter) -> bool {
    *api.types.resolve(&header.ty) == Type::Scalar(Scalar::Text) && header.style != Style::Json
}

/// Returns the argument for a required header.
fn header_argument(api: &Api, header: &HeaderParameter) -> MethodArgument {
    if !is_text(api, header) {
        return parameters::named_argument(api, &header.name, &header.ty, &format_ident!("header_value"));
    }
    let (ident, wire) = (header.name.ident(), header.name.wire());
    let setter = quote!(.header(#wire, #ident));
    MethodArgument { declaration: quote!(#ident: impl Into<String>), conversion: TokenStream::new(), setter }
}

/// Returns the default of the track ID, which the runtime derives from the idempotency key.
fn derived_default(api: &Api, operation: &Operation, header: &HeaderParameter) -> Option<String> {
    let track_id = api.service.roles.get(&Role::TrackId)?;
    let is_sent = operation.idempotency == Idempotency::Keyed && track_id.eq_ignore_ascii_case(header.name.wire());
    is_sent.then(|| "By default, derived from the idempotency key.".to_owned())
}

fn header_setter(api: &Api, operation: &Operation, header: &HeaderParameter) -> TokenStream {
    let (ident, wire) = (header.name.ident(), header.name.wire());
    let sends = docs::code(wire);
    let mut paragraphs = vec![match header.set_by {
        SetBy::Call => format!("Sends {sends}."),
        // The header of a client is described where the client sets it.
        SetBy::Client => {
            let with = header.name.rust();
            format!("Sends {sends}, which [`Client::with_{with}`](crate::Client::with_{with}) sets for all calls.")
        }
    }];
    if header.status == Status::Deprecated {
        paragraphs.push("**Deprecated.**".to_owned());
    }
    paragraphs.extend(docs::absent(header).or_else(|| derived_default(api, operation, header)));
    if header.set_by == SetBy::Call {
        paragraphs.extend(docs::paragraphs(&header.docs, Some(&header.constraints)));
    }
    let docs = docs::attributes(&paragraphs);
    if !is_text(api, header) {
        return parameters::setter_of(api, &header.name, &header.ty, &format_ident!("header_value"), &docs);
    }
    quote!(#docs #ident: impl Into<String> => header(#wire, #ident);)
}
