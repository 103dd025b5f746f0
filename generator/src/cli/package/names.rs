//! Names of crates.

/// Names that a crate in the same program has, and endings that cargo has for itself.
const TAKEN: [&str; 9] =
    ["alloc", "build", "core", "deps", "examples", "incremental", "proc_macro", "std", "sdk_runtime"];

/// The longest name, without what may be added to it.
const LONGEST: usize = 56;

/// Returns a valid name of a crate that comes as near to the text as it can.
#[must_use]
pub fn crate_name(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    // Cargo takes 64 characters in a registry; a word is left out as a whole.
    if name.len() > LONGEST {
        name.truncate(name[..=LONGEST].rfind('-').unwrap_or(LONGEST));
    }
    if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        name = if name.is_empty() { "sdk".to_owned() } else { format!("sdk-{name}") };
    }
    let ident = name.replace('-', "_");
    if TAKEN.contains(&&*ident) || syn::parse_str::<syn::Ident>(&ident).is_err() {
        name.push_str("-sdk");
    }
    name
}

/// The longest name that a registry takes.
const LONGEST_OF_REGISTRY: usize = 64;

/// Returns whether a crate can have this name.
fn is_name(name: &str) -> bool {
    let ident = name.replace('-', "_").to_ascii_lowercase();
    name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        && name.len() <= LONGEST_OF_REGISTRY
        && !TAKEN.contains(&&*ident)
        && syn::parse_str::<syn::Ident>(&ident).is_ok()
}

/// Refuses a name that no crate can have.
///
/// # Errors
///
/// When the name is refused: with one that would do.
pub fn check_name(name: &str) -> Result<String, String> {
    match is_name(name) {
        true => Ok(name.to_owned()),
        false => Err(format!("no crate can have this name; `{}` would do", crate_name(name))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_becomes_the_name_of_a_crate() {
        for (text, name) in [
            ("stripe", "stripe"),
            ("Train Travel API", "train-travel-api"),
            ("k8s_apps_v1", "k8s-apps-v1"),
            ("3.0", "sdk-3-0"),
            ("", "sdk"),
            ("../*/\u{202e}", "sdk"),
            ("crate", "crate-sdk"),
            ("std", "std-sdk"),
            ("sdk-runtime", "sdk-runtime-sdk"),
        ] {
            assert_eq!(crate_name(text), name, "{text:?}");
        }
        assert!(crate_name(&"a-".repeat(100)).len() < 64);
        assert_eq!(crate_name(&"a".repeat(100)).len(), LONGEST);
        assert_eq!(crate_name(&format!("{} word", "a".repeat(50))), format!("{}-word", "a".repeat(50)));
        assert_eq!(crate_name(&format!("{} words", "a".repeat(52))), "a".repeat(52));
    }

    #[test]
    fn a_name_that_is_asked_for_is_taken_or_refused() {
        let longest = "a".repeat(64);
        for name in ["stripe", "my_api", "my-api", "My__Api", &longest] {
            assert_eq!(check_name(name).as_deref(), Ok(name));
        }
        for name in ["", "3d", "fn", "Fn", "a b", "a/b", "é", "_a", "sdk-Runtime", &"a".repeat(65)] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
    }
}
