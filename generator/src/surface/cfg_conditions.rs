//! `cfg` attributes, as users of a crate meet them.

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, Item, Meta, Token};

use super::syntax;

/// When an item exists: all of these hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Condition {
    /// As they stand within `cfg(..)`.
    terms: Vec<String>,
    /// Whether one of them never holds outside of the crate's own tests.
    never: bool,
}

impl Condition {
    /// Returns what the attributes of an item say.
    pub(super) fn of(attrs: &[Attribute]) -> Self {
        let mut condition = Self::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("cfg")) {
            let Ok(predicate) = attr.parse_args::<Meta>() else { continue };
            condition.demand(&predicate);
        }
        condition
    }

    /// Adds a predicate.
    pub(super) fn demand(&mut self, predicate: &Meta) {
        match truth(predicate) {
            Truth::Always => {}
            Truth::Never => self.never = true,
            Truth::If(term) if self.terms.contains(&term) => {}
            Truth::If(term) => self.terms.push(term),
        }
    }

    /// Returns both this one and another.
    pub(super) fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.terms.extend(other.without(self).terms);
        both.never |= other.never;
        both
    }

    /// Returns what this one demands beyond another.
    pub(super) fn without(&self, other: &Self) -> Self {
        let terms = self.terms.iter().filter(|term| !other.terms.contains(term)).cloned().collect();
        Self { terms, never: self.never }
    }

    /// Returns whether nobody but the crate's own tests meets the item.
    pub(super) fn is_never(&self) -> bool {
        self.never
    }

    /// Returns the attributes that say so.
    pub(super) fn to_attributes(&self) -> Vec<Attribute> {
        let parsed = self.terms.iter().filter_map(|term| syn::parse_str::<Meta>(term).ok());
        parsed.map(|predicate| syn::parse_quote!(#[cfg(#predicate)])).collect()
    }

    /// Returns the same as text.
    pub(super) fn notes(&self) -> impl Iterator<Item = String> + '_ {
        self.terms.iter().map(|term| format!("#[cfg({term})]"))
    }
}

/// What is known of a predicate.
enum Truth {
    Always,
    Never,
    If(String),
}

/// Returns what a predicate comes to where `test` does not hold.
fn truth(predicate: &Meta) -> Truth {
    let name = predicate.path();
    let as_it_stands = || Truth::If(syntax::squeeze(&predicate.to_token_stream().to_string()));
    let Meta::List(list) = predicate else {
        return if name.is_ident("test") { Truth::Never } else { as_it_stands() };
    };
    let Ok(inner) = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) else {
        return as_it_stands();
    };
    let (mut terms, mut always, mut never) = (Vec::new(), false, false);
    for inner in &inner {
        match truth(inner) {
            Truth::Always => always = true,
            Truth::Never => never = true,
            Truth::If(term) => terms.push(term),
        }
    }
    let of = |name: &str, terms: Vec<String>| match <[String; 1]>::try_from(terms) {
        Ok([one]) => Truth::If(one),
        Err(terms) => Truth::If(format!("{name}({})", terms.join(", "))),
    };
    if name.is_ident("not") {
        match (always, never, terms.pop()) {
            (true, ..) => Truth::Never,
            (_, true, _) => Truth::Always,
            (_, _, Some(term)) => Truth::If(format!("not({term})")),
            _ => as_it_stands(),
        }
    } else if name.is_ident("any") {
        match terms.is_empty() {
            _ if always => Truth::Always,
            true => Truth::Never,
            false => of("any", terms),
        }
    } else if name.is_ident("all") {
        match terms.is_empty() {
            _ if never => Truth::Never,
            true => Truth::Always,
            false => of("all", terms),
        }
    } else {
        as_it_stands()
    }
}

/// Returns an item that exists under one more condition.
pub(super) fn with_condition(mut item: Item, condition: &Condition) -> Item {
    let attrs = match &mut item {
        Item::Const(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        Item::Fn(item) => &mut item.attrs,
        Item::Impl(item) => &mut item.attrs,
        Item::Macro(item) => &mut item.attrs,
        Item::Mod(item) => &mut item.attrs,
        Item::Static(item) => &mut item.attrs,
        Item::Struct(item) => &mut item.attrs,
        Item::Trait(item) => &mut item.attrs,
        Item::Type(item) => &mut item.attrs,
        Item::Use(item) => &mut item.attrs,
        _ => return item,
    };
    attrs.extend(condition.to_attributes());
    item
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(attrs: &str) -> (Vec<String>, bool) {
        let item: syn::ItemStruct = syn::parse_str(&format!("{attrs} struct S;")).unwrap();
        let condition = Condition::of(&item.attrs);
        (condition.notes().collect(), condition.is_never())
    }

    #[test]
    fn a_crates_own_tests_are_no_condition_of_its_users() {
        for (attrs, notes, never) in [
            ("", &[][..], false),
            ("#[cfg(test)]", &[], true),
            ("#[cfg(not(test))]", &[], false),
            ("#[cfg(all(unix, test))]", &[], true),
            ("#[cfg(any(feature = \"serde\", test))]", &["#[cfg(feature = \"serde\")]"], false),
            ("#[cfg(not(any(feature = \"serde\", test)))]", &["#[cfg(not(feature = \"serde\"))]"], false),
            ("#[cfg(unix)] #[cfg(feature = \"a\")] #[cfg(unix)]", &["#[cfg(unix)]", "#[cfg(feature = \"a\")]"], false),
            ("#[cfg(any(unix, windows, test))]", &["#[cfg(any(unix, windows))]"], false),
            ("#[cfg(not())] #[cfg]", &["#[cfg(not())]"], false),
        ] {
            let notes: Vec<_> = notes.iter().map(|note| (*note).to_owned()).collect();
            assert_eq!(shown(attrs), (notes, never), "{attrs}");
        }
    }
}
