//! What all operations have in common: tokens, failures, the meaning of response headers.

use openapiv3::{Header, OAuth2Flows, OpenAPI, SecurityScheme};

use super::extensions::{self, Extensions};
use crate::diagnostics::{Code, Diagnostics};
use crate::ir::{Credentials, Service, TokenEndpoint};
use crate::source::Pointer;

/// Reads what the document says of all operations.
pub(super) fn lower(openapi: &OpenAPI, diagnostics: &mut Diagnostics) -> Service {
    let root = Pointer::root();
    let failure = Extensions::new(&openapi.extensions, &root).get(extensions::FAILURE, diagnostics).unwrap_or_default();
    let token = token(openapi, diagnostics);
    Service { token, failure, ..Service::default() }
}

/// The token endpoint of the one security scheme the document may have.
fn token(openapi: &OpenAPI, diagnostics: &mut Diagnostics) -> Option<TokenEndpoint> {
    let schemes = openapi.components.as_ref().map(|components| &components.security_schemes);
    for (index, requirement) in openapi.security.iter().flatten().enumerate() {
        for name in requirement.keys().filter(|name| !schemes.is_some_and(|schemes| schemes.contains_key(*name))) {
            let at = Pointer::root().join("security").join(index).join(name);
            let known = schemes.into_iter().flat_map(|schemes| schemes.keys());
            diagnostics
                .error(Code::Reference, &at, format!("there is no security scheme `{name}`"))
                .help(super::correction(Some(name), known, "define it under #/components/securitySchemes"));
        }
    }
    let schemes = schemes?;
    let mut endpoint = None;
    for (name, scheme) in schemes {
        let at = Pointer::root().join("components").join("securitySchemes").join(name);
        let Some((scheme, at)) = super::follow(scheme, &at, "securitySchemes", Some(schemes), diagnostics) else {
            continue;
        };
        let lowered = scheme_endpoint(scheme, &at, diagnostics);
        if endpoint.is_some() {
            diagnostics
                .error(Code::Unsupported, &at, "a second security scheme is not supported")
                .help("keep the one scheme that all operations use");
            continue;
        }
        endpoint = lowered;
    }
    endpoint
}

fn scheme_endpoint(scheme: &SecurityScheme, at: &Pointer, diagnostics: &mut Diagnostics) -> Option<TokenEndpoint> {
    let SecurityScheme::OAuth2 { flows, description: _, extensions: map } = scheme else {
        diagnostics
            .error(Code::Unsupported, &at.join("type"), "only OAuth 2.0 with client credentials is supported")
            .help("describe the scheme as `type: oauth2` with the flow `clientCredentials`");
        return None;
    };
    let OAuth2Flows { implicit, password, client_credentials, authorization_code, extensions: of_flows } = flows;
    Extensions::new(of_flows, &at.join("flows")).allow_only(&[], diagnostics);
    let interactive = implicit.is_some() || password.is_some() || authorization_code.is_some();
    let Some(flow) = client_credentials.as_ref().filter(|_| !interactive) else {
        diagnostics
            .error(Code::Unsupported, &at.join("flows"), "only the flow `clientCredentials` is supported")
            .help("describe the flow that a server without a user goes through");
        return None;
    };
    if !flow.scopes.is_empty() || flow.refresh_url.is_some() {
        diagnostics
            .error(
                Code::Unsupported,
                &at.join("flows").join("clientCredentials"),
                "scopes and refresh URLs are not supported",
            )
            .help("leave `scopes` empty and `refreshUrl` out: tokens are requested anew");
    }
    if !flow.token_url.starts_with('/') || flow.token_url.starts_with("//") {
        let at = at.join("flows").join("clientCredentials").join("tokenUrl");
        diagnostics
            .error(Code::Unsupported, &at, "only a token URL on the same server is supported")
            .help("write it as a path, such as `/oauth/token`");
        return None;
    }
    let extensions = Extensions::new(map, at);
    extensions.allow_only(&[extensions::CLIENT_AUTHENTICATION], diagnostics);
    let credentials = extensions.get(extensions::CLIENT_AUTHENTICATION, diagnostics).unwrap_or(Credentials::Basic);
    Some(TokenEndpoint { path: flow.token_url.clone(), credentials })
}

/// Notes what a response header means, if the document says so.
pub(super) fn role(service: &mut Service, wire: &str, header: &Header, at: &Pointer, diagnostics: &mut Diagnostics) {
    let extensions = Extensions::new(&header.extensions, at);
    extensions.allow_only(&[extensions::ROLE], diagnostics);
    let Some(role) = extensions.get(extensions::ROLE, diagnostics) else { return };
    match service.roles.get(&role) {
        Some(first) if first != wire => {
            diagnostics
                .error(
                    Code::Extension,
                    &at.join(extensions::ROLE),
                    format!("the header `{first}` already has this role"),
                )
                .help("give each role to one header");
        }
        _ => {
            service.roles.insert(role, wire.to_owned());
        }
    }
}
