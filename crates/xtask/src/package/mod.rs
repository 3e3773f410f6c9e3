//! `./dev package`: the packages for Linux, and whether they work on a system that has nothing of
//! ours.
//!
//! Where there is a key to sign with, they are signed, and what tells running apps of them is made.
//!
//! Tauri's bundler packs; what goes beside the app is gathered here: the program without a window,
//! manual pages, completions, the unit for systemd, what a software centre shows.

mod release;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value, json};

use crate::{
    package::release::Release,
    run::{self, Profile},
    step::Steps,
    ui,
    workspace::{self, must, quietly},
};

/// Tauri's command line, from npm.
const BUNDLER: &str = "@tauri-apps/cli@2.12.5";

/// The system that a package is tried on.
const SUITE: &str = "bookworm";

/// Whoever uses the app there: it does not run as root.
const USER: &str = "person";

/// Makes the packages; with `try`, installs and starts what was made last on a fresh system.
pub(crate) fn package(words: &[String]) -> Result<()> {
    let mut steps = Steps::new("package");
    match words {
        [] => {
            let release = Release::from_environment()?;
            steps.run("pages", "see what the page build says above", ui::ready);
            steps.run("programs", "see what the compiler says above", || {
                run::build(Profile::Release)?;
                run::build_headless(Profile::Release)
            });
            steps.run("what goes beside the app", "see above", gather);
            steps.run("packages", "see what Tauri's bundler says above", || {
                bundle(release.is_some())
            });
            if let Some(release) = release {
                steps.run("what tells of them", "see above", || {
                    release.write(&workshop())
                });
            }
        }
        [word] if word == "try" => {
            steps.run("on a fresh Debian", "see above", || {
                try_on_debian(&made("deb")?)
            });
            steps.run("in the package for Fedora", "see above", || {
                look_at_rpm(&made("rpm")?)
            });
        }
        other => bail!(
            "`./dev package` does not know `{}`: say try, or nothing",
            other.join(" ")
        ),
    }
    steps.finish()
}

fn workshop() -> PathBuf {
    workspace::target_dir().join("package")
}

/// Has our program write its own manual and completions.
fn gather() -> Result<()> {
    let headless = run::program("chaperone-headless", Profile::Release);
    let shop = workshop();
    if shop.exists() {
        fs::remove_dir_all(&shop).with_context(|| format!("emptying {}", shop.display()))?;
    }
    let manual = shop.join("man");
    fs::create_dir_all(&manual).with_context(|| format!("making {}", manual.display()))?;
    must(
        workspace::program(&headless)
            .args(["man", "--folder"])
            .arg(&manual),
    )?;
    for shell in ["bash", "zsh", "fish"] {
        let text = quietly(workspace::program(&headless).args(["completions", shell]))?;
        fs::write(shop.join(shell), text).context("writing completions")?;
    }
    Ok(())
}

fn bundle(signed: bool) -> Result<()> {
    let files = files()?;
    let config = json!({
        "bundle": {
            "createUpdaterArtifacts": signed,
            "linux": { "deb": { "files": files }, "rpm": { "files": files } },
        },
    });
    let mut command = workspace::npm(
        workspace::root(),
        &[
            "exec",
            "--yes",
            "--package",
            BUNDLER,
            "--",
            "tauri",
            "bundle",
        ],
    );
    command
        .args(["--bundles", "deb,rpm", "--config"])
        .arg(config.to_string());
    must(&mut command)
}

/// Where each file goes, and where it is.
fn files() -> Result<Map<String, Value>> {
    let (root, shop) = (workspace::root(), workshop());
    let headless = run::program("chaperone-headless", Profile::Release);
    let unit = root.join("crates/headless/systemd/chaperone-headless.service");
    let about = root.join("src-tauri/bundle/linux/org.chaperone.desktop.metainfo.xml");
    let mut files = Map::new();
    let mut put = |to: String, from: &Path| {
        files.insert(to, json!(from));
    };
    put("/usr/bin/chaperone-headless".to_owned(), &headless);
    put(
        "/usr/lib/systemd/user/chaperone-headless.service".to_owned(),
        &unit,
    );
    put(
        "/usr/share/metainfo/org.chaperone.desktop.metainfo.xml".to_owned(),
        &about,
    );
    for (shell, to) in [
        ("bash", "bash-completion/completions/chaperone-headless"),
        ("zsh", "zsh/site-functions/_chaperone-headless"),
        ("fish", "fish/vendor_completions.d/chaperone-headless.fish"),
    ] {
        put(format!("/usr/share/{to}"), &shop.join(shell));
    }
    for page in fs::read_dir(shop.join("man")).context("reading the manual's folder")? {
        let page = page?.path();
        let name = page.file_name().unwrap_or_default().to_string_lossy();
        put(format!("/usr/share/man/man1/{name}"), &page);
    }
    Ok(files)
}

/// The package of a kind, as it was just made.
fn made(kind: &str) -> Result<PathBuf> {
    let folder = workspace::target_dir().join("release/bundle").join(kind);
    let packages = fs::read_dir(&folder).into_iter().flatten();
    packages
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == kind))
        .with_context(|| {
            let folder = folder.display();
            format!("there is no package in {folder}: ./dev package makes them")
        })
}

/// Installs it on a system that was just made, and starts both programs there.
fn try_on_debian(package: &Path) -> Result<()> {
    let root = workshop().join("debian");
    if root.exists() {
        fs::remove_dir_all(&root).with_context(|| format!("emptying {}", root.display()))?;
    }
    println!("   making a system in {}", root.display());
    let mut make = workspace::program("debootstrap");
    must(
        make.args(["--variant=minbase", SUITE])
            .arg(&root)
            .stdout(Stdio::null()),
    )
    .context("making a system; it takes root's rights and debootstrap")?;
    // What the host is told about its network goes in, too.
    fs::copy("/etc/resolv.conf", root.join("etc/resolv.conf")).ok();
    let settings = Path::new("etc/apt/apt.conf.d");
    let theirs = Path::new("/").join(settings);
    if theirs.is_dir() {
        for file in fs::read_dir(theirs).context("reading apt's settings")? {
            let file = file?;
            fs::copy(file.path(), root.join(settings).join(file.file_name())).ok();
        }
    }
    fs::copy(package, root.join("package.deb")).context("carrying the package in")?;
    let inside = |words: &[&str]| {
        let mut command = workspace::program("chroot");
        command.arg(&root).args(words);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    must(inside(&["apt-get", "-qq", "update"]).stdout(Stdio::null()))?;
    let install = ["apt-get", "-qq", "install", "--yes", "/package.deb"];
    must(inside(&install).stdout(Stdio::null())).context("installing the package")?;
    let tools = [
        "apt-get",
        "-qq",
        "install",
        "--yes",
        "--no-install-recommends",
        "xvfb",
        "xauth",
        "dbus-x11",
        "appstream",
        "desktop-file-utils",
        "man-db",
        "procps",
    ];
    must(inside(&tools).stdout(Stdio::null()))?;
    must(&mut inside(&["useradd", "--create-home", USER]))?;
    for words in [
        [
            "desktop-file-validate",
            "/usr/share/applications/Chaperone.desktop",
        ]
        .as_slice(),
        &[
            "appstreamcli",
            "validate",
            "--no-net",
            "/usr/share/metainfo/org.chaperone.desktop.metainfo.xml",
        ],
        &["man", "--where", "chaperone-headless"],
    ] {
        must(&mut inside(words))?;
    }
    start_both(&root)?;
    fs::remove_dir_all(&root).context("removing the system that it was tried on")
}

/// The window in a screen of its own, and the command line beside it. Whatever they start ends with
/// them: they have processes and mounts of their own.
fn start_both(root: &Path) -> Result<()> {
    let script = "set -e
        chaperone-headless --version
        dbus-run-session -- xvfb-run --auto-servernum sh -c '
            chaperone & app=$!
            for second in $(seq 60); do
                if chaperone-headless connections list >/tmp/connections 2>/dev/null; then break; fi
                sleep 1
            done
            cat /tmp/connections
            kill -0 $app
            pgrep -f WebKitWebProcess >/dev/null
            kill $app
            wait $app'";
    let begin =
        "mount -t proc proc \"$0/proc\" && exec chroot \"$0\" su --login \"$1\" --command \"$2\"";
    let mut command = workspace::program("unshare");
    command.args([
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "sh",
        "-c",
        begin,
    ]);
    must(command.arg(root).args([USER, script])).context("starting what was installed")
}

/// Whether the other package names what it needs, and holds what it should.
fn look_at_rpm(package: &Path) -> Result<()> {
    let mut list = workspace::program("rpm");
    let listed = quietly(list.args(["-qpl"]).arg(package))?;
    for wanted in files()?
        .keys()
        .map(String::as_str)
        .chain(["/usr/bin/chaperone"])
    {
        if !listed.lines().any(|line| line == wanted) {
            bail!("{wanted} is not in {}", package.display());
        }
    }
    let mut needs = workspace::program("rpm");
    println!("{}", quietly(needs.args(["-qpR"]).arg(package))?);
    Ok(())
}
