//! The mouse pointer drawn over pixels. Pure.

use super::{
    area::Area,
    source::{PIXEL_BYTES, Pointer},
};

/// Draws the pointer over the pixels of an area of the display, which lie close together.
pub(crate) fn blend(pointer: &Pointer, area: Area, pixels: &mut [u8]) {
    let picture = &pointer.picture;
    if area.width == 0 || picture.width == 0 {
        return;
    }
    for (y, row) in pixels
        .chunks_exact_mut(area.width * PIXEL_BYTES)
        .enumerate()
    {
        let Some(drawn) = inside(area.y + y, pointer.y, picture.height()) else {
            continue;
        };
        let drawn = picture.pixels.chunks_exact(picture.width).nth(drawn);
        for (x, pixel) in row.chunks_exact_mut(PIXEL_BYTES).enumerate() {
            let over = inside(area.x + x, pointer.x, picture.width);
            if let Some(over) = over.and_then(|over| drawn?.get(over)) {
                lay(*over, pixel);
            }
        }
    }
}

/// Which part of something is at a place, if it reaches there.
fn inside(place: usize, begins: i64, length: usize) -> Option<usize> {
    let part = i64::try_from(place).ok()? - begins;
    usize::try_from(part).ok().filter(|part| *part < length)
}

fn lay(over: u32, pixel: &mut [u8]) {
    let [blue, green, red, opacity] = over.to_le_bytes();
    let through = u16::from(255 - opacity);
    for (below, above) in pixel.iter_mut().zip([blue, green, red]) {
        let seen = u16::from(above) + (u16::from(*below) * through + 127) / 255;
        *below = u8::try_from(seen).unwrap_or(u8::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::{super::source::PointerPicture, *};

    #[test]
    fn a_pointer_is_drawn_where_it_is_and_nowhere_else() {
        let picture = PointerPicture {
            width: 2,
            pixels: vec![0xff01_0203, 0x8000_0000, 0x0000_0000, 0xffff_ffff],
        };
        let pointer = Pointer {
            x: -1,
            y: 6,
            picture: picture.into(),
        };
        let area = Area {
            x: 0,
            y: 6,
            width: 2,
            height: 2,
        };
        let mut pixels = [100u8; 16];
        blend(&pointer, area, &mut pixels);
        // Its left half is off the display; half of what is below shines through at the top.
        assert_eq!(pixels[..8], [50, 50, 50, 100, 100, 100, 100, 100]);
        assert_eq!(pixels[8..], [255, 255, 255, 100, 100, 100, 100, 100]);
    }
}
