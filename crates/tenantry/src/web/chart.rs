//! Bars by day, drawn by the page's own SVG.

use jiff::Timestamp;

/// What was done and what was refused by day, as bars of a fixed grid.
#[derive(Clone, Debug)]
pub struct Chart {
    pub bars: Vec<Bar>,
    /// Of the highest bar.
    pub top: i64,
    pub succeeded: i64,
    pub refused: i64,
}

/// One day.
#[derive(Clone, Debug)]
pub struct Bar {
    pub day: Timestamp,
    pub x: i64,
    pub succeeded: i64,
    pub refused: i64,
    pub y: i64,
    pub height: i64,
    pub refused_y: i64,
    pub refused_height: i64,
}

/// Height and step in units of its own.
const HEIGHT: i64 = 100;
const STEP: i64 = 20;

impl Chart {
    /// Of (day, succeeded, refused), the oldest first. `None` while there is nothing: an empty chart says nothing.
    #[must_use]
    pub fn new(days: &[(Timestamp, i64, i64)]) -> Option<Self> {
        let top =
            days.iter().map(|(_, succeeded, refused)| succeeded + refused).max().filter(|top| *top > 0)?;
        let bar = |(index, (day, succeeded, refused)): (usize, &(Timestamp, i64, i64))| {
            let high = |count: i64| (count * HEIGHT + top - 1) / top;
            let (height, refused_height) =
                (high(*succeeded), high(*refused).min(HEIGHT - high(*succeeded).min(HEIGHT)));
            Bar {
                day: *day,
                x: i64::try_from(index).unwrap_or_default() * STEP,
                succeeded: *succeeded,
                refused: *refused,
                y: HEIGHT - height,
                height,
                refused_y: HEIGHT - height - refused_height,
                refused_height,
            }
        };
        Some(Self {
            bars: days.iter().enumerate().map(bar).collect(),
            top,
            succeeded: days.iter().map(|(_, succeeded, _)| succeeded).sum(),
            refused: days.iter().map(|(_, _, refused)| refused).sum(),
        })
    }

    #[must_use]
    pub fn width(&self) -> i64 {
        i64::try_from(self.bars.len()).unwrap_or_default() * STEP
    }
}
