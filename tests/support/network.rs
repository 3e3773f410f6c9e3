//! A stretch of network between a device and its hub that fails in the ways networks fail.

use std::{
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use anyhow::Result;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    runtime::Runtime,
    sync::watch,
    task::JoinSet,
};

use crate::Dice;

/// What the network does with what passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    Fair,
    /// Whoever is through is cut off; nobody gets through, and each is told nothing but the end.
    Cut,
    /// Whoever is through is cut off, and nothing listens.
    Closed,
    /// Everybody is let in and thrown out at once, those who are through too.
    Reset,
    /// Everybody gets through, and nothing they say does, also afterwards.
    Silent,
    /// A few bytes at a time.
    Slow,
    /// Three of ten pieces come late, by what sending a lost packet again takes.
    Rough,
}

/// The network before one hub. Ends with the value.
pub struct Network {
    address: SocketAddr,
    weather: watch::Sender<(Weather, SocketAddr)>,
    _runtime: Runtime,
}

type Report = watch::Receiver<(Weather, SocketAddr)>;

impl Network {
    pub fn before(hub: SocketAddr) -> Result<Self> {
        Self::before_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), hub)
    }

    /// One that begins at a certain address.
    pub fn before_at(address: SocketAddr, hub: SocketAddr) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind(address))?;
        let address = listener.local_addr()?;
        let weather = watch::Sender::new((Weather::Fair, hub));
        runtime.spawn(stand(listener, address, weather.subscribe()));
        Ok(Self {
            address,
            weather,
            _runtime: runtime,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn turn(&self, weather: Weather) {
        self.weather.send_modify(|now| now.0 = weather);
    }

    /// Leads to another hub from now on; whoever is through is cut off.
    pub fn lead_to(&self, hub: SocketAddr) {
        self.weather.send_modify(|now| *now = (Weather::Cut, hub));
        self.turn(Weather::Fair);
    }
}

/// Listens while something listens here.
async fn stand(listener: TcpListener, address: SocketAddr, mut report: Report) {
    let mut listener = Some(listener);
    let mut seed = 0;
    // They end with this task, which ends with the runtime.
    let mut passing = JoinSet::new();
    loop {
        let (weather, hub) = *report.borrow_and_update();
        if weather == Weather::Closed {
            listener = None;
        } else if listener.is_none() {
            listener = TcpListener::bind(address).await.ok();
        }
        let accepted = async {
            match &listener {
                Some(listener) => listener.accept().await,
                None => std::future::pending().await,
            }
        };
        let near = tokio::select! {
            accepted = accepted => match accepted {
                Ok((near, _)) => near,
                Err(_) => continue,
            },
            changed = report.changed() => match changed {
                Ok(()) => continue,
                Err(_) => return,
            },
        };
        match weather {
            Weather::Cut | Weather::Closed => {}
            Weather::Reset => {
                // So that the end is a reset and no goodbye.
                let _ = near.set_zero_linger();
            }
            Weather::Fair | Weather::Silent | Weather::Slow | Weather::Rough => {
                seed += 1;
                passing.spawn(pass(near, hub, report.clone(), seed));
            }
        }
    }
}

/// One connection, both ways, until either way ends.
async fn pass(near: TcpStream, hub: SocketAddr, report: Report, seed: u64) {
    let Ok(far) = TcpStream::connect(hub).await else {
        return;
    };
    for stream in [&near, &far] {
        let _ = stream.set_nodelay(true);
    }
    let (near_in, near_out) = near.into_split();
    let (far_in, far_out) = far.into_split();
    let up = Way::new(report.clone(), seed);
    let down = Way::new(report, seed.wrapping_add(1 << 32));
    tokio::select! {
        () = up.carry(near_in, far_out) => {}
        () = down.carry(far_in, near_out) => {}
    }
}

/// One way of a connection.
struct Way {
    report: Report,
    hub: SocketAddr,
    dice: Dice,
    lost: bool,
}

impl Way {
    fn new(mut report: Report, seed: u64) -> Self {
        let (_, hub) = *report.borrow_and_update();
        Self {
            report,
            hub,
            dice: Dice::new(seed),
            lost: false,
        }
    }

    async fn carry(mut self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut buffer = [0; 1_024];
        loop {
            let (weather, hub) = *self.report.borrow();
            if hub != self.hub {
                return;
            }
            match weather {
                Weather::Cut | Weather::Closed => return,
                Weather::Reset => {
                    let _ = to.as_ref().set_zero_linger();
                    return;
                }
                Weather::Silent => self.lost = true,
                Weather::Fair | Weather::Slow | Weather::Rough => {}
            }
            let read = tokio::select! {
                read = from.read(&mut buffer) => read,
                Ok(()) = self.report.changed() => continue,
            };
            let piece = match read {
                Ok(1..) if self.lost => continue,
                Ok(read @ 1..) => buffer.get(..read).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Ok(0) | Err(_) => return,
            };
            if self.put(weather, piece, &mut to).await.is_err() {
                return;
            }
        }
    }

    async fn put(
        &mut self,
        weather: Weather,
        piece: &[u8],
        to: &mut OwnedWriteHalf,
    ) -> std::io::Result<()> {
        match weather {
            Weather::Slow => {
                for few in piece.chunks(3) {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                    to.write_all(few).await?;
                }
                Ok(())
            }
            Weather::Rough => {
                if self.dice.below(10) < 3 {
                    let late = 20 + self.dice.below(280);
                    tokio::time::sleep(Duration::from_millis(late)).await;
                }
                to.write_all(piece).await
            }
            _ => to.write_all(piece).await,
        }
    }
}
