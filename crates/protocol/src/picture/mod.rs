//! Pictures as browsers show them, read block by block: PNG (W3C PNG 3rd edition), JPEG (ITU-T T.81 with JFIF and Exif)
//! and GIF (89a).
//!
//! What comes back is the same picture without what it tells beside: where, when and with what it was taken, comments and
//! other texts, thumbnails, and whatever hides behind its end. Pixels aren't decoded, so they are as they were. Kept are
//! the colour profile, and of Exif which side is up.

mod gif;
mod jpeg;
mod png;
#[cfg(test)]
mod tests;

use std::fmt;

/// What a picture is, by its first bytes; what its sender says of it counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Png,
    Jpeg,
    Gif,
}

impl Kind {
    /// As people name it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Gif => "GIF",
        }
    }

    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
        }
    }
}

/// A picture that tells nothing but itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub kind: Kind,
    /// Pixels, as the picture is shown: after it was turned upright.
    pub width: u32,
    pub height: u32,
    pub bytes: Vec<u8>,
}

/// What keeps bytes from being a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// They begin like none of the kinds.
    Unknown,
    /// They begin like one, but don't go on like one, or it ends too early.
    Broken,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "the bytes are no PNG, JPEG or GIF",
            Self::Broken => "the picture is damaged, or its kind has parts that browsers don't show",
        })
    }
}

impl std::error::Error for Fault {}

fn kind_of(bytes: &[u8]) -> Option<Kind> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Kind::Png),
        [0xFF, 0xD8, 0xFF, ..] => Some(Kind::Jpeg),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Kind::Gif),
        _ => None,
    }
}

/// Reads a picture and leaves out what it tells beside. The work grows with the bytes alone, whatever they say; a second
/// reading changes nothing more.
///
/// # Errors
/// [`Fault`].
pub fn read(bytes: &[u8]) -> Result<Picture, Fault> {
    let kind = kind_of(bytes).ok_or(Fault::Unknown)?;
    let found = match kind {
        Kind::Png => png::read(bytes),
        Kind::Jpeg => jpeg::read(bytes),
        Kind::Gif => gif::read(bytes),
    };
    let (bytes, width, height) = found.ok_or(Fault::Broken)?;
    if width == 0 || height == 0 { Err(Fault::Broken) } else { Ok(Picture { kind, width, height, bytes }) }
}

/// The bytes that are left.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    /// What was taken since the reader stood at `before`.
    fn since(&self, before: &'a [u8]) -> &'a [u8] {
        before.get(..before.len().saturating_sub(self.0.len())).unwrap_or_default()
    }
}
