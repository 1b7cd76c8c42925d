//! A client that does nothing but send requests and take answers: what it costs is not the server's.

use anyhow::{Context as _, ensure};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection that stays open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await;
        let stream = stream.context("connect to the API")?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(64 * 1024),
        })
    }

    /// Sends a request and takes the body of its answer, which must be a 200.
    pub async fn ask(&mut self, request: &[u8]) -> anyhow::Result<&[u8]> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let (body, end) = loop {
            let count = self.stream.read_buf(&mut self.buffer).await?;
            ensure!(count > 0, "the API closed the connection");
            if let Some((body, length)) = head(&self.buffer)? {
                break (body, body + length);
            }
        };
        while self.buffer.len() < end {
            let count = self.stream.read_buf(&mut self.buffer).await?;
            ensure!(count > 0, "the API closed the connection in an answer");
        }
        Ok(&self.buffer[body..end])
    }
}

/// Where the body begins and how long it is, once the head is there.
fn head(bytes: &[u8]) -> anyhow::Result<Option<(usize, usize)>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&bytes[..end]).context("read the answer's head")?;
    ensure!(
        head.starts_with("HTTP/1.1 200 "),
        "the API answered {}",
        head.lines().next().unwrap_or_default()
    );
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse().ok())?
    });
    let length = length.context("the answer does not say its length")?;
    Ok(Some((end + 4, length)))
}

#[cfg(test)]
mod tests {
    use super::head;

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(head(&answer[..30]).ok(), Some(None));
        assert_eq!(head(answer).ok(), Some(Some((38, 2))));
        assert!(head(b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n").is_err());
    }
}
