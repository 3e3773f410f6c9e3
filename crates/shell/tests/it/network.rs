//! Who may talk to whom: nobody without the network profile, and with it only by asking.

use std::{
    io::{ErrorKind, Write as _},
    net::{TcpListener, UdpSocket},
};

use chaperone_shell::Profile;

use crate::bench::{WAYS, bench_with};

#[tokio::test]
async fn only_the_network_profile_asks_others() {
    for (backend, profile) in WAYS {
        let bench = bench_with(backend, profile);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let datagrams = UdpSocket::bind("127.0.0.1:0").unwrap();
        datagrams.set_nonblocking(true).unwrap();
        let tcp = listener.local_addr().unwrap().port();
        let udp = datagrams.local_addr().unwrap().port();
        let attempts = [
            format!("socket.create_connection(('127.0.0.1', {tcp}))"),
            format!(
                "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {udp}))"
            ),
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).bind(('127.0.0.1', 0))".to_owned(),
            "socket.socket(socket.AF_INET6, socket.SOCK_STREAM)".to_owned(),
            "socket.socketpair()".to_owned(),
            "socket.getaddrinfo('localhost', 80)[0][4]".to_owned(),
        ];
        let attempts: Vec<&str> = attempts.iter().map(String::as_str).collect();
        let executed = bench.python(&attempts).await;
        let worked = executed.stdout.lines().count() - 1;
        // Names that are in the machine's own list need nobody to be asked.
        let expected = if profile.reaches_network() { 6 } else { 1 };
        assert_eq!(
            worked, expected,
            "{backend}, {profile}: {} {}",
            executed.stdout, executed.stderr
        );
        listener.set_nonblocking(true).unwrap();
        let mut byte = [0];
        if profile.reaches_network() {
            listener.accept().unwrap();
            datagrams.recv(&mut byte).unwrap();
        } else {
            assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
            assert_eq!(
                datagrams.recv(&mut byte).unwrap_err().kind(),
                ErrorKind::WouldBlock
            );
        }
    }
}

#[tokio::test]
async fn a_download_works_with_the_network_profile() {
    for (backend, profile) in WAYS {
        if profile != Profile::WriteNetwork {
            continue;
        }
        let bench = bench_with(backend, profile);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream
                .write_all(b"HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello\n")
                .unwrap();
        });
        let executed = bench
            .script(&format!(
                "curl -s -m 5 -o got http://localhost:{port}/ && cat got"
            ))
            .await;
        assert_eq!(executed.stdout, "hello\n", "{backend}: {}", executed.stderr);
        server.join().unwrap();
    }
}

#[tokio::test]
async fn nobody_answers_and_nobody_forges() {
    for (backend, profile) in WAYS {
        if profile == Profile::None {
            continue;
        }
        let bench = bench_with(backend, profile);
        let executed = bench
            .python(&[
                "socket.socket().listen()",
                "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()",
                "socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)",
                "socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)",
                "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM, socket.IPPROTO_ICMPV6)",
                "socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)",
                "socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)",
                "socket.socket(socket.AF_BLUETOOTH, socket.SOCK_STREAM, 3)",
            ])
            .await;
        assert_eq!(
            executed.stdout, "done\n",
            "{backend}, {profile}: {}",
            executed.stderr
        );
    }
}
