//! How many requests are taken from one address.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Addresses beyond this are not told apart: those that have been quiet are forgotten first.
const ADDRESSES: usize = 20_000;
const MINUTE: Duration = Duration::from_mins(1);

/// The requests of late, by address. A minute's worth may come at once; then they come back evenly.
#[derive(Debug)]
pub(crate) struct Pace {
    each: Option<Duration>,
    /// When an address has its whole minute's worth again.
    full_at: Mutex<HashMap<IpAddr, Instant>>,
}

impl Pace {
    pub(crate) fn new(per_minute: Option<u32>) -> Self {
        Self {
            each: per_minute.map(|number| MINUTE / number.max(1)),
            full_at: Mutex::default(),
        }
    }

    /// Takes a request down; says how long to wait where it is one too many.
    pub(crate) fn spend(&self, from: IpAddr, now: Instant) -> Result<(), Duration> {
        let Some(each) = self.each else {
            return Ok(());
        };
        let from = network(from);
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= ADDRESSES && !full_at.contains_key(&from) {
            full_at.retain(|_, at| *at > now);
            if full_at.len() >= ADDRESSES {
                full_at.clear();
            }
        }
        let at = full_at.entry(from).or_insert(now);
        let next = (*at).max(now) + each;
        match next.duration_since(now).checked_sub(MINUTE) {
            Some(wait) if !wait.is_zero() => Err(wait),
            Some(_) | None => {
                *at = next;
                Ok(())
            }
        }
    }
}

/// One line has as many addresses of the newer kind as it likes.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let bits = address.to_bits() >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from_bits(bits))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minutes_worth_may_come_at_once_and_comes_back_evenly() {
        let pace = Pace::new(Some(60));
        let start = Instant::now();
        let from: IpAddr = "2001:db8::1".parse().unwrap();
        for _ in 0..60 {
            assert_eq!(pace.spend(from, start), Ok(()));
        }
        assert_eq!(pace.spend(from, start), Err(Duration::from_secs(1)));
        // Others of the same network share it, others elsewhere do not.
        assert!(pace.spend("2001:db8::2".parse().unwrap(), start).is_err());
        assert!(pace.spend("2001:db8:1::1".parse().unwrap(), start).is_ok());
        let later = start + Duration::from_secs(2);
        assert_eq!(pace.spend(from, later), Ok(()));
        assert_eq!(pace.spend(from, later), Ok(()));
        assert_eq!(pace.spend(from, later), Err(Duration::from_secs(1)));
    }

    #[test]
    fn without_a_number_all_are_taken() {
        let pace = Pace::new(None);
        let now = Instant::now();
        let from: IpAddr = "127.0.0.1".parse().unwrap();
        assert!((0..10_000).all(|_| pace.spend(from, now).is_ok()));
    }
}
