//! `xtask icons`: every size and format of the icon from its drawings in `icons/`.
//!
//! The drawings are the source; the results are committed, because building needs them and must not
//! need a renderer.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

use crate::workspace::{program, root};

/// Up to this many pixels the drawing without fine detail is clearer.
const SMALL: u32 = 24;

/// Windows wants these; the first is what a tool takes that looks at one only.
const ICO: [u32; 7] = [32, 16, 24, 48, 64, 128, 256];

/// Apple's names for PNG pictures of these sizes.
const ICNS: [(&[u8; 4], u32); 9] = [
    (b"icp4", 16),
    (b"icp5", 32),
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic07", 128),
    (b"ic13", 256),
    (b"ic08", 256),
    (b"ic14", 512),
    (b"ic10", 1024),
];

/// Draws everything anew.
pub(crate) fn icons() -> Result<()> {
    for (name, pixels) in [
        ("32x32", 32),
        ("128x128", 128),
        ("128x128@2x", 256),
        ("icon", 512),
    ] {
        write(&format!("{name}.png"), &app(pixels)?)?;
    }
    for name in ["tray", "tray-attention", "tray-paused"] {
        write(&format!("{name}.png"), &draw(name, 32)?)?;
        write(&format!("{name}@2x.png"), &draw(name, 64)?)?;
    }
    let pictures = ICO
        .into_iter()
        .map(|pixels| Ok((pixels, app(pixels)?)))
        .collect::<Result<Vec<_>>>()?;
    write("icon.ico", &ico(&pictures)?)?;
    let pictures = ICNS
        .into_iter()
        .map(|(kind, pixels)| Ok((kind, app(pixels)?)))
        .collect::<Result<Vec<_>>>()?;
    write("icon.icns", &icns(&pictures)?)
}

fn app(pixels: u32) -> Result<Vec<u8>> {
    draw(
        if pixels <= SMALL {
            "chaperone-small"
        } else {
            "chaperone"
        },
        pixels,
    )
}

fn draw(name: &str, pixels: u32) -> Result<Vec<u8>> {
    let drawing = folder().join(format!("{name}.svg"));
    let mut command = program("rsvg-convert");
    command
        .args(["--width", &pixels.to_string(), "--format", "png"])
        .arg(&drawing);
    let output = command
        .output()
        .context("starting rsvg-convert, of the package librsvg2-bin")?;
    anyhow::ensure!(
        output.status.success(),
        "drawing {}: {}",
        drawing.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output.stdout)
}

/// A Windows icon: a directory of pictures, then the pictures, each a whole PNG.
fn ico(pictures: &[(u32, Vec<u8>)]) -> Result<Vec<u8>> {
    const HEADER: usize = 6;
    const ENTRY: usize = 16;
    let mut file = Vec::new();
    file.extend([0, 0, 1, 0]);
    file.extend(u16::try_from(pictures.len())?.to_le_bytes());
    let mut offset = HEADER + ENTRY * pictures.len();
    for (pixels, png) in pictures {
        // A byte holds a size; 256 is written as 0.
        let side = u8::try_from(*pixels).unwrap_or(0);
        file.extend([side, side, 0, 0]);
        // One plane of 32 bits a pixel.
        file.extend([1, 0, 32, 0]);
        file.extend(u32::try_from(png.len())?.to_le_bytes());
        file.extend(u32::try_from(offset)?.to_le_bytes());
        offset += png.len();
    }
    file.extend(pictures.iter().flat_map(|(_, png)| png));
    Ok(file)
}

/// An Apple icon: chunks of a kind, a length that counts its own head, and a PNG.
fn icns(pictures: &[(&[u8; 4], Vec<u8>)]) -> Result<Vec<u8>> {
    const HEAD: usize = 8;
    let whole = HEAD
        + pictures
            .iter()
            .map(|(_, png)| HEAD + png.len())
            .sum::<usize>();
    let mut file = Vec::with_capacity(whole);
    file.extend(b"icns");
    file.extend(u32::try_from(whole)?.to_be_bytes());
    for (kind, png) in pictures {
        file.extend(*kind);
        file.extend(u32::try_from(HEAD + png.len())?.to_be_bytes());
        file.extend(png);
    }
    Ok(file)
}

fn write(name: &str, content: &[u8]) -> Result<()> {
    let path = folder().join(name);
    fs::write(&path, content).with_context(|| format!("writing {}", path.display()))?;
    println!("   icons/{name}");
    Ok(())
}

fn folder() -> std::path::PathBuf {
    root().join(Path::new("icons"))
}

#[cfg(test)]
mod tests {
    use super::{icns, ico};

    #[test]
    fn a_windows_icon_points_at_its_pictures() {
        let file = ico(&[(32, b"first".to_vec()), (256, b"second".to_vec())]).unwrap();
        assert_eq!(file[..6], [0, 0, 1, 0, 2, 0]);
        assert_eq!(file[6..8], [32, 32]);
        assert_eq!(file[22..24], [0, 0]);
        let at = u32::from_le_bytes(file[34..38].try_into().unwrap()) as usize;
        assert_eq!(&file[at..], b"second");
    }

    #[test]
    fn an_apple_icon_counts_every_byte() {
        let file = icns(&[(b"ic07", b"picture".to_vec())]).unwrap();
        assert_eq!(file[4..8], 23_u32.to_be_bytes());
        assert_eq!(file.len(), 23);
        assert_eq!(file[8..12], *b"ic07");
        assert_eq!(file[12..16], 15_u32.to_be_bytes());
    }
}
