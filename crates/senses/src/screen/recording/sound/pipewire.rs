//! The microphone, or what the speakers play, as `PipeWire` brings it, packed as Opus.

use std::{
    cell::RefCell,
    env,
    io::Cursor,
    os::{fd::OwnedFd, unix::net::UnixStream},
    path::PathBuf,
    rc::Rc,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use opus::{Application, Channels, Encoder};
use pipewire::{
    context::ContextRc,
    keys,
    loop_::Timeout,
    main_loop::MainLoopRc,
    properties::properties,
    spa::{
        param::{
            ParamType,
            audio::{AudioFormat, AudioInfoRaw},
        },
        pod::{Object, Pod, Value, serialize::PodSerializer},
        utils::{Direction, SpaTypes},
    },
    stream::{StreamFlags, StreamListener, StreamRc, StreamState},
};

use super::{Ear, Source, choice::node, line::Line};
use crate::{
    SenseError,
    screen::{
        entered::Entered,
        recording::{
            mp4::{SOUND_TICKS, SoundFormat},
            stop::Stop,
        },
    },
};

/// How long the first sound may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long it waits for something to happen, until then.
const WAIT: Duration = Duration::from_millis(20);

/// Speech is clear, and music is heard.
const BITS_PER_SECOND: i32 = 64_000;

/// No packet at that rate is larger.
const PACKET_BYTES: usize = 1500;

/// Packets that wait for the recording: those of a minute, in which it has not looked once. Then
/// the sound ends.
const WAITING: usize = 3000;

/// A microphone, or what takes its place, that is heard until it is dropped.
pub(crate) struct Microphone {
    packets: Receiver<Vec<u8>>,
    told: Arc<Told>,
    format: SoundFormat,
}

/// What its thread is told.
#[derive(Debug, Default)]
struct Told {
    /// When the recording began.
    began: Mutex<Option<Instant>>,
    over: AtomicBool,
}

/// What has arrived.
#[derive(Debug, Default)]
struct Arrived {
    samples: Vec<f32>,
    ended: Option<String>,
}

impl Microphone {
    /// Waits until something is heard of it, be it silence.
    pub(crate) fn open(ear: &Ear, source: Source, stop: &Stop) -> Result<Self, SenseError> {
        let remote = connect(ear)?;
        let told = Arc::new(Told::default());
        let (packets, packed) = sync_channel(WAITING);
        let (answer, answered) = sync_channel(1);
        let heard = Arc::clone(&told);
        let stop = stop.clone();
        thread::Builder::new()
            .name("microphone".to_owned())
            .spawn(move || match Thread::open(remote, source, &stop) {
                Ok(thread) => {
                    // Whoever asked waits for it.
                    drop(answer.send(Ok(thread.format)));
                    thread.run(&heard, &packets);
                }
                Err(error) => drop(answer.send(Err(error))),
            })
            .map_err(|error| {
                SenseError::Failed(format!("could not start to hear the microphone: {error}"))
            })?;
        let opened = answered.recv().map_err(|_| none(source, &"it broke off"))?;
        opened.map(|format| Self {
            packets: packed,
            told,
            format,
        })
    }

    pub(crate) fn format(&self) -> SoundFormat {
        self.format
    }

    /// From then on it is in the recording.
    pub(crate) fn begin(&self, at: Instant) {
        *self
            .told
            .began
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(at);
    }

    /// The next packet, if there is one yet.
    pub(crate) fn next(&self) -> Option<Vec<u8>> {
        self.packets.try_recv().ok()
    }
}

impl Drop for Microphone {
    fn drop(&mut self) {
        self.told.over.store(true, Ordering::Relaxed);
    }
}

/// Whether sound can come at all.
pub(crate) fn there_is_one(ear: &Ear) -> Result<(), SenseError> {
    connect(ear).map(drop)
}

fn connect(ear: &Ear) -> Result<OwnedFd, SenseError> {
    let socket = ear.socket.clone().unwrap_or_else(|| {
        let named = |name| env::var_os(name).filter(|value| !value.is_empty());
        let folder = named("PIPEWIRE_RUNTIME_DIR").or_else(|| named("XDG_RUNTIME_DIR"));
        let server = named("PIPEWIRE_REMOTE").unwrap_or_else(|| "pipewire-0".into());
        // One with a path of its own stays as it is.
        folder.map(PathBuf::from).unwrap_or_default().join(server)
    });
    let connected = UnixStream::connect(&socket).map_err(|error| {
        SenseError::Missing(format!(
            "sound is recorded through PipeWire, which does not answer ({error}): install and \
             start it, or ask for a recording without audio"
        ))
    })?;
    Ok(OwnedFd::from(connected))
}

fn none(source: Source, why: &dyn std::fmt::Display) -> SenseError {
    SenseError::Missing(match source {
        Source::Microphone => format!(
            "no microphone is heard ({why}): plug one in, or ask for a recording without audio"
        ),
        Source::Output => format!(
            "what this computer plays is not heard ({why}): choose speakers in its sound settings, \
             or ask for a recording without audio"
        ),
    })
}

/// All that stays on the thread.
struct Thread {
    arrived: Rc<RefCell<Arrived>>,
    main_loop: MainLoopRc,
    encoder: Encoder,
    format: SoundFormat,
    line: Line,
    // Let go in this order.
    _listener: StreamListener<Rc<RefCell<Arrived>>>,
    _node: StreamRc,
    _entered: Entered,
}

impl Thread {
    fn open(remote: OwnedFd, source: Source, stop: &Stop) -> Result<Self, SenseError> {
        let none = |why: &dyn std::fmt::Display| none(source, why);
        let mut encoder = Encoder::new(SOUND_TICKS, Channels::Mono, Application::Audio)
            .map_err(|error| none(&error))?;
        let rate = opus::Bitrate::Bits(BITS_PER_SECOND);
        encoder.set_bitrate(rate).map_err(|error| none(&error))?;
        // What is before the first sample when the decoder begins.
        let ahead = encoder.get_lookahead().map_err(|error| none(&error))?;
        let format = SoundFormat {
            delay: u16::try_from(ahead).unwrap_or(0),
        };
        let thread = Self::listen(remote, source, encoder, format).map_err(|error| none(&error))?;
        let thread = thread.ok_or_else(|| none(&"none is there"))?;
        let asked_at = Instant::now();
        while thread.arrived.borrow().samples.is_empty() {
            thread.turn();
            if let Some(why) = &thread.arrived.borrow().ended {
                return Err(none(why));
            }
            if stop.told() || asked_at.elapsed() > PATIENCE {
                return Err(none(&"nothing came from it"));
            }
        }
        Ok(thread)
    }

    /// Nothing if there is nothing to hear.
    fn listen(
        remote: OwnedFd,
        source: Source,
        encoder: Encoder,
        format: SoundFormat,
    ) -> Result<Option<Self>, pipewire::Error> {
        pipewire::init();
        let main_loop = MainLoopRc::new(None)?;
        let entered = Entered::new(&main_loop);
        let context = ContextRc::new(&main_loop, None)?;
        let core = context.connect_fd_rc(remote, None)?;
        let Some(heard) = node(source, &core, &main_loop)? else {
            return Ok(None);
        };
        let mut properties = properties! {
            *keys::MEDIA_TYPE => "Audio",
            *keys::MEDIA_CATEGORY => "Capture",
            // When it is unplugged, nothing else is heard in its place.
            *keys::NODE_DONT_RECONNECT => "true",
            *keys::NODE_NAME => "chaperone",
            *keys::NODE_DESCRIPTION => "Chaperone records",
        };
        if source == Source::Output {
            properties.insert("stream.capture.sink", "true");
        }
        let node = StreamRc::new(core, "chaperone", properties)?;
        let arrived = Rc::new(RefCell::new(Arrived::default()));
        let listener = node
            .add_local_listener_with_user_data(Rc::clone(&arrived))
            .state_changed(|_, arrived, _, now| {
                if let StreamState::Error(why) = now {
                    arrived.borrow_mut().ended = Some(why);
                }
            })
            .process(|node, arrived| {
                while let Some(mut buffer) = node.dequeue_buffer() {
                    if let Some(data) = buffer.datas_mut().first_mut() {
                        let from = usize::try_from(data.chunk().offset()).unwrap_or(0);
                        let long = usize::try_from(data.chunk().size()).unwrap_or(0);
                        let heard = data.data().and_then(|data| data.get(from..from + long));
                        arrived.borrow_mut().take(heard.unwrap_or_default());
                    }
                }
            })
            .register()?;
        let wanted = wanted()?;
        let mut wanted: Vec<&Pod> = Pod::from_bytes(&wanted).into_iter().collect();
        node.connect(
            Direction::Input,
            Some(heard),
            StreamFlags::AUTOCONNECT | StreamFlags::MAP_BUFFERS,
            &mut wanted,
        )?;
        Ok(Some(Self {
            arrived,
            main_loop,
            encoder,
            format,
            line: Line::default(),
            _listener: listener,
            _node: node,
            _entered: entered,
        }))
    }

    /// Lets what has happened arrive.
    fn turn(&self) {
        self.main_loop.loop_().iterate(Timeout::Finite(WAIT));
    }

    fn run(mut self, told: &Told, packets: &SyncSender<Vec<u8>>) {
        while !told.over.load(Ordering::Relaxed) {
            self.turn();
            let samples = std::mem::take(&mut self.arrived.borrow_mut().samples);
            let began = *told.began.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(began) = began else {
                continue;
            };
            let at = began.elapsed();
            if samples.is_empty() {
                self.line.wait(at);
            } else {
                self.line.add(at, &samples);
            }
            while let Some(packet) = self.line.packet() {
                let packed = self.encoder.encode_vec_float(&packet, PACKET_BYTES);
                // A recording that does not take them any more has no use for the next.
                if packed.map_or(true, |packed| packets.try_send(packed).is_err()) {
                    return;
                }
            }
        }
    }
}

impl Arrived {
    fn take(&mut self, heard: &[u8]) {
        let samples = heard.as_chunks::<4>().0.iter();
        self.samples
            .extend(samples.map(|sample| f32::from_le_bytes(*sample)));
    }
}

/// One channel, however many there are, in numbers between -1 and 1.
fn wanted() -> Result<Vec<u8>, pipewire::Error> {
    let mut wanted = AudioInfoRaw::new();
    wanted.set_format(AudioFormat::F32LE);
    wanted.set_rate(SOUND_TICKS);
    wanted.set_channels(1);
    let wanted = Value::Object(Object {
        type_: SpaTypes::ObjectParamFormat.as_raw(),
        id: ParamType::EnumFormat.as_raw(),
        properties: wanted.into(),
    });
    let written = PodSerializer::serialize(Cursor::new(Vec::new()), &wanted);
    let (written, _) = written.map_err(|_| pipewire::Error::CreationFailed)?;
    Ok(written.into_inner())
}
