//! GIF: a screen, then images and extensions, each of blocks of 255 bytes at most.

use super::Reader;

/// Extensions of applications that say how often a moving picture is shown.
const LOOPS: [&[u8]; 2] = [b"NETSCAPE2.0", b"ANIMEXTS1.0"];

/// Bytes, width and height of the picture.
pub fn read(bytes: &[u8]) -> Option<(Vec<u8>, u32, u32)> {
    let mut reader = Reader(bytes);
    let head: [u8; 13] = reader.array()?;
    let [_, _, _, _, _, _, w0, w1, h0, h1, flags, ..] = head;
    let sides = (u32::from(u16::from_le_bytes([w0, w1])), u32::from(u16::from_le_bytes([h0, h1])));
    colours(&mut reader, flags)?;
    let mut kept = reader.since(bytes).to_vec();
    let mut has_image = false;
    loop {
        let before = reader.0;
        let stays = match reader.byte()? {
            0x2C => {
                let [_, _, _, _, _, _, _, _, flags] = reader.array()?;
                colours(&mut reader, flags)?;
                reader.byte()?;
                blocks(&mut reader)?;
                has_image = true;
                true
            }
            0x21 => {
                let label = reader.byte()?;
                blocks(&mut reader)?;
                let whole = reader.since(before);
                // One block with the name and one with the number; a longer one hides something.
                let is_loop = || {
                    whole.len() == 19
                        && LOOPS.iter().any(|name| whole.get(3..14).is_some_and(|found| found == *name))
                };
                label == 0xF9 || (label == 0xFF && is_loop())
            }
            0x3B if has_image => {
                kept.push(0x3B);
                return Some((kept, sides.0, sides.1));
            }
            _ => return None,
        };
        if stays {
            kept.extend_from_slice(reader.since(before));
        }
    }
}

/// A table of colours, where the flags say that one follows.
fn colours(reader: &mut Reader<'_>, flags: u8) -> Option<()> {
    let entries = if flags & 0x80 == 0 { 0 } else { 2_usize << (flags & 7) };
    reader.take(3 * entries).map(drop)
}

fn blocks(reader: &mut Reader<'_>) -> Option<()> {
    loop {
        match reader.byte()? {
            0 => return Some(()),
            length => drop(reader.take(usize::from(length))?),
        }
    }
}
