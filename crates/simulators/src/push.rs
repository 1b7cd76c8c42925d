//! Posting a webhook. The vendors wait for nobody.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Posts JSON to a path of a host over plain HTTP, with further header lines (each ending in CRLF); whether the
/// receiver took it.
pub(crate) async fn post(authority: &str, path: &str, headers: &str, body: &str) -> bool {
    let sending = async {
        let mut stream = TcpStream::connect(authority).await?;
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {authority}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             {headers}Connection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
        let mut start = [0; 12];
        stream.read_exact(&mut start).await?;
        std::io::Result::Ok(start[9] == b'2')
    };
    let answered = tokio::time::timeout(Duration::from_secs(5), sending).await;
    matches!(answered, Ok(Ok(true)))
}
