//! A web server that does what a test tells it to: one request after the other.

use std::{collections::BTreeMap, net::SocketAddr};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::{Duration, timeout},
};

use crate::hub::PATIENCE;

/// A listening server.
pub(crate) struct Web {
    listener: TcpListener,
}

/// Somebody who came.
pub(crate) enum Visit {
    /// With a request.
    Asks(Asks),
    /// For a socket; nothing is read yet.
    Knocks(TcpStream),
}

/// A request that waits for its answer.
pub(crate) struct Asks {
    stream: TcpStream,
    pub(crate) line: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Web {
    pub(crate) async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { listener }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap()
    }

    /// The next visitor, told apart by the first letter.
    pub(crate) async fn visit(&self) -> Visit {
        let accepted = timeout(PATIENCE, self.listener.accept()).await;
        let (stream, _) = accepted.expect("somebody should come").unwrap();
        let mut first = [0];
        let peeked = timeout(PATIENCE, stream.peek(&mut first)).await;
        peeked.expect("the visitor should speak").unwrap();
        if first == *b"G" {
            Visit::Knocks(stream)
        } else {
            Visit::Asks(Asks::read(stream).await.unwrap())
        }
    }

    /// The next request; sockets in between fail the test.
    pub(crate) async fn asks(&self) -> Asks {
        match self.visit().await {
            Visit::Asks(asks) => asks,
            Visit::Knocks(_) => panic!("somebody wants a socket"),
        }
    }

    /// Whether somebody comes within that time.
    pub(crate) async fn visited_within(&self, time: Duration) -> bool {
        timeout(time, self.listener.accept()).await.is_ok()
    }
}

impl Asks {
    /// Reads a whole request; none, where the stream ends first.
    pub(crate) async fn read(mut stream: TcpStream) -> Option<Self> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let read = timeout(PATIENCE, stream.read_u8()).await;
            head.push(read.expect("the visitor should go on").ok()?);
        }
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.trim_end().split("\r\n");
        let line = lines.next().unwrap().to_owned();
        let headers: BTreeMap<String, String> = lines
            .map(|line| {
                let (name, value) = line.split_once(": ").unwrap();
                (name.to_ascii_lowercase(), value.to_owned())
            })
            .collect();
        let length = headers
            .get("content-length")
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.ok()?;
        Some(Self {
            stream,
            line,
            headers,
            body: String::from_utf8(body).unwrap(),
        })
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.headers["content-type"], "application/json");
        serde_json::from_str(&self.body).unwrap()
    }

    /// The form's fields in their order, as they were sent.
    pub(crate) fn form(&self) -> Vec<(&str, &str)> {
        assert_eq!(
            self.headers["content-type"],
            "application/x-www-form-urlencoded"
        );
        self.body
            .split('&')
            .map(|field| field.split_once('=').unwrap())
            .collect()
    }

    pub(crate) fn bearer(&self) -> Option<&str> {
        self.headers.get("authorization")?.strip_prefix("Bearer ")
    }

    /// Answers, and keeps the stream for the next request.
    pub(crate) async fn answer(self, status: u16, body: impl ToString) -> TcpStream {
        self.answer_with(status, "", body).await
    }

    /// The same with more headers, each with its line's end.
    pub(crate) async fn answer_with(
        mut self,
        status: u16,
        headers: &str,
        body: impl ToString,
    ) -> TcpStream {
        let body = body.to_string();
        let answer = format!(
            "HTTP/1.1 {status} So\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.write_all(answer.as_bytes()).await.unwrap();
        self.stream
    }

    /// Answers with something else than HTTP, or with part of it.
    pub(crate) async fn answer_raw(mut self, bytes: &[u8]) -> TcpStream {
        // The visitor may have seen enough before the end.
        let _ = self.stream.write_all(bytes).await;
        self.stream
    }
}
