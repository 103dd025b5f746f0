//! The only place where a wire name becomes a Rust identifier.

use std::collections::BTreeMap;

use heck::{ToPascalCase, ToSnakeCase};
use proc_macro2::{Ident, Span};

use crate::source::Pointer;

/// What a generated crate's root takes over from the runtime, one line each: types of the document are named differently.
#[rustfmt::skip]
pub(crate) const RUNTIME_NAMES: &[&[&str]] = &[
    &["BaseUrl", "Clock", "Concurrency", "IdempotencyKey", "RateLimit", "Response"],
    &["CallFuture", "ResumableCall", "ResumedCall", "RetryBudget", "RetryPolicy"],
    &["Date", "Decimal", "Extra", "Json", "Map", "Nullable", "Secret", "UnknownValue"],
    &["DecodeError", "Error", "ErrorKind", "Outcome", "ParseError", "Reason"],
    &["Transport", "TransportError", "Violation", "Violations"],
    &["observe", "testing", "transport"],
];

/// A name as the wire has it and as Rust has it. Only a [`Scope`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    wire: String,
    rust: String,
}

impl Name {
    /// The name in bodies, headers, paths and the document.
    #[must_use]
    pub fn wire(&self) -> &str {
        &self.wire
    }

    /// The Rust spelling without `r#`, as file names and prose want it.
    #[must_use]
    pub fn rust(&self) -> &str {
        &self.rust
    }

    /// The name as an identifier.
    #[must_use]
    pub fn ident(&self) -> Ident {
        if is_keyword(&self.rust) {
            Ident::new_raw(&self.rust, Span::call_site())
        } else {
            Ident::new(&self.rust, Span::call_site())
        }
    }

    /// The name in PascalCase, for the type that stands for an operation.
    #[must_use]
    pub fn type_ident(&self) -> Ident {
        Ident::new(&identifier(&self.rust, Case::Pascal).unwrap_or_default(), Span::call_site())
    }

    /// The name in `SCREAMING_SNAKE_CASE`, for constants.
    #[must_use]
    pub fn const_ident(&self) -> Ident {
        Ident::new(&self.rust.to_snake_case().to_uppercase(), Span::call_site())
    }

    /// The name of the file, without its ending, that holds this item.
    #[must_use]
    pub fn file_stem(&self) -> String {
        let stem = self.rust.to_snake_case();
        if is_keyword(&stem) || stem == "mod" { format!("{stem}_") } else { stem }
    }
}

/// How identifiers of a scope are spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// Types and variants.
    Pascal,
    /// Fields, methods and arguments.
    Snake,
}

/// A namespace: every identifier stands for one thing.
#[derive(Debug)]
pub struct Scope {
    case: Case,
    taken: BTreeMap<String, Taken>,
}

#[derive(Debug, Clone)]
enum Taken {
    /// By the language or the runtime.
    Reserved,
    /// By another name of the document.
    By(Pointer),
}

/// Why a wire name has no identifier.
#[derive(Debug)]
pub enum NameError {
    /// No character of it can stand in an identifier.
    Empty,
    /// The spelling asked for is not an identifier in the scope's case.
    NotAnIdentifier {
        /// What was asked for.
        wanted: String,
        /// How the scope would spell it.
        spelt: Option<String>,
    },
    /// The identifier is taken by another name of the document.
    Collision {
        /// The identifier.
        rust: String,
        /// Who has it.
        first: Pointer,
    },
    /// The identifier has a meaning of its own in the generated code.
    Reserved(String),
}

impl Scope {
    /// An empty scope, less the identifiers that mean something else there.
    #[must_use]
    pub fn new(case: Case, reserved: &[&str]) -> Self {
        let taken = reserved.iter().map(|name| ((*name).to_owned(), Taken::Reserved)).collect();
        Self { case, taken }
    }

    /// Takes the identifier for a wire name, or the one the document asks for.
    ///
    /// # Errors
    ///
    /// When there is no such identifier, or it is taken. A number is never appended: it would rename public items
    /// whenever a twin comes or goes.
    pub fn claim(&mut self, wire: &str, wanted: Option<&str>, at: &Pointer) -> Result<Name, NameError> {
        let rust = match wanted {
            Some(wanted) if identifier(wanted, self.case).as_deref() == Some(wanted) => wanted.to_owned(),
            Some(wanted) => {
                let spelt = identifier(wanted, self.case);
                return Err(NameError::NotAnIdentifier { wanted: wanted.to_owned(), spelt });
            }
            None => identifier(wire, self.case).ok_or(NameError::Empty)?,
        };
        match self.taken.get(&rust) {
            Some(Taken::Reserved) => Err(NameError::Reserved(rust)),
            Some(Taken::By(first)) => Err(NameError::Collision { rust, first: first.clone() }),
            None => {
                self.taken.insert(rust.clone(), Taken::By(at.clone()));
                Ok(Name { wire: wire.to_owned(), rust })
            }
        }
    }
}

/// The identifier for a text, or nothing when no character of it can stand in one.
fn identifier(text: &str, case: Case) -> Option<String> {
    let spelt = plural_acronyms_as_words(text);
    let mut rust = match case {
        Case::Pascal => spelt.to_pascal_case(),
        Case::Snake => spelt.to_snake_case(),
    };
    rust.retain(|c| c == '_' || unicode_continue(c));
    match rust.chars().next() {
        None => return None,
        Some('_') if rust.chars().all(|c| c == '_') => return None,
        Some(first) if first == '_' || unicode_start(first) => {}
        Some(_) => rust.insert_str(0, if case == Case::Pascal { "N" } else { "n" }),
    }
    if matches!(rust.as_str(), "self" | "Self" | "super" | "crate") {
        rust.push('_');
    }
    Some(rust)
}

/// `IDs` is one word in the plural, not `I` and `Ds`.
fn plural_acronyms_as_words(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut spelt = String::with_capacity(text.len());
    for (index, &c) in chars.iter().enumerate() {
        let previous_is_capital = index > 0 && chars[index - 1].is_uppercase();
        let next_is_plural =
            chars.get(index + 1) == Some(&'s') && chars.get(index + 2).is_none_or(|after| !after.is_lowercase());
        if c.is_uppercase() && previous_is_capital && next_is_plural {
            spelt.extend(c.to_lowercase());
        } else {
            spelt.push(c);
        }
    }
    spelt
}

fn unicode_start(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { syn::parse_str::<Ident>(c.encode_utf8(&mut [0; 4])).is_ok() }
}

fn unicode_continue(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { syn::parse_str::<Ident>(&format!("a{c}")).is_ok() }
}

/// The words that need `r#` as an identifier.
fn is_keyword(text: &str) -> bool {
    syn::parse_str::<Ident>(text).is_err() && syn::parse_str::<Ident>(&format!("r#{text}")).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snake(wire: &str) -> String {
        identifier(wire, Case::Snake).unwrap()
    }

    #[test]
    fn wire_names_become_snake_case() {
        assert_eq!(snake("accountId"), "account_id");
        assert_eq!(snake("SyncDate__NS"), "sync_date_ns");
        assert_eq!(snake("3DSecure"), "n3d_secure");
        assert_eq!(snake("accountIDs"), "account_ids");
        assert_eq!(snake("IDsByName"), "ids_by_name");
        assert_eq!(snake("X-Track-Id"), "x_track_id");
        assert_eq!(snake("PO#"), "po");
        assert_eq!(snake("self"), "self_");
        assert_eq!(identifier("#!", Case::Snake), None);
    }

    #[test]
    fn keywords_are_raw_identifiers() {
        let mut scope = Scope::new(Case::Snake, &[]);
        let name = scope.claim("type", None, &Pointer::root()).unwrap();
        assert_eq!(name.ident().to_string(), "r#type");
        assert_eq!(name.rust(), "type");
    }

    #[test]
    fn a_second_claim_names_the_first() {
        let mut scope = Scope::new(Case::Snake, &["new"]);
        let first = Pointer::root().join("first");
        scope.claim("fooBar", None, &first).unwrap();
        match scope.claim("foo_bar", None, &Pointer::root()) {
            Err(NameError::Collision { rust, first: who }) => {
                assert_eq!(rust, "foo_bar");
                assert_eq!(who.to_string(), first.to_string());
            }
            other => panic!("unexpected {other:?}"),
        }
        assert!(matches!(scope.claim("New", None, &first), Err(NameError::Reserved(_))));
        assert!(matches!(scope.claim("x", Some("Not Snake"), &first), Err(NameError::NotAnIdentifier { .. })));
    }
}
