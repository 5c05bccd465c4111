//! Lines of any bytes and any length, without trusting either.

use std::io::{BufRead, ErrorKind, Read, Result};

/// The longest line that is looked at, in bytes. Longer ones are passed over without being kept.
pub const LONGEST: usize = 4 << 20;

/// What was found in place of the next line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// It stands in the buffer, without its end.
    Whole,
    TooLong,
}

/// Reads the next line into `buffer`; nothing at the end of the input.
///
/// # Errors
/// When the input can't be read.
pub fn next(input: &mut impl BufRead, buffer: &mut Vec<u8>) -> Result<Option<Line>> {
    buffer.clear();
    let read = input.by_ref().take(LONGEST as u64 + 1).read_until(b'\n', buffer)?;
    if read == 0 {
        return Ok(None);
    }
    let ended = buffer.last() == Some(&b'\n');
    if !ended && buffer.len() > LONGEST {
        skip(input)?;
        buffer.clear();
        return Ok(Some(Line::TooLong));
    }
    for end in [b'\n', b'\r'] {
        if buffer.last() == Some(&end) {
            buffer.pop();
        }
    }
    Ok(Some(Line::Whole))
}

fn skip(input: &mut impl BufRead) -> Result<()> {
    loop {
        let chunk = match input.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let (consumed, done) = (end.map_or(chunk.len(), |at| at + 1), end.is_some() || chunk.is_empty());
        input.consume(consumed);
        if done {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Vec<(Line, Vec<u8>)> {
        let mut input = std::io::BufReader::with_capacity(7, bytes);
        let (mut buffer, mut lines) = (Vec::new(), Vec::new());
        while let Some(line) = next(&mut input, &mut buffer).unwrap() {
            lines.push((line, buffer.clone()));
        }
        lines
    }

    #[test]
    fn every_line_counts_and_a_last_one_needs_no_end() {
        let whole = |text: &[u8]| (Line::Whole, text.to_vec());
        assert_eq!(all(b"a\r\n\nb\0\xff"), [whole(b"a"), whole(b""), whole(b"b\0\xff")]);
        assert!(all(b"").is_empty());
    }

    #[test]
    fn an_endless_line_is_passed_over_and_the_next_is_read() {
        let mut bytes = vec![b'x'; LONGEST + 1];
        bytes.extend_from_slice(b"\nnext\n");
        let lines = all(&bytes);
        assert_eq!((lines[0].0, lines[1].1.as_slice()), (Line::TooLong, b"next".as_slice()));
        let just = vec![b'x'; LONGEST];
        assert_eq!(all(&just)[0].0, Line::Whole);
    }
}
