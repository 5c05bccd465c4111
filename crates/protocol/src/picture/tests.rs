use proptest::prelude::*;
use proptest::sample::select;

use super::*;

const TURNED: &[u8] = include_bytes!("../../tests/pictures/turned.jpg");
const PROGRESSIVE: &[u8] = include_bytes!("../../tests/pictures/progressive.jpg");
const TOLD: &[u8] = include_bytes!("../../tests/pictures/told.png");
const MOVING: &[u8] = include_bytes!("../../tests/pictures/moving.gif");
const ALL: [&[u8]; 4] = [TURNED, PROGRESSIVE, TOLD, MOVING];
const BEGINNINGS: [&[u8]; 4] = [b"", b"\x89PNG\r\n\x1a\n", b"\xFF\xD8\xFF", b"GIF89a"];
const WORDS: &[u8] = b"private words";

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

#[test]
fn pictures_keep_their_pixels_and_lose_their_words() {
    for (bytes, kind, sides) in [
        (TURNED, Kind::Jpeg, (16, 24)),
        (PROGRESSIVE, Kind::Jpeg, (24, 16)),
        (TOLD, Kind::Png, (16, 16)),
        (MOVING, Kind::Gif, (8, 8)),
    ] {
        let read = read(bytes).unwrap();
        assert_eq!((read.kind, read.width, read.height), (kind, sides.0, sides.1));
        assert!(holds(bytes, WORDS) || bytes == PROGRESSIVE);
        for words in [WORDS, b"Phone maker", b"XMP", b"iTXt", b"eXIf"] {
            assert!(!holds(&read.bytes, words), "{kind:?}");
        }
    }
    assert!(holds(&read(TURNED).unwrap().bytes, &[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6]), "it is still turned");
    assert!(holds(&read(MOVING).unwrap().bytes, b"NETSCAPE2.0"), "it still moves");
    assert_eq!(read(PROGRESSIVE).unwrap().bytes, PROGRESSIVE, "what tells nothing stays as it is");
}

#[test]
fn what_follows_the_end_is_left_out_and_what_lacks_it_is_broken() {
    for bytes in ALL {
        let clean = read(bytes).unwrap();
        assert_eq!(read(&[bytes, WORDS].concat()), Ok(clean.clone()));
        for cut in 0..clean.bytes.len() {
            assert!(read(&clean.bytes[..cut]).is_err(), "cut to {cut} bytes");
        }
    }
    for bytes in [&b""[..], b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"RIFF\0\0\0\0WEBP", b"\xFF\xD8"] {
        assert_eq!(read(bytes), Err(Fault::Unknown));
    }
    // No pixels at all, and more than a kind may say: a second frame, a chunk that must be known.
    let mut flat = read(TOLD).unwrap().bytes;
    flat[16..20].fill(0);
    assert_eq!(read(&flat), Err(Fault::Broken));
    let unknown = [&TOLD[..33], b"\0\0\0\0CgBI\0\0\0\0", &TOLD[33..]].concat();
    assert_eq!(read(&unknown), Err(Fault::Broken));
    let frame = PROGRESSIVE.windows(2).position(|pair| pair == [0xFF, 0xC2]).unwrap();
    let twice = [&PROGRESSIVE[..frame + 19], &PROGRESSIVE[frame..]].concat();
    assert_eq!(read(&twice), Err(Fault::Broken));
}

/// Places between the blocks of a picture where others may stand.
fn with_block(bytes: &[u8], words: &[u8], label: u8) -> Vec<u8> {
    let long = u16::try_from(words.len() + 2).unwrap().to_be_bytes();
    let (at, block) = match read(bytes).unwrap().kind {
        Kind::Png => {
            let name = [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"prVt"][usize::from(label % 6)];
            let length = u32::try_from(words.len()).unwrap().to_be_bytes();
            (33, [&length[..], name, words, &[0; 4]].concat())
        }
        Kind::Jpeg => {
            let name = [0xE0, 0xE1, 0xE2, 0xE3, 0xED, 0xEE, 0xEF, 0xFE][usize::from(label % 8)];
            (2, [&[0xFF, name][..], &long, words].concat())
        }
        Kind::Gif => {
            let name = [0x01, 0xFE, 0xFF][usize::from(label % 3)];
            let colours = 3 * (2_usize << (bytes[10] & 7));
            (13 + colours, [&[0x21, name, u8::try_from(words.len()).unwrap()][..], words, &[0]].concat())
        }
    };
    [&bytes[..at], &block, &bytes[at..]].concat()
}

proptest! {
    #[test]
    fn whatever_stands_beside_a_picture_is_left_out(
        bytes in select(&ALL[..]), label in any::<u8>(), more in proptest::collection::vec(any::<u8>(), 0..200)
    ) {
        let words = [WORDS, &more].concat();
        prop_assert_eq!(read(&with_block(bytes, &words, label)), read(bytes));
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        begin in select(&BEGINNINGS[..]),
        rest in proptest::collection::vec(any::<u8>(), 0..400)
    ) {
        let _ = read(&[begin, &rest].concat());
    }

    #[test]
    fn a_spoiled_picture_is_refused_or_read_for_good(
        bytes in select(&ALL[..]), spoils in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..8)
    ) {
        let mut spoiled = bytes.to_vec();
        for (at, byte, how) in spoils {
            let at = at.index(spoiled.len());
            match how {
                0 => spoiled[at] = byte,
                1 => spoiled.insert(at, byte),
                _ => drop(spoiled.remove(at)),
            }
        }
        if let Ok(once) = read(&spoiled) {
            prop_assert_eq!(read(&once.bytes), Ok(once));
        }
    }
}
