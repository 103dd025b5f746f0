//! The client, the environments of the service, and the description of the service for the runtime.

use std::collections::BTreeMap;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::{docs, prose};
use crate::ir::{Api, CodeClass, Credentials, FailureCode, HeaderParameter, Role, Scheme, SchemeKind, Server, SetBy};

/// Returns the client and its builder.
pub(super) fn client(api: &Api) -> TokenStream {
    let title = prose::line(&api.title);
    let docs = docs::attributes(&[
        format!("A client of {title}."),
        "Cheap to clone: clones share connections and the access token.".to_owned(),
    ]);
    let headers = client_headers(api);
    let setters = headers.values().map(|header| with_header(header));
    let mut about_builder =
        vec!["Returns the builder of a client for a base URL, such as an environment's.".to_owned()];
    if !api.relative_servers.is_empty() {
        let listed: Vec<_> = api.relative_servers.iter().map(|url| docs::code(url)).collect();
        about_builder.push(format!(
            "The description of the API has a server without a host: {}. The base URL is that of its host, followed by this path.",
            listed.join(" or ")
        ));
    }
    let builder_docs = docs::attributes(&about_builder);
    quote! {
        use sdk_runtime::codegen::{Core, OperationCall};
        use sdk_runtime::{BaseUrl, ResumableCall, ResumedCall};
        use crate::service::SERVICE;

        #docs
        #[derive(Clone, Debug)]
        pub struct Client {
            pub(crate) core: Core,
        }

        /// Configures how a [`Client`] connects, authenticates and waits.
        pub type ClientBuilder = sdk_runtime::ClientBuilder<Client>;

        impl Client {
            #builder_docs
            pub fn builder(base_url: impl Into<BaseUrl>) -> ClientBuilder {
                ClientBuilder::new(&SERVICE, base_url.into())
            }

            #(#setters)*

            /// Sends a stored call again: the same bytes under the same idempotency key. `C` is the type of the call, one of
            /// [`operations`](crate::operations); it determines the type of the response.
            ///
            /// [`ResumableCall`] describes how to get one, and for how long it can be sent.
            pub fn resume<C: OperationCall>(&self, call: ResumableCall) -> ResumedCall<C::Response> {
                self.core.resume(C::DECLARATION, call)
            }
        }

        #[doc(hidden)]
        impl From<Core> for Client {
            fn from(core: Core) -> Self {
                Self { core }
            }
        }
    }
}

/// Returns the headers that are set on the client, by name.
fn client_headers(api: &Api) -> BTreeMap<&str, &HeaderParameter> {
    let headers = api.operations.iter().flat_map(|operation| &operation.headers);
    headers.filter(|header| header.set_by == SetBy::Client).map(|header| (header.name.rust(), header)).collect()
}

fn with_header(header: &HeaderParameter) -> TokenStream {
    let (method, argument) = (format_ident!("with_{}", header.name.rust()), header.name.ident());
    let wire = header.name.wire();
    let mut paragraphs =
        vec![format!("Returns a client that sends {} with every call that takes this header.", docs::code(wire))];
    paragraphs.extend(docs::absent(header));
    paragraphs.extend(docs::paragraphs(&header.docs, Some(&header.constraints)));
    let docs = docs::attributes(&paragraphs);
    quote! {
        #docs
        #[must_use]
        pub fn #method(&self, #argument: impl Into<String>) -> Self {
            Self { core: self.core.with_header(#wire, #argument) }
        }
    }
}

/// Returns the enum of the environments, one for each server.
pub(super) fn environment(api: &Api) -> TokenStream {
    let title = prose::line(&api.title);
    let docs = docs::attributes(&[format!("The environments of {title}.")]);
    let variants: Vec<_> = api.servers.iter().map(|server| server.name.ident()).collect();
    let names: Vec<_> = api.servers.iter().map(|server| server.name.file_stem().replace('_', "-")).collect();
    let urls: Vec<_> = api.servers.iter().map(Server::default_url).collect();
    let variant_docs = api.servers.iter().map(|server| {
        let (text, url) = (prose::line(server.docs.text.trim_end_matches('.')), docs::code(&server.default_url()));
        docs::attributes(&[if text.is_empty() { format!("{url}.") } else { format!("{text}: {url}.") }])
    });
    let chosen = api.servers.iter().filter_map(chosen_server);
    let has_http = urls.iter().any(|url| url.starts_with("http://"));
    let from_static = format_ident!("{}", if has_http { "http_static" } else { "https_static" });
    quote! {
        use sdk_runtime::codegen::parse_name;
        use sdk_runtime::{BaseUrl, ParseError};
        use std::fmt;
        use std::str::FromStr;

        #docs
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Environment {
            #(#variant_docs #variants,)*
        }

        impl Environment {
            /// All environments, in the order of the document.
            pub const ALL: &'static [Self] = &[#(Self::#variants),*];

            /// Returns the base URL of the API.
            #[must_use]
            pub const fn base_url(self) -> &'static str {
                match self {
                    #(Self::#variants => #urls,)*
                }
            }

            /// Returns the name of the environment, which [`FromStr`] parses.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    #(Self::#variants => #names,)*
                }
            }

            #(#chosen)*
        }

        impl fmt::Display for Environment {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl FromStr for Environment {
            type Err = ParseError;

            /// Parses the name of an environment.
            ///
            /// # Errors
            ///
            /// Fails if no environment has this name; the error lists all names.
            fn from_str(name: &str) -> Result<Self, Self::Err> {
                parse_name(name, Self::ALL, Self::name)
            }
        }

        impl From<Environment> for BaseUrl {
            fn from(environment: Environment) -> Self {
                Self::#from_static(environment.base_url())
            }
        }
    }
}

/// Returns the constructor of the base URL of a server with variables.
fn chosen_server(server: &Server) -> Option<TokenStream> {
    if server.variables.is_empty() {
        return None;
    }
    let name = format_ident!("{}_with", server.name.file_stem().trim_end_matches('_'));
    let arguments: Vec<_> = server.variables.iter().map(|variable| variable.name.ident()).collect();
    let wires = server.variables.iter().map(|variable| variable.name.wire());
    let url = &server.url;
    let mut paragraphs = vec![format!("Returns the base URL {} with these values of its variables.", docs::code(url))];
    paragraphs.extend(server.variables.iter().map(|variable| {
        let (default, about) = (docs::code(&variable.default), docs::paragraphs(&variable.docs, None).join(" "));
        format!("{}: by default {default}. {about}", docs::code(variable.name.rust()))
    }));
    paragraphs.push("# Errors".to_owned());
    paragraphs.push("Fails if a value would change more of the URL than its variable.".to_owned());
    let docs = docs::attributes(&paragraphs);
    Some(quote! {
        #docs
        pub fn #name(#(#arguments: impl AsRef<str>),*) -> Result<BaseUrl, ParseError> {
            BaseUrl::from_template(#url, &[#((#wires, #arguments.as_ref())),*])
        }
    })
}

/// Returns the security schemes that operations refer to.
fn schemes(api: &Api) -> impl Iterator<Item = TokenStream> + '_ {
    let is_used = |scheme: &&Scheme| {
        let alternatives = api.operations.iter().filter_map(|operation| operation.security.as_ref());
        alternatives.flatten().flatten().any(|name| *name == scheme.name)
    };
    api.schemes.iter().filter(is_used).map(|scheme| {
        let (constant, wire) = (scheme.name.const_ident(), scheme.name.wire());
        let docs = docs::attributes(&docs::paragraphs(&scheme.docs, None));
        let made = match &scheme.kind {
            SchemeKind::HeaderKey(name) => quote!(api_key_in_header(#wire, #name)),
            SchemeKind::QueryKey(name) => quote!(api_key_in_query(#wire, #name)),
            SchemeKind::CookieKey(name) => quote!(api_key_in_cookie(#wire, #name)),
            SchemeKind::Basic => quote!(basic(#wire)),
            SchemeKind::Bearer => quote!(bearer(#wire)),
            SchemeKind::OAuth2 => quote!(oauth2(#wire)),
            SchemeKind::Other => quote!(other(#wire)),
        };
        quote! {
            #docs
            pub(crate) static #constant: Scheme = Scheme::#made;
        }
    })
}

/// Returns the description of the service for the runtime, as constants.
pub(super) fn service(api: &Api) -> TokenStream {
    let service = &api.service;
    let title = &api.title;
    let token = option(service.token.as_ref().map(|token| {
        let path = &token.path;
        let credentials = match token.credentials {
            Credentials::Body => quote!(Body),
            Credentials::Basic => quote!(Basic),
        };
        quote!(TokenEndpoint { path: #path, credentials: CredentialsIn::#credentials })
    }));
    let idempotency = option(service.idempotency.as_ref().map(|idempotency| {
        let header = &idempotency.header;
        let max_length = Literal::usize_unsuffixed(idempotency.max_length);
        let kept_seconds = Literal::u64_unsuffixed(idempotency.kept_seconds);
        quote!(Idempotency { header: #header, max_length: #max_length, kept_seconds: #kept_seconds })
    }));
    let roles = roles(api);
    let failure = failure(api);
    let schemes = schemes(api);
    let items = quote! {
        #(#schemes)*
        /// How calls of this service are made, and how they fail.
        pub(crate) static SERVICE: Service = Service {
            name: #title,
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
            token: #token,
            idempotency: #idempotency,
            roles: #roles,
            failure: #failure,
            telemetry: telemetry!(),
        };
    };
    let idents = super::imports::idents(&items);
    let codegen = [
        "Code",
        "CodeClass",
        "CredentialsIn",
        "FailureFormat",
        "HeaderRoles",
        "Idempotency",
        "PlainFailure",
        "Reasons",
        "ResultCodes",
        "Scheme",
        "Service",
        "TokenEndpoint",
        "telemetry",
    ];
    let uses = super::imports::use_line(
        &quote!(sdk_runtime::codegen),
        codegen.into_iter().filter(|name| idents.contains(*name)),
    );
    quote! {
        #uses
        #items
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}

fn text(value: Option<&String>) -> TokenStream {
    option(value.map(|value| quote!(#value)))
}

fn roles(api: &Api) -> TokenStream {
    let fields = api.service.roles.iter().map(|(role, header)| {
        let field = format_ident!(
            "{}",
            match role {
                Role::RequestId => "request_id",
                Role::TrackId => "track_id",
                Role::RateLimit => "rate_limit",
                Role::RateLimitRemaining => "rate_limit_remaining",
                Role::RateLimitReset => "rate_limit_reset",
                Role::ConcurrencyType => "concurrency_type",
                Role::ConcurrencyLimit => "concurrency_limit",
                Role::ConcurrencyRemaining => "concurrency_remaining",
            }
        );
        quote!(#field: Some(#header),)
    });
    if api.service.roles.is_empty() {
        return quote!(HeaderRoles::NONE);
    }
    let rest = (api.service.roles.len() < Role::COUNT).then(|| quote!(..HeaderRoles::NONE));
    quote!(HeaderRoles { #(#fields)* #rest })
}

fn failure(api: &Api) -> TokenStream {
    let failure = &api.service.failure;
    let success = text(failure.success.as_ref());
    let reasons = option(failure.reasons.as_ref().map(|reasons| {
        let crate::ir::Reasons { member, code, message } = reasons;
        quote!(Reasons { member: #member, code: #code, message: #message })
    }));
    let message = text(failure.message.as_ref());
    let plain = option(failure.plain.as_ref().map(|plain| {
        let (code, message) = (&plain.code, &plain.message);
        let statuses = plain.statuses.iter().map(|status| Literal::u16_unsuffixed(*status));
        quote!(PlainFailure { code: #code, message: #message, statuses: &[#(#statuses),*] })
    }));
    let process_id = text(failure.process_id.as_ref());
    let request_id = text(failure.request_id.as_ref());
    let code_digits = Literal::usize_unsuffixed(failure.code_digits.unwrap_or_default());
    let categories = failure.categories.iter().map(code);
    let result = option(failure.result.as_ref().map(|result| {
        let (member, message) = (&result.member, text(result.message.as_ref()));
        let codes = result.codes.iter().map(code);
        quote!(ResultCodes { member: #member, message: #message, codes: &[#(#codes),*] })
    }));
    quote! {
        FailureFormat {
            success_flag: #success,
            reasons: #reasons,
            message: #message,
            plain: #plain,
            process_id: #process_id,
            request_id: #request_id,
            code_digits: #code_digits,
            categories: &[#(#categories),*],
            result_codes: #result,
        }
    }
}

fn code(code: &FailureCode) -> TokenStream {
    let FailureCode { code, meaning, says, bare } = code;
    let class = match says {
        CodeClass::Refused => quote!(Refused),
        CodeClass::Declined => quote!(Declined),
        CodeClass::Open => quote!(Open),
        CodeClass::Locked => quote!(Locked),
        CodeClass::Denied => quote!(Denied),
        CodeClass::Unauthorized => quote!(Unauthorized),
        CodeClass::TooMany => quote!(TooMany),
    };
    let bare = bare.then(|| quote!(.bare()));
    quote!(Code::new(#code, #meaning, CodeClass::#class) #bare)
}
