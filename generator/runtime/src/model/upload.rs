//! Files among the members of a request.

use std::ffi::OsStr;
use std::fmt;
use std::path::PathBuf;

use bytes::Bytes;

use super::upload_content::UploadContent;

/// A file that is part of a multipart body, from memory or from disk.
///
/// One on disk is read while it is sent, so it need not fit into memory. It must not change while the call lasts. `Debug` shows
/// neither name nor content.
///
/// ```
/// # use sdk_runtime::Upload;
/// let photo = Upload::file("pictures/cat.png").content_type("image/png");
/// let note = Upload::bytes("meow").file_name("note.txt");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Upload {
    pub(crate) content: UploadContent,
    file_name: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
}

impl Upload {
    /// Creates an upload from memory. It is called `file` unless another name is set: servers take a part without a name for text. Where the
    /// document describes the part as base64, bytes without a name are sent as base64, and a file with a name as it is.
    pub fn bytes(content: impl Into<Bytes>) -> Self {
        Self::of(UploadContent::Bytes(content.into()))
    }

    /// Creates an upload of a file on disk. It keeps its file name unless another one is set.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::of(UploadContent::File(path.into()))
    }

    fn of(content: UploadContent) -> Self {
        Self { content, file_name: None, content_type: None, headers: Vec::new() }
    }

    /// Sets the name under which the server sees the file.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Sets the content type. Unless set, it is the one that the document gives, or else `application/octet-stream`.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// Sets a header of the part. A call is refused whose part lacks a header that the document requires.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Returns bytes in memory that have no name.
    pub(crate) fn unnamed(&self) -> Option<&[u8]> {
        match &self.content {
            UploadContent::Bytes(bytes) if self.file_name.is_none() => Some(bytes),
            UploadContent::Bytes(_) | UploadContent::File(_) => None,
        }
    }

    /// Returns the name under which the server sees the file.
    pub(crate) fn shown_name(&self) -> String {
        let of_path = || match &self.content {
            UploadContent::Bytes(_) => None,
            UploadContent::File(path) => path.file_name().map(OsStr::to_string_lossy),
        };
        self.file_name.clone().or_else(|| of_path().map(String::from)).unwrap_or_else(|| "file".to_owned())
    }
}

impl From<Vec<u8>> for Upload {
    fn from(content: Vec<u8>) -> Self {
        Self::bytes(content)
    }
}

impl From<PathBuf> for Upload {
    fn from(path: PathBuf) -> Self {
        Self::file(path)
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            UploadContent::Bytes(bytes) => write!(f, "Upload({} bytes)", bytes.len()),
            UploadContent::File(_) => f.write_str("Upload(file)"),
        }
    }
}
