//! Media types.

/// Returns whether a media type is one of JSON, with or without parameters, or a range of those.
pub(crate) fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    matches!(essence.as_str(), "application/json" | "text/json") || essence.ends_with("+json")
}

/// Returns whether a media type is a range, such as `image/*`.
pub(crate) fn is_range(media_type: &str) -> bool {
    essence(media_type).contains('*')
}

/// Returns whether a media type is server-sent events.
pub(crate) fn is_events(media_type: &str) -> bool {
    essence(media_type) == "text/event-stream"
}

/// Returns whether a media type is a sequence of values in JSON (OpenAPI 3.2.0, Sequential Media Types).
pub(crate) fn is_json_sequence(media_type: &str) -> bool {
    const NAMES: &[&str] =
        &["jsonl", "x-jsonl", "jsonlines", "x-jsonlines", "json-lines", "ndjson", "x-ndjson", "json-seq"];
    let essence = essence(media_type);
    let subtype = essence.split_once('/').map_or("", |(_, subtype)| subtype);
    NAMES.contains(&subtype) || subtype.ends_with("+json-seq")
}

/// Returns a media type without its parameters, in lower case.
pub(crate) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Returns a media type as words of a name: its subtype with its parameters, without what says nothing, such as `vnd.` and `+json`.
pub(crate) fn words(media_type: &str) -> String {
    let (essence, parameters) = media_type.split_once(';').unwrap_or((media_type, ""));
    let essence = essence.trim().to_ascii_lowercase();
    let subtype = essence.split_once('/').map_or(essence.as_str(), |(family, subtype)| match subtype {
        "*" if family == "*" => "any",
        "*" => family,
        subtype => subtype,
    });
    let subtype = match subtype {
        "x-www-form-urlencoded" => "form",
        "form-data" => "multipart",
        "octet-stream" => "bytes",
        "plain" => "text",
        subtype => subtype.strip_prefix("*+").unwrap_or(subtype),
    };
    let subtype = subtype.strip_prefix("vnd.").or_else(|| subtype.strip_prefix("x-")).unwrap_or(subtype);
    let subtype = subtype.strip_suffix("+json").unwrap_or(subtype);
    let parameters: String = parameters.split(';').map(|parameter| format!(" {}", parameter.trim())).collect();
    format!("{subtype}{parameters}").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_differs() {
        for (media_type, expected) in [
            ("application/json", "json"),
            ("Application/HAL+json", "hal"),
            ("application/vnd.github.v3.star+json", "github.v3.star"),
            ("application/json; version=2", "json version=2"),
            ("application/merge-patch+json", "merge-patch"),
            ("application/x-www-form-urlencoded", "form"),
            ("multipart/form-data", "multipart"),
            ("multipart/related", "related"),
            ("*/*", "any"),
            ("image/*", "image"),
            ("application/*+json", "json"),
            ("text/plain", "text"),
        ] {
            assert_eq!(words(media_type), expected, "{media_type}");
        }
    }

    #[test]
    fn json_has_suffixes_and_parameters() {
        assert!(is_json("application/problem+JSON; charset=utf-8") && is_json("application/*+json"));
        assert!(!is_json("*/*") && !is_json("application/jsonlines"));
    }
}
