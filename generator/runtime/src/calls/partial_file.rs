//! Writes a file so that it exists as a whole or not at all.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// A partly written file under a temporary name, which is removed unless it is finished.
pub(super) struct PartialFile {
    file: File,
    name: RemoveOnDrop,
    path: PathBuf,
}

/// The name of a file that is to be removed.
struct RemoveOnDrop(Option<PathBuf>);

impl RemoveOnDrop {
    /// Keeps the file: it has been renamed.
    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for RemoveOnDrop {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            // There is nobody left to tell, and a file that stays does no harm but to take up space.
            let _ = fs::remove_file(path);
        }
    }
}

impl PartialFile {
    pub(super) async fn create(path: &Path, random: u64) -> io::Result<Self> {
        let path = path.to_owned();
        blocking(move || {
            let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
            let mut half = OsString::from(".");
            half.push(name);
            half.push(format!(".{random:016x}.part"));
            let half = path.with_file_name(half);
            let file = OpenOptions::new().write(true).create_new(true).open(&half)?;
            Ok(Self { file, name: RemoveOnDrop(Some(half)), path })
        })
        .await
    }

    pub(super) async fn append(mut self, piece: Bytes) -> io::Result<Self> {
        blocking(move || self.file.write_all(&piece).map(|()| self)).await
    }

    /// Puts the file in its place, once the disk has it all: otherwise the name could outlive what it stands for.
    pub(super) async fn finish(self) -> io::Result<()> {
        blocking(move || {
            self.file.sync_all()?;
            if let Some(half) = &self.name.0 {
                fs::rename(half, &self.path)?;
            }
            self.name.keep();
            Ok(())
        })
        .await
    }
}

/// Does what may wait for the disk, on a thread where that is fine.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    if Handle::try_current().is_err() {
        return Err(io::Error::other("there is no Tokio runtime"));
    }
    spawn_blocking(work).await?
}
