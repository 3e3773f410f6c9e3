//! What the device costs without a window, each figure beside something real in the same run:
//! `cargo run --release -p system-tests --example device_cost PROGRAM`, where the program is
//! `chaperone-headless`. `BENCH_ROUNDS` sets the samples of each row, `BENCH_IDLE_SECONDS` for how
//! long it is watched doing nothing.

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    linux::main()
}

#[cfg(target_os = "linux")]
mod linux {
    #![expect(
        clippy::print_stdout,
        clippy::indexing_slicing,
        clippy::cast_precision_loss,
        reason = "a program for whoever measures: it prints, and stops at what it did not expect"
    )]

    use std::{
        collections::BTreeMap,
        env, fs,
        net::TcpListener,
        process::{Child, Command, Stdio},
        thread,
        time::{Duration, Instant},
    };

    use anyhow::{Context as _, Result, ensure};
    use chaperone_protocol::{Action, Agent, AgentId, Execute, Maturity, Notify, Outcome};
    use serde_json::json;
    use support::{Chaperone, Desktop, Home, Scripted};

    /// What one agent may show in a minute before it has to wait.
    const NOTICES_A_MINUTE: usize = 10;

    pub(super) fn main() -> Result<()> {
        let program = env::args()
            .nth(1)
            .context("name the program to measure, chaperone-headless")?;
        let rounds = number("BENCH_ROUNDS", 30)?;
        let idle = Duration::from_secs(number("BENCH_IDLE_SECONDS", 300)? as u64);
        let (home, desktop) = (Home::new(&program)?, Desktop::start()?);
        let hub = Scripted::plain("atom")?;
        {
            let chaperone = home.start_on(&desktop)?;
            chaperone.pair(&hub, "atom", "autonomous")?;
            hub.registered()?;
            let change = json!({ "commandsPerMinute": 10_000 });
            chaperone.call("settings/set", &change)?;
            chaperone.end()?;
        }

        println!("| what | median | fastest tenth | against | its median | ratio |");
        println!("|---|---|---|---|---|---|");
        let starts = starts(&home, &desktop, &hub, rounds)?;
        row(
            "start to connected",
            starts,
            "starting `curl` and an answer",
            curls(rounds)?,
        );

        // A row a run: a device says so many messages a minute and no more, and each run begins anew.
        let chaperone = home.start_on(&desktop)?;
        hub.registered()?;
        let shown = notices(&chaperone, &hub, rounds)?;
        row(
            "frame in to outcome out, a free notification",
            shown,
            "`gdbus call` of one",
            sends(&desktop, rounds)?,
        );
        chaperone.end()?;
        let chaperone = home.start_on(&desktop)?;
        hub.registered()?;
        let (allowed, plain) = programs(&chaperone, &hub, rounds)?;
        row(
            "frame in to outcome out, `true` under a rule",
            allowed,
            "plainly starting it",
            plain,
        );

        let holder = Holder::start()?;
        let (before, other_before) = (spent(chaperone.id())?, spent(holder.0.id())?);
        thread::sleep(idle);
        let used = spent(chaperone.id())? - before;
        let other = spent(holder.0.id())? - other_before;
        let share = |ticks: u64| 100.0 * ticks as f64 / 100.0 / idle.as_secs_f64();
        println!(
            "\n| idle, two live links | Chaperone | a Python program that holds two sockets |"
        );
        println!("|---|---|---|");
        println!(
            "| resident memory | {:.1} MB | {:.1} MB |",
            resident(chaperone.id())?,
            resident(holder.0.id())?
        );
        println!(
            "| processor over {} s | {:.3} % | {:.3} % |",
            idle.as_secs(),
            share(used),
            share(other)
        );
        chaperone.end()
    }

    fn number(name: &str, usual: usize) -> Result<usize> {
        match env::var(name) {
            Ok(text) => text.parse().with_context(|| format!("{name} is no number")),
            Err(_) => Ok(usual),
        }
    }

    /// From the start of the process to its hello at a hub.
    fn starts(
        home: &Home,
        desktop: &Desktop,
        hub: &Scripted,
        rounds: usize,
    ) -> Result<Vec<Duration>> {
        let mut took = Vec::new();
        for _ in 0..rounds {
            thread::scope(|scope| -> Result<()> {
                let started = Instant::now();
                let chaperone = scope.spawn(|| home.start_on(desktop));
                hub.registered()?;
                took.push(started.elapsed());
                let chaperone = chaperone.join().ok().context("the start broke")?;
                chaperone?.end()
            })?;
        }
        Ok(took)
    }

    /// `curl`, from its start to an answer over loopback.
    fn curls(rounds: usize) -> Result<Vec<Duration>> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}", listener.local_addr()?);
        thread::spawn(move || {
            while let Ok((mut stream, _)) = listener.accept() {
                use std::io::{Read as _, Write as _};
                let mut asked = [0; 1024];
                let _ = stream.read(&mut asked);
                let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            }
        });
        timed(rounds, || {
            Command::new("curl")
                .args(["-s", &address])
                .stdout(Stdio::null())
                .status()
        })
    }

    fn sends(desktop: &Desktop, rounds: usize) -> Result<Vec<Duration>> {
        timed(rounds, || {
            desktop
                .command("gdbus")
                .args(["call", "--session", "--dest=org.freedesktop.Notifications"])
                .args(["--object-path=/org/freedesktop/Notifications"])
                .args([
                    "--method=org.freedesktop.Notifications.Notify",
                    "bench",
                    "0",
                    "",
                ])
                .args(["Hello", "From nobody", "[]", "{}", "1000"])
                .stdout(Stdio::null())
                .status()
        })
    }

    fn timed(
        rounds: usize,
        mut run: impl FnMut() -> std::io::Result<std::process::ExitStatus>,
    ) -> Result<Vec<Duration>> {
        let mut took = Vec::new();
        for _ in 0..rounds {
            let started = Instant::now();
            let status = run()?;
            took.push(started.elapsed());
            ensure!(
                status.success(),
                "what it is compared with failed: {status}"
            );
        }
        Ok(took)
    }

    /// Several agents, because each may show a few in a minute only; the first of each is asked.
    fn notices(chaperone: &Chaperone<'_>, hub: &Scripted, rounds: usize) -> Result<Vec<Duration>> {
        let mut took = Vec::new();
        for (number, of_agent) in (0..).zip(0..rounds.div_ceil(NOTICES_A_MINUTE - 1)) {
            let agent = agent(&format!("notifier-{of_agent}"), Maturity::Supervised)?;
            for turn in 0..NOTICES_A_MINUTE {
                let id = format!("notice-{number}-{turn}");
                let started = Instant::now();
                let action = Action::Notify(Notify {
                    title: "Hello".to_owned(),
                    body: "From an agent".to_owned(),
                    icon: None,
                    sound: None,
                });
                hub.ask(&id, Some(&agent), action)?;
                if turn == 0 {
                    chaperone.decide(&chaperone.request()?, "allowOnce")?;
                }
                done(&hub.outcome(&id)?)?;
                if turn > 0 {
                    took.push(started.elapsed());
                }
            }
        }
        Ok(took)
    }

    /// `true` under a rule, and plainly, in turn.
    fn programs(
        chaperone: &Chaperone<'_>,
        hub: &Scripted,
        rounds: usize,
    ) -> Result<(Vec<Duration>, Vec<Duration>)> {
        let agent = agent("builder", Maturity::Autonomous)?;
        let execute = || {
            Action::Execute(Execute {
                line: "/bin/true".to_owned(),
                working_dir: None,
                timeout: Execute::DEFAULT_TIMEOUT,
                environment: BTreeMap::new(),
            })
        };
        hub.ask("program", Some(&agent), execute())?;
        let request = chaperone.request()?;
        let yes = json!({ "id": request["id"], "digest": request["digest"], "rule": request["rules"][0] });
        chaperone.call("requests/allowAlways", &yes)?;
        done(&hub.outcome("program")?)?;
        let (mut allowed, mut plain) = (Vec::new(), Vec::new());
        for turn in 0..rounds {
            let id = format!("program-{turn}");
            let started = Instant::now();
            hub.ask(&id, Some(&agent), execute())?;
            done(&hub.outcome(&id)?)?;
            allowed.push(started.elapsed());
            plain.extend(timed(1, || Command::new("/bin/true").status())?);
        }
        Ok((allowed, plain))
    }

    fn agent(id: &str, maturity: Maturity) -> Result<Agent> {
        Ok(Agent {
            id: AgentId::new(id)?,
            name: id.to_owned(),
            maturity,
            confidence: None,
        })
    }

    fn done(outcome: &Outcome) -> Result<()> {
        ensure!(matches!(outcome, Outcome::Success { .. }), "{outcome:?}");
        Ok(())
    }

    fn row(what: &str, mut took: Vec<Duration>, against: &str, mut other: Vec<Duration>) {
        took.sort_unstable();
        other.sort_unstable();
        let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
        let (median, yardstick) = (took[took.len() / 2], other[other.len() / 2]);
        println!(
            "| {what} | {:.1} ms | {:.1} ms | {against} | {:.1} ms | {:.2} |",
            milliseconds(median),
            milliseconds(took[took.len() / 10]),
            milliseconds(yardstick),
            milliseconds(median) / milliseconds(yardstick),
        );
    }

    /// The hundredths of a second of processor time that a process has used.
    fn spent(process: u32) -> Result<u64> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .context("no stat")?
            .split_whitespace()
            .collect();
        Ok(fields[11].parse::<u64>()? + fields[12].parse::<u64>()?)
    }

    /// Megabytes of memory that lie in the machine.
    fn resident(process: u32) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
        Ok(kilobytes.context("no VmRSS")?.parse::<f64>()? / 1_000.0)
    }

    /// A program that does nothing but hold two connections.
    struct Holder(Child);

    impl Holder {
        fn start() -> Result<Self> {
            let script = "import asyncio\n\
                async def hold():\n\
                \x20   server = await asyncio.start_server(lambda r, w: None, '127.0.0.1', 0)\n\
                \x20   port = server.sockets[0].getsockname()[1]\n\
                \x20   held = [await asyncio.open_connection('127.0.0.1', port) for _ in range(2)]\n\
                \x20   await asyncio.sleep(1e6)\n\
                asyncio.run(hold())";
            Ok(Self(Command::new("python3").args(["-c", script]).spawn()?))
        }
    }

    impl Drop for Holder {
        fn drop(&mut self) {
            // Gone already is gone.
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}
