//! Kana by modified Hepburn without macrons, as on passports and on signs abroad.

const ROWS: [(&str, &str); 10] = [
    ("あいうえお", "a i u e o"),
    ("かきくけこがぎぐげご", "ka ki ku ke ko ga gi gu ge go"),
    ("さしすせそざじずぜぞ", "sa shi su se so za ji zu ze zo"),
    ("たちつてとだぢづでど", "ta chi tsu te to da ji zu de do"),
    ("なにぬねの", "na ni nu ne no"),
    ("はひふへほばびぶべぼぱぴぷぺぽ", "ha hi fu he ho ba bi bu be bo pa pi pu pe po"),
    ("まみむめも", "ma mi mu me mo"),
    ("やゆよらりるれろ", "ya yu yo ra ri ru re ro"),
    ("わゐゑをんゔ", "wa i e o n vu"),
    ("ぁぃぅぇぉゎ", "a i u e o wa"),
];

fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        _ => c,
    }
}

fn syllable(c: char) -> Option<&'static str> {
    let row = ROWS.iter().find(|(kana, _)| kana.contains(c))?;
    let at = row.0.chars().position(|kana| kana == c)?;
    row.1.split(' ').nth(at)
}

/// A word in lower case; characters that aren't kana stay.
pub(super) fn word(text: &str) -> String {
    let mut latin = String::new();
    let mut doubled = false;
    for c in text.chars().map(hiragana) {
        match c {
            'っ' => doubled = true,
            'ー' => {}
            'ゃ' | 'ゅ' | 'ょ' => contract(&mut latin, c),
            'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' => narrow(&mut latin, syllable(c).unwrap_or_default()),
            _ => {
                let Some(sound) = syllable(c) else {
                    latin.push(c);
                    continue;
                };
                if latin.ends_with('n') && sound.starts_with(['b', 'm', 'p']) {
                    latin.pop();
                    latin.push('m');
                }
                if std::mem::take(&mut doubled) {
                    latin.push(if sound.starts_with("ch") {
                        't'
                    } else {
                        sound.chars().next().unwrap_or_default()
                    });
                }
                latin.push_str(sound);
            }
        }
    }
    latin.replace("ou", "o").replace("oo", "o").replace("uu", "u")
}

/// き and ゃ make kya, し and ゃ make sha.
fn contract(latin: &mut String, small: char) {
    let vowel = match small {
        'ゃ' => 'a',
        'ゅ' => 'u',
        _ => 'o',
    };
    if latin.ends_with('i') {
        latin.pop();
        if !latin.ends_with("sh") && !latin.ends_with("ch") && !latin.ends_with('j') {
            latin.push('y');
        }
    } else if latin.ends_with('e') {
        latin.pop();
        latin.push('y');
    }
    latin.push(vowel);
}

/// フ and ァ make fa, テ and ィ make ti: a small vowel takes the place of the one before.
fn narrow(latin: &mut String, vowel: &str) {
    if latin.ends_with(['a', 'i', 'u', 'e', 'o']) {
        latin.pop();
    }
    latin.push_str(vowel);
}
