//! Which of several addresses is connected to.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
};

use tokio::net::TcpListener;

use super::race::{alternating, connect};

fn four(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn six(port: u16) -> SocketAddr {
    (Ipv6Addr::LOCALHOST, port).into()
}

/// An address where nothing listens any more.
async fn deserted() -> SocketAddr {
    let listener = TcpListener::bind(four(0)).await.unwrap();
    listener.local_addr().unwrap()
}

#[test]
fn the_families_take_turns_and_the_preferred_one_begins() {
    for (given, order) in [
        (vec![six(1), six(2), four(3)], vec![six(1), four(3), six(2)]),
        (
            vec![four(1), six(2), six(3), four(4)],
            vec![four(1), six(2), four(4), six(3)],
        ),
        (vec![four(1), four(2)], vec![four(1), four(2)]),
        (vec![], vec![]),
    ] {
        assert_eq!(alternating(given), order);
    }
}

#[tokio::test]
async fn the_first_that_answers_wins() {
    let listener = TcpListener::bind(four(0)).await.unwrap();
    let good = listener.local_addr().unwrap();
    let stream = connect(vec![deserted().await, deserted().await, good]).await;
    assert_eq!(stream.unwrap().peer_addr().unwrap(), good);
}

#[tokio::test]
async fn where_nothing_answers_the_failure_is_told() {
    let refused = connect(vec![deserted().await]).await.unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    let nowhere = connect(Vec::new()).await.unwrap_err();
    assert_eq!(nowhere.kind(), io::ErrorKind::NotFound);
}
