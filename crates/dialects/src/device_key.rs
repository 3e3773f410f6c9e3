//! What a device signs to show that it holds the key it was paired with.
//!
//! The text says what for, at which hub, by which device and with which credential, so that a
//! signature made for one thing is good for nothing else. Whoever holds the key signs it, and the
//! hub checks it; no key is here.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

/// What a device proves itself for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proving<'a> {
    /// To be let in, under the code that both screens show.
    Pairing {
        /// That code.
        user_code: &'a str,
    },
    /// To open a connection that the hub challenged.
    Connection {
        /// The challenge.
        nonce: &'a str,
    },
    /// To have its token renewed. The refresh token itself is what the hub chose and takes once.
    Renewal,
    /// To bring what a command asked for, or a further piece of it.
    Upload {
        /// The command's id, or the upload's.
        of: &'a str,
    },
}

/// Everything that a signature is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyProof<'a> {
    /// What for.
    pub proving: Proving<'a>,
    /// The hub's host and port, as the `Host` header of the same request has them.
    pub hub: &'a str,
    /// The device's id.
    pub device: &'a str,
    /// [`credential_hash`] of what is shown besides: the device code, the token of the
    /// connection, the refresh token.
    pub credential: [u8; 32],
}

impl KeyProof<'_> {
    /// The text to sign. What a peer may choose freely comes last, so no choice of it makes this
    /// text look like another.
    pub fn text(&self) -> String {
        let (purpose, chosen) = match self.proving {
            Proving::Pairing { user_code } => ("pairing", user_code),
            Proving::Connection { nonce } => ("connection", nonce),
            Proving::Renewal => ("renewal", ""),
            Proving::Upload { of } => ("upload", of),
        };
        let hub = hub_name(self.hub);
        let device = self.device;
        let credential = BASE64_URL_SAFE_NO_PAD.encode(self.credential);
        format!("chaperone device key v1\n{purpose}\n{hub}\n{device}\n{credential}\n{chosen}")
    }
}

/// What stands for a credential in a text that is signed.
pub fn credential_hash(credential: &str) -> [u8; 32] {
    Sha256::digest(credential.as_bytes()).into()
}

/// A hub's host and port, however they are written: in small letters, and without a port that
/// only repeats the scheme.
fn hub_name(authority: &str) -> String {
    let name = authority.to_ascii_lowercase();
    let short = name.strip_suffix(":443").or(name.strip_suffix(":80"));
    short.map_or_else(|| name.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{KeyProof, Proving, credential_hash};

    fn proof(proving: Proving<'_>) -> KeyProof<'_> {
        KeyProof {
            proving,
            hub: "hub.example.org",
            device: "desk",
            credential: credential_hash("token"),
        }
    }

    #[test]
    fn the_text_is_the_documented_one() {
        let nonce = "8Jq3c1lYy0bQ4l2mXv7hQw";
        assert_eq!(
            proof(Proving::Connection { nonce }).text(),
            "chaperone device key v1\nconnection\nhub.example.org\ndesk\n\
             PEaenWxYddN6Q_NT1PiOYfz4EsZu7jRXRlpAsNpBU-A\n8Jq3c1lYy0bQ4l2mXv7hQw"
        );
        let document = include_str!("../../../docs/atom-extensions.md");
        let lines: Vec<String> = proof(Proving::Connection { nonce })
            .text()
            .lines()
            .map(str::to_owned)
            .collect();
        assert!(document.contains(&lines.join("\n")), "{lines:#?}");
    }

    #[test]
    fn whatever_differs_makes_another_text() {
        let usual = proof(Proving::Connection { nonce: "n" });
        let others = [
            proof(Proving::Connection { nonce: "m" }),
            proof(Proving::Pairing { user_code: "n" }),
            proof(Proving::Upload { of: "n" }),
            proof(Proving::Renewal),
            KeyProof {
                hub: "hub.example.org:8443",
                ..usual
            },
            KeyProof {
                hub: "hub.example.com",
                ..usual
            },
            KeyProof {
                device: "desk2",
                ..usual
            },
            KeyProof {
                credential: credential_hash("token2"),
                ..usual
            },
            // A nonce that tries to move everything before it.
            proof(Proving::Renewal),
            KeyProof {
                device: "desk\nn",
                proving: Proving::Connection { nonce: "" },
                ..usual
            },
        ];
        for other in others {
            assert_ne!(other.text(), usual.text(), "{other:?}");
        }
    }

    #[test]
    fn a_hub_is_the_same_however_it_is_written() {
        let usual = proof(Proving::Renewal).text();
        for hub in [
            "HUB.example.org",
            "hub.example.org:443",
            "hub.example.org:80",
        ] {
            let same = KeyProof {
                hub,
                ..proof(Proving::Renewal)
            };
            assert_eq!(same.text(), usual, "{hub}");
        }
    }
}
