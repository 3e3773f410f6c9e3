//! Which displays a Wayland compositor has. It says so to everybody.

use std::{collections::BTreeMap, os::unix::net::UnixStream, path::Path};

use chaperone_protocol::Resolution;
use wayland_client::{
    Connection, Dispatch, Proxy as _, QueueHandle, WEnum,
    protocol::{
        wl_output::{self, Mode, Transform, WlOutput},
        wl_registry::{self, WlRegistry},
    },
};

use crate::{SenseError, screen::Display};

/// The version that tells names.
const NAMED: u32 = 4;

/// What was told, by the numbers of the outputs.
#[derive(Default)]
struct Outputs(BTreeMap<u32, Output>);

#[derive(Default)]
struct Output {
    name: Option<String>,
    description: Option<String>,
    maker: String,
    x: i32,
    y: i32,
    mode: Option<(i32, i32)>,
    turned: bool,
}

/// All of them, in the order in which the compositor made them. None is the primary one for
/// Wayland; the first is here.
pub(super) fn list(socket: &Path) -> Result<Vec<Display>, SenseError> {
    let outputs = ask(socket).map_err(|error| {
        SenseError::Unavailable(format!(
            "the Wayland session did not say which displays there are ({error}): log in again"
        ))
    })?;
    let displays = outputs.0.into_iter().filter_map(|(number, output)| {
        let (width, height) = output.mode?;
        let sides = if output.turned {
            (height, width)
        } else {
            (width, height)
        };
        let id = output.name.unwrap_or_else(|| format!("output-{number}"));
        let told = output.description.unwrap_or(output.maker);
        Some(Display {
            name: if told.trim().is_empty() {
                id.clone()
            } else {
                told
            },
            id,
            x: output.x,
            y: output.y,
            resolution: Resolution {
                width: u32::try_from(sides.0).ok()?,
                height: u32::try_from(sides.1).ok()?,
            },
            primary: false,
        })
    });
    let mut displays: Vec<_> = displays.collect();
    if let Some(first) = displays.first_mut() {
        first.primary = true;
    }
    Ok(displays)
}

fn ask(socket: &Path) -> Result<Outputs, Box<dyn std::error::Error>> {
    let connection = Connection::from_socket(UnixStream::connect(socket)?)?;
    let mut queue = connection.new_event_queue();
    connection.display().get_registry(&queue.handle(), ());
    let mut outputs = Outputs::default();
    // First which there are, then what they are.
    queue.roundtrip(&mut outputs)?;
    queue.roundtrip(&mut outputs)?;
    Ok(outputs)
}

impl Dispatch<WlRegistry, ()> for Outputs {
    fn event(
        _: &mut Self,
        registry: &WlRegistry,
        event: wl_registry::Event,
        (): &(),
        _: &Connection,
        queue: &QueueHandle<Self>,
    ) {
        if let wl_registry::Event::Global {
            name,
            interface,
            version,
        } = event
            && interface == WlOutput::interface().name
        {
            registry.bind::<WlOutput, _, _>(name, version.min(NAMED), queue, name);
        }
    }
}

impl Dispatch<WlOutput, u32> for Outputs {
    fn event(
        outputs: &mut Self,
        _: &WlOutput,
        event: wl_output::Event,
        number: &u32,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        let output = outputs.0.entry(*number).or_default();
        match event {
            wl_output::Event::Geometry {
                x,
                y,
                make,
                model,
                transform,
                ..
            } => {
                (output.x, output.y) = (x, y);
                output.maker = format!("{make} {model}");
                output.turned = matches!(
                    transform,
                    WEnum::Value(
                        Transform::_90
                            | Transform::_270
                            | Transform::Flipped90
                            | Transform::Flipped270
                    )
                );
            }
            wl_output::Event::Mode {
                flags: WEnum::Value(flags),
                width,
                height,
                ..
            } if flags.contains(Mode::Current) => output.mode = Some((width, height)),
            wl_output::Event::Name { name } => output.name = Some(name),
            wl_output::Event::Description { description } => {
                output.description = Some(description);
            }
            _ => {}
        }
    }
}
