//! A temporary file that one side writes and the other reads while it grows.

use axum::body::Bytes;
use std::fs::File;
use std::io::{Error, Read as _, Seek as _, SeekFrom, Write as _};
use tokio::sync::watch;
use tokio::task::spawn_blocking;

/// Bytes read at once.
const PIECE_BYTES: u64 = 64 * 1024;

/// How far the writing is.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    bytes: u64,
    is_over: bool,
}

/// The side that writes.
pub(super) struct Spool {
    file: File,
    progress: watch::Sender<Progress>,
}

/// The side that reads.
pub(super) struct Written {
    file: File,
    read: u64,
    progress: watch::Receiver<Progress>,
}

impl Spool {
    /// A new file without a name; it is gone with its last side.
    pub(super) fn new() -> Result<(Self, Written), Error> {
        let (progress, receiver) = watch::channel(Progress::default());
        let file = tempfile::NamedTempFile::new()?;
        let written = Written {
            // Opened again, not cloned: the two sides stand at different places.
            file: file.reopen()?,
            read: 0,
            progress: receiver,
        };
        let file = file.into_file();
        Ok((Self { file, progress }, written))
    }

    /// Adds to the end.
    ///
    /// # Errors
    /// When the disk refuses, or nobody reads any more.
    pub(super) async fn write(&self, bytes: Vec<u8>) -> Result<(), Error> {
        if self.progress.is_closed() {
            return Err(Error::other("nobody reads the export any more"));
        }
        let mut file = self.file.try_clone()?;
        let length = bytes.len() as u64;
        spawn_blocking(move || file.write_all(&bytes))
            .await
            .map_err(Error::other)??;
        self.progress
            .send_modify(|progress| progress.bytes += length);
        Ok(())
    }

    /// Nothing more comes.
    pub(super) fn end(self) {
        self.progress
            .send_modify(|progress| progress.is_over = true);
    }
}

impl Written {
    /// The next piece, once it is written; none at the end.
    ///
    /// # Errors
    /// When the disk refuses, or the writer broke off before the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let read = self.read;
        let more = |progress: &Progress| progress.bytes > read || progress.is_over;
        let progress = match self.progress.wait_for(more).await {
            Ok(progress) => *progress,
            Err(_) => return Err(Error::other("the export broke off")),
        };
        let length = (progress.bytes - read).min(PIECE_BYTES);
        if length == 0 {
            return Ok(None);
        }
        let mut file = self.file.try_clone()?;
        let piece = spawn_blocking(move || -> Result<Vec<u8>, Error> {
            file.seek(SeekFrom::Start(read))?;
            let mut piece = Vec::new();
            file.take(length).read_to_end(&mut piece)?;
            Ok(piece)
        });
        let piece = piece.await.map_err(Error::other)??;
        self.read += piece.len() as u64;
        Ok(Some(Bytes::from(piece)))
    }
}

#[cfg(test)]
mod tests {
    use super::Spool;

    #[tokio::test]
    async fn what_is_written_is_read_once_and_to_the_end() {
        let (spool, mut written) = Spool::new().expect("a file");
        let writing = async {
            for line in 0..5_000 {
                let text = format!("line {line} of many\n");
                spool.write(text.into_bytes()).await.expect("a disk");
            }
            spool.end();
        };
        let reading = async {
            let mut all = Vec::new();
            while let Some(piece) = written.next().await.expect("a piece") {
                all.extend_from_slice(&piece);
            }
            String::from_utf8(all).expect("a text")
        };
        let ((), all) = tokio::join!(writing, reading);
        assert_eq!(all.lines().count(), 5_000);
        assert!(all.ends_with("line 4999 of many\n"));
    }

    #[tokio::test]
    async fn a_writer_that_breaks_off_is_no_end() {
        let (spool, mut written) = Spool::new().expect("a file");
        spool.write(b"half".to_vec()).await.expect("a disk");
        drop(spool);
        assert_eq!(
            written.next().await.expect("what was written").as_deref(),
            Some(&b"half"[..])
        );
        assert!(written.next().await.is_err());
    }
}
