//! Names of the document as Rust identifiers.
//!
//! `names` is the only stage that makes identifiers from wire names, and knows nothing of the items that have them.

mod identifier;
pub(crate) mod reserved;
mod symbol_words;

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToPascalCase, ToSnakeCase};
pub use identifier::Case;
use identifier::{LONGEST, const_of, cut, identifier, is_keyword, stem_of};
use proc_macro2::{Ident, Span};

use crate::document::Pointer;

/// A name as the wire has it and as Rust has it. Only a [`Scope`] makes one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name {
    wire: String,
    rust: String,
}

impl Name {
    /// Returns the name in bodies, headers, paths and the document.
    #[must_use]
    pub fn wire(&self) -> &str {
        &self.wire
    }

    /// Returns the Rust spelling without `r#`, as file names and prose want it.
    #[must_use]
    pub fn rust(&self) -> &str {
        &self.rust
    }

    /// Returns the name as an identifier.
    #[must_use]
    pub fn ident(&self) -> Ident {
        if is_keyword(&self.rust) {
            Ident::new_raw(&self.rust, Span::call_site())
        } else {
            Ident::new(&self.rust, Span::call_site())
        }
    }

    /// Returns the name in PascalCase, for the type that stands for an operation.
    #[must_use]
    pub fn type_ident(&self) -> Ident {
        Ident::new(&identifier(&self.rust, Case::Pascal).unwrap_or_default(), Span::call_site())
    }

    /// Returns the name in `SCREAMING_SNAKE_CASE`, for constants.
    #[must_use]
    pub fn const_ident(&self) -> Ident {
        Ident::new(&const_of(&self.rust), Span::call_site())
    }

    /// Returns the name of the file, without its ending, that holds this item.
    #[must_use]
    pub fn file_stem(&self) -> String {
        stem_of(&self.rust)
    }
}

impl Name {
    /// Returns the same identifier for another wire name.
    #[must_use]
    pub fn of_wire(self, wire: &str) -> Self {
        Self { wire: wire.to_owned(), ..self }
    }
}

/// A namespace: every identifier stands for one thing.
#[derive(Debug)]
pub struct Scope {
    case: Case,
    taken: BTreeMap<String, Claim>,
    /// What else the names stand for, where they are names of items.
    items: Option<BTreeSet<String>>,
    /// How often a name was numbered.
    numbered: BTreeMap<String, usize>,
}

#[derive(Debug, Clone)]
enum Claim {
    /// By the language or the runtime.
    Reserved,
    /// By another name of the document, which stands there.
    By(String, Pointer),
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
    /// Creates an empty scope, less the identifiers that mean something else there.
    #[must_use]
    pub fn new(case: Case, reserved: &[&str]) -> Self {
        let taken = reserved.iter().map(|name| ((*name).to_owned(), Claim::Reserved)).collect();
        Self { case, taken, items: None, numbered: BTreeMap::new() }
    }

    /// Returns a scope whose names are those of items: each also names a file and a type, which [`Scope::claim_any`] keeps apart.
    #[must_use]
    pub fn of_items(case: Case, reserved: &[&str]) -> Self {
        Self { items: Some(BTreeSet::new()), ..Self::new(case, reserved) }
    }

    /// Returns an empty scope in which all that is taken here is reserved.
    #[must_use]
    pub fn within(&self) -> Self {
        let taken = self.taken.keys().map(|name| (name.clone(), Claim::Reserved)).collect();
        Self { case: self.case, taken, items: None, numbered: BTreeMap::new() }
    }

    /// Returns whether an identifier stands for something.
    #[must_use]
    pub fn has(&self, rust: &str) -> bool {
        self.taken.contains_key(rust)
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
            Some(Claim::Reserved) => Err(NameError::Reserved(rust)),
            Some(Claim::By(_, first)) => Err(NameError::Collision { rust, first: first.clone() }),
            None => Ok(self.take(wire, rust, at)),
        }
    }

    /// Takes any free identifier for a wire name, for third-party documents, which cannot be corrected.
    ///
    /// The name that is `wanted` is taken as it would be spelt in this scope. The first of several that would be spelt alike
    /// has the plain name; another one has what tells its wire name from theirs spelt out, and only where that is nothing,
    /// a number. `fallback` says in one word what is named, such as `Model`: it stands behind a name that means something
    /// else in the generated code, and for one that has nothing to spell.
    pub fn claim_any(&mut self, wire: &str, wanted: Option<&str>, fallback: &str, at: &Pointer) -> Name {
        let text = wanted.filter(|wanted| identifier(wanted, self.case).is_some()).unwrap_or(wire);
        let plain = self.any_identifier(text, fallback);
        if self.is_free(&plain) {
            return self.take(wire, plain, at);
        }
        let other = self.taken.get(&plain);
        let reserved = matches!(other, Some(Claim::Reserved)).then(|| match self.case {
            Case::Pascal => self.any_identifier(&format!("{plain} {fallback}"), fallback),
            Case::Snake => format!("{plain}_"),
        });
        let letters = self.any_identifier(&format!("{plain} {}", symbol_words::letters(wire)), fallback);
        let is_same = matches!(other, Some(Claim::By(twin, _)) if twin == wire);
        if is_same {
            // Nothing tells the two apart but their places.
            let rust = self.number(&plain);
            return self.take(wire, rust, at);
        }
        let differs_in_case = matches!(other, Some(Claim::By(twin, _)) if twin.to_lowercase() == wire.to_lowercase());
        let twin = differs_in_case.then(|| letters.clone());
        // A name that was asked for and is taken says less than the wire name does.
        let spelt = [wire.to_owned(), symbol_words::signs(wire), symbol_words::symbols(wire)];
        let spelt = spelt.iter().map(|text| self.any_identifier(text, fallback));
        let candidates: Vec<_> = reserved.into_iter().chain(twin).chain(spelt).chain([letters]).collect();
        let free = candidates.into_iter().find(|candidate| self.is_free(candidate));
        let rust = free.unwrap_or_else(|| self.number(&plain));
        self.take(wire, rust, at)
    }

    /// Returns the identifier for a text, or for its symbols where they are all there is. A long one is cut.
    fn any_identifier(&self, text: &str, fallback: &str) -> String {
        let spelt = match symbol_words::words_of_symbols(text) {
            Some(words) if self.case == Case::Pascal => Some(words.concat()),
            Some(words) => Some(words.iter().map(|word| word.to_snake_case()).collect::<Vec<_>>().join("_")),
            None => identifier(&symbol_words::leading_sign(text), self.case),
        };
        let rust = spelt.or_else(|| identifier(fallback, self.case)).unwrap_or_else(|| "x".to_owned());
        if rust.len() <= LONGEST { rust } else { cut(&rust, text, self.case) }
    }

    /// Returns the first free name with a number behind it.
    fn number(&mut self, plain: &str) -> String {
        let runs_on = self.case == Case::Snake || plain.ends_with(|c: char| c.is_ascii_digit());
        let mark = if runs_on && !plain.ends_with('_') { "_" } else { "" };
        let mut number = self.numbered.get(plain).map_or(2, |last| last + 1);
        let mut rust = format!("{plain}{mark}{number}");
        while !self.is_free(&rust) {
            number += 1;
            rust = format!("{plain}{mark}{number}");
        }
        self.numbered.insert(plain.to_owned(), number);
        rust
    }

    fn is_free(&self, rust: &str) -> bool {
        let others = |items: &BTreeSet<String>| !forms(rust, self.case).iter().any(|form| items.contains(form));
        !self.taken.contains_key(rust) && self.items.as_ref().is_none_or(others)
    }

    fn take(&mut self, wire: &str, rust: String, at: &Pointer) -> Name {
        if let Some(items) = &mut self.items {
            items.extend(forms(&rust, self.case));
        }
        self.taken.insert(rust.clone(), Claim::By(wire.to_owned(), at.clone()));
        Name { wire: wire.to_owned(), rust }
    }
}

/// Returns what the name of an item has to be alone with: its file, on systems that take letters for the same in both cases, the
/// type that stands for it, and the constant.
fn forms(rust: &str, case: Case) -> Vec<String> {
    let file = format!("{}.rs", stem_of(rust).to_lowercase());
    let others = (case == Case::Snake).then(|| [rust.to_pascal_case(), format!("const {}", const_of(rust))]);
    [file].into_iter().chain(others.into_iter().flatten()).collect()
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

    #[test]
    fn keywords_are_those_of_the_parser() {
        let words = "abstract as async await become box break const continue crate do dyn else enum extern false final fn for \
                     gen if impl in let loop macro match mod move mut override priv pub ref return self Self static struct \
                     super trait true try type typeof union unsafe unsized use virtual where while yield auto default raw a";
        for word in words.split_whitespace() {
            let is_raw =
                syn::parse_str::<Ident>(word).is_err() && syn::parse_str::<Ident>(&format!("r#{word}")).is_ok();
            // The parser of old editions lets it pass.
            assert_eq!(is_keyword(word), is_raw || word == "gen", "{word}");
        }
    }

    /// Returns the names of some wire names, in order.
    fn any(mut scope: Scope, fallback: &str, wires: &[&str]) -> Vec<String> {
        let names = wires.iter().map(|wire| scope.claim_any(wire, None, fallback, &Pointer::root()));
        let names: Vec<_> = names.collect();
        for (name, wire) in names.iter().zip(wires) {
            assert_eq!(name.wire(), *wire);
            assert_eq!(name.ident().to_string().trim_start_matches("r#"), name.rust());
        }
        names.into_iter().map(|name| name.rust).collect()
    }

    fn variants(wires: &[&str]) -> Vec<String> {
        any(Scope::new(Case::Pascal, &["Unknown"]), "Value", wires)
    }

    #[test]
    fn symbols_alone_are_spelt_out() {
        assert_eq!(variants(&["+1", "-1", "1", "*", ""]), ["Plus1", "Minus1", "N1", "Star", "Empty"]);
        assert_eq!(
            variants(&["<=", "<", ">", ">=", "!=", "=", "==", "&", "/", ".", "_", "-", " "]),
            [
                "LessOrEqual",
                "Less",
                "Greater",
                "GreaterOrEqual",
                "NotEqual",
                "Equal",
                "DoubleEqual",
                "And",
                "Slash",
                "Dot",
                "Underscore",
                "Minus",
                "Space",
            ]
        );
        assert_eq!(variants(&["\u{1f600}", "\u{7}", "=~"]), ["U1F600", "U0007", "EqualTilde"]);
        assert_eq!(
            any(Scope::new(Case::Snake, &[]), "field", &["+1", "<=", "$"]),
            ["plus_1", "less_or_equal", "dollar"]
        );
    }

    #[test]
    fn constants_are_no_names_of_anything_else() {
        let mut scope = Scope::new(Case::Snake, &["service"]);
        for (wire, constant) in
            [("getIt", "GET_IT"), ("service", "SERVICE_"), ("self", "SELF_"), ("\u{65e5}", "\u{65e5}_STATIC")]
        {
            let name = scope.claim_any(wire, None, "call", &Pointer::root());
            assert_eq!(name.const_ident().to_string(), constant);
        }
    }

    #[test]
    fn letters_that_look_alike_are_the_plain_ones() {
        assert_eq!(variants(&["\u{fb01}x", "\u{ff21}b"]), ["Fix", "Ab"]);
    }

    #[test]
    fn letters_of_all_scripts_stay() {
        assert_eq!(
            variants(&["\u{65e5}\u{672c}", "e\u{301}t\u{e9}", "\u{e9}t\u{e9} \u{1f600}"]),
            ["\u{65e5}\u{672c}", "\u{c9}t\u{e9}", "\u{c9}t\u{e9}U1f600"]
        );
    }

    #[test]
    fn twins_are_told_apart_by_what_they_are() {
        assert_eq!(variants(&["Etc/GMT0", "Etc/GMT+0", "Etc/GMT-0"]), ["EtcGmt0", "EtcGmtPlus0", "EtcGmtMinus0"]);
        assert_eq!(variants(&["ASC", "asc", "Asc", "aSc"]), ["Asc", "AscLowercase", "AscCapitalized", "ASc"]);
        assert_eq!(variants(&["asc", "ASC"]), ["Asc", "AscUppercase"]);
        assert_eq!(variants(&["a.b", "a/b", "a>b"]), ["AB", "ASlashB", "AGreaterB"]);
        assert_eq!(variants(&["a", "a", "a", "a1", "a1", "a1"]), ["A", "A2", "A3", "A1", "A1_2", "A1_3"]);
        let fields = |wires: &[&str]| any(Scope::new(Case::Snake, &["new"]), "field", wires);
        assert_eq!(fields(&["Idempotency-Key", "idempotency-key"]), ["idempotency_key", "idempotency_key_lowercase"]);
        assert_eq!(fields(&["foo_bar", "fooBar", "foo-bar"]), ["foo_bar", "foo_bar_camel_case", "foo_dash_bar"]);
        assert_eq!(fields(&["new", "type", "self", "self"]), ["new_", "type", "self_", "self_2"]);
    }

    #[test]
    fn reserved_names_get_a_word_behind_them() {
        assert_eq!(
            variants(&["unknown", "UNKNOWN", "Unknown Value"]),
            ["UnknownValue", "UnknownUppercase", "UnknownSpaceValue"]
        );
        assert_eq!(
            any(Scope::of_items(Case::Pascal, &["Client"]), "Model", &["client", "Self"]),
            ["ClientModel", "Self_"]
        );
    }

    #[test]
    fn what_is_wanted_is_spelt_and_claimed_first() {
        let mut scope = Scope::new(Case::Pascal, &[]);
        let mut claim = |wire: &str, wanted: &str| scope.claim_any(wire, Some(wanted), "Value", &Pointer::root()).rust;
        assert_eq!(claim("1", "not a name"), "NotAName");
        assert_eq!(claim("2", "!"), "N2");
        assert_eq!(claim("3", "not a name"), "N3");
    }

    #[test]
    fn items_do_not_share_files_or_types() {
        let items = |case, wires: &[&str]| any(Scope::of_items(case, &[]), "Model", wires);
        assert_eq!(items(Case::Snake, &["get1", "get_1"]), ["get1", "get_underscore_1"]);
        assert_eq!(any(Scope::new(Case::Snake, &[]), "field", &["get1", "get_1"]), ["get1", "get_1"]);
        assert_eq!(items(Case::Snake, &["\u{df}", "ss"]), ["\u{df}", "ss_lowercase"]);
        let mut scope = Scope::of_items(Case::Pascal, &[]);
        for (wire, stem) in [
            ("con", "con_"),
            ("LPT1", "lpt1_"),
            ("Mod", "mod_"),
            ("com10", "com10"),
            ("type", "type_"),
            ("sdk_runtime", "sdk_runtime_"),
            ("models", "models_"),
            ("\u{65e5}", "\u{65e5}_"),
        ] {
            assert_eq!(scope.claim_any(wire, None, "Model", &Pointer::root()).file_stem(), stem);
        }
    }

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let (one, other) = (format!("{}a", "word ".repeat(100)), format!("{}b", "word ".repeat(100)));
        let wide = "\u{65e5}".repeat(200);
        let names = any(Scope::of_items(Case::Pascal, &[]), "Model", &[&one, &other, &one, &wide]);
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 4);
        assert_eq!(
            names[0],
            "WordWordWordWordWordWordWordWordWordWordWordWordWordWordWordWordWordWordWordWordWordWordHf33a498e"
        );
        for name in names {
            assert!(name.len() < 130 && stem_of(&name).len() < 200, "{name}");
        }
    }
}
