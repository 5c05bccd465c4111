//! PNG: a signature and chunks. An animated one becomes its first picture.

use super::Reader;

/// Chunks beside the picture itself without which it would look different.
const KEPT: [&[u8; 4]; 7] = [b"cHRM", b"cICP", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"tRNS"];

/// Bytes, width and height of the picture.
pub fn read(bytes: &[u8]) -> Option<(Vec<u8>, u32, u32)> {
    let mut reader = Reader(bytes);
    let mut kept = reader.take(8)?.to_vec();
    let (mut sides, mut has_data) = (None, false);
    loop {
        let before = reader.0;
        let length = usize::try_from(u32::from_be_bytes(reader.array()?)).ok()?;
        let name: [u8; 4] = reader.array()?;
        let mut data = Reader(reader.take(length)?);
        reader.take(4)?;
        let chunk = reader.since(before);
        match &name {
            b"IHDR" if sides.is_none() && length == 13 => {
                sides = Some((u32::from_be_bytes(data.array()?), u32::from_be_bytes(data.array()?)));
            }
            _ if sides.is_none() => return None,
            b"PLTE" if !has_data => {}
            b"IDAT" => has_data = true,
            b"IEND" if length == 0 && has_data => {
                kept.extend_from_slice(chunk);
                return sides.map(|(width, height)| (kept, width, height));
            }
            kept if KEPT.contains(&kept) && !has_data => {}
            // What a reader must know to show the picture, and we don't.
            [first, ..] if first.is_ascii_uppercase() => return None,
            _ => continue,
        }
        kept.extend_from_slice(chunk);
    }
}
