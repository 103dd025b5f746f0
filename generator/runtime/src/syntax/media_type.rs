//! Media types.

/// Returns whether a content type is one of a range, whatever its parameters. A range is `*/*`, `image/*`, or `application/*+json`.
pub(crate) fn covers(range: &str, chosen: &str) -> bool {
    let (range, chosen) = (essence(range), essence(chosen));
    match (range.split_once('/'), chosen.split_once('/')) {
        (Some((_, "")) | None, _) | (_, Some((_, "")) | None) => false,
        _ if is_range(chosen) => false,
        (Some(("*", "*")), _) => true,
        (Some((family, subtype)), Some((chosen, chosen_subtype))) => {
            let is_family = family.eq_ignore_ascii_case(chosen);
            is_family
                && match subtype.strip_prefix("*+") {
                    Some(suffix) => has_suffix(chosen_subtype, suffix),
                    None => subtype == "*" || subtype.eq_ignore_ascii_case(chosen_subtype),
                }
        }
    }
}

/// Returns whether a subtype is a suffix, or has it behind a `+` (RFC 6839).
fn has_suffix(subtype: &str, suffix: &str) -> bool {
    let own = subtype.rsplit_once('+').map_or(subtype, |(_, own)| own);
    own.eq_ignore_ascii_case(suffix)
}

/// Returns whether a media type is a range.
pub(crate) fn is_range(media_type: &str) -> bool {
    essence(media_type).contains('*')
}

/// Returns a content type without its parameters.
pub(crate) fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// Returns the parameters of a content type: names in lower case, values without their quotes.
pub(crate) fn parameters(content_type: &str) -> impl Iterator<Item = (String, String)> {
    content_type.split(';').skip(1).filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        Some((name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned()))
    })
}

/// Returns whether a content type is JSON, by its own name or by its suffix.
pub(crate) fn is_json(content_type: &str) -> bool {
    let essence = essence(content_type).to_ascii_lowercase();
    essence == "application/json" || essence == "text/json" || essence.ends_with("+json")
}

#[cfg(test)]
mod tests {
    use super::{covers, is_json, parameters};

    #[test]
    fn json_has_a_suffix_too() {
        for (content_type, expected) in [
            ("application/json", true),
            ("text/json", true),
            ("Application/Problem+JSON; charset=utf-8", true),
            ("text/plain", false),
            ("application/jsonlines", false),
        ] {
            assert_eq!(is_json(content_type), expected, "{content_type}");
        }
    }

    #[test]
    fn ranges_cover_families_and_suffixes() {
        for (range, chosen, expected) in [
            ("*/*", "text/plain", true),
            ("text/*", "Text/CSV; header=present", true),
            ("text/*", "image/png", false),
            ("application/*+json", "application/problem+json", true),
            ("application/*+json", "application/json", true),
            ("application/*+json", "application/xml", false),
            ("application/*+json", "text/x+json", false),
            ("application/json", "application/hal+json", false),
            ("text/*", "text/*", false),
            ("application/*+json", "application/*+json", false),
            ("*/*", "text", false),
        ] {
            assert_eq!(covers(range, chosen), expected, "{range} {chosen}");
        }
    }

    #[test]
    fn parameters_have_names_and_values() {
        let found: Vec<_> = parameters("a/b; Charset=\"UTF-8\" ;v=1; odd").collect();
        assert_eq!(found, [("charset".to_owned(), "UTF-8".to_owned()), ("v".to_owned(), "1".to_owned())]);
    }
}
