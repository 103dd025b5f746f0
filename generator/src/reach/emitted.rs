//! What emitted files offer: the calls of the client with their bodies and their responses, as their signatures and rows say.

use std::collections::{HashMap, HashSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, ImplItem, Item, Pat, ReturnType, Visibility};

use super::declared::is_status;
use super::route::Route;
use crate::document::Value;
use crate::document::media_type::{essence, is_json, is_range};
use crate::output::Files;
use crate::surface::{Kind, Surface};

/// A call that a public method of the client returns.
#[derive(Debug, Default)]
pub(super) struct EmittedCall {
    /// The method of HTTP.
    pub(super) method: String,
    /// The type of the body, or `Payload`; `None` if it cannot be set.
    body: Option<String>,
    /// The media types of the body; `None`: only JSON.
    media: Option<Media>,
    /// The type of the response.
    response: String,
    /// The rows of the response, if it is an enum.
    rows: Vec<Row>,
    /// The media types that the call asks for.
    accept: Vec<String>,
    /// The media types that the response has as a download.
    downloads: Vec<String>,
    /// The statuses of failures whose types the documentation names, once for each type.
    failures: Vec<String>,
}

/// The family and the media types of a request body.
#[derive(Debug)]
struct Media {
    family: String,
    media_types: Vec<String>,
}

/// A row of the enum of a response.
#[derive(Debug, Clone)]
struct Row {
    form: String,
    ty: String,
    status: String,
    media_types: Vec<String>,
}

/// Returns the calls by the place of their operation in the document.
pub(super) fn calls(files: &Files) -> HashMap<String, Vec<EmittedCall>> {
    let surface = Surface::of(files);
    let methods = surface.lines().iter().filter(|line| line.kind == Kind::Fn && line.owner() == "Client");
    let public: HashSet<_> = methods.filter_map(|line| line.path.rsplit("::").next()).collect();
    let mut calls: HashMap<String, Vec<EmittedCall>> = HashMap::new();
    for (_, text) in files.iter().filter(|(path, _)| path.starts_with("operations/")) {
        if let (Some(place), Ok(file)) = (origin(text), syn::parse_file(text)) {
            calls.entry(place).or_default().extend(call(&file, &public));
        }
    }
    calls
}

/// Returns the place in the document that the first comment of a file names.
fn origin(text: &str) -> Option<String> {
    let comment = text.lines().take_while(|line| line.starts_with("//"));
    let comment: Vec<_> = comment.map(|line| line.trim_start_matches('/').trim()).collect();
    let comment = comment.join(" ");
    let (_, place) = comment.split_once("#/")?;
    Some(format!("#/{}", place.split_once(". Do not edit.")?.0))
}

/// Returns the call of a file, if a public method of the client makes it.
fn call(file: &syn::File, public: &HashSet<&str>) -> Option<EmittedCall> {
    let mut call = EmittedCall::default();
    let (mut has_method, mut rows) = (false, HashMap::new());
    for item in &file.items {
        match item {
            Item::Impl(block) => {
                let is_client = block.self_ty.to_token_stream().to_string() == "Client";
                for method in block.items.iter().filter_map(function) {
                    if is_client && public.contains(method.sig.ident.to_string().as_str()) {
                        has_method = matches!(method.sig.output, ReturnType::Type(..));
                        call.takes(method);
                    } else if matches!(method.vis, Visibility::Public(_)) {
                        call.downloads.extend(media_types_of_accept(method.block.to_token_stream()));
                    }
                }
            }
            Item::Macro(item) => {
                match item.mac.path.segments.last().map(|segment| segment.ident.to_string()).as_deref() {
                    Some("call") => call.declaration(&item.mac.tokens),
                    Some("call_download") => {
                        let arguments: Vec<_> = item.mac.tokens.clone().into_iter().collect();
                        let ty = arguments.split(|token| token.to_string() == ",").nth(1).unwrap_or_default();
                        call.response = ty.iter().cloned().collect::<TokenStream>().to_string();
                    }
                    Some("response") => rows.extend(enum_of(&item.mac.tokens)),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    call.rows = rows.remove(&call.response).unwrap_or_default();
    (has_method && !call.method.is_empty()).then_some(call)
}

fn function(item: &ImplItem) -> Option<&syn::ImplItemFn> {
    match item {
        ImplItem::Fn(method) => Some(method),
        _ => None,
    }
}

impl EmittedCall {
    /// Reads the arguments and the documentation of the client's method.
    fn takes(&mut self, method: &syn::ImplItemFn) {
        for argument in &method.sig.inputs {
            if let FnArg::Typed(argument) = argument
                && let Pat::Ident(name) = &*argument.pat
                && ["body", "payload"].contains(&name.ident.to_string().as_str())
            {
                self.body = Some(argument.ty.to_token_stream().to_string());
            }
        }
        let docs: Vec<_> = method.attrs.iter().flat_map(|attribute| literals(&attribute.to_token_stream())).collect();
        // A paragraph stands on several lines.
        let docs = docs.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ").replace("  ", "\n");
        if let Some((_, listed)) = docs.split_once("its type by status") {
            let words = listed.lines().next().unwrap_or_default().split('`');
            self.failures = words.filter(|word| is_status(word)).map(str::to_owned).collect();
        }
    }

    /// Reads the declaration of the call: its type, its setters and its wire contract.
    fn declaration(&mut self, tokens: &TokenStream) {
        let tokens: Vec<_> = tokens.clone().into_iter().collect();
        let Some(setters) = tokens.iter().position(|token| group(token, '{').is_some()) else { return };
        let (head, rest) = tokens.split_at(setters);
        // A download has its type in a declaration of its own.
        if let Some(arrow) = head.windows(2).position(|pair| pair[0].to_string() == "-" && pair[1].to_string() == ">") {
            self.response = head[arrow + 2..].iter().cloned().collect::<TokenStream>().to_string();
        }
        let Some((setters, contract)) = rest.split_first() else { return };
        if let Some(body) = group(setters, '{').and_then(|setters| body_setter(&setters)) {
            self.body.get_or_insert(body);
        }
        if let Some(arguments) = contract.iter().find_map(|token| group(token, '(')) {
            self.method = literals(&arguments).into_iter().nth(1).unwrap_or_default();
        }
        self.accept = vec!["application/json".to_owned()];
        for pair in contract.windows(2) {
            let (name, Some(arguments)) = (pair[0].to_string(), group(&pair[1], '(')) else { continue };
            match name.as_str() {
                "accept" => self.accept = literals(&arguments).iter().flat_map(|list| listed(list)).collect(),
                "request" => self.media = media(&arguments),
                _ => {}
            }
        }
    }

    /// Returns the route to send a body of a media type.
    pub(super) fn request_route(&self, media_type: &str) -> Option<Route> {
        let body = self.body.as_ref()?;
        let is_listed = |media_types: &[String]| media_types.iter().any(|known| known.eq_ignore_ascii_case(media_type));
        let Some(Media { family, media_types }) = &self.media else {
            let is_taken = essence(media_type) == "application/json" || media_type == "application/json";
            return is_taken.then(|| Route::Typed(format!("request: {body}")));
        };
        let is_taken = match family.as_str() {
            "Form" => essence(media_type) == "application/x-www-form-urlencoded",
            "Multipart" => is_listed(media_types) || media_types.iter().any(|known| covers(media_type, known)),
            _ => is_listed(media_types),
        };
        let route = if family == "Raw" { Route::Bytes } else { Route::Typed(format!("request: {body}")) };
        is_taken.then_some(route)
    }

    /// Returns the route to a success with a body.
    pub(super) fn success_route(&self, status: &str, media_type: &str) -> Option<Route> {
        if self.downloads.iter().any(|known| known.eq_ignore_ascii_case(media_type)) {
            return Some(Route::Bytes);
        }
        let is_same = |known: &String| known.eq_ignore_ascii_case(media_type);
        let is_accepted = self.accept.iter().any(|known| is_same(known) || covers(known, media_type))
            || is_range(media_type) && self.accept.iter().any(|known| covers(media_type, known));
        if !self.rows.is_empty() {
            let mut rows = self.rows.iter().filter(|row| row.status.eq_ignore_ascii_case(status));
            let row = rows.find(|row| row.media_types.iter().any(is_same))?;
            let route =
                if row.form == "download" { Route::Bytes } else { Route::Typed(format!("{}: {}", row.status, row.ty)) };
            return is_accepted.then_some(route);
        }
        match self.response.as_str() {
            "()" => None,
            "Download" => is_accepted.then_some(Route::Bytes),
            ty => is_accepted.then(|| Route::Typed(format!("response: {ty}"))),
        }
    }

    /// Returns the route to a success without a body.
    pub(super) fn empty_success_route(&self, status: &str) -> Option<Route> {
        let is_row = self.rows.iter().any(|row| row.status.eq_ignore_ascii_case(status) && row.form == "empty");
        let can_be_empty = self.rows.is_empty()
            && (self.response == "()" || self.response == "Download" || self.response.starts_with("Option <"));
        (is_row || can_be_empty).then_some(Route::Bytes)
    }

    /// Returns the route to the body of a failure: the error has its bytes, and the documentation names the type of JSON.
    pub(super) fn failure_route(&self, status: &str, media_type: &str, schema: Option<&Value>) -> Option<Route> {
        let is_object = |schema: &Value| {
            ["$ref", "properties", "allOf", "oneOf", "anyOf"].iter().any(|key| schema.get(key).is_some())
        };
        if !is_json(media_type) || !schema.is_some_and(is_object) {
            return Some(Route::Bytes);
        }
        let mut named = self.failures.iter().filter(|known| known.eq_ignore_ascii_case(status));
        named.next().map(|_| Route::Bytes)
    }
}

/// Returns whether a range of media types has a media type in it.
fn covers(range: &str, media_type: &str) -> bool {
    let (range, media_type) = (essence(range), essence(media_type));
    range == "*/*"
        || range.strip_suffix('*').is_some_and(|family| family.ends_with('/') && media_type.starts_with(family))
}

fn group(token: &TokenTree, opening: char) -> Option<TokenStream> {
    let TokenTree::Group(group) = token else { return None };
    token.to_string().starts_with(opening).then(|| group.stream())
}

/// Returns the type of the body that a setter of the call takes.
fn body_setter(setters: &TokenStream) -> Option<String> {
    let tokens: Vec<_> = setters.clone().into_iter().collect();
    tokens
        .windows(2)
        .position(|pair| ["body", "payload"].contains(&pair[0].to_string().as_str()) && pair[1].to_string() == ":")
        .map(|at| {
            let ty = tokens[at + 2..].iter().take_while(|token| !["=", ";"].contains(&token.to_string().as_str()));
            ty.cloned().collect::<TokenStream>().to_string()
        })
}

/// Returns the texts of all string literals.
fn literals(tokens: &TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    for token in tokens.clone() {
        match token {
            TokenTree::Literal(literal) => {
                found.extend(syn::parse_str::<syn::LitStr>(&literal.to_string()).map(|text| text.value()));
            }
            TokenTree::Group(group) => found.extend(literals(&group.stream())),
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
    found
}

/// Returns the media types of a header `Accept`.
fn listed(accept: &str) -> Vec<String> {
    accept.split(", ").map(str::to_owned).collect()
}

/// Returns the media types that a method requests.
fn media_types_of_accept(body: TokenStream) -> Vec<String> {
    literals(&body).iter().flat_map(|text| listed(text)).collect()
}

/// Returns the family and the media types in `Media::Json(&[..])`.
fn media(arguments: &TokenStream) -> Option<Media> {
    let family = arguments.clone().into_iter().nth(3)?.to_string();
    let mut media_types = literals(arguments);
    if family == "Multipart" {
        media_types.truncate(1);
    }
    Some(Media { family, media_types })
}

/// Returns the name and the rows of the enum of a response.
fn enum_of(tokens: &TokenStream) -> Option<(String, Vec<Row>)> {
    let tokens: Vec<_> = tokens.clone().into_iter().collect();
    let at = tokens.iter().position(|token| token.to_string() == "enum")?;
    let name = tokens.get(at + 1)?.to_string();
    let rows: Vec<_> = group(tokens.get(at + 2)?, '{')?.into_iter().collect();
    let rows = rows.split(|token| token.to_string() == ";").filter_map(|row| {
        let at = row.iter().position(|token| token.to_string() == "=")?;
        let ty = group(row.get(at.checked_sub(1)?)?, '(')?.to_string();
        let form = row.get(at + 1)?.to_string();
        let mut texts = literals(&group(row.get(at + 2)?, '(')?);
        let status = (!texts.is_empty()).then(|| texts.remove(0))?;
        Some(Row { form, ty, status, media_types: texts })
    });
    Some((name, rows.collect()))
}
