//! Pictures of a display as `PipeWire` brings them.
//!
//! There is one whenever something changed. Which part of it did is found by comparing.

use std::{
    cell::RefCell,
    io::Cursor,
    os::fd::OwnedFd,
    rc::Rc,
    time::{Duration, Instant},
};

use chaperone_protocol::Resolution;
use pipewire::{
    buffer::Buffer,
    context::ContextRc,
    keys,
    loop_::Timeout,
    main_loop::MainLoopRc,
    properties::properties,
    spa::{
        buffer::ChunkFlags,
        param::{
            ParamType,
            format::{FormatProperties, MediaSubtype, MediaType},
            video::{VideoFormat, VideoInfoRaw},
        },
        pod::{Pod, Value, object, property, serialize::PodSerializer},
        utils::{Direction, Fraction, Rectangle, SpaTypes},
    },
    stream::{StreamFlags, StreamListener, StreamRc, StreamState},
};

use super::shown::{Arriving, Order, Shown};
use crate::{
    SenseError,
    screen::{
        area::{Area, size},
        entered::Entered,
        recording::Stop,
        source::{Look, Lost, Taker},
    },
};

/// How long the first picture may take, on a computer that has much else to do.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long it waits for something to happen, until then.
const WAIT: Duration = Duration::from_millis(50);

/// So much may happen between two looks; the rest is left for the next.
const STEPS: u32 = 64;

/// What brings the pictures may rest while it changes something; longer than that, it is gone.
const REST: Duration = Duration::from_secs(2);

/// No display is larger.
const LARGEST: u32 = 16_384;

const ENDED: &str = "it ended that";

/// Pictures that arrive. They stay on the thread that opened it.
pub(super) struct Stream {
    arrived: Rc<RefCell<Arrived>>,
    main_loop: MainLoopRc,
    id: String,
    // Let go in this order.
    _listener: StreamListener<Rc<RefCell<Arrived>>>,
    _node: StreamRc,
    _entered: Entered,
}

/// What has arrived, and what will.
#[derive(Default)]
struct Arrived {
    /// What the pictures will be like.
    format: VideoInfoRaw,
    shown: Shown,
    /// Since when nothing can arrive.
    resting: Option<Instant>,
    /// Why nothing more will arrive.
    ended: Option<String>,
}

impl Stream {
    /// Waits for the first picture.
    pub(super) fn open(
        remote: Option<OwnedFd>,
        node: u32,
        id: &str,
        stop: Option<&Stop>,
    ) -> Result<Self, SenseError> {
        let failed = |why: &dyn std::fmt::Display| {
            SenseError::Unavailable(format!(
                "display {id} was allowed to be seen, but its pictures did not come ({why}): check \
                 that PipeWire runs"
            ))
        };
        let remote = remote.ok_or_else(|| failed(&"no connection"))?;
        let mut stream = Self::connect(remote, node, id).map_err(|error| failed(&error))?;
        let asked_at = Instant::now();
        while stream.arrived.borrow().shown.extent().is_none() {
            stream.turn(WAIT);
            if let Some(why) = &stream.arrived.borrow().ended {
                return Err(failed(why));
            }
            if asked_at.elapsed() > PATIENCE || stop.is_some_and(Stop::told) {
                return Err(failed(&"it took too long"));
            }
        }
        // All of it is going to be read.
        stream.arrived.borrow_mut().shown.news();
        Ok(stream)
    }

    fn connect(remote: OwnedFd, node: u32, id: &str) -> Result<Self, pipewire::Error> {
        pipewire::init();
        let main_loop = MainLoopRc::new(None)?;
        let entered = Entered::new(&main_loop);
        let context = ContextRc::new(&main_loop, None)?;
        let core = context.connect_fd_rc(remote, None)?;
        let properties = properties! {
            *keys::MEDIA_TYPE => "Video",
            *keys::MEDIA_CATEGORY => "Capture",
            *keys::MEDIA_ROLE => "Screen",
        };
        let stream = StreamRc::new(core, "chaperone", properties)?;
        let arrived = Rc::new(RefCell::new(Arrived::default()));
        let listener = stream
            .add_local_listener_with_user_data(Rc::clone(&arrived))
            .state_changed(|_, arrived, before, now| {
                arrived.borrow_mut().state(&before, now);
            })
            .param_changed(|_, arrived, kind, format| {
                if let Some(format) = format
                    && kind == ParamType::Format.as_raw()
                {
                    // One that is not understood brings no picture, which is said then.
                    drop(arrived.borrow_mut().format.parse(format));
                }
            })
            .process(|stream, arrived| {
                // Only the latest is of interest.
                let mut latest = stream.dequeue_buffer();
                while let Some(later) = stream.dequeue_buffer() {
                    latest = Some(later);
                }
                if let Some(mut latest) = latest {
                    arrived.borrow_mut().take(&mut latest);
                }
            })
            .register()?;
        let offered = offered()?;
        let mut offers: Vec<&Pod> = Pod::from_bytes(&offered).into_iter().collect();
        stream.connect(
            Direction::Input,
            Some(node),
            StreamFlags::AUTOCONNECT | StreamFlags::MAP_BUFFERS,
            &mut offers,
        )?;
        Ok(Self {
            arrived,
            main_loop,
            id: id.to_owned(),
            _listener: listener,
            _node: stream,
            _entered: entered,
        })
    }

    /// Lets what has happened arrive.
    fn turn(&mut self, wait: Duration) {
        let mut wait = wait;
        for _ in 0..STEPS {
            if self.main_loop.loop_().iterate(Timeout::Finite(wait)) <= 0 {
                break;
            }
            wait = Duration::ZERO;
        }
    }

    pub(super) fn extent(&self) -> Resolution {
        let extent = self.arrived.borrow().shown.extent();
        extent.unwrap_or(Resolution {
            width: 1,
            height: 1,
        })
    }

    pub(super) fn look(&mut self) -> Result<Look, Lost> {
        self.turn(Duration::ZERO);
        let mut arrived = self.arrived.borrow_mut();
        if arrived.resting.is_some_and(|since| since.elapsed() > REST) {
            arrived.ended = Some(ENDED.to_owned());
        }
        if let Some(why) = &arrived.ended {
            return Err(Lost(format!(
                "the desktop no longer shows display {} ({why})",
                self.id
            )));
        }
        Ok(arrived.shown.news())
    }

    /// Hands over an area of the last picture.
    pub(super) fn show(&self, area: Area, take: &mut Taker<'_>) {
        self.arrived.borrow().shown.show(area, take);
    }
}

impl Arrived {
    fn state(&mut self, before: &StreamState, now: StreamState) {
        match now {
            StreamState::Error(why) => self.ended = Some(why),
            StreamState::Unconnected if !matches!(before, StreamState::Unconnected) => {
                self.ended = Some(ENDED.to_owned());
            }
            StreamState::Paused if matches!(before, StreamState::Streaming) => {
                self.resting = Some(Instant::now());
            }
            StreamState::Streaming => self.resting = None,
            _ => {}
        }
    }

    /// Takes a picture, if there is one.
    fn take(&mut self, buffer: &mut Buffer<'_>) {
        let told = self.format.size();
        let extent = Resolution {
            width: told.width,
            height: told.height,
        };
        let Some(data) = buffer.datas_mut().first_mut() else {
            return;
        };
        let chunk = data.chunk();
        // Some desktops send news of the pointer as a buffer without a picture.
        if chunk.size() == 0 || chunk.flags().contains(ChunkFlags::CORRUPTED) {
            return;
        }
        let picture = Arriving {
            extent,
            stride: usize::try_from(chunk.stride()).unwrap_or(0),
            order: match self.format.format() {
                VideoFormat::RGBx | VideoFormat::RGBA => Order::RedFirst,
                _ => Order::BlueFirst,
            },
        };
        let from = size(chunk.offset());
        if let Some(pixels) = data.data().and_then(|data| data.get(from..)) {
            self.shown.take(picture, pixels);
        }
    }
}

/// What pictures may be like. Only such as lie in memory that can be read are asked for, so that
/// the compositor takes them out of the graphics card.
fn offered() -> Result<Vec<u8>, pipewire::Error> {
    let range = |side: u32| Rectangle {
        width: side,
        height: side,
    };
    let each = |number: u32| Fraction {
        num: number,
        denom: 1,
    };
    let offered = object!(
        SpaTypes::ObjectParamFormat,
        ParamType::EnumFormat,
        property!(FormatProperties::MediaType, Id, MediaType::Video),
        property!(FormatProperties::MediaSubtype, Id, MediaSubtype::Raw),
        property!(
            FormatProperties::VideoFormat,
            Choice,
            Enum,
            Id,
            VideoFormat::BGRx,
            VideoFormat::BGRx,
            VideoFormat::BGRA,
            VideoFormat::RGBx,
            VideoFormat::RGBA
        ),
        property!(
            FormatProperties::VideoSize,
            Choice,
            Range,
            Rectangle,
            range(1024),
            range(1),
            range(LARGEST)
        ),
        property!(
            FormatProperties::VideoFramerate,
            Choice,
            Range,
            Fraction,
            each(30),
            each(0),
            each(240)
        ),
    );
    let written = PodSerializer::serialize(Cursor::new(Vec::new()), &Value::Object(offered));
    let (written, _) = written.map_err(|_| pipewire::Error::CreationFailed)?;
    Ok(written.into_inner())
}
