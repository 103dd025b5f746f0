//! Media types.

/// Tells whether a content type is one of a range, whatever its parameters.
pub(crate) fn covers(range: &str, chosen: &str) -> bool {
    let (range, chosen) = (essence(range), essence(chosen));
    match (range.split_once('/'), chosen.split_once('/')) {
        (Some((_, "")) | None, _) | (_, Some((_, "" | "*")) | None) => false,
        (Some(("*", "*")), _) => true,
        (Some((family, "*")), Some((chosen, _))) => family.eq_ignore_ascii_case(chosen),
        (Some(_), Some(_)) => range.eq_ignore_ascii_case(chosen),
    }
}

/// Returns a content type without its parameters.
pub(crate) fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// Tells whether a content type is JSON, by its own name or by its suffix.
pub(crate) fn is_json(content_type: &str) -> bool {
    let essence = essence(content_type).to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn json_has_a_suffix_too() {
        for (content_type, expected) in [
            ("application/json", true),
            ("Application/Problem+JSON; charset=utf-8", true),
            ("text/plain", false),
            ("application/jsonlines", false),
        ] {
            assert_eq!(is_json(content_type), expected, "{content_type}");
        }
    }
}
