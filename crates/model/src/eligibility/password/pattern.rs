//! What fingers do instead of thinking: runs, sequences, keyboard rows, years, repetitions.

/// Characters from which a run or a repetition counts as one.
const MIN_RUN: usize = 3;
/// Keys from which a walk along a row counts; three neighbours stand in many words.
const MIN_KEYS: usize = 4;
/// Digits of a year.
const YEAR: usize = 4;
/// Rows, then columns, of the usual keyboards.
const ROWS: &[&str] = &[
    "`1234567890-=",
    "~!@#$%^&*()_+",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiopü",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "!qaz@wsx#edc$rfv",
];

/// The longest pattern that begins at each place of the lower-case text, in characters; 0 is none.
pub(super) fn longest(text: &[char]) -> Vec<usize> {
    let mut lengths = vec![0; text.len()];
    for step in [0, 1, -1] {
        raise(&mut lengths, MIN_RUN, |at| {
            let (one, two) = (text[at] as i64, text[at + 1] as i64);
            two - one == step && (step == 0 || (text[at].is_alphanumeric() && text[at + 1].is_alphanumeric()))
        });
    }
    for row in ROWS {
        let keys: Vec<Option<i64>> = text.iter().map(|key| place(row, *key)).collect();
        for step in [1, -1] {
            raise(&mut lengths, MIN_KEYS, |at| {
                keys[at].zip(keys[at + 1]).is_some_and(|(one, two)| two - one == step)
            });
        }
    }
    for at in (0..text.len()).filter(|at| is_year(&text[*at..])) {
        lengths[at] = lengths[at].max(YEAR);
    }
    for (length, repeated) in lengths.iter_mut().zip(repetitions(text)) {
        *length = repeated.max(*length);
    }
    lengths
}

/// Whether the text begins with a year that somebody alive has seen or will see.
fn is_year(text: &[char]) -> bool {
    matches!(text, ['1', '9', ..] | ['2', '0', ..])
        && text.len() >= YEAR
        && text[..YEAR].iter().all(char::is_ascii_digit)
}

fn place(row: &str, key: char) -> Option<i64> {
    row.chars().position(|other| other == key).map(|place| place as i64)
}

/// Raises the lengths at which `goes_on` holds from each character to the next.
fn raise(lengths: &mut [usize], min: usize, goes_on: impl Fn(usize) -> bool) {
    let mut run = 1;
    for at in (0..lengths.len().saturating_sub(1)).rev() {
        run = if goes_on(at) { run + 1 } else { 1 };
        if run >= min {
            lengths[at] = lengths[at].max(run);
        }
    }
}

/// For each place, how many characters from there have stood earlier in the same order.
fn repetitions(text: &[char]) -> Vec<usize> {
    let mut longest = vec![0; text.len()];
    // `common[earlier]` is what the text from `earlier` has in common with the text from the later place above.
    let mut common = vec![0; text.len() + 1];
    for later in (0..text.len()).rev() {
        for earlier in 0..later {
            common[earlier] = if text[earlier] == text[later] { common[earlier + 1] + 1 } else { 0 };
            if common[earlier] >= MIN_RUN {
                longest[later] = longest[later].max(common[earlier]);
            }
        }
    }
    longest
}
