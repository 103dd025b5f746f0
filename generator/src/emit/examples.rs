//! Emits the document's examples as Rust code that compiles: the request by its constructor and setters, then the awaited call.

use heck::ToSnakeCase;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use crate::ir::{
    Access, Additional, Api, Constructor, Example, Examples, Field, Idempotency, Notation, Operation, Parameter,
    PathParameter, Presence, ResponseBody, Scalar, SchemeKind, Server, Shape, Status, Struct, Type, TypeId,
};

/// A call as code for documentation.
pub(crate) struct Call<'a> {
    /// The example of the document that is its body.
    pub(crate) of: Option<&'a Example>,
    /// The import of the types that it names, or empty.
    pub(crate) uses: String,
    /// The statement that creates the body, or empty.
    pub(crate) request: String,
    /// The method with its arguments and setters.
    pub(crate) call: TokenStream,
}

impl Call<'_> {
    /// Returns the complete code, which awaits the call of an existing client.
    pub(crate) fn shown(&self) -> String {
        let blank = if self.uses.is_empty() { "" } else { "\n" };
        format!("{}{blank}{}{}", self.uses, self.request, self.awaited())
    }

    fn awaited(&self) -> String {
        let call = &self.call;
        statement(&quote!(let response = client.#call.await?;)).unwrap_or_default()
    }

    /// Returns the same code as a doctest, in a hidden function.
    pub(super) fn doctest(&self, crate_name: &str) -> String {
        let crate_ident = crate_name.replace('-', "_");
        let blank = if self.uses.is_empty() { "" } else { "\n" };
        format!(
            "```no_run\n{}{blank}# async fn example(client: {crate_ident}::Client) -> Result<(), Box<dyn std::error::Error>> {{\n{}{}# let _ = response;\n# Ok(())\n# }}\n```",
            self.uses,
            self.request,
            self.awaited(),
        )
    }
}

/// Returns the calls of an operation: one for each example of its body that Rust code can express. Without such an example,
/// the call without a body, unless a body is required.
pub(crate) fn calls<'a>(api: &Api, operation: &Operation, examples: &'a [Example], crate_name: &str) -> Vec<Call<'a>> {
    let calls: Vec<_> = examples.iter().filter_map(|example| call(api, operation, Some(example), crate_name)).collect();
    let needs_body = operation.body.as_ref().is_some_and(|body| body.presence == Presence::Required);
    if !calls.is_empty() || needs_body {
        return calls;
    }
    call(api, operation, None, crate_name).into_iter().collect()
}

/// Returns the examples of request objects that Rust code cannot express, although they are validated against their
/// schemas.
pub(crate) fn inexpressible<'a>(api: &'a Api, crate_name: &str) -> impl Iterator<Item = &'a Example> {
    let is_shown = |operation: &&Operation| {
        let named = operation.body.as_ref().and_then(|body| match api.types.resolve(body.ty()?) {
            Type::Named(id) => Some(&api.types.get(*id).shape),
            _ => None,
        });
        matches!(named, Some(Shape::Struct(_)))
    };
    api.operations.iter().filter(is_shown).flat_map(move |operation| {
        let examples = reliable(api, operation).iter();
        examples.filter(move |example| call(api, operation, Some(example), crate_name).is_none())
    })
}

/// Returns the path parameters whose example is not a value of their type. Code for documentation replaces the example.
pub(crate) fn invalid_path_examples(api: &Api) -> impl Iterator<Item = &Parameter> {
    let parameters = api.operations.iter().flat_map(Operation::path_parameters);
    let parameters = parameters.filter(|_| api.examples == Examples::Held);
    let unusable = parameters.filter(|path| path.example.is_some() && valid_example(api, path).is_none());
    unusable.map(|path| &path.parameter)
}

/// Returns the example of a path parameter, if it is a value of its type.
fn valid_example<'a>(api: &Api, path: &'a PathParameter) -> Option<&'a str> {
    let mut ty = api.types.resolve(&path.parameter.ty);
    while let Type::List(element) = ty {
        ty = api.types.resolve(element);
    }
    path.example.as_deref().filter(|example| match ty {
        Type::Scalar(Scalar::Boolean) => example.parse::<bool>().is_ok(),
        Type::Scalar(
            kind @ (Scalar::Decimal | Scalar::Integer32 | Scalar::Integer64 | Scalar::Unsigned32 | Scalar::Unsigned64),
        ) => example.parse().is_ok_and(|number| scalar(*kind, &Value::Number(number)).is_some()),
        Type::Named(id) => match &api.types.get(*id).shape {
            Shape::Enum(choice) => choice.variants.iter().any(|variant| variant.name.wire() == *example),
            Shape::Alias(_) | Shape::Struct(_) | Shape::Union(_) => true,
        },
        Type::Scalar(_) | Type::List(_) | Type::Map(_) | Type::Nullable(_) | Type::Json => true,
    })
}

/// Returns the call with one example as its body, or without a body; `None` if Rust code cannot express it.
fn call<'a>(api: &Api, operation: &Operation, of: Option<&'a Example>, crate_name: &str) -> Option<Call<'a>> {
    let mut arguments = arguments(api, operation)?;
    let (mut request, mut setter) = (String::new(), None);
    if let (Some(body), Some(example)) = (&operation.body, of) {
        let value = self::body(api, body.ty()?, &example.value.to_json())?;
        request = statement(&quote!(let request = #value;))?;
        match body.presence {
            Presence::Required => arguments.push(quote!(&request)),
            _ => setter = Some(quote!(.body(&request))),
        }
    }
    let method = operation.name.ident();
    let call = quote!(#method(#(#arguments),*) #setter);
    let uses = uses(api, &format!("{request}{call}"), &[], crate_name)?;
    Some(Call { of, uses, request, call })
}

/// Returns the import of the types that some code names, and of further names.
fn uses(api: &Api, code: &str, further: &[&str], crate_name: &str) -> Option<String> {
    let mut names = imports(api, code);
    names.extend(further.iter().map(|name| (*name).to_owned()));
    let names: std::collections::BTreeSet<_> = names.iter().map(|name| format_ident!("{name}")).collect();
    let crate_ident = format_ident!("{}", crate_name.replace('-', "_"));
    if names.is_empty() {
        return Some(String::new());
    }
    let names = names.iter();
    statement(&quote!(use #crate_ident::{#(#names),*};))
}

/// Returns the examples of an operation's body, if examples are validated against their schemas.
pub(super) fn reliable<'a>(api: &Api, operation: &'a Operation) -> &'a [Example] {
    match (api.examples, &operation.body) {
        (Examples::Held, Some(body)) => &body.examples,
        _ => &[],
    }
}

/// Returns a complete doctest, from the client to the handling of each outcome.
pub(super) fn complete(api: &Api, operation: &Operation, crate_name: &str) -> Option<String> {
    let (call, arguments) = shortest(api, operation, crate_name)
        .map(|call| (call, String::new()))
        .or_else(|| call_with_argument(api, operation, crate_name))?;
    let tokens = &call.call;
    let creation = statement(&quote!(let call = client.#tokens;))?;
    let (handling, further) = match operation.idempotency {
        Idempotency::Keyed if !operation.response_body.is_streamed() => (RESUMED, &["Outcome", "operations"][..]),
        _ => (LOOKED_UP, &["Outcome"][..]),
    };
    let (shown, arms) = if can_be_open(api, operation) { (SHOWN_IF_DONE, ARMS_IF_DONE) } else { (SHOWN, ARM) };
    let shown: String = shown.lines().map(|line| format!("            {line}\n")).collect();
    let whole = operation.call.type_ident().to_string();
    // The name comes last, because it may contain one of the other placeholders.
    let handling = handling.replace("ARMS", arms).replace("SHOWN", &shown).replace("CALL", &whole);
    let code = format!("{}\n{}{creation}\n{handling}", client(api, operation), call.request);
    doctest(api, &call, further, &arguments, &code, crate_name)
}

/// Returns the example for the front page of the API: of the least dangerous operations that which shows a typed response, and of those
/// the shortest. Nothing that deletes.
pub(super) fn first(api: &Api, crate_name: &str) -> Option<String> {
    let harmless = api.operations.iter().filter_map(|operation| Some((danger(api, operation)?, operation)));
    let calls =
        harmless.filter_map(|(danger, operation)| Some((danger, operation, shortest(api, operation, crate_name)?)));
    let (_, operation, call) = calls.min_by_key(|(danger, operation, call)| {
        let is_typed = !matches!(operation.response_body, ResponseBody::Empty | ResponseBody::Body(Type::Json));
        (*danger, !is_typed, call.of.is_none(), call.request.len(), call.call.to_string().len())
    })?;
    let shown = if can_be_open(api, operation) { SHOWN_IF_DONE } else { SHOWN };
    let code = format!("{}\n{}{}{shown}", client(api, operation), call.request, call.awaited());
    let whole = operation.call.type_ident();
    let example = doctest(api, &call, &[], "", &code, crate_name)?;
    if operation.idempotency != Idempotency::Keyed {
        return Some(example);
    }
    Some(format!(
        "{example}\n\nThe page of each call, such as [`{whole}`](operations::{whole}), has an example that handles failures."
    ))
}

/// Returns how much harm a call does when a reader runs an example as it stands; `None` for one that deletes. A call with a key can be
/// repeated, and does no more harm than reading where the server is for tests.
fn danger(api: &Api, operation: &Operation) -> Option<u8> {
    let tests = server(api).is_some_and(is_for_tests);
    match (operation.method.as_str(), &operation.idempotency) {
        ("DELETE", _) => None,
        ("GET" | "HEAD" | "OPTIONS" | "QUERY", _) => Some(0),
        (_, Idempotency::Keyed) => Some(if tests { 0 } else { 1 }),
        (_, Idempotency::None) => Some(2),
    }
}

/// Returns the server that examples call: the first that is for tests, or else the first.
fn server(api: &Api) -> Option<&Server> {
    api.servers.iter().find(|server| is_for_tests(server)).or(api.servers.first())
}

/// Returns whether a server says in its name or its URL that it is for tests.
fn is_for_tests(server: &Server) -> bool {
    const WORDS: [&str; 8] = ["sandbox", "test", "testing", "staging", "stage", "dev", "demo", "localhost"];
    let text = format!("{} {}", server.name.rust().to_snake_case(), server.url).to_lowercase();
    text.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word))
}

/// Returns whether a success response can mean that the call is still open.
fn can_be_open(api: &Api, operation: &Operation) -> bool {
    operation.success(&api.types).is_some_and(|success| !success.states.is_empty())
}

/// Prints a response.
const SHOWN: &str = "println!(\"{response:?}\");\n";
/// Prints a response of a call that may be open.
const SHOWN_IF_DONE: &str = r#"let state = if response.is_done() { "done" } else { "still open" };
println!("{state}: {response:?}");
"#;
/// Prints a response in a `match`.
const ARM: &str = "    Ok(response) => println!(\"{response:?}\"),\n";
/// Prints a response of a call that may be open, in a `match`.
const ARMS_IF_DONE: &str = r#"    Ok(response) if response.is_done() => println!("done: {response:?}"),
    Ok(response) => println!("still open: {response:?}"),
"#;

/// Handles the result of a call with an idempotency key.
const RESUMED: &str = r#"match call.await {
ARMS    Err(error) => match (error.outcome(), error.resumable()) {
        // The server did not act.
        (Outcome::NotSent | Outcome::Rejected, _) => {
            println!("{error}; a new call makes sense: {}", error.is_retryable());
        }
        // The server may have acted: send the same call under the same key.
        (_, Some(call)) => {
            let response = client.resume::<operations::CALL>(call).await?;
SHOWN        }
        // The server may have acted, and the call cannot be sent again.
        (_, None) => println!("{error}; look up the effect of the call"),
    },
}
"#;

/// Handles the result of a call that cannot be resumed.
const LOOKED_UP: &str = r#"match call.await {
ARMS    Err(error) => match error.outcome() {
        // The server did not act.
        Outcome::NotSent | Outcome::Rejected => {
            println!("{error}; a new call makes sense: {}", error.is_retryable());
        }
        // The server may have acted.
        _ => println!("{error}; look up the effect of the call"),
    },
}
"#;

/// Returns code as a doctest, in a hidden function with some arguments.
fn doctest(
    api: &Api,
    call: &Call<'_>,
    further: &[&str],
    arguments: &str,
    code: &str,
    crate_name: &str,
) -> Option<String> {
    let base = if api.servers.is_empty() { "BaseUrl" } else { "Environment" };
    let further: Vec<_> = ["Client", base].iter().chain(further).copied().collect();
    let uses = uses(api, &format!("{}{}", call.request, call.call), &further, crate_name)?;
    Some(format!(
        "```no_run\n{uses}\n# async fn example({arguments}) -> Result<(), Box<dyn std::error::Error>> {{\n{code}# Ok(())\n# }}\n```"
    ))
}

/// Returns the call with the shortest body.
fn shortest<'a>(api: &Api, operation: &'a Operation, crate_name: &str) -> Option<Call<'a>> {
    let calls = calls(api, operation, reliable(api, operation), crate_name);
    calls.into_iter().min_by_key(|call| call.request.len())
}

/// Returns a call whose body is an argument of the hidden function, and the declaration of that argument.
fn call_with_argument(api: &Api, operation: &Operation, crate_name: &str) -> Option<(Call<'static>, String)> {
    let mut arguments = arguments(api, operation)?;
    let crate_ident = crate_name.replace('-', "_");
    let declaration = match operation.body.as_ref()?.ty() {
        Some(Type::Named(id)) => {
            arguments.push(quote!(request));
            format!("request: &{crate_ident}::{}", api.types.get(*id).name.ident())
        }
        Some(_) => return None,
        None => {
            arguments.push(quote!(payload));
            format!("payload: {crate_ident}::Payload")
        }
    };
    let method = operation.name.ident();
    let call = quote!(#method(#(#arguments),*));
    Some((Call { of: None, uses: String::new(), request: String::new(), call }, declaration))
}

/// Returns the statement that creates a client with the credentials for an operation.
fn client(api: &Api, operation: &Operation) -> String {
    let base = match server(api) {
        Some(server) => format!("Environment::{}", server.name.ident()),
        None => "BaseUrl::new(\"https://api.example.com\")?".to_owned(),
    };
    let steps = credentials(api, operation).into_iter().map(|step| format!("    .{step}\n"));
    format!("let client = Client::builder({base})\n{}    .build()?;\n", steps.collect::<String>())
}

/// Returns the steps of the client builder that set the credentials for an operation.
fn credentials(api: &Api, operation: &Operation) -> Vec<String> {
    let token = || match api.service.token {
        Some(_) => "client_credentials(\"client id\", \"client secret\")".to_owned(),
        None => "access_token(\"token\")".to_owned(),
    };
    let Some(alternatives) = &operation.security else {
        return if api.service.token.is_some() { vec![token()] } else { Vec::new() };
    };
    let first = alternatives.first().into_iter().flatten();
    let schemes = first.filter_map(|name| api.schemes.iter().find(|scheme| scheme.name == *name));
    let steps = schemes.filter_map(|scheme| match scheme.kind {
        SchemeKind::HeaderKey(_) | SchemeKind::QueryKey(_) | SchemeKind::CookieKey(_) => {
            Some(format!("api_key({:?}, \"key\")", scheme.name.wire()))
        }
        SchemeKind::Basic => Some("basic_auth(\"user\", \"password\")".to_owned()),
        SchemeKind::Bearer => Some("access_token(\"token\")".to_owned()),
        SchemeKind::OAuth2 => Some(token()),
        SchemeKind::Other => None,
    });
    steps.collect()
}

/// Returns values for the arguments of a method before the body.
fn arguments(api: &Api, operation: &Operation) -> Option<Vec<TokenStream>> {
    let path = operation.path_parameters();
    let path = path.map(|path| (&path.parameter.ty, path.parameter.name.wire(), valid_example(api, path)));
    let named = operation.query.iter().chain(&operation.cookies);
    let named = named.filter(|parameter| parameter.presence == Presence::Required);
    let named = named.map(|parameter| (&parameter.ty, parameter.name.wire(), None));
    let headers = operation.headers.iter().filter(|header| header.is_argument());
    let headers = headers.map(|header| (&header.ty, header.name.wire(), None));
    path.chain(named).chain(headers).map(|(ty, name, example)| argument(api, ty, name, example)).collect()
}

/// Returns a value for a parameter: the document's example, or a placeholder.
fn argument(api: &Api, ty: &Type, name: &str, example: Option<&str>) -> Option<TokenStream> {
    match api.types.resolve(ty) {
        Type::Scalar(Scalar::Text) => {
            let text = example.unwrap_or(name);
            Some(quote!(#text))
        }
        Type::Scalar(kind) => {
            let value = match (kind, example) {
                (Scalar::Boolean, _) => Value::Bool(true),
                (Scalar::Date | Scalar::DateTime, example) => Value::String(example?.to_owned()),
                (_, Some(example)) => Value::Number(example.parse().ok()?),
                (_, None) => Value::Number(1.into()),
            };
            scalar(*kind, &value)
        }
        Type::List(element) => {
            // Only scalars have the same form as an element and as an argument.
            let value =
                matches!(api.types.resolve(element), Type::Scalar(_)).then(|| argument(api, element, name, example));
            let value = value??;
            Some(quote!([#value]))
        }
        Type::Named(id) => match &api.types.get(*id).shape {
            Shape::Enum(choice) => {
                let named = choice.variants.iter().find(|variant| Some(variant.name.wire()) == example);
                let (name, variant) =
                    (api.types.get(*id).name.ident(), named.or(choice.variants.first())?.name.ident());
                Some(quote!(&#name::#variant))
            }
            Shape::Alias(_) | Shape::Struct(_) | Shape::Union(_) => None,
        },
        Type::Map(_) | Type::Nullable(_) | Type::Json => None,
    }
}

/// Returns a body as an expression. The method borrows it, so that only what is an object is spelt as exactly its type.
fn body(api: &Api, ty: &Type, example: &Value) -> Option<TokenStream> {
    let Type::Named(id) = api.types.resolve(ty) else { return None };
    match &api.types.get(*id).shape {
        Shape::Struct(_) => expression(api, ty, example),
        Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => None,
    }
}

/// Returns a statement as the formatter spells it, without the function around it.
fn statement(tokens: &TokenStream) -> Option<String> {
    let file = syn::parse2(quote!(async fn example() { #tokens })).ok()?;
    let text = prettyplease::unparse(&file);
    let body = text.lines().skip(1).filter(|line| *line != "}");
    Some(body.map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line))).collect())
}

/// Returns the names in the example that come from the crate: all in PascalCase, types in a script without capitals,
/// and a macro.
fn imports(api: &Api, lines: &str) -> Vec<String> {
    let Ok(tokens) = lines.parse::<TokenStream>() else { return Vec::new() };
    let is_type = |name: &str| api.types.iter().any(|definition| definition.name.rust() == name);
    let is_imported = |name: &String| name.starts_with(char::is_uppercase) || !name.is_ascii() && is_type(name);
    let macros = lines.contains("decimal!(").then(|| "decimal".to_owned());
    super::imports::idents(&tokens).into_iter().filter(is_imported).chain(macros).collect()
}

/// Returns a JSON value as an expression of a type; nothing when the value does not fit the type.
fn expression(api: &Api, ty: &Type, value: &Value) -> Option<TokenStream> {
    match ty {
        Type::Named(id) => named(api, *id, value),
        Type::Scalar(scalar) => self::scalar(*scalar, value),
        Type::List(element) => {
            let elements = elements(api, element, &value.as_array()?.iter().collect::<Vec<_>>())?;
            Some(quote!([#(#elements),*]))
        }
        Type::Map(element) => {
            let members = value.as_object()?;
            let values = elements(api, element, &members.values().collect::<Vec<_>>())?;
            let names = members.keys();
            Some(quote!([#((#names, #values)),*]))
        }
        Type::Nullable(_) => None,
        Type::Json => json(value),
    }
}

/// Returns the elements of a list or the values of a map, which have to be of one type in Rust.
fn elements(api: &Api, ty: &Type, values: &[&Value]) -> Option<Vec<TokenStream>> {
    match api.types.resolve(ty) {
        Type::List(_) | Type::Map(_) | Type::Nullable(_) => None,
        Type::Json if values.windows(2).any(|two| std::mem::discriminant(two[0]) != std::mem::discriminant(two[1])) => {
            None
        }
        _ => values.iter().map(|value| expression(api, ty, value)).collect(),
    }
}

/// Returns a number as a constant, if it is surely one; otherwise the example has to compile all the same.
fn decimal(value: &Value) -> Option<TokenStream> {
    let text = value.as_number()?.to_string();
    let is_plain = text.len() <= 28 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-'));
    Some(if is_plain { quote!(decimal!(#text)) } else { quote!(#text.parse::<Decimal>()?) })
}

fn named(api: &Api, id: TypeId, value: &Value) -> Option<TokenStream> {
    let definition = api.types.get(id);
    let name = definition.name.ident();
    match &definition.shape {
        Shape::Alias(ty) => expression(api, ty, value),
        Shape::Enum(choice) => {
            let text = match choice.notation {
                Notation::Text => value.as_str()?.to_owned(),
                Notation::Json => value.to_string(),
            };
            let variant = choice.variants.iter().find(|variant| variant.name.wire() == text)?.name.ident();
            Some(quote!(#name::#variant))
        }
        Shape::Union(_) => None,
        Shape::Struct(object) => structure(api, &name, object, value.as_object()?),
    }
}

fn scalar(scalar: Scalar, value: &Value) -> Option<TokenStream> {
    match scalar {
        Scalar::Text | Scalar::Secret => {
            let text = crate::document::scalar_text(value)?;
            Some(quote!(#text))
        }
        Scalar::Date => {
            let text = value.as_str()?;
            Some(quote!(#text.parse::<Date>()?))
        }
        Scalar::DateTime => {
            let text = value.as_str()?;
            Some(quote!(#text.parse::<DateTime>()?))
        }
        Scalar::Base64 | Scalar::Base64Url | Scalar::Upload => None,
        Scalar::Decimal => decimal(value),
        Scalar::Integer32 | Scalar::Integer64 | Scalar::Unsigned32 | Scalar::Unsigned64 => {
            let whole = value.as_i64()?;
            let fits = match scalar {
                Scalar::Integer32 => i32::try_from(whole).is_ok(),
                Scalar::Unsigned32 => u32::try_from(whole).is_ok(),
                Scalar::Unsigned64 => whole >= 0,
                _ => true,
            };
            let whole = Literal::i64_unsuffixed(whole);
            fits.then(|| quote!(#whole))
        }
        Scalar::Boolean => {
            let flag = value.as_bool()?;
            Some(quote!(#flag))
        }
    }
}

fn json(value: &Value) -> Option<TokenStream> {
    match value {
        Value::String(text) => Some(quote!(#text)),
        Value::Bool(flag) => Some(quote!(#flag)),
        Value::Number(number) => number.as_i64().map(|whole| {
            let whole = Literal::i64_unsuffixed(whole);
            quote!(#whole)
        }),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Returns an object as its constructor with the required members and a setter for each of the others.
fn structure(
    api: &Api,
    name: &proc_macro2::Ident,
    object: &Struct,
    members: &serde_json::Map<String, Value>,
) -> Option<TokenStream> {
    let (constructor, arguments, fixed) = match object.constructors.as_slice() {
        [] => (format_ident!("new"), required(api, object), Vec::new()),
        constructors => {
            let one = constructors.iter().find(|one| fits(object, one, members))?;
            let fixed = one.fixed.iter().map(|condition| condition.property.as_str()).collect();
            (one.name.ident(), one.arguments.iter().map(String::as_str).collect(), fixed)
        }
    };
    let field = |wire: &str| object.fields.iter().find(|field| field.name.wire() == wire);
    let mut values = Vec::new();
    for wire in &arguments {
        values.push(member(api, field(wire)?, members.get(*wire)?)?);
    }
    let mut setters = Vec::new();
    let others =
        members.iter().filter(|(wire, _)| !arguments.contains(&wire.as_str()) && !fixed.contains(&wire.as_str()));
    for (wire, value) in others {
        setters.push(match field(wire) {
            Some(field) if field.status == Status::Deprecated || field.access == Access::ReadOnly => continue,
            Some(field) => setter(api, field, value)?,
            None if object.additional == Additional::Undeclared => return None,
            None => {
                let value = json(value)?;
                quote!(.additional_property(#wire, #value))
            }
        });
    }
    Some(quote!(#name::#constructor(#(#values),*) #(#setters)*))
}

fn setter(api: &Api, field: &Field, value: &Value) -> Option<TokenStream> {
    let (name, value) = (field.name.ident(), member(api, field, value)?);
    Some(quote!(.#name(#value)))
}

/// Returns the value of a member. One that may be null is made of exactly its type, since nothing else converts into
/// it.
fn member(api: &Api, field: &Field, value: &Value) -> Option<TokenStream> {
    if !field.presence.is_nullable() {
        return expression(api, &field.ty, value);
    }
    if value.is_null() {
        return Some(quote!(Nullable::Null));
    }
    match api.types.resolve(&field.ty) {
        Type::Scalar(Scalar::Text) => {
            let text = crate::document::scalar_text(value)?;
            Some(quote!(#text.to_owned()))
        }
        Type::Scalar(Scalar::Decimal) => decimal(value),
        Type::Scalar(Scalar::Integer32) => {
            let whole = Literal::i32_suffixed(i32::try_from(value.as_i64()?).ok()?);
            Some(quote!(#whole))
        }
        Type::Scalar(Scalar::Integer64) => {
            let whole = Literal::i64_suffixed(value.as_i64()?);
            Some(quote!(#whole))
        }
        Type::Scalar(Scalar::Boolean | Scalar::Date | Scalar::DateTime) | Type::Named(_) => {
            expression(api, &field.ty, value)
        }
        Type::Scalar(_) | Type::List(_) | Type::Map(_) | Type::Nullable(_) | Type::Json => None,
    }
}

fn required<'a>(api: &Api, object: &'a Struct) -> Vec<&'a str> {
    let required = object.fields.iter().filter(|field| field.presence.is_argument());
    let required = required.filter(|field| super::structs::only_value(api, field).is_none());
    required.map(|field| field.name.wire()).collect()
}

/// Returns whether an example is what a constructor makes: the settled members have their values, by default if absent.
fn fits(object: &Struct, constructor: &Constructor, members: &serde_json::Map<String, Value>) -> bool {
    let has_arguments = constructor.arguments.iter().all(|wire| members.contains_key(wire));
    let settled = constructor.fixed.iter().all(|condition| {
        let default = || object.fields.iter().find(|field| field.name.wire() == condition.property)?.default.clone();
        let given = members.get(&condition.property).and_then(crate::document::scalar_text);
        given.or_else(default).as_deref() == Some(condition.text.as_str())
    });
    has_arguments && settled
}
