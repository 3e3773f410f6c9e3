//! What of the network's murmur counts.

#[cfg(target_os = "linux")]
use super::netlink::tells_of_a_loss;

#[cfg(target_os = "linux")]
fn message(kind: u16, body: &[u8]) -> Vec<u8> {
    let mut message = Vec::new();
    message.extend(u32::try_from(16 + body.len()).unwrap().to_ne_bytes());
    message.extend(kind.to_ne_bytes());
    message.extend([0; 10]);
    message.extend(body);
    message.resize(message.len().next_multiple_of(4), 0);
    message
}

#[cfg(target_os = "linux")]
#[test]
fn what_went_counts_and_what_is_refreshed_does_not() {
    let new_address = message(20, b"abcde");
    assert!(!tells_of_a_loss(&new_address));
    for gone in [17, 21, 25] {
        let both = [new_address.clone(), message(gone, b"")].concat();
        assert!(tells_of_a_loss(&both), "{gone}");
    }
    // A kind's number inside a body is none.
    assert!(!tells_of_a_loss(&message(
        20,
        &21_u16.to_ne_bytes().repeat(8)
    )));
}

#[cfg(target_os = "linux")]
#[test]
fn what_makes_no_sense_ends_the_reading() {
    for noise in [&[][..], &[1], &[0; 16], &[255; 40], &[4, 0, 0, 0, 20, 0]] {
        assert!(!tells_of_a_loss(noise), "{noise:?}");
    }
}
