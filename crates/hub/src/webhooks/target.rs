//! Where a webhook may lead: out to the world, and inside only where the hub's owner said so.
//!
//! A name is looked up once, and the connection goes to the very address that was judged: a name
//! that leads somewhere else a moment later gains nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hyper::Uri;

use crate::reach::WebhookReach;

/// An address that may be told, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(super) encrypted: bool,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) path: String,
    reach: WebhookReach,
}

/// Where an address lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lies {
    /// Anybody reaches it.
    Outside,
    /// Only this computer or its network does.
    Inside,
    /// It is nobody's, or one by which machines are told their own secrets.
    Nowhere,
}

impl Target {
    /// Reads one; a sentence says what is wrong with it.
    pub(crate) fn read(url: &str, reach: WebhookReach) -> Result<Self, &'static str> {
        let uri: Uri = url.parse().map_err(|_| "is no URL")?;
        let authority = uri.authority().ok_or("needs a host")?;
        if authority.as_str().contains('@') {
            return Err("must not hold a name or a password; the signature proves who sends");
        }
        let host = authority.host();
        let host = host.strip_prefix('[').unwrap_or(host);
        let host = host.strip_suffix(']').unwrap_or(host).to_ascii_lowercase();
        if host.is_empty() {
            return Err("needs a host");
        }
        let encrypted = match (uri.scheme_str(), reach) {
            (Some("https"), _) => true,
            (Some("http"), WebhookReach::Inside) => false,
            _ => return Err("must be https"),
        };
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let target = Self {
            encrypted,
            port: authority
                .port_u16()
                .unwrap_or(if encrypted { 443 } else { 80 }),
            path: path.to_owned(),
            host,
            reach,
        };
        match target.host.parse() {
            Ok(address) if !target.allows(address) => {
                Err("leads to a network that is not to be reached from here")
            }
            _ => Ok(target),
        }
    }

    /// The one address that is connected to: if any answer for the name is not to be reached, none
    /// is.
    pub(super) async fn resolve(&self) -> Result<SocketAddr, String> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await;
        let found: Vec<_> = found
            .map_err(|_| "the host is not known".to_owned())?
            .collect();
        if !found.iter().all(|address| self.allows(address.ip())) {
            return Err("the host leads to a network that is not to be reached".to_owned());
        }
        found
            .first()
            .copied()
            .ok_or_else(|| "the host has no address".to_owned())
    }

    fn allows(&self, address: IpAddr) -> bool {
        match (lies(address), self.reach) {
            // Nothing crosses the world as it is.
            (Lies::Outside, _) => self.encrypted,
            (Lies::Inside, WebhookReach::Inside) => true,
            (Lies::Inside, WebhookReach::Outside) | (Lies::Nowhere, _) => false,
        }
    }

    pub(super) fn authority(&self) -> String {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        format!("{host}:{}", self.port)
    }
}

fn lies(address: IpAddr) -> Lies {
    match address {
        IpAddr::V4(four) => lies_four(four),
        IpAddr::V6(six) => lies_six(six),
    }
}

fn lies_four(four: Ipv4Addr) -> Lies {
    // What a cloud answers its own machines at; one of them is among public addresses.
    const TOLD: [Ipv4Addr; 2] = [
        Ipv4Addr::new(100, 100, 100, 200),
        Ipv4Addr::new(168, 63, 129, 16),
    ];
    let [first, second, third, _] = four.octets();
    if four.is_link_local()
        || four.is_multicast()
        || four.is_documentation()
        || first == 0
        || first >= 240
        || (first, second, third) == (192, 0, 0)
        || (first == 198 && second & 0xFE == 18)
        || TOLD.contains(&four)
    {
        return Lies::Nowhere;
    }
    let shared = first == 100 && second & 0xC0 == 64;
    if four.is_loopback() || four.is_private() || shared {
        Lies::Inside
    } else {
        Lies::Outside
    }
}

fn lies_six(six: Ipv6Addr) -> Lies {
    const TOLD: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
    if six == TOLD {
        return Lies::Nowhere;
    }
    let parts = six.segments();
    let [first, second, third, .., high, low] = parts;
    let four = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    if let Some(mapped) = six.to_ipv4_mapped() {
        return lies_four(mapped);
    }
    // What translates to the older kind lies where that does.
    if parts.starts_with(&[0x64, 0xff9b, 0, 0, 0, 0]) {
        return lies_four(four(high, low));
    }
    if first == 0x2002 {
        return lies_four(four(second, third));
    }
    if six.is_loopback() || six.is_unique_local() {
        return Lies::Inside;
    }
    let documentation = first == 0x2001 && second == 0xdb8;
    let tunnelled = first == 0x2001 && second == 0;
    if first & 0xE000 == 0x2000 && !documentation && !tunnelled {
        Lies::Outside
    } else {
        Lies::Nowhere
    }
}

#[cfg(test)]
mod tests {
    use super::{Lies, Target, lies};
    use crate::reach::WebhookReach;

    #[test]
    fn an_address_lies_where_it_leads() {
        for (address, expected) in [
            ("93.184.216.34", Lies::Outside),
            ("2606:2800:220:1::1", Lies::Outside),
            ("127.0.0.1", Lies::Inside),
            ("10.0.0.1", Lies::Inside),
            ("172.16.0.1", Lies::Inside),
            ("192.168.1.7", Lies::Inside),
            ("100.64.0.1", Lies::Inside),
            ("::1", Lies::Inside),
            ("fd12::1", Lies::Inside),
            ("::ffff:10.0.0.1", Lies::Inside),
            ("64:ff9b::7f00:1", Lies::Inside),
            ("2002:7f00:1::", Lies::Inside),
            ("0.0.0.0", Lies::Nowhere),
            ("169.254.169.254", Lies::Nowhere),
            ("100.100.100.200", Lies::Nowhere),
            ("168.63.129.16", Lies::Nowhere),
            ("192.0.0.192", Lies::Nowhere),
            ("198.18.0.1", Lies::Nowhere),
            ("203.0.113.1", Lies::Nowhere),
            ("224.0.0.1", Lies::Nowhere),
            ("255.255.255.255", Lies::Nowhere),
            ("::", Lies::Nowhere),
            ("::127.0.0.1", Lies::Nowhere),
            ("fe80::1", Lies::Nowhere),
            ("ff02::1", Lies::Nowhere),
            ("fd00:ec2::254", Lies::Nowhere),
            ("2001::1", Lies::Nowhere),
            ("64:ff9b:1::a00:1", Lies::Nowhere),
            ("64:ff9b::a9fe:a9fe", Lies::Nowhere),
            ("::ffff:169.254.169.254", Lies::Nowhere),
        ] {
            assert_eq!(lies(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn only_what_was_meant_is_reached() {
        for (url, outside, inside) in [
            ("https://example.org/hook?x=1", true, true),
            ("https://example.org:8443", true, true),
            ("https://192.168.1.7/hook", false, true),
            ("https://127.0.0.1/", false, true),
            ("https://[::1]/", false, true),
            ("http://127.0.0.1:9000/hook", false, true),
            ("http://localhost/hook", false, true),
            ("http://93.184.216.34/", false, false),
            ("https://169.254.169.254/latest", false, false),
            ("https://[::ffff:169.254.169.254]/", false, false),
            ("https://me:secret@example.org", false, false),
            ("ftp://example.org", false, false),
            ("example.org", false, false),
            ("/hook", false, false),
            ("", false, false),
        ] {
            let read = |reach| Target::read(url, reach).is_ok();
            let found = (read(WebhookReach::Outside), read(WebhookReach::Inside));
            assert_eq!(found, (outside, inside), "{url}");
        }
    }

    #[test]
    fn a_name_must_not_turn_out_to_be_something_else() {
        let address = |text: &str| text.parse().unwrap();
        let named = Target::read("https://example.org/", WebhookReach::Outside).unwrap();
        assert!(named.allows(address("93.184.216.34")));
        assert!(!named.allows(address("127.0.0.1")));
        assert!(!named.allows(address("10.0.0.1")));
        let local = Target::read("http://intranet/", WebhookReach::Inside).unwrap();
        assert!(local.allows(address("10.0.0.1")));
        assert!(!local.allows(address("93.184.216.34")));
        assert!(!local.allows(address("169.254.169.254")));
    }

    #[tokio::test]
    async fn a_name_of_this_computer_is_not_connected_to() {
        let target = Target::read("https://localhost/", WebhookReach::Outside).unwrap();
        assert!(target.resolve().await.is_err());
    }
}
