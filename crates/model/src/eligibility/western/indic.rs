//! The scripts of India: one table by place in the Unicode block, which they share, and the silent vowels of the north.

use unicode_normalization::UnicodeNormalization;

const VOWELS: [&str; 16] =
    ["a", "a", "i", "i", "u", "u", "ri", "li", "e", "e", "e", "ai", "o", "o", "o", "au"];
const CONSONANTS: [&str; 37] = [
    "k", "kh", "g", "gh", "n", "ch", "chh", "j", "jh", "n", "t", "th", "d", "dh", "n", "t", "th", "d", "dh",
    "n", "n", "p", "ph", "b", "bh", "m", "y", "r", "r", "l", "l", "l", "v", "sh", "sh", "s", "h",
];
const SIGNS: [&str; 15] = ["a", "i", "i", "u", "u", "ri", "ri", "e", "e", "e", "ai", "o", "o", "o", "au"];
/// Devanagari, Bengali, Gurmukhi, Gujarati: a consonant's own vowel falls silent at the end and between syllables.
const NORTHERN: [u32; 4] = [0x900, 0x980, 0xa00, 0xa80];
const TAMIL: u32 = 0xb80;

/// A consonant with the vowel after it; `own` when nobody wrote that vowel.
#[derive(Default)]
struct Sound {
    consonant: &'static str,
    vowel: &'static str,
    own: bool,
    nasal: bool,
}

/// A word in lower case; characters of other scripts stay away.
pub(super) fn word(text: &str) -> String {
    let mut sounds: Vec<Sound> = Vec::new();
    let mut block = 0;
    for c in text.nfc() {
        let point = c as u32;
        if !(0x900..0xd80).contains(&point) {
            continue;
        }
        block = point & !0x7f;
        read(point & 0x7f, &mut sounds);
    }
    if NORTHERN.contains(&block) {
        silence(&mut sounds);
    }
    if block == TAMIL {
        soften(&mut sounds);
    }
    spell(&sounds)
}

fn read(offset: u32, sounds: &mut Vec<Sound>) {
    let at = offset as usize;
    match offset {
        0x01 | 0x02 | 0x70 => {
            if let Some(last) = sounds.last_mut() {
                last.nasal = true;
            }
        }
        0x05..=0x14 => sounds.push(Sound { vowel: VOWELS[at - 0x05], ..Sound::default() }),
        0x15..=0x39 => {
            sounds.push(Sound { consonant: CONSONANTS[at - 0x15], vowel: "a", own: true, nasal: false })
        }
        0x3e..=0x4c => {
            if let Some(last) = sounds.last_mut() {
                last.vowel = SIGNS[at - 0x3e];
                last.own = false;
            }
        }
        0x4d => {
            if let Some(last) = sounds.last_mut() {
                last.vowel = "";
                last.own = false;
            }
        }
        0x3c => flap(sounds.last_mut()),
        _ => {}
    }
}

/// A dot below: ड़ is read r, ज़ z, फ़ f.
fn flap(last: Option<&mut Sound>) {
    let Some(last) = last else { return };
    last.consonant = match last.consonant {
        "d" => "r",
        "dh" => "rh",
        "j" => "z",
        "ph" => "f",
        other => other,
    };
}

/// Takes away own vowels at the end, and between a syllable with a vowel and one with a written vowel.
fn silence(sounds: &mut [Sound]) {
    let last = sounds.len().saturating_sub(1);
    if last > 0 && sounds[last].own && !sounds[last].nasal && !sounds[last - 1].vowel.is_empty() {
        sounds[last].vowel = "";
    }
    for at in (1..last).rev() {
        let before = !sounds[at - 1].vowel.is_empty();
        let after = !sounds[at + 1].consonant.is_empty() && !sounds[at + 1].vowel.is_empty();
        if sounds[at].own && !sounds[at].nasal && before && after {
            sounds[at].vowel = "";
        }
    }
}

/// Tamil writes one letter for voiced and voiceless: voiced between vowels and after a nasal.
fn soften(sounds: &mut [Sound]) {
    for at in 1..sounds.len() {
        let doubled = sounds[at - 1].vowel.is_empty() && sounds[at - 1].consonant == sounds[at].consonant;
        let nasal = matches!(sounds[at - 1].consonant, "n" | "m");
        let before_twin = sounds[at].vowel.is_empty();
        if doubled || before_twin || (sounds[at - 1].vowel.is_empty() && !nasal) {
            continue;
        }
        sounds[at].consonant = match sounds[at].consonant {
            "k" => "g",
            "t" => "d",
            "p" => "b",
            "ch" if !nasal => "s",
            other => other,
        };
    }
}

fn spell(sounds: &[Sound]) -> String {
    let mut latin = String::new();
    for (at, sound) in sounds.iter().enumerate() {
        latin.push_str(sound.consonant);
        latin.push_str(sound.vowel);
        if sound.nasal {
            let lips = sounds.get(at + 1).is_some_and(|next| next.consonant.starts_with(['p', 'b', 'm']));
            latin.push(if lips { 'm' } else { 'n' });
        }
    }
    latin
}
