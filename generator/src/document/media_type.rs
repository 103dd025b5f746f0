//! Media types.

/// Returns whether a media type is one of JSON, with or without parameters.
pub(crate) fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    // For `*/*` the server chooses, and servers of APIs choose JSON.
    matches!(essence.as_str(), "application/json" | "text/json" | "*/*" | "application/*") || essence.ends_with("+json")
}
