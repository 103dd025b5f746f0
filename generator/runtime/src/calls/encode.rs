//! Checks the body of a call and encodes it in the form that the operation takes.

use super::call::Call;
use crate::body::{Content, multipart};
use crate::contract::{Media, form_pairs, form_urlencode};
use crate::model::{Value, Violations, encode_valid, may_be_wide, validate, validate_parts, wide_characters};

impl Call {
    /// Sets the body. It is checked at once, and encoded in the form that the operation takes.
    pub fn body(mut self, body: &dyn Value) -> Self {
        match self.encoded(body) {
            Ok(body) => self.body = Some(body),
            Err(violations) => self.violations.append(violations),
        }
        if let Some(most) = self.operation.max_character_bytes
            && self.may_be_wide(most)
        {
            self.violations.append(wide_characters(body, most));
        }
        self
    }

    /// Returns whether the body may have a character of more bytes. Most bodies have none, and are not walked once more.
    fn may_be_wide(&self, most: usize) -> bool {
        match (&self.body, self.operation.request) {
            (Some(Content::Whole(body)), Media::Json(_)) => may_be_wide(body, most),
            _ => true,
        }
    }

    /// Checks a body and encodes it.
    fn encoded(&mut self, body: &dyn Value) -> Result<Content, Violations> {
        match self.operation.request {
            Media::Json(_) => Ok(Content::Whole(encode_valid(body)?.into())),
            Media::Form(encodings) => {
                validate(body)?;
                Ok(Content::Whole(form_urlencode(&form_pairs(body, encodings)).into()))
            }
            Media::Multipart(media_type, encodings) => {
                validate_parts(body)?;
                let boundary = multipart::boundary(&self.core.shared.random);
                let parts = multipart::encode(body, encodings, (media_type, &boundary), &mut self.violations);
                self.parts_type = Some(parts.content_type);
                Ok(parts.content)
            }
            Media::Raw(_) => {
                validate(body)?;
                let mut violations = Violations::default();
                violations.push("body", "is one that the operation takes as it is, and not as a value");
                Err(violations)
            }
        }
    }
}
