//! What people call: signing in, their own things, pairing.

use super::operations::{Operation, operation};
use crate::rest::people::{accounts, agents, auth, me, oauth, pairing};

/// Signing in, and what people look after.
pub(super) fn operations() -> Vec<Operation> {
    let sign =
        |method, path: &str, summary| operation("sign in", method, format!("/api/{path}"), summary);
    let own =
        |method, path: &str, summary| operation("account", method, format!("/api/{path}"), summary);
    let agent = |method, path: &str, summary| {
        operation("agents", method, format!("/api/agents{path}"), summary)
    };
    vec![
        sign("post", "auth/login", "Sign in")
            .takes::<auth::Login>()
            .open(),
        sign(
            "post",
            "auth/register",
            "Make an account, where the hub takes them",
        )
        .takes::<auth::NewAccount>()
        .open(),
        sign(
            "post",
            "auth/refresh",
            "Another token: by the old one, or a refresh token",
        ),
        sign("post", "auth/logout", "End this session"),
        sign("post", "auth/mobile/login", "Sign in, as mobile apps do")
            .takes::<auth::Login>()
            .open(),
        sign("post", "auth/mobile/refresh", "Another pair of tokens")
            .takes::<auth::Refresh>()
            .open(),
        sign("post", "v1/auth/login", "Sign in, for a pair of tokens")
            .takes::<auth::Login>()
            .open(),
        sign(
            "post",
            "v1/auth/register",
            "Make an account, for a pair of tokens",
        )
        .takes::<auth::NewAccount>()
        .status("201")
        .open(),
        sign("post", "v1/auth/refresh", "Another pair of tokens")
            .takes::<auth::Refresh>()
            .open(),
        own("get", "auth/me", "Who I am"),
        own(
            "post",
            "auth/password",
            "Change the password; other sessions end",
        )
        .takes::<me::PasswordChange>(),
        own("post", "auth/totp", "A secret for a second factor"),
        own("post", "auth/totp/confirm", "Begin to use it").takes::<me::Confirmation>(),
        own("delete", "auth/totp", "End the second factor").takes::<me::Farewell>(),
        own(
            "get",
            "auth/sessions",
            "Where I am signed in, and my paired devices",
        ),
        own("delete", "auth/sessions/{session}", "End one of them"),
        own("get", "accounts", "Everybody; for an owner"),
        own("post", "accounts", "Make an account; for an owner")
            .takes::<accounts::NewAccount>()
            .status("201"),
        own(
            "patch",
            "accounts/{account}",
            "Lock somebody out or let them in again, set their role or a new password; for an owner",
        )
        .takes::<accounts::Change>(),
        own(
            "get",
            "audit/verify",
            "Whether the audit is as it was written; for an owner",
        ),
        agent("get", "", "My agents"),
        agent("post", "", "Make an agent; its key is shown this once")
            .takes::<agents::NewAgent>()
            .status("201"),
        agent("get", "/{agent}", "One of them"),
        agent("patch", "/{agent}", "Change an agent").takes::<agents::Change>(),
        agent("delete", "/{agent}", "End an agent"),
        agent(
            "post",
            "/{agent}/promote",
            "To the next level, or to the one that is named",
        )
        .takes::<agents::Wanted>(),
        agent("get", "/{agent}/history", "The changes of its level"),
        agent("get", "/{agent}/keys", "Its keys, without themselves"),
        agent("post", "/{agent}/keys", "One more key, shown this once")
            .takes::<agents::NewKey>()
            .status("201"),
        agent("delete", "/{agent}/keys/{key}", "End a key"),
        operation(
            "pairing",
            "post",
            "/oauth/device_authorization",
            "A code for a device",
        )
        .form::<oauth::Application>()
        .open(),
        operation(
            "pairing",
            "post",
            "/oauth/token",
            "Tokens for a device, once it is let in",
        )
        .form::<oauth::Wish>()
        .open(),
        operation("pairing", "post", "/oauth/revoke", "Give a token back")
            .form::<oauth::Revocation>()
            .open(),
        operation(
            "pairing",
            "get",
            "/.well-known/oauth-authorization-server",
            "Where these are",
        )
        .open(),
        operation(
            "pairing",
            "get",
            "/.well-known/jwks.json",
            "The hub's public keys",
        )
        .open(),
        operation(
            "pairing",
            "get",
            "/api/pairing/{code}",
            "Which device shows this code",
        ),
        operation(
            "pairing",
            "post",
            "/api/pairing/{code}",
            "Let it in, or not",
        )
        .takes::<pairing::Decision>(),
        operation("pairing", "get", "/pair", "The page for that").open(),
        operation(
            "hub",
            "get",
            "/admin",
            "The page to look after agents, devices, people and one's own account",
        )
        .open(),
        operation("hub", "get", "/", "Shows browsers to that page").open(),
        operation("hub", "get", "/pages/{file}", "A part of these pages").open(),
        operation(
            "pairing",
            "get",
            "/simulator",
            "A page that makes a browser a device, to try things out",
        )
        .open(),
        simulator("page.css"),
        simulator("page.js"),
        simulator("device.js"),
        simulator("pairing.js"),
        simulator("senses.js"),
    ]
}

fn simulator(part: &str) -> Operation {
    let path = format!("/simulator/{part}");
    operation("pairing", "get", path, "A part of that page").open()
}
