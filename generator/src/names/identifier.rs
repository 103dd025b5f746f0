//! Identifiers of Rust from any text.

use heck::{ToPascalCase, ToSnakeCase};
use unicode_ident::{is_xid_continue, is_xid_start};
use unicode_normalization::UnicodeNormalization;

/// Returns the name of the constant for a name in `snake_case`. In scripts without capitals all cases are one.
pub(super) fn const_of(rust: &str) -> String {
    let upper = rust.to_uppercase();
    if upper == rust { format!("{upper}_STATIC") } else { upper }
}

/// How identifiers of a scope are spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// Types and variants.
    Pascal,
    /// Fields, methods and arguments.
    Snake,
}

/// The longest name in bytes. A file's name is up to half as long again, and most file systems take 255 bytes.
pub(super) const LONGEST: usize = 100;

/// Returns the beginning of a name that is too long, and a hash of all of what it stands for.
pub(super) fn cut(rust: &str, text: &str, case: Case) -> String {
    let end = (0..=LONGEST - 12).rev().find(|end| rust.is_char_boundary(*end)).unwrap_or(0);
    // FNV-1a: the same in every version of this crate and of Rust.
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mark = if case == Case::Pascal { "H" } else { "_" };
    format!("{}{mark}{:08x}", rust[..end].trim_end_matches('_'), (hash >> 32) ^ (hash & 0xffff_ffff))
}

/// Returns the name of the file that holds an item of this name. Its module stands beside types, before other crates, and below one
/// of another name.
pub(super) fn stem_of(rust: &str) -> String {
    let stem = rust.to_snake_case();
    let is_root = matches!(stem.as_str(), "self" | "super" | "crate" | "mod" | "sdk_runtime" | "models" | "operations");
    // In scripts without capitals a module would be called like its type.
    let is_type = !stem.is_ascii() && stem == stem.to_pascal_case();
    if is_root || is_type || is_keyword(&stem) || is_device(&stem) { format!("{stem}_") } else { stem }
}

/// Returns whether Windows opens a device instead of a file of this name.
pub(super) fn is_device(stem: &str) -> bool {
    matches!(stem, "con" | "prn" | "aux" | "nul")
        || stem
            .strip_prefix("com")
            .or(stem.strip_prefix("lpt"))
            .is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']))
}

/// Returns the identifier for a text, or nothing when no character of it can stand in one.
pub(super) fn identifier(text: &str, case: Case) -> Option<String> {
    // Composed letters, in which form rustc compares identifiers, and words are not parted within one; and the plain ones of
    // those that only look different, since rustc warns of these.
    let composed: String = if text.is_ascii() { text.to_owned() } else { text.nfkc().collect() };
    let spelt = plural_acronyms_as_words(&composed);
    let mut rust = match case {
        Case::Pascal => spelt.to_pascal_case(),
        Case::Snake => spelt.to_snake_case(),
    };
    if !rust.is_ascii() {
        rust = rust.nfkc().collect();
    }
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

/// Spells `IDs` as one word in the plural, not as `I` and `Ds`.
pub(super) fn plural_acronyms_as_words(text: &str) -> String {
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

/// Returns whether rustc lets an identifier begin with this character.
pub(super) fn unicode_start(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { is_xid_start(c) }
}

/// Returns whether rustc lets an identifier go on with this character.
pub(super) fn unicode_continue(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { is_xid_continue(c) }
}

/// Returns the words that need `r#` as an identifier.
#[rustfmt::skip]
pub(super) fn is_keyword(text: &str) -> bool {
    matches!(
        text,
        "abstract" | "as" | "async" | "await" | "become" | "box" | "break" | "const" | "continue" | "do" | "dyn" | "else"
            | "enum" | "extern" | "false" | "final" | "fn" | "for" | "gen" | "if" | "impl" | "in" | "let" | "loop" | "macro"
            | "match" | "mod" | "move" | "mut" | "override" | "priv" | "pub" | "ref" | "return" | "static" | "struct"
            | "trait" | "true" | "try" | "type" | "typeof" | "unsafe" | "unsized" | "use" | "virtual" | "where" | "while"
            | "yield"
    )
}
