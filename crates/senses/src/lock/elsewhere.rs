//! Systems whose locks nobody listens for yet.

#[derive(Debug, Default)]
pub(super) struct Locks;

impl Locks {
    pub(super) async fn next(&mut self) {
        std::future::pending::<()>().await;
    }
}
