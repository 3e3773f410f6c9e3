//! Whatever anybody sends on this wire.

#![no_main]

mod peer;

libfuzzer_sys::fuzz_target!(|data: &[u8]| peer::speak("adiuva", data));
