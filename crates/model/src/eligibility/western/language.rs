//! Which language a text is to be read in.

/// A group of letters that is romanised in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Georgian,
    Hebrew,
    Arabic,
    Thai,
    Indic,
    Hangul,
    Kana,
    Han,
    Other,
}

/// A script with the language (ISO 639-1) that it is read in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Language {
    pub(super) script: Script,
    pub(super) code: &'static str,
    pub(super) countries: &'static [&'static str],
}

/// Script, language, countries where it is the usual one, letters that mark it. The first of a script is its default.
type Row = (Script, &'static str, &'static [&'static str], &'static str);

const LANGUAGES: [Row; 36] = [
    (Script::Latin, "en", &[], ""),
    (Script::Latin, "vi", &["VN"], "ơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"),
    (Script::Greek, "el", &["GR", "CY"], ""),
    (Script::Cyrillic, "ru", &["RU"], ""),
    (Script::Cyrillic, "uk", &["UA"], "їєґ"),
    (Script::Cyrillic, "be", &["BY"], "ў"),
    (Script::Cyrillic, "mk", &["MK"], "ѓќѕ"),
    (Script::Cyrillic, "sr", &["RS", "BA", "ME", "XK"], "јљњћђџ"),
    (Script::Cyrillic, "bg", &["BG"], ""),
    (Script::Cyrillic, "kk", &["KZ"], "ұәғ"),
    (Script::Cyrillic, "ky", &["KG"], ""),
    (Script::Cyrillic, "tg", &["TJ"], "ҷӯӣ"),
    (Script::Cyrillic, "uz", &["UZ"], ""),
    (Script::Cyrillic, "mn", &["MN"], ""),
    (Script::Armenian, "hy", &["AM"], ""),
    (Script::Georgian, "ka", &["GE"], ""),
    (Script::Hebrew, "he", &["IL"], ""),
    (Script::Arabic, "ar", ARAB, ""),
    (Script::Arabic, "ur", &["PK"], "ٹڈڑےں"),
    (Script::Arabic, "fa", &["IR", "AF"], "پچژگ"),
    (Script::Thai, "th", &["TH"], ""),
    (Script::Indic, "hi", &["IN", "NP", "BD", "LK"], ""),
    (Script::Indic, "mr", &["IN"], ""),
    (Script::Indic, "ne", &["NP"], ""),
    (Script::Indic, "bn", &["BD", "IN"], ""),
    (Script::Indic, "gu", &["IN"], ""),
    (Script::Indic, "pa", &["IN"], ""),
    (Script::Indic, "ta", &["IN", "LK", "SG"], ""),
    (Script::Indic, "te", &["IN"], ""),
    (Script::Indic, "kn", &["IN"], ""),
    (Script::Indic, "ml", &["IN"], ""),
    (Script::Hangul, "ko", &["KR", "KP"], ""),
    (Script::Kana, "ja", &["JP"], ""),
    (Script::Han, "zh", &["CN", "TW", "HK", "MO", "SG"], ""),
    (Script::Han, "ja", &["JP"], ""),
    (Script::Other, "", &[], ""),
];

const ARAB: &[&str] = &[
    "SA", "AE", "EG", "QA", "KW", "BH", "OM", "YE", "JO", "LB", "SY", "IQ", "PS", "LY", "TN", "DZ", "MA",
    "MR", "SD", "SO", "DJ", "KM", "EH", "IL",
];

/// The script of a character; nothing for digits, spaces and punctuation.
pub(super) fn script(c: char) -> Option<Script> {
    Some(match c {
        'a'..='z' | 'A'..='Z' | 'À'..='ɏ' | 'Ḁ'..='ỿ' => Script::Latin,
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Script::Greek,
        '\u{400}'..='\u{52f}' => Script::Cyrillic,
        '\u{530}'..='\u{58f}' => Script::Armenian,
        '\u{10a0}'..='\u{10ff}' | '\u{1c90}'..='\u{1cbf}' => Script::Georgian,
        '\u{590}'..='\u{5ff}' => Script::Hebrew,
        '\u{600}'..='\u{77f}' | '\u{8a0}'..='\u{8ff}' => Script::Arabic,
        '\u{e00}'..='\u{e7f}' => Script::Thai,
        '\u{900}'..='\u{d7f}' => Script::Indic,
        '\u{ac00}'..='\u{d7a3}' => Script::Hangul,
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30ff}' => Script::Kana,
        '\u{3005}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => {
            Script::Han
        }
        c if c.is_alphabetic() => Script::Other,
        _ => return None,
    })
}

impl Language {
    /// The language asked for if it has the text's letters, else what the letters, else what the country speaks for.
    pub(super) fn of(text: &str, country: Option<&str>, language: Option<&str>) -> Self {
        let script = main_script(text);
        let asked: String =
            language.unwrap_or_default().chars().take_while(|c| *c != '-' && *c != '_').collect();
        let lower = text.to_lowercase();
        let here = || LANGUAGES.iter().filter(|row| row.0 == script);
        let marked = |row: &&Row| row.3.chars().any(|letter| lower.contains(letter));
        let spoken = |row: &&Row| country.is_some_and(|country| row.2.contains(&country));
        let row = here().find(|row| row.1.eq_ignore_ascii_case(&asked)).or_else(|| here().find(spoken));
        let row = row.or_else(|| here().find(marked)).or_else(|| here().next()).unwrap_or(&LANGUAGES[0]);
        Self { script, code: row.1, countries: row.2 }
    }
}

/// The script of the letters that need romanising; Latin only when there is no other. Any kana make a text Japanese.
fn main_script(text: &str) -> Script {
    let mut scripts: Vec<Script> =
        text.chars().filter_map(script).filter(|one| *one != Script::Latin).collect();
    scripts.sort_by_key(|one| *one as u8);
    if scripts.contains(&Script::Kana) {
        return Script::Kana;
    }
    let count = |one: &Script| scripts.iter().filter(|other| *other == one).count();
    let mut kinds = scripts.clone();
    kinds.dedup();
    kinds.into_iter().max_by_key(count).unwrap_or(Script::Latin)
}
