//! Explains messages of serde in terms of the document.

/// Returns the message in terms of the document, without the location.
pub(crate) fn in_plain_words(error: &str) -> String {
    if let Some((word, choice)) = choice(error) {
        let choice: Vec<_> = choice.iter().map(|name| format!("`{name}`")).collect();
        return match choice.as_slice() {
            [one] => format!("`{word}` is not {one}"),
            choice => format!("`{word}` is not one of {}", choice.join(", ")),
        };
    }
    if let Some(name) = missing(error) {
        return format!("`{name}` is missing");
    }
    match mismatch(error) {
        Some((found, expected)) => format!("expected {}, found {}", plain(expected), plain(found)),
        None => error.to_owned(),
    }
}

/// Returns the expected type.
pub(crate) fn wanted(error: &str) -> Option<String> {
    mismatch(error).map(|(_, expected)| plain(expected))
}

fn mismatch(error: &str) -> Option<(&str, &str)> {
    let words = error.strip_prefix("invalid type: ").or(error.strip_prefix("invalid value: "))?;
    words.rsplit_once(", expected ")
}

/// Returns an unknown word and the known ones.
pub(crate) fn choice(error: &str) -> Option<(&str, Vec<&str>)> {
    let rest = error.strip_prefix("unknown variant `").or(error.strip_prefix("unknown field `"))?;
    let mut words = rest.split('`').step_by(2);
    Some((words.next()?, words.collect()))
}

/// Returns the member that is missing.
pub(crate) fn missing(error: &str) -> Option<&str> {
    error.strip_prefix("missing field `")?.strip_suffix('`')
}

/// Returns the plain word for serde's name of a type.
fn plain(words: &str) -> String {
    let (first, rest) = words.split_once(' ').map_or((words, None), |(first, rest)| (first, Some(rest)));
    match (first, rest) {
        ("string", Some(text)) => format!("text {text}"),
        ("struct", _) | ("map", None) => "a mapping".to_owned(),
        ("sequence", None) => "a list".to_owned(),
        ("usize" | "u64", None) => "a whole number".to_owned(),
        ("unit", _) => "null".to_owned(),
        ("a", Some("string")) => "text".to_owned(),
        ("a", Some("map")) => "a mapping".to_owned(),
        ("a", Some("sequence")) => "a list".to_owned(),
        ("a", Some("boolean")) => "true or false".to_owned(),
        _ => words.to_owned(),
    }
}
