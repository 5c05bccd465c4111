//! Colours, as far as a brand's accent needs them: sRGB for screens, OKLCH for changing lightness alone, and the
//! contrast of WCAG 2.2.

use std::fmt;

/// A colour of a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub [u8; 3]);

/// Lightness 0 to 1, chroma from 0, hue in radians. Source: Björn Ottosson, <https://bottosson.github.io/posts/oklab/>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Oklch {
    pub lightness: f64,
    pub chroma: f64,
    pub hue: f64,
}

pub const WHITE: Rgb = Rgb([255; 3]);
pub const BLACK: Rgb = Rgb([0; 3]);

impl Rgb {
    /// Reads `#rrggbb`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Self([byte(0)?, byte(2)?, byte(4)?]))
    }

    fn linear(self) -> [f64; 3] {
        self.0.map(|byte| {
            let value = f64::from(byte) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// Between 1 and 21. Text needs 4.5, the shape of a control 3 (WCAG 2.2, 1.4.3 and 1.4.11).
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        one.max(two) / one.min(two)
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    #[must_use]
    pub fn oklch(self) -> Oklch {
        let [red, green, blue] = self.linear();
        let long = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
        let medium = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
        let short = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
        let lightness = 0.210_454_255_3 * long + 0.793_617_785_0 * medium - 0.004_072_046_8 * short;
        let a = 1.977_998_495_1 * long - 2.428_592_205_0 * medium + 0.450_593_709_9 * short;
        let b = 0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766_0 * short;
        Oklch { lightness, chroma: a.hypot(b), hue: b.atan2(a) }
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Oklch {
    #[must_use]
    pub fn at(self, lightness: f64) -> Self {
        Self { lightness: lightness.clamp(0.0, 1.0), ..self }
    }

    #[must_use]
    pub fn no_more_chroma_than(self, chroma: f64) -> Self {
        Self { chroma: self.chroma.min(chroma), ..self }
    }

    /// The nearest colour that a screen has: less chroma where there is none of that much.
    #[must_use]
    pub fn rgb(self) -> Rgb {
        let mut chroma = self.chroma;
        loop {
            let linear = Self { chroma, ..self }.linear();
            let shown = linear.iter().all(|value| (-0.0005..=1.0005).contains(value));
            if shown || chroma < 0.001 {
                return Rgb(linear.map(to_byte));
            }
            chroma *= 0.97;
        }
    }

    fn linear(self) -> [f64; 3] {
        let (a, b) = (self.chroma * self.hue.cos(), self.chroma * self.hue.sin());
        let long = (self.lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let medium = (self.lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let short = (self.lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        [
            4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
            -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
            -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short,
        ]
    }
}

fn to_byte(linear: f64) -> u8 {
    let value = if linear <= 0.003_130_8 { linear * 12.92 } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 };
    let whole = (value.clamp(0.0, 1.0) * 255.0).round();
    (0..=u8::MAX).find(|byte| f64::from(*byte) >= whole).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_survive_the_way_there_and_back() {
        for text in ["#000000", "#ffffff", "#0b6b50", "#ff0000", "#00ff00", "#0000ff", "#ffcc00", "#777777"] {
            let rgb = Rgb::parse(text).unwrap();
            assert_eq!(rgb.oklch().rgb().to_string(), text);
        }
        for text in ["", "0b6b50", "#0b6b5", "#0b6b500", "#0b6bzz", "#ééé", "red", "#+1+1+1"] {
            let parsed = Rgb::parse(text);
            assert!(parsed.is_none(), "{text}: {parsed:?}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        assert!((BLACK.contrast(WHITE) - 21.0).abs() < 0.001);
        assert!((WHITE.contrast(Rgb::parse("#767676").unwrap()) - 4.54).abs() < 0.01);
    }
}
