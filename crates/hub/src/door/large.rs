//! What a large message leaves behind: the buffer that it was read into.
//!
//! The socket reads what comes next into the end of that buffer, and where nobody else holds a part
//! of it, goes on with all of it once it is used up: a device that sent one picture would cost as
//! much for as long as it stays. So a part of each large buffer is held until the socket was seen to
//! have moved on to another, which takes a few of the messages that every device sends now and then.

use axum::body::Bytes;

/// What is smaller is not worth the trouble.
const LARGE_BYTES: usize = 64 * 1024;

/// A part of a large buffer that a socket may still read into.
pub(super) struct Large(Bytes);

impl Large {
    /// What is to be held after a message, given what was held before it.
    pub(super) fn after(before: Option<Self>, message: &Bytes) -> Option<Self> {
        if message.len() >= LARGE_BYTES {
            return Some(Self(message.slice(..1)));
        }
        before.filter(|Self(held)| !held.is_unique())
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{SinkExt as _, StreamExt as _};
    use tokio_tungstenite::{
        WebSocketStream,
        tungstenite::{
            Message,
            protocol::{Role, WebSocketConfig},
        },
    };

    use super::*;

    const ROOM: usize = 512;
    const LENGTH: usize = 500_000;

    #[tokio::test]
    async fn a_large_buffer_is_let_go_of_after_a_few_messages() {
        let (ours, theirs) = tokio::io::duplex(1024 * 1024);
        let config = WebSocketConfig::default().read_buffer_size(ROOM);
        let mut hub = WebSocketStream::from_raw_socket(ours, Role::Server, Some(config)).await;
        let mut device = WebSocketStream::from_raw_socket(theirs, Role::Client, None).await;
        let mut large = None;
        let mut hear = async |text: String| {
            device.send(Message::text(text)).await.unwrap();
            let Some(Ok(Message::Text(text))) = hub.next().await else {
                panic!("nothing came");
            };
            let place = text.as_ptr().addr();
            large = Large::after(large.take(), &Bytes::from(text));
            (large.is_some(), place)
        };
        assert!(!hear("small".to_owned()).await.0);
        for _ in 0..3 {
            let (holds, place) = hear("A".repeat(LENGTH)).await;
            assert!(holds);
            let heartbeat = "a heartbeat of some sixty letters, as devices send them now";
            let mut heartbeats = 0;
            while hear(heartbeat.to_owned()).await.0 {
                heartbeats += 1;
                assert!(heartbeats < 20, "the buffer is never let go of");
            }
            // It stays so, and nothing that comes later lies there.
            for _ in 0..20 {
                let (holds, next) = hear(heartbeat.to_owned()).await;
                assert!(!holds);
                assert!(!(place..place + LENGTH).contains(&next));
            }
        }
    }
}
