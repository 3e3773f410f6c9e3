//! The table: classes of paths, and what each caller is told.

/// Who calls. `owner` owns the hub, `member` is somebody else with an account on it. Everybody asks
/// for the owner's things but for `member`, who asks for their own, and `meddler`, who is the owner
/// and asks for the member's. `stranger`, `their agent` and `their device` are the member's.
pub(super) const CALLERS: [&str; 14] = [
    "nobody",
    "wrong",
    "expired",
    "device",
    "their device",
    "student",
    "intern",
    "supervised",
    "autonomous",
    "their agent",
    "stranger",
    "member",
    "owner",
    "meddler",
];

/// Paths that are alike in who may call them.
pub(super) struct Class {
    pub(super) name: &'static str,
    /// For each caller `in`, or the status.
    pub(super) row: &'static str,
    /// Methods and a path each.
    pub(super) operations: &'static [&'static str],
}

#[rustfmt::skip]
pub(super) const CLASSES: &[Class] = &[
    Class {
        name: "open to everybody",
        //    nobody wrong expired  device their  student intern superv. auton. their  stranger member owner meddler
        row: "in     in    in       in     in     in      in     in      in     in     in       in     in    in",
        operations: &[
            "get /healthz", "get /readyz", "get /health", "get /api/v1/health",
            // To this computer.
            "get /metrics",
            "get /openapi.json", "get /docs", "get /docs/page.js", "get /docs/page.css",
            "get /admin", "get /pair", "get /pages/{file}",
            "get /simulator", "get /simulator/page.js", "get /simulator/page.css",
            "get /simulator/device.js", "get /simulator/pairing.js", "get /simulator/senses.js",
            "get /.well-known/oauth-authorization-server", "get /.well-known/jwks.json",
            "options /api/artifacts", "options /api/devices/artifacts",
            // What they take proves itself in the body.
            "post /api/auth/login", "post /api/auth/register",
            "post /api/auth/mobile/login", "post /api/auth/mobile/refresh",
            "post /api/v1/auth/login", "post /api/v1/auth/register", "post /api/v1/auth/refresh",
            "post /oauth/device_authorization", "post /oauth/token", "post /oauth/revoke",
            "post /edge/register",
        ],
    },
    Class {
        name: "a way in, for browsers alone",
        row: "404    404   404      404    404    404     404    404     404    404    404      404    404   404",
        operations: &["get /"],
    },
    Class {
        name: "signed with a key that nobody here has",
        row: "401    401   401      401    401    401     401    401     401    401    401      401    401   401",
        operations: &[
            "post /api/v1/system/status", "post /api/v1/system/module-control",
            "post /api/v1/mobile/test",
        ],
    },
    Class {
        name: "one's own, whoever calls",
        row: "401    401   401      401    401    in      in     in      in     in     in       in     in    in",
        operations: &[
            "get /api/devices", "get /api/devices/sessions/active",
            "get /api/devices/nodes", "get /api/devices/nodes/",
            "get /api/commands", "get /api/groups", "get /api/artifacts",
            "get /api/events", "get /api/events/ws",
            "get /api/agent-governance/rules", "get /api/agent-governance/agents",
            "get /api/agent-governance/pending-approvals", "get /api/maturity/proposals",
            "get /api/maturity/training/proposals",
            "get /api/supervision/sessions", "get /api/supervision/sessions/active",
            "get /api/v1/agents/runs",
            // Which recording is meant is judged by its session: 400, as on the wire.
            "post /api/devices/screen/record/stop",
        ],
    },
    Class {
        name: "a device, as whoever asks it sees it",
        row: "401    401   401      401    401    in      in     in      in     403    403      in     in    403",
        operations: &[
            "get /api/devices/{device}", "get /api/devices/{device}/audit",
            "post /api/devices/nodes/{device}/heartbeat",
        ],
    },
    Class {
        name: "asked of a device, from an intern on",
        row: "401    401   401      401    401    403     in     in      in     403    403      in     in    403",
        operations: &[
            "post /api/devices/camera/snap", "post /api/devices/location",
            "post /api/devices/notification",
        ],
    },
    Class {
        // A person who names no agent asks as an intern.
        name: "asked of a device, from a supervised agent on",
        row: "401    401   401      401    401    403     403    in      in     403    403      403    403   403",
        operations: &["post /api/devices/screen/snap", "post /api/devices/screen/record/start"],
    },
    Class {
        name: "asked of a device, by an autonomous agent",
        row: "401    401   401      401    401    403     403    403     in     403    403      403    403   403",
        operations: &["post /api/devices/execute"],
    },
    Class {
        // Levels show in the answer's own results.
        name: "a group, used",
        row: "401    401   401      401    401    in      in     in      in     404    404      in     in    404",
        operations: &[
            "get /api/groups/{group}",
            "post /api/groups/{group}/camera/snap", "post /api/groups/{group}/screen/snap",
            "post /api/groups/{group}/screen/record/start", "post /api/groups/{group}/location",
            "post /api/groups/{group}/notification", "post /api/groups/{group}/execute",
        ],
    },
    Class {
        name: "a group, changed",
        row: "401    401   401      401    401    403     403    403     403    403    404      in     in    404",
        operations: &[
            "patch,delete /api/groups/{group}", "put,delete /api/groups/{group}/members/{device}",
            // Of somebody else's devices.
            "post /api/groups",
        ],
    },
    Class {
        name: "what the autonomous agent asked for, or is",
        row: "401    401   401      401    401    404     404    404     in     404    404      in     in    404",
        operations: &[
            "get,delete /api/commands/{command}", "get,delete /api/artifacts/{artifact}",
            "get /api/maturity/proposals/{proposal}",
            "get /api/agent-governance/agents/{agent}",
            "get /api/agent-governance/agents/{agent}/capabilities",
            "get /api/maturity/agents/{agent}/training-history",
            "get /api/supervision/agents/{agent}/sessions",
            "post /api/agent-governance/check-deployment",
            "post /api/agent-governance/enforce-action",
            "post /api/agent-governance/submit-for-approval",
        ],
    },
    Class {
        name: "a file on its way, also by the device that brings it",
        row: "401    401   401      404    404    404     404    404     in     404    404      in     in    404",
        operations: &["head,patch /api/artifacts/{artifact}"],
    },
    Class {
        name: "a file that a device was asked for",
        row: "401    401   401      in     404    in      in     in      in     in     in       in     in    in",
        operations: &["post /api/artifacts", "post /api/devices/artifacts"],
    },
    Class {
        name: "a proposal, decided by a person",
        row: "401    401   401      401    401    403     403    403     403    403    404      in     in    404",
        operations: &[
            "post /api/maturity/proposals/{proposal}/approve",
            "post /api/maturity/proposals/{proposal}/reject",
            "post /api/agent-governance/approve/{proposal}",
            "post /api/agent-governance/reject/{proposal}",
            "post /api/supervision/proposals/{proposal}/autonomous-approve",
            "post /api/maturity/training/proposals/{training}/approve",
            "post /api/maturity/training/proposals/{training}/reject",
            "post /api/maturity/training/sessions/{training}/complete",
            "post /api/supervision/sessions/{supervision}/intervene",
            "post /api/supervision/sessions/{supervision}/complete",
        ],
    },
    Class {
        name: "what the supervised agent did while its person looked on",
        row: "401    401   401      401    401    404     404    in      404    404    404      in     in    404",
        operations: &[
            "get /api/supervision/sessions/{supervision}",
            "get /api/supervision/{execution}/stream",
        ],
    },
    Class {
        name: "what the student is to be trained for",
        row: "401    401   401      401    401    in      404    404     404    404    404      in     in    404",
        operations: &["get /api/maturity/training/proposals/{training}"],
    },
    Class {
        // A person's runs are of whatever their own device has under that name.
        name: "a run of an agent, begun",
        row: "401    401   401      401    401    403     403    403     in     403    in       in     in    in",
        operations: &["post /api/v1/agents/trigger"],
    },
    Class {
        name: "a person's own",
        row: "401    401   401      401    401    403     403    403     403    403    in       in     in    in",
        operations: &[
            "get /api/auth/me", "post /api/auth/password", "post,delete /api/auth/totp",
            "post /api/auth/totp/confirm", "get /api/auth/sessions", "post /api/auth/refresh",
            "post /api/auth/logout",
            "get,post /api/agents", "get,post /api/webhooks", "get,post /api/pairing/{code}",
        ],
    },
    Class {
        name: "a person's own, by its id",
        row: "401    401   401      401    401    403     403    403     403    403    404      in     in    404",
        operations: &[
            "delete /api/auth/sessions/{session}",
            "get,patch,delete /api/agents/{agent}", "post /api/agents/{agent}/promote",
            "get /api/agents/{agent}/history", "get,post /api/agents/{agent}/keys",
            "delete /api/agents/{agent}/keys/{key}",
            "get,patch,delete /api/webhooks/{webhook}", "get /api/webhooks/{webhook}/deliveries",
            "put /dialects/archety/agents/{device}/config",
        ],
    },
    Class {
        name: "a device, made known by a person",
        row: "401    401   401      401    401    403     403    403     403    403    403      in     in    403",
        operations: &["post /api/devices/nodes/register"],
    },
    Class {
        name: "the hub's owner's",
        row: "401    401   401      401    401    403     403    403     403    403    403      403    in    in",
        operations: &[
            "get,post /api/accounts", "patch /api/accounts/{account}", "get /api/audit/verify",
        ],
    },
    Class {
        name: "the language models'",
        row: "401    401   401      401    401    in      in     in      in     in     403      403    403   403",
        operations: &["get,post,delete /mcp"],
    },
    Class {
        // Whose device it is the hello says, and it is judged there.
        name: "a socket that wants a token",
        row: "403    403   403      in     in     403     403    403     403    403    in       in     in    in",
        operations: &[
            "get /api/devices/ws", "get /dialects/atom/ws",
            "get /api/v1/ws/device", "get /dialects/adiuva/ws",
        ],
    },
    Class {
        name: "a socket that names its device",
        row: "403    403   403      in     403    403     403    403     403    403    in       in     in    in",
        operations: &["get /edge/ws", "get /dialects/archety/ws", "post /edge/message"],
    },
    Class {
        name: "an edge device's commands",
        row: "403    403   403      in     403    403     403    403     403    403    403      in     in    403",
        operations: &["post /edge/sync", "post /edge/command/ack", "post /edge/ack_command"],
    },
    Class {
        // Whoever is on this computer takes part, and is no device.
        name: "a socket that wants no token on this computer",
        row: "in     403   403      in     in     403     403    403     403    403    in       in     in    in",
        operations: &[
            "get /ws", "get /dialects/angela/ws", "get /dialects/blueprint/ws",
            "get,post /dialects/blueprint/api/devices",
        ],
    },
    Class {
        name: "an entry of that wire's table",
        row: "404    403   403      in     404    403     403    403     403    403    404      in     in    404",
        operations: &["put,delete /dialects/blueprint/api/devices/{id}"],
    },
];
