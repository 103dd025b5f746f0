//! Reading files while they are sent.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::model::UploadContent;
use crate::transport_api::{Body, Next};

/// How much of a file is read at a time: much enough that the way to another thread does not matter.
const PIECE: u64 = 128 * 1024;

/// Opens the files of a body, all of them before a byte is sent, so that none is missing later and the length is known.
pub(super) async fn open(segments: Vec<UploadContent>) -> io::Result<Body> {
    let opened = spawn_blocking(|| segments.into_iter().map(Opened::new).collect::<io::Result<VecDeque<_>>>());
    let rest = opened.await??;
    let length = rest.iter().map(Opened::length).sum();
    let mut reading = Reading { rest, piece: None };
    Ok(Body::from_fn(Some(length), move |context| reading.poll_next(context)))
}

/// What was read, and what is left.
type Piece = (Bytes, Option<Opened>);

enum Opened {
    Bytes(Bytes),
    File { file: File, left: u64 },
}

impl Opened {
    fn new(segment: UploadContent) -> io::Result<Self> {
        match segment {
            UploadContent::Bytes(bytes) => Ok(Self::Bytes(bytes)),
            UploadContent::File(path) => Self::file(&path),
        }
    }

    fn file(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
        }
        Ok(Self::File { file, left: metadata.len() })
    }

    fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { left, .. } => *left,
        }
    }

    /// Reads the next piece.
    fn read(self) -> io::Result<Piece> {
        let (mut file, left) = match self {
            Self::Bytes(bytes) => return Ok((bytes, None)),
            Self::File { left: 0, .. } => return Ok((Bytes::new(), None)),
            Self::File { file, left } => (file, left),
        };
        let mut piece = Vec::new();
        // A file that grows meanwhile is sent as long as it was announced.
        (&mut file).take(left.min(PIECE)).read_to_end(&mut piece)?;
        if piece.is_empty() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file has become shorter while it was sent"));
        }
        let left = left.saturating_sub(piece.len() as u64);
        Ok((piece.into(), Some(Self::File { file, left })))
    }
}

/// A body that is being read, on threads where reading may wait.
struct Reading {
    rest: VecDeque<Opened>,
    piece: Option<JoinHandle<io::Result<Piece>>>,
}

impl Reading {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Next> {
        loop {
            if let Some(piece) = &mut self.piece {
                let read = ready!(Pin::new(piece).poll(context)).map_err(io::Error::from).flatten();
                self.piece = None;
                match read {
                    Ok((piece, left)) => {
                        left.into_iter().for_each(|left| self.rest.push_front(left));
                        return Poll::Ready(Some(Ok(piece)));
                    }
                    Err(error) => return Poll::Ready(Some(Err(error.into()))),
                }
            }
            match self.rest.pop_front() {
                Some(Opened::Bytes(bytes)) => return Poll::Ready(Some(Ok(bytes))),
                Some(file) => self.piece = Some(spawn_blocking(move || file.read())),
                None => return Poll::Ready(None),
            }
        }
    }
}
