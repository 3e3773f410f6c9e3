-- The Ed25519 key that the device asks to be known by, and whose fingerprint its person sees.
ALTER TABLE applications ADD COLUMN public_key BLOB;
-- The one it was paired with: the session's tokens are good only together with its proofs.
ALTER TABLE sessions ADD COLUMN public_key BLOB;
