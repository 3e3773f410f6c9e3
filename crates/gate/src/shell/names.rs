//! Names of programs and of their options, by what they are known for.
//!
//! Hints for the person's eye, never permissions. A name stands for its family, without version.

/// A program with the options or subcommands that a list is about.
pub(super) type Options = (&'static str, &'static [&'static str]);

/// Become another user.
pub(super) const PRIVILEGED: &[&str] = &[
    "doas", "gksu", "gksudo", "gosu", "kdesu", "kdesudo", "newgrp", "pkexec", "run", "runas",
    "runuser", "setpriv", "sg", "su", "su-exec", "sudo", "sudoedit", "visudo",
];

/// Exist to talk to the network.
pub(super) const NETWORKED: &[&str] = &[
    "aria2c",
    "aws",
    "az",
    "curl",
    "dig",
    "ftp",
    "gcloud",
    "gh",
    "gsutil",
    "host",
    "http",
    "https",
    "invoke-webrequest",
    "iwr",
    "kubectl",
    "lftp",
    "links",
    "lynx",
    "mosh",
    "mtr",
    "nc",
    "ncat",
    "netcat",
    "nmap",
    "npx",
    "bunx",
    "uvx",
    "nslookup",
    "ping",
    "pipx",
    "rclone",
    "rsync",
    "scp",
    "sendmail",
    "sftp",
    "socat",
    "ssh",
    "ssh-copy-id",
    "sshfs",
    "tcpdump",
    "telnet",
    "tftp",
    "tracepath",
    "traceroute",
    "w3m",
    "wget",
    "whois",
    "xh",
    "youtube-dl",
    "yt-dlp",
];

/// Talk to the network for some of what they do.
pub(super) const NETWORKED_WITH: &[Options] = &[
    (
        "apt",
        &[
            "install",
            "update",
            "upgrade",
            "full-upgrade",
            "dist-upgrade",
            "download",
        ],
    ),
    (
        "apt-get",
        &[
            "install",
            "update",
            "upgrade",
            "dist-upgrade",
            "download",
            "source",
        ],
    ),
    ("brew", &["install", "update", "upgrade", "fetch"]),
    ("bun", &["install", "add", "update"]),
    (
        "cargo",
        &[
            "install", "fetch", "update", "publish", "search", "login", "add",
        ],
    ),
    ("dnf", &["install", "update", "upgrade", "download"]),
    (
        "docker",
        &["pull", "push", "login", "run", "build", "search"],
    ),
    ("flatpak", &["install", "update"]),
    ("gem", &["install", "update", "fetch", "push"]),
    (
        "git",
        &[
            "clone",
            "fetch",
            "pull",
            "push",
            "ls-remote",
            "submodule",
            "send-email",
            "remote",
        ],
    ),
    ("go", &["get", "install", "mod"]),
    (
        "npm",
        &[
            "install", "i", "ci", "add", "update", "publish", "login", "exec", "view", "audit",
        ],
    ),
    ("openssl", &["s_client", "s_server"]),
    ("pip", &["install", "download", "search"]),
    ("pnpm", &["install", "i", "add", "update", "publish", "dlx"]),
    (
        "podman",
        &["pull", "push", "login", "run", "build", "search"],
    ),
    ("snap", &["install", "refresh", "download"]),
    ("svn", &["checkout", "co", "update", "commit"]),
    ("uv", &["sync", "add", "pip", "tool"]),
    ("yarn", &["install", "add", "upgrade", "publish", "dlx"]),
];

/// Exist to delete or overwrite.
pub(super) const DESTRUCTIVE: &[&str] = &[
    "blkdiscard",
    "dd",
    "del",
    "erase",
    "fdisk",
    "fstrim",
    "groupdel",
    "mkswap",
    "mv",
    "parted",
    "rd",
    "remove-item",
    "rm",
    "rmdir",
    "sfdisk",
    "sgdisk",
    "shred",
    "srm",
    "tee",
    "truncate",
    "unlink",
    "userdel",
    "wipefs",
];

/// Delete or overwrite for some of what they do.
pub(super) const DESTRUCTIVE_WITH: &[Options] = &[
    ("apt", &["remove", "purge", "autoremove"]),
    ("apt-get", &["remove", "purge", "autoremove"]),
    ("brew", &["uninstall", "remove", "cleanup"]),
    ("cargo", &["clean", "uninstall"]),
    ("chmod", &["-R", "--recursive"]),
    ("chown", &["-R", "--recursive"]),
    ("cp", &["-f", "--force"]),
    ("crontab", &["-r"]),
    ("curl", &["-o", "-O", "--output", "--remote-name"]),
    ("docker", &["rm", "rmi", "prune", "kill", "down"]),
    ("find", &["-delete", "-fprint", "-fprintf", "-fls"]),
    (
        "git",
        &[
            "clean", "reset", "checkout", "restore", "rm", "-f", "-D", "drop", "gc", "prune",
        ],
    ),
    ("kubectl", &["delete", "drain", "replace"]),
    ("ln", &["-f", "--force"]),
    ("npm", &["uninstall", "rm", "prune", "unpublish"]),
    ("patch", &["-p", "-i", "--input"]),
    ("perl", &["-i"]),
    ("pip", &["uninstall"]),
    ("podman", &["rm", "rmi", "prune", "kill", "down"]),
    (
        "rsync",
        &[
            "--delete",
            "--delete-after",
            "--delete-before",
            "--remove-source-files",
        ],
    ),
    ("ruby", &["-i"]),
    ("sed", &["-i", "--in-place"]),
    ("sort", &["-o", "--output"]),
    (
        "tar",
        &[
            "-x",
            "x",
            "xf",
            "xvf",
            "xzf",
            "xjf",
            "xvzf",
            "--extract",
            "--get",
            "--delete",
            "--remove-files",
        ],
    ),
    ("unzip", &["-o"]),
    ("wget", &["-O", "--output-document"]),
];

/// Options that mean the same wherever they stand.
pub(super) const DESTRUCTIVE_OPTIONS: &[&str] = &[
    "--delete",
    "--force",
    "--hard",
    "--in-place",
    "--no-preserve-root",
    "--overwrite",
    "--purge",
    "--remove-files",
    "--truncate",
    "-delete",
];
