//! Why a body could not be read.

use std::error::Error as StdError;
use std::fmt;
use std::fmt::{Display, Formatter};
use std::time::Duration;

use crate::model::DecodeError;
use crate::redaction::Secrets;
use crate::syntax::Span;
use crate::transport_api::TransportError;

/// Why a body could not be read.
#[derive(Debug)]
pub(crate) enum BodyFlaw {
    TooLarge {
        limit: usize,
    },
    Lost(TransportError),
    /// Nothing more came for this long.
    Stalled(Duration),
    /// It could not be written to disk.
    Unsaved(std::io::Error),
    Gzip(std::io::Error),
    Encoding,
    /// It begins with a byte order mark.
    Marked,
    Json(DecodeError),
    /// It is JSON, and holds nothing of what was expected.
    NoExpectedMember,
}

impl BodyFlaw {
    pub(crate) fn redact(&mut self, secrets: &Secrets) {
        match self {
            Self::Lost(error) => error.redact(secrets),
            Self::Json(error) => error.redact(|text| secrets.redact_in(text)),
            Self::TooLarge { .. } | Self::Stalled(_) | Self::Unsaved(_) | Self::Gzip(_) => {}
            Self::Encoding | Self::Marked | Self::NoExpectedMember => {}
        }
    }

    pub(crate) fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Lost(error) => Some(error),
            Self::Gzip(error) | Self::Unsaved(error) => Some(error),
            Self::Json(error) => Some(error),
            Self::TooLarge { .. } | Self::Stalled(_) | Self::Encoding | Self::Marked | Self::NoExpectedMember => None,
        }
    }
}

impl Display for BodyFlaw {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit } => write!(f, "its body is larger than the {limit} bytes allowed"),
            Self::Lost(_) => f.write_str("the connection was lost in the middle of its body"),
            Self::Stalled(after) => write!(f, "no more of its body came within {}", Span(*after)),
            Self::Unsaved(error) => write!(f, "its body could not be saved: {error}"),
            Self::Gzip(_) => f.write_str("its body is damaged gzip data"),
            Self::Encoding => f.write_str("its body has a content encoding other than gzip"),
            Self::Marked => f.write_str("its body begins with a byte order mark"),
            Self::Json(error) => write!(f, "its body is not what was expected: {error}"),
            Self::NoExpectedMember => f.write_str("its body holds nothing of what was expected"),
        }
    }
}
