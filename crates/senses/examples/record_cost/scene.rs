//! Things to record: drawn in the same way each time.

use std::{
    fs::File,
    io::Write as _,
    ops::Range,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use x11rb::{
    connection::Connection as _,
    protocol::xproto::{
        ChangeGCAux, ConfigureWindowAux, ConnectionExt as _, CreateGCAux, CreateWindowAux, Font,
        Gcontext, ImageFormat, Point, Rectangle, Window, WindowClass,
    },
    rust_connection::RustConnection,
};

pub(crate) const WIDTH: u16 = 1920;
pub(crate) const HEIGHT: u16 = 1080;
const FRAMES: u32 = 30;
const VIDEO: (u16, u16) = (640, 360);
const LINE: i16 = 13;

/// Each frame that changed something has its number in it, bit by bit in squares: above, drawn first,
/// and below, drawn last. Where they differ, a recorder looked in the middle.
const BITS: u16 = 10;
const SQUARE: u16 = 16;
const NUMBER_LEFT: u16 = 600;
const NUMBER_ROWS: [u16; 2] = [0, HEIGHT - SQUARE];

/// The drawing begins so long before the recorders are started.
pub(crate) const AHEAD: Duration = Duration::from_millis(300);

/// Of so many frames one is compared.
const COMPARED: u32 = 12;

struct Scene {
    x: RustConnection,
    root: Window,
    gc: Gcontext,
    terminal: Window,
    other: Window,
    /// A number that looks like chance, and is the same each time.
    chance: u32,
}

/// Draws a scene for so long; then it stands still until this process ends.
pub(crate) fn draw(server: &str, kind: &str, seconds: u64) -> Result<()> {
    let mut scene = Scene::set(server)?;
    let began = Instant::now();
    for frame in 0..FRAMES * u32::try_from(seconds)? {
        scene.step(kind, frame)?;
        scene.x.flush()?;
        let due = began + Duration::from_secs(1) * (frame + 1) / FRAMES;
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    loop {
        thread::park();
    }
}

/// Draws the same without waiting, and keeps what the display shows at the frames to compare: each
/// as blue, green, red and a byte without meaning.
pub(crate) fn keep(server: &str, kind: &str, seconds: u64, path: &Path) -> Result<()> {
    let mut scene = Scene::set(server)?;
    let mut file = File::create_new(path)?;
    for frame in 0..FRAMES * u32::try_from(seconds)? {
        scene.step(kind, frame)?;
        if is_compared(frame) && changes(kind, frame) {
            let shown = scene.x.get_image(
                ImageFormat::Z_PIXMAP,
                scene.root,
                0,
                0,
                WIDTH,
                HEIGHT,
                u32::MAX,
            )?;
            file.write_all(&shown.reply()?.data)?;
        }
    }
    Ok(())
}

/// The numbers of the frames that are kept, one after another.
pub(crate) fn compared(kind: &str, seconds: u64) -> Result<Vec<u32>> {
    let all = 0..FRAMES * u32::try_from(seconds)?;
    Ok(all
        .filter(|frame| is_compared(*frame) && changes(kind, *frame))
        .collect())
}

/// The frames that are drawn before it stands still, without those that were drawn when the recorders
/// were started.
fn recorded(seconds: u64) -> Result<Range<u32>> {
    let missed = u32::try_from(AHEAD.as_millis())? * FRAMES / 1_000;
    Ok(missed..FRAMES * u32::try_from(seconds)?)
}

/// How many frames there are to be recorded.
pub(crate) fn drawn(seconds: u64) -> Result<u32> {
    let recorded = recorded(seconds)?;
    Ok(recorded.end - recorded.start)
}

/// How many of them are another than the one before.
pub(crate) fn changed(kind: &str, seconds: u64) -> Result<u32> {
    let changed = recorded(seconds)?.filter(|frame| changes(kind, *frame));
    // What shows when the recording begins is one of them, too.
    Ok(u32::try_from(changed.count().max(1))?)
}

fn is_compared(frame: u32) -> bool {
    frame.is_multiple_of(COMPARED)
}

/// Whether a frame is another than the one before.
fn changes(kind: &str, frame: u32) -> bool {
    match kind {
        "moving" => true,
        "used" => frame.is_multiple_of(5) || frame % 120 < 24 || frame % 60 < 20,
        _ => frame == 0,
    }
}

/// The number in a picture of three bytes a pixel; nothing if it was taken in the middle.
pub(crate) fn number_in(picture: &[u8]) -> Option<u32> {
    let [above, below] = NUMBER_ROWS.map(|row| {
        (0..BITS).try_fold(0u32, |number, bit| {
            let x = usize::from(NUMBER_LEFT + bit * SQUARE + SQUARE / 2);
            let y = usize::from(row + SQUARE / 2);
            let green = picture.get((y * usize::from(WIDTH) + x) * 3 + 1)?;
            Some(number << 1 | u32::from(*green > 127))
        })
    });
    above.filter(|_| above == below)
}

impl Scene {
    fn set(server: &str) -> Result<Self> {
        let (x, screen) = RustConnection::connect(Some(server))?;
        let screen = x.setup().roots.get(screen).context("a screen")?.clone();
        let (gc, font): (Gcontext, Font) = (x.generate_id()?, x.generate_id()?);
        x.open_font(font, b"fixed")?.check()?;
        let aux = CreateGCAux::new().font(font).graphics_exposures(0);
        x.create_gc(gc, screen.root, &aux)?;
        let mut scene = Self {
            terminal: x.generate_id()?,
            other: x.generate_id()?,
            root: screen.root,
            gc,
            x,
            chance: 1,
        };
        scene.background()?;
        for (window, x, y, width, height, colour) in [
            (scene.terminal, 80, 90, 900, 700, 0x0018_1c22),
            (scene.other, 1100, 500, 640, 420, 0x00f4_f4f0),
        ] {
            let aux = CreateWindowAux::new()
                .background_pixel(colour)
                .override_redirect(1);
            scene.x.create_window(
                screen.root_depth,
                window,
                scene.root,
                x,
                y,
                width,
                height,
                1,
                WindowClass::INPUT_OUTPUT,
                screen.root_visual,
                &aux,
            )?;
            scene.x.map_window(window)?;
        }
        for line in 0..50 {
            scene.write(
                scene.terminal,
                0x00d0_d8e0,
                0x0018_1c22,
                8,
                20 + line * LINE,
            )?;
        }
        for line in 0..26 {
            scene.write(scene.other, 0x0030_3030, 0x00f4_f4f0, 12, 24 + line * 15)?;
        }
        scene.x.get_input_focus()?.reply()?;
        Ok(scene)
    }

    fn step(&mut self, kind: &str, frame: u32) -> Result<()> {
        let [above, below] = NUMBER_ROWS;
        let changes = changes(kind, frame);
        if changes {
            self.number(frame, above)?;
        }
        match kind {
            "moving" => self.moving(frame)?,
            "used" => self.used(frame)?,
            _ => {}
        }
        if changes {
            self.number(frame, below)?;
        }
        Ok(())
    }

    fn number(&self, number: u32, row: u16) -> Result<()> {
        for bit in 0..BITS {
            let lit = number >> (BITS - 1 - bit) & 1 == 1;
            let colour = if lit { 0x00ff_ffff } else { 0 };
            let at = (NUMBER_LEFT + bit * SQUARE, row);
            self.fill(self.root, colour, at, (SQUARE, SQUARE))?;
        }
        Ok(())
    }

    fn next(&mut self) -> u32 {
        self.chance = self
            .chance
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        self.chance >> 8
    }

    /// A gradient with some icons on it.
    fn background(&mut self) -> Result<()> {
        for band in 0..HEIGHT / 4 {
            let shade = u32::from(band) * 160 / u32::from(HEIGHT / 4);
            self.fill(
                self.root,
                0x0010_2030 + shade * 0x01_0001,
                (0, band * 4),
                (WIDTH, 4),
            )?;
        }
        for icon in 0..8 {
            let colour = self.next() & 0x00ff_ffff;
            self.fill(self.root, colour, (24, 20 + icon * 90), (44, 44))?;
        }
        Ok(())
    }

    fn fill(&self, on: Window, colour: u32, at: (u16, u16), extent: (u16, u16)) -> Result<()> {
        let colour = ChangeGCAux::new().foreground(colour);
        self.x.change_gc(self.gc, &colour)?;
        let rectangle = Rectangle {
            x: at.0.try_into()?,
            y: at.1.try_into()?,
            width: extent.0,
            height: extent.1,
        };
        self.x.poly_fill_rectangle(on, self.gc, &[rectangle])?;
        Ok(())
    }

    /// A line of words.
    fn write(&mut self, on: Window, colour: u32, ground: u32, x: i16, y: i16) -> Result<()> {
        let mut text = Vec::new();
        let length = 40 + self.next() % 90;
        while text.len() < usize::try_from(length)? {
            let word = self.next() % 9 + 2;
            for _ in 0..word {
                text.push(b'a' + u8::try_from(self.next() % 26)?);
            }
            text.push(b' ');
        }
        let colours = ChangeGCAux::new().foreground(colour).background(ground);
        self.x.change_gc(self.gc, &colours)?;
        self.x.image_text8(on, self.gc, x, y, &text)?;
        Ok(())
    }

    /// A terminal that scrolls, a film, something that turns.
    fn moving(&mut self, frame: u32) -> Result<()> {
        self.x.copy_area(
            self.terminal,
            self.terminal,
            self.gc,
            0,
            LINE,
            0,
            0,
            900,
            700 - 13,
        )?;
        self.fill(self.terminal, 0x0018_1c22, (0, 700 - 13), (900, 13))?;
        self.write(self.terminal, 0x00d0_d8e0, 0x0018_1c22, 8, 696)?;
        self.film(frame)?;
        self.turn(frame)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a shade of a pattern"
    )]
    fn film(&mut self, frame: u32) -> Result<()> {
        let (width, height) = VIDEO;
        let time = f64::from(frame) / f64::from(FRAMES);
        let wave = |at: u16, speed: f64, length: f64| (f64::from(at) / length + time * speed).sin();
        let across: Vec<f64> = (0..width)
            .map(|x| wave(x, 2.3, 37.0) + wave(x, -1.1, 11.0))
            .collect();
        let mut pixels = Vec::with_capacity(usize::from(width) * usize::from(height) * 4);
        for y in 0..height {
            let down = wave(y, 1.7, 29.0);
            for x in &across {
                // Films are grainy. The upper bits: the lower ones come again after some rows, and
                // an encoder finds them where they were.
                let grain = self.next() >> 21;
                let shade = ((x + down + 3.0) * 40.0) as u8;
                let grain = u8::try_from(grain)?;
                pixels.extend([shade.wrapping_add(grain), 255 - shade, shade / 2 + grain, 0]);
            }
        }
        let rows = 60;
        let band = usize::from(width) * 4 * usize::from(rows);
        for (number, band) in (0..).zip(pixels.chunks(band)) {
            let y = 60 + i16::try_from(rows)? * number;
            self.x.put_image(
                ImageFormat::Z_PIXMAP,
                self.root,
                self.gc,
                width,
                rows,
                1100,
                y,
                0,
                24,
                band,
            )?;
        }
        Ok(())
    }

    #[expect(clippy::cast_possible_truncation, reason = "a place on the display")]
    fn turn(&mut self, frame: u32) -> Result<()> {
        self.fill(self.other, 0x0020_2020, (330, 100), (300, 300))?;
        for (number, colour) in (0..3u8).zip([0x00c8_3232, 0x0032_c832, 0x0032_32c8]) {
            let turned = f64::from(frame) / 20.0 + f64::from(number) * 2.1;
            let corner = |part: u8| {
                let angle = turned + f64::from(part) * 0.45;
                let far = if part.is_multiple_of(2) { 140.0 } else { 70.0 };
                Point {
                    x: (480.0 + far * angle.cos()) as i16,
                    y: (250.0 + far * angle.sin()) as i16,
                }
            };
            let points: Vec<Point> = (0..5).map(corner).collect();
            let colour = ChangeGCAux::new().foreground(colour);
            self.x.change_gc(self.gc, &colour)?;
            self.x.fill_poly(
                self.other,
                self.gc,
                x11rb::protocol::xproto::PolyShape::COMPLEX,
                x11rb::protocol::xproto::CoordMode::ORIGIN,
                &points,
            )?;
        }
        Ok(())
    }

    /// Somebody types, the cursor blinks, the mouse moves, at times a window is moved.
    fn used(&mut self, frame: u32) -> Result<()> {
        if frame.is_multiple_of(15) {
            let lit = frame.is_multiple_of(30);
            let colour = if lit { 0x00d0_d8e0 } else { 0x0018_1c22 };
            self.fill(self.terminal, colour, (8, 676), (6, 13))?;
        }
        if frame.is_multiple_of(5) {
            let letter = [b'a' + u8::try_from(self.next() % 26)?];
            let colours = ChangeGCAux::new()
                .foreground(0x00d0_d8e0)
                .background(0x0018_1c22);
            self.x.change_gc(self.gc, &colours)?;
            let x = 20 + i16::try_from(frame / 5 % 100)? * 6;
            self.x
                .image_text8(self.terminal, self.gc, x, 686, &letter)?;
        }
        if frame % 120 < 24 {
            let step = i32::try_from(frame % 120)?;
            let moved = ConfigureWindowAux::new()
                .x(1100 + step * 6)
                .y(500 - step * 3);
            self.x.configure_window(self.other, &moved)?;
            // What a window shows is its program's to draw again.
            let chance = self.chance;
            self.chance = 77;
            for line in 0..26 {
                self.write(self.other, 0x0030_3030, 0x00f4_f4f0, 12, 24 + line * 15)?;
            }
            self.chance = chance;
        }
        if frame % 60 < 20 {
            let step = i16::try_from(frame % 60)?;
            self.x.warp_pointer(
                x11rb::NONE,
                self.root,
                0,
                0,
                0,
                0,
                700 + step * 12,
                400 + step * 5,
            )?;
        }
        Ok(())
    }
}
