//! Arabic and Hebrew write consonants and long vowels; short vowels are filled in where two consonants can't stand.

use super::language::Script;
use super::letters;

/// A word in lower case. Words that are in the data don't come here: no rule knows their short vowels.
pub(super) fn word(text: &str, script: Script, language: &str) -> String {
    let bare: Vec<char> = text.chars().filter(|c| !is_point(*c)).collect();
    let article = ['ا', 'ل'];
    if script == Script::Arabic && bare.len() > 4 && bare.starts_with(&article) {
        return format!("al-{}", spell(&bare[2..], script, language));
    }
    spell(&bare, script, language)
}

fn is_point(c: char) -> bool {
    matches!(c, '\u{64b}'..='\u{652}' | '\u{670}' | '\u{640}' | '\u{591}'..='\u{5c7}')
}

/// What a letter is at its place: a vowel's sound, or a consonant.
enum Sound {
    Vowel(&'static str),
    Consonant(&'static str),
}

fn spell(letters: &[char], script: Script, language: &str) -> String {
    let sounds: Vec<Sound> =
        letters.iter().enumerate().map(|(at, _)| sound(letters, at, script, language)).collect();
    let mut latin = String::new();
    let mut open = true;
    for (at, sound) in sounds.iter().enumerate() {
        match sound {
            Sound::Vowel(vowel) => {
                if !(*vowel == "a" && latin.ends_with('a')) {
                    latin.push_str(vowel);
                }
                open = false;
            }
            Sound::Consonant(consonant) => {
                latin.push_str(consonant);
                let before_consonant = matches!(sounds.get(at + 1), Some(Sound::Consonant(_)));
                let cluster_at_end = at + 2 == sounds.len() && !open;
                // Two consonants may meet inside a word after a vowel; a third, or two at the head, may not.
                let vowel = before_consonant && (open || at == 0) && !cluster_at_end;
                if vowel {
                    latin.push('a');
                }
                open = !vowel;
            }
        }
    }
    latin
}

fn sound(word: &[char], at: usize, script: Script, language: &str) -> Sound {
    let c = word[at];
    let (first, last) = (at == 0, at + 1 == word.len());
    let beside_long =
        |other: Option<&char>| other.is_some_and(|c| matches!(c, 'ا' | 'و' | 'ي' | 'ی' | 'ו' | 'י'));
    let vowel = match (script, c) {
        (Script::Arabic, 'ا' | 'أ' | 'آ' | 'ى') => Some("a"),
        (Script::Arabic, 'إ') => Some("i"),
        (Script::Arabic, 'ة') => Some(if language == "ar" { "ah" } else { "eh" }),
        (Script::Arabic, 'ء' | 'ئ' | 'ؤ' | 'ع') if !first => Some("a"),
        (Script::Arabic, 'ع') => Some("a"),
        (Script::Arabic, 'ه') if last && language == "fa" => Some("eh"),
        (Script::Arabic, 'و') if !first && !beside_long(word.get(at + 1)) => Some("u"),
        (Script::Arabic, 'ي' | 'ی') if !first && !beside_long(word.get(at + 1)) => Some("i"),
        (Script::Hebrew, 'א' | 'ע') => Some("a"),
        (Script::Hebrew, 'ה') if last => Some("a"),
        (Script::Hebrew, 'ו') if !first && !beside_long(word.get(at + 1)) => Some("o"),
        (Script::Hebrew, 'י') if !first && !beside_long(word.get(at + 1)) => Some("i"),
        _ => None,
    };
    vowel.map_or_else(
        || Sound::Consonant(letters::single(language, c, first).unwrap_or_default()),
        Sound::Vowel,
    )
}
