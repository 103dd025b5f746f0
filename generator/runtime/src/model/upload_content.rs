//! The content of an upload, before it is read.

use std::path::PathBuf;

use bytes::Bytes;

/// A part of a body that can be opened anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UploadContent {
    Bytes(Bytes),
    File(PathBuf),
}
