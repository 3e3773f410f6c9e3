//! What happens and whom it is told, files, and the same asks for language models.

use super::operations::{Operation, operation};
use crate::rest::{artifacts, webhooks};

pub(super) fn operations() -> Vec<Operation> {
    let event = |path: &str, summary| {
        operation("events", "get", format!("/api/events{path}"), summary).query(&[(
            "last_event_id",
            "the last event that was read; the header Last-Event-ID says the same",
        )])
    };
    let mut all = vec![
        event("", "What happens, as server-sent events"),
        event("/ws", "The same, over a WebSocket").status("101"),
    ];
    all.extend(files());
    all.extend(told());
    let model = |method, summary| operation("language models", method, "/mcp", summary);
    all.extend([
        model("post", "The Model Context Protocol; for agents"),
        model("get", "What the hub says on its own in a session of it"),
        model("delete", "End a session of it"),
    ]);
    all
}

fn files() -> Vec<Operation> {
    const ABOUT: &[(&str, &str)] = &[("name", "what the file is called; never a path")];
    const ASKED: &[(&str, &str)] = &[
        ("command_id", "what it was asked for with"),
        ("name", "what the file is called; never a path"),
    ];
    let file = |method, path: &str, summary| {
        operation("files", method, format!("/api/artifacts{path}"), summary)
    };
    let bring = "/api/devices/artifacts";
    vec![
        file("get", "", "The files of a person, or of an agent")
            .gives_many::<artifacts::ArtifactView>(),
        file("post", "", "Bring one, in one piece or in several")
            .query(ABOUT)
            .gives::<artifacts::ArtifactView>()
            .status("201"),
        file("options", "", "What of tus 1.0 there is").status("204"),
        file("get", "/{artifact}", "One of them, or a range of it"),
        file("head", "/{artifact}", "How far its upload has come"),
        file("patch", "/{artifact}", "The next piece of it").status("204"),
        file("delete", "/{artifact}", "Delete it").status("204"),
        operation(
            "files",
            "post",
            bring,
            "A device brings what it was asked for",
        )
        .query(ASKED)
        .gives::<artifacts::ArtifactView>()
        .status("201"),
        operation("files", "options", bring, "What of tus 1.0 there is").status("204"),
    ]
}

fn told() -> Vec<Operation> {
    let webhook = |method, path: &str, summary| {
        operation("webhooks", method, format!("/api/webhooks{path}"), summary)
    };
    vec![
        webhook("get", "", "Whom a person has told of what happens")
            .gives_many::<webhooks::WebhookView>(),
        webhook("post", "", "Tell somebody; the secret is shown this once")
            .takes::<webhooks::NewWebhook>()
            .gives::<webhooks::WebhookView>()
            .status("201"),
        webhook("get", "/{webhook}", "One of them").gives::<webhooks::WebhookView>(),
        webhook("patch", "/{webhook}", "Change one, or switch it on again")
            .takes::<webhooks::WebhookChange>()
            .gives::<webhooks::WebhookView>(),
        webhook("delete", "/{webhook}", "Tell it nothing any more"),
        webhook(
            "get",
            "/{webhook}/deliveries",
            "What it was told, newest first",
        )
        .gives_many::<webhooks::DeliveryView>(),
    ]
}
