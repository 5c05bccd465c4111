//! The operator's accent colour as a style sheet of its own, after the built-in one.
//!
//! Links, buttons and washes are derived from the one colour of the configuration: its hue stays, its lightness moves
//! just as far as people need to read it, in light and in dark.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode};

use super::assets::{Asset, FOR_GOOD};
use super::colour::{BLACK, Oklch, Rgb, WHITE};

/// A little more than the guidelines' 4.5 and 3, for the washes that rows and menus get under the mouse.
const TEXT: f64 = 4.7;
const SHAPE: f64 = 3.1;

/// The greys of `app.css` on which accents stand: those that are hardest to read on.
const GREYS: [Oklch; 4] = [
    Oklch { lightness: 0.963, chroma: 0.0, hue: 0.0 },
    Oklch { lightness: 1.0, chroma: 0.0, hue: 0.0 },
    Oklch { lightness: 0.16, chroma: 0.0, hue: 0.0 },
    Oklch { lightness: 0.222, chroma: 0.0, hue: 0.0 },
];

/// The colours of one scheme, light or dark.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    /// Links, marks, the current item.
    pub accent: Rgb,
    pub accent_strong: Rgb,
    /// Buttons.
    pub fill: Rgb,
    pub fill_strong: Rgb,
    pub fill_ink: Rgb,
    /// Behind what is chosen.
    pub wash: Rgb,
}

impl Palette {
    #[must_use]
    pub fn new(brand: Rgb, dark: bool) -> Self {
        let own = brand.oklch();
        let (away, wash, greys) = if dark {
            (1.0, own.no_more_chroma_than(0.03).at(0.285).rgb(), &GREYS[2..])
        } else {
            (-1.0, own.no_more_chroma_than(0.018).at(0.962).rgb(), &GREYS[..2])
        };
        let grounds: Vec<Rgb> = greys.iter().map(|grey| grey.rgb()).chain([wash]).collect();
        let accent = readable(own, away, &grounds, TEXT);
        let fill = readable(own, away, &grounds[1..2], SHAPE);
        let fill_ink = if fill.contrast(WHITE) >= 4.5 { WHITE } else { BLACK };
        let deeper = if fill_ink == WHITE { -0.05 } else { 0.05 };
        let moved = |colour: Rgb, by: f64| colour.oklch().at(colour.oklch().lightness + by).rgb();
        Self {
            accent,
            accent_strong: moved(accent, 0.06 * away),
            fill,
            fill_strong: moved(fill, deeper),
            fill_ink,
            wash,
        }
    }
}

/// The colour itself, or the first one of its hue, away from the grounds, that can be told from them.
fn readable(own: Oklch, away: f64, grounds: &[Rgb], wanted: f64) -> Rgb {
    let steps = (0..=200).map(|step| own.at(own.lightness + away * 0.005 * f64::from(step)).rgb());
    let clear = |colour: &Rgb| grounds.iter().all(|ground| colour.contrast(*ground) >= wanted);
    let last = if away > 0.0 { WHITE } else { BLACK };
    steps.into_iter().find(clear).unwrap_or(last)
}

/// The style sheet, or nothing where the built-in accent stays.
fn sheet(accent: &str) -> Option<String> {
    let brand = Rgb::parse(accent)?;
    let (light, dark) = (Palette::new(brand, false), Palette::new(brand, true));
    let pair =
        |name: &str, of: fn(&Palette) -> Rgb| format!("--{name}:light-dark({},{})", of(&light), of(&dark));
    let tokens = [
        pair("accent", |palette| palette.accent),
        pair("accent-strong", |palette| palette.accent_strong),
        pair("accent-wash", |palette| palette.wash),
        pair("fill", |palette| palette.fill),
        pair("fill-strong", |palette| palette.fill_strong),
        pair("fill-ink", |palette| palette.fill_ink),
    ];
    Some(format!(":root{{{}}}\n", tokens.join(";")))
}

fn asset(accent: &str) -> Option<Asset> {
    sheet(accent).map(|text| Asset::new("/brand", "brand.css", text.into_bytes()))
}

/// Where the style sheet is, where there is one.
#[must_use]
pub fn href(accent: &str) -> Option<Arc<str>> {
    asset(accent).map(|asset| asset.url.as_str().into())
}

/// Background and text of the button in mails, which know no style sheet.
#[must_use]
pub fn button(accent: &str) -> (Rgb, Rgb) {
    let built_in = Rgb([0x0b, 0x6b, 0x50]);
    let light = Palette::new(Rgb::parse(accent).unwrap_or(built_in), false);
    (light.fill, light.fill_ink)
}

/// `/brand/<hash>/brand.css`; no state needed.
pub fn routes<S: Clone + Send + Sync + 'static>(accent: &str) -> Router<S> {
    let sheet = Arc::new(asset(accent));
    let serve = async move |Path(hash): Path<String>, headers: HeaderMap| -> Response {
        match sheet.as_ref() {
            Some(asset) if asset.hash == hash => asset.answer(&headers, FOR_GOOD),
            _ => StatusCode::NOT_FOUND.into_response(),
        }
    };
    Router::new().route("/brand/{hash}/brand.css", get(serve))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_colour() -> impl Iterator<Item = Rgb> {
        let steps = [0x00, 0x33, 0x66, 0x77, 0x99, 0xcc, 0xff];
        steps.into_iter().flat_map(move |red| {
            steps
                .into_iter()
                .flat_map(move |green| steps.into_iter().map(move |blue| Rgb([red, green, blue])))
        })
    }

    #[test]
    fn whatever_the_accent_people_can_read_it_in_light_and_dark() {
        for brand in every_colour() {
            for dark in [false, true] {
                let palette = Palette::new(brand, dark);
                let greys = if dark { &GREYS[2..] } else { &GREYS[..2] };
                for ground in greys.iter().map(|grey| grey.rgb()).chain([palette.wash]) {
                    for text in [palette.accent, palette.accent_strong] {
                        let contrast = text.contrast(ground);
                        assert!(contrast >= 4.5, "{brand} dark={dark}: {text} on {ground} is {contrast}");
                    }
                }
                for fill in [palette.fill, palette.fill_strong] {
                    let contrast = palette.fill_ink.contrast(fill);
                    assert!(contrast >= 4.5, "{brand} dark={dark}: ink on {fill} is {contrast}");
                }
                assert!(
                    palette.fill.contrast(greys[1].rgb()) >= 3.0,
                    "{brand} dark={dark}: {}",
                    palette.fill
                );
            }
        }
    }

    #[test]
    fn a_colour_that_can_be_read_stays_as_it_is() {
        let green = Rgb::parse("#0b6b50").unwrap();
        let palette = Palette::new(green, false);
        assert_eq!((palette.accent, palette.fill, palette.fill_ink), (green, green, WHITE));
    }

    #[test]
    fn the_greys_are_those_of_the_style_sheet() {
        let css = include_str!("../../../../assets/app.css");
        for token in [
            "--sunken: light-dark(oklch(0.963 0.003 95), oklch(0.16 0.007 255))",
            "--raised: light-dark(oklch(1 0 0), oklch(0.222 0.008 255))",
        ] {
            assert!(css.contains(token), "{token}");
        }
        for name in ["accent", "accent-strong", "accent-wash", "fill", "fill-strong", "fill-ink"] {
            assert!(
                css.contains(&format!("--{name}: "))
                    && sheet("#ffcc00").unwrap().contains(&format!("--{name}:"))
            );
        }
    }
}
