//! JPEG: segments between markers, and the scans that hold the pixels. A picture has one frame, baseline, extended or
//! progressive: browsers show no other.

use super::Reader;

const START: [u8; 2] = [0xFF, 0xD8];
const END: [u8; 2] = [0xFF, 0xD9];
const JFIF: &[u8] = b"JFIF\0";
const EXIF: &[u8] = b"Exif\0\0";
const PROFILE: &[u8] = b"ICC_PROFILE\0";
const ADOBE: &[u8] = b"Adobe";
/// Upright, as all pictures are that don't say otherwise (Exif 2.32, tag 0x0112).
const UPRIGHT: u16 = 1;

#[derive(Default)]
struct Found {
    /// Version and density, without the thumbnail.
    jfif: Option<[u8; 12]>,
    orientation: Option<u16>,
    sides: Option<(u32, u32)>,
    has_scan: bool,
    rest: Vec<u8>,
}

/// Bytes, width and height of the picture.
pub fn read(bytes: &[u8]) -> Option<(Vec<u8>, u32, u32)> {
    let mut reader = Reader(bytes);
    let mut found = Found::default();
    reader.take(START.len())?;
    loop {
        let marker = marker(&mut reader)?;
        if marker == END[1] {
            return found.picture();
        }
        // Markers that stand for themselves have no place between segments.
        if matches!(marker, 0x00 | 0x01 | 0xD0..=0xD8) {
            return None;
        }
        let length = usize::from(u16::from_be_bytes(reader.array()?));
        let data = reader.take(length.checked_sub(2)?)?;
        if found.keeps(marker, data)? {
            found.keep(marker, data);
        }
        if marker == 0xDA {
            found.rest.extend_from_slice(scan(&mut reader)?);
        }
    }
}

/// The next marker; bytes that fill may stand before it.
fn marker(reader: &mut Reader<'_>) -> Option<u8> {
    if reader.byte()? != 0xFF {
        return None;
    }
    loop {
        match reader.byte()? {
            0xFF => {}
            marker => return Some(marker),
        }
    }
}

/// The pixels up to the next marker that isn't part of them.
fn scan<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let mut at = 0;
    loop {
        at += reader.0.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        match reader.0.get(at + 1)? {
            0x00 | 0xD0..=0xD7 => at += 2,
            0xFF => at += 1,
            _ => return reader.take(at),
        }
    }
}

impl Found {
    /// Whether a segment belongs to the picture; `None` where no browser shows one that has it.
    fn keeps(&mut self, marker: u8, data: &[u8]) -> Option<bool> {
        match marker {
            0xE0 => {
                let usable = data.get(..12).filter(|head| head.starts_with(JFIF));
                self.jfif = self.jfif.or(usable.and_then(|head| head.try_into().ok()));
                Some(false)
            }
            0xE1 => {
                self.orientation = self.orientation.or_else(|| orientation(data.strip_prefix(EXIF)?));
                Some(false)
            }
            0xE2 => Some(data.starts_with(PROFILE)),
            // It says how the colours are to be read.
            0xEE => Some(data.starts_with(ADOBE) && data.len() == 12),
            0xE3..=0xFE => Some(false),
            0xC4 | 0xCC | 0xDB | 0xDD => Some(true),
            0xC0..=0xC2 if self.sides.is_none() => {
                let [_, h0, h1, w0, w1, components] = *data.first_chunk()?;
                let expected = 6 + 3 * usize::from(components);
                self.sides = Some((u16::from_be_bytes([w0, w1]).into(), u16::from_be_bytes([h0, h1]).into()));
                (data.len() == expected && components > 0).then_some(true)
            }
            0xDA => {
                self.has_scan = true;
                self.sides.map(|_| true)
            }
            _ => None,
        }
    }

    fn keep(&mut self, marker: u8, data: &[u8]) {
        self.rest.extend(segment(marker, &[data]));
    }

    fn picture(self) -> Option<(Vec<u8>, u32, u32)> {
        let (width, height) = self.sides.filter(|_| self.has_scan)?;
        let mut bytes = START.to_vec();
        if let Some(jfif) = self.jfif {
            bytes.extend(segment(0xE0, &[&jfif, &[0, 0]]));
        }
        let orientation = self.orientation.unwrap_or(UPRIGHT);
        if orientation != UPRIGHT {
            bytes.extend(segment(0xE1, &[EXIF, &turned(orientation)]));
        }
        bytes.extend(self.rest);
        bytes.extend(END);
        // From the fifth on the picture lies on its side.
        Some(if orientation > 4 { (bytes, height, width) } else { (bytes, width, height) })
    }
}

fn segment(marker: u8, parts: &[&[u8]]) -> Vec<u8> {
    let data = parts.concat();
    // Whatever was read had a length of two bytes, and what is made here is shorter.
    let length = u16::try_from(data.len() + 2).unwrap_or(u16::MAX).to_be_bytes();
    [&[0xFF, marker][..], &length, &data].concat()
}

/// Exif that says which side is up, and nothing else.
fn turned(orientation: u16) -> [u8; 26] {
    let [high, low] = orientation.to_be_bytes();
    [
        b'M', b'M', 0, 42, 0, 0, 0, 8, // big-endian, the first directory follows
        0, 1, // one entry
        0x01, 0x12, 0, 3, 0, 0, 0, 1, high, low, 0, 0, // orientation, one short
        0, 0, 0, 0, // no other directory
    ]
}

/// Which side is up, as the first directory of a TIFF says, where it does.
fn orientation(tiff: &[u8]) -> Option<u16> {
    let is_little = match tiff.first_chunk()? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let two = *tiff.get(at..)?.first_chunk()?;
        Some(if is_little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    };
    let long = |at: usize| {
        let four = *tiff.get(at..)?.first_chunk()?;
        Some(if is_little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    };
    let directory = usize::try_from(long(4)?).ok().filter(|at| *at < tiff.len())?;
    let entries = usize::from(short(directory)?);
    let entry = (0..entries).map(|entry| directory + 2 + 12 * entry).find(|at| short(*at) == Some(0x0112))?;
    let is_one_short = short(entry + 2) == Some(3) && long(entry + 4) == Some(1);
    short(entry + 8).filter(|found| is_one_short && (1..=8).contains(found))
}
