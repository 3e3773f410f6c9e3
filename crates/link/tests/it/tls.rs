//! Encrypted all the way, with certificates made here.

use std::sync::Arc;

use chaperone_link::{Address, LinkSettings, Pin, shown_certificate};
use chaperone_protocol::{ConnectionPhase, Remedy};
use rcgen::{CertifiedKey, KeyPair, PublicKeyData, generate_simple_self_signed};
use rustls::{
    ServerConfig,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;

use crate::{
    device::{Device, Setup},
    hub::Hub,
    world::Small,
};

pub(crate) struct Certificate {
    der: CertificateDer<'static>,
    key: KeyPair,
}

impl Certificate {
    pub(crate) fn new() -> Self {
        let names = vec!["hub.test".to_owned()];
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
        Self {
            der: cert.der().clone(),
            key: signing_key,
        }
    }

    /// Another certificate with the same key.
    fn renewed(&self) -> Self {
        let key = KeyPair::try_from(self.key.serialize_der()).unwrap();
        let parameters = rcgen::CertificateParams::new(vec!["other.test".to_owned()]).unwrap();
        Self {
            der: parameters.self_signed(&key).unwrap().der().clone(),
            key,
        }
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.der.clone()], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }

    pub(crate) fn pin(&self) -> Pin {
        hex(&self.der)
    }

    fn key_pin(&self) -> Pin {
        hex(&self.key.subject_public_key_info())
    }
}

fn hex(bytes: &[u8]) -> Pin {
    let digits: Vec<String> = Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Pin::parse(&digits.concat()).unwrap()
}

pub(crate) fn pinned(pin: Pin) -> LinkSettings {
    LinkSettings {
        pin: Some(pin),
        ..LinkSettings::default()
    }
}

fn encrypted(hub: &Hub, settings: LinkSettings) -> Device {
    let world = Small::new();
    world.name(Some(hub.address()));
    Setup::at(hub.address())
        .address(format!("wss://hub.test:{}", hub.address().port()))
        .with(settings)
        .within(world)
        .start()
}

#[tokio::test]
async fn a_pinned_certificate_or_its_key_is_taken_whoever_signed_it() {
    let certificate = Certificate::new();
    for pin in [certificate.pin(), certificate.key_pin()] {
        let hub = Hub::listen_encrypted(certificate.acceptor()).await;
        let mut device = encrypted(&hub, pinned(pin));
        hub.register(&[]).await;
        device.reaches(ConnectionPhase::Connected).await;
    }
    // The same key under another name: only the pin of the key still fits.
    let renewed = certificate.renewed();
    let hub = Hub::listen_encrypted(renewed.acceptor()).await;
    let mut device = encrypted(&hub, pinned(certificate.key_pin()));
    hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
}

#[tokio::test]
async fn another_certificate_than_the_pinned_one_is_refused_in_so_many_words() {
    let (pinned_one, new_one) = (Certificate::new(), Certificate::new());
    let hub = Hub::listen_encrypted(new_one.acceptor()).await;
    let mut device = encrypted(&hub, pinned(pinned_one.pin()));
    assert!(hub.try_knock().await.is_err());
    let state = device.reaches(ConnectionPhase::Waiting).await;
    let trouble = state.trouble.unwrap();
    assert!(trouble.contains("has changed"), "{trouble}");
    assert!(trouble.contains(&new_one.pin().to_string()), "{trouble}");
    assert_eq!(state.remedy, Some(Remedy::CheckAddress));
}

#[tokio::test]
async fn a_link_comes_back_when_the_pinned_certificate_does() {
    let (pinned_one, other) = (Certificate::new(), Certificate::new());
    let mut hub = Hub::listen_encrypted(pinned_one.acceptor()).await;
    let mut device = encrypted(&hub, pinned(pinned_one.pin()));
    let socket = hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
    hub.show(other.acceptor());
    drop(socket);
    assert!(hub.try_knock().await.is_err());
    loop {
        let state = device.reaches(ConnectionPhase::Waiting).await;
        if state.remedy == Some(Remedy::CheckAddress) {
            break;
        }
    }
    hub.show(pinned_one.acceptor());
    // One more attempt may have met the other certificate.
    let stream = match hub.try_knock().await {
        Ok(stream) => stream,
        Err(_) => hub.knock().await,
    };
    let (mut socket, _) = Hub::accept_on(stream).await;
    socket.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_is_refused_unless_pinned() {
    let certificate = Certificate::new();
    let hub = Hub::listen_encrypted(certificate.acceptor()).await;
    let mut device = encrypted(&hub, LinkSettings::default());
    assert!(hub.try_knock().await.is_err());
    let state = device.reaches(ConnectionPhase::Waiting).await;
    let trouble = state.trouble.unwrap();
    // A machine without any roots cannot even look.
    assert!(
        trouble.contains("vouched for by nobody") || trouble.contains("list of trusted"),
        "{trouble}"
    );
}

#[tokio::test]
async fn a_certificate_can_be_looked_at_before_it_is_pinned() {
    let certificate = Certificate::new();
    let hub = Hub::listen_encrypted(certificate.acceptor()).await;
    let world = Small::new();
    world.name(Some(hub.address()));
    let address: Address = "wss://hub.test".parse().unwrap();
    let (shown, knocked) = tokio::join!(shown_certificate(&address, world), hub.try_knock());
    assert_eq!(shown.unwrap(), certificate.pin());
    assert!(knocked.is_err(), "nothing may be said on it");
}

#[tokio::test]
async fn plain_text_where_encryption_is_expected_is_no_hub() {
    let hub = Hub::listen().await;
    let mut device = encrypted(&hub, pinned(Certificate::new().pin()));
    let mut stream = hub.knock().await;
    tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 No\r\n\r\n")
        .await
        .unwrap();
    let state = device.reaches(ConnectionPhase::Waiting).await;
    let trouble = state.trouble.unwrap();
    assert!(trouble.contains("no secure connection"), "{trouble}");
}
