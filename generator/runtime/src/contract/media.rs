//! In which form a request body is sent.

use http::HeaderValue;

use super::parameter::Encoding;
use crate::syntax::{covers, header_value, is_range, parameters, static_value};

/// How an operation takes its body.
#[derive(Clone, Copy, Debug)]
pub enum Media {
    /// As JSON, under one of these content types; the first one unless the call names another.
    Json(&'static [&'static str]),
    /// As a form, `application/x-www-form-urlencoded`.
    Form(&'static [Encoding]),
    /// As parts, among which files may be, under this content type, such as `multipart/form-data`.
    Multipart(&'static str, &'static [Encoding]),
    /// As the caller brings it, under one of these content types or ranges, such as `image/*`.
    Raw(&'static [&'static str]),
}

impl Media {
    /// JSON under its usual name.
    pub(crate) const JSON: Self = Self::Json(&["application/json"]);

    fn listed(&self) -> &'static [&'static str] {
        match self {
            Self::Json([]) => &["application/json"],
            Self::Raw([]) => &["application/octet-stream"],
            Self::Json(listed) | Self::Raw(listed) => listed,
            Self::Form(_) => &["application/x-www-form-urlencoded"],
            Self::Multipart(..) => &["multipart/form-data"],
        }
    }

    /// Returns the content type of a body: the one that was chosen, or the first that is listed.
    ///
    /// # Errors
    ///
    /// What is wrong with it, to be read on from "content type".
    pub(crate) fn content_type(&self, chosen: Option<&str>) -> Result<HeaderValue, String> {
        let listed = self.listed();
        match chosen {
            Some(chosen) if listed.iter().any(|range| covers(range, chosen)) => {
                header_value(chosen).map_err(str::to_owned)
            }
            Some(_) => Err(format!("is none that the operation takes, which are {}", listed.join(", "))),
            None => listed
                .iter()
                .find(|media_type| !is_range(media_type) && !lacks_boundary(media_type))
                .and_then(|media_type| static_value(media_type))
                .ok_or_else(|| format!("has to be set, since the operation takes {}", listed.join(", "))),
        }
    }
}

/// Returns whether a media type is one of parts without what stands between them (RFC 2046, 5.1.1).
fn lacks_boundary(media_type: &str) -> bool {
    let is_of_parts = media_type.get(..10).is_some_and(|family| family.eq_ignore_ascii_case("multipart/"));
    is_of_parts && !parameters(media_type).any(|(name, _)| name == "boundary")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_type_is_the_first_listed_or_the_chosen() {
        let raw = Media::Raw(&["image/*", "application/pdf; version=1"]);
        let images = Media::Raw(&["image/*"]);
        for (media, chosen, expected) in [
            (Media::JSON, None, Ok("application/json")),
            (Media::JSON, Some("Application/JSON; charset=utf-8"), Ok("Application/JSON; charset=utf-8")),
            (Media::JSON, Some("text/json"), Err("is none that the operation takes, which are application/json")),
            (
                Media::Json(&["application/merge-patch+json", "application/json"]),
                Some("application/json"),
                Ok("application/json"),
            ),
            (Media::Json(&[]), None, Ok("application/json")),
            (Media::Form(&[]), None, Ok("application/x-www-form-urlencoded")),
            (raw, None, Ok("application/pdf; version=1")),
            (raw, Some("image/png"), Ok("image/png")),
            (
                raw,
                Some("image/*"),
                Err("is none that the operation takes, which are image/*, application/pdf; version=1"),
            ),
            (
                raw,
                Some("video/png"),
                Err("is none that the operation takes, which are image/*, application/pdf; version=1"),
            ),
            (
                raw,
                Some("image"),
                Err("is none that the operation takes, which are image/*, application/pdf; version=1"),
            ),
            (raw, Some("image/png\r\nx: y"), Err("contains a character that is not printable ASCII")),
            (images, None, Err("has to be set, since the operation takes image/*")),
            (Media::Raw(&["multipart/mixed"]), None, Err("has to be set, since the operation takes multipart/mixed")),
            (Media::Raw(&["multipart/mixed"]), Some("multipart/mixed; boundary=b"), Ok("multipart/mixed; boundary=b")),
            (Media::Json(&["application/json", "application/*+json"]), None, Ok("application/json")),
            (Media::Json(&["application/*+json"]), Some("application/hal+json"), Ok("application/hal+json")),
            (
                Media::Json(&["application/*+json"]),
                Some("text/plain"),
                Err("is none that the operation takes, which are application/*+json"),
            ),
            (Media::Raw(&["*/*"]), Some("audio/ogg"), Ok("audio/ogg")),
        ] {
            let found = media.content_type(chosen);
            let found = found.as_ref().map(|value| value.to_str().unwrap()).map_err(String::as_str);
            assert_eq!(found, expected, "{media:?} {chosen:?}");
        }
    }
}
