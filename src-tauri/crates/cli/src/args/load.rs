//! The arguments of `coldframe load`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use serde::Serialize;

use super::minutes;

/// What the host takes as a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Shape {
    /// Calls at equal distances
    Constant,
    /// From --from to --rate, evenly
    Ramp,
    /// --rate, and --peak in the middle
    Spike,
    /// At random, as independent callers come
    Poisson,
    /// The function's own recorded calls of the time --last
    Replay,
}

#[derive(Debug, ClapArgs)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Load {
    /// Name, or PROVIDER/NAME where two providers have one of that name
    pub(crate) function: String,
    /// Calls a second, at most 5000; of a ramp at its end, of a spike before and after it
    #[arg(long, value_name = "R", required_unless_present = "last")]
    pub(crate) rate: Option<f64>,
    /// How long calls are sent, at most 1h: 500ms, 30s, 5m; a replay is as long as what it repeats
    #[arg(long = "for", value_name = "TIME", value_parser = seconds, default_value = "30s")]
    pub(crate) length_s: f64,
    #[arg(long, value_name = "SHAPE", default_value = "constant")]
    pub(crate) shape: Shape,
    /// Of a ramp: calls a second at its begin; 0 when left out
    #[arg(long, value_name = "R")]
    pub(crate) from: Option<f64>,
    /// Of a spike: calls a second in the middle
    #[arg(long, value_name = "R", required_if_eq("shape", "spike"))]
    pub(crate) peak: Option<f64>,
    /// Of a spike: how long it lasts; a tenth of the time when left out
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    pub(crate) peak_for: Option<f64>,
    /// Of a replay: the calls of the last 30m, 1h, 2d
    #[arg(long, value_name = "TIME", value_parser = minutes, required_if_eq("shape", "replay"))]
    pub(crate) last: Option<u32>,
    /// Of a replay: so many times as fast; 1 when left out
    #[arg(long, value_name = "N")]
    pub(crate) speed: Option<f64>,
    /// File with the event that every call has, - for standard input; {} when left out
    #[arg(long, value_name = "FILE")]
    pub(crate) event: Option<PathBuf>,
    /// The same seed gives the same moments
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u32,
    /// Calls under way at once, at most 10000; one that is due beyond them is not sent, and counted as dropped
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) in_flight: u32,
    /// Calls that wait for an instance at once; one that is due beyond them is not sent, as this machine cannot keep up;
    /// 16 for each core, at least 32, when left out
    #[arg(long, value_name = "N")]
    pub(crate) waiting: Option<u32>,
    /// To its resident twin, too, which is switched on if it is off
    #[arg(long)]
    pub(crate) twin: bool,
    /// To both also where calls write to something outside, or could (hosts, programs, files beyond the temporary folder): they
    /// are made twice
    #[arg(long, requires = "twin")]
    pub(crate) twice: bool,
    /// Print everything measured, also over time
    #[arg(long)]
    pub(crate) json: bool,
    /// The folder of functions, if no host is running
    #[arg(long, default_value = ".")]
    pub(crate) dir: PathBuf,
}

/// `500ms`, `30s`, `5m`, `1h` as seconds.
fn seconds(text: &str) -> Result<f64, String> {
    let shape = || format!("{text:?} is not a length of time; write 500ms, 30s or 5m");
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(shape)?;
    let (number, unit) = text.split_at(digits);
    let factor = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(shape()),
    };
    number.parse::<f64>().map(|number| number * factor).map_err(|_| shape())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        assert_eq!(seconds("500ms"), Ok(0.5));
        assert_eq!(seconds("1.5m"), Ok(90.0));
        assert_eq!(seconds("1h"), Ok(3600.0));
        for wrong in ["", "30", "s", "soon", "-3s", "1.2.3s", "3d"] {
            assert!(seconds(wrong).is_err(), "{wrong:?}");
        }
    }
}
