//! Where tokens are kept at rest: the caller knows.

use std::{error::Error, future::Future, pin::Pin};

use super::Token;

/// A future in a box.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Why a store did not do it. Must not hold a token.
pub type StoreError = Box<dyn Error + Send + Sync>;

/// Keeps one connection's token. A token that replaces another is saved before it is used, because
/// a hub may take the older one no more.
pub trait TokenStore: Send + Sync {
    /// The token, if there is one.
    fn load(&self) -> BoxFuture<'_, Result<Option<Token>, StoreError>>;

    /// Keeps this one, or none any more.
    fn save<'a>(&'a self, token: Option<&'a Token>) -> BoxFuture<'a, Result<(), StoreError>>;
}
