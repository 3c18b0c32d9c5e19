//! What the headless host holds while nothing runs.

use std::{fs, time::Duration};

use anyhow::{Context as _, Result};

use crate::{figures::Figures, subject::Subjects};

/// After this long the start is over: folders watched, readers closed, pages given back.
const SETTLED: Duration = Duration::from_secs(2);

pub(crate) async fn measure(subjects: &Subjects, figures: &mut Figures) -> Result<()> {
    tokio::time::sleep(SETTLED).await;
    let (rss, pss) = resident(subjects.host.pid())?;
    figures.put("host_idle_rss_mb", rss);
    figures.put("host_idle_pss_mb", pss);
    println!("\nidle headless host: {rss:.1} MB resident, {pss:.1} MB of them its own share");
    // The keeper is the same program once more.
    for pid in coldframe_testkit::descendants(subjects.host.pid()) {
        let (rss, pss) = resident(pid)?;
        figures.put("keeper_idle_rss_mb", rss);
        figures.put("keeper_idle_pss_mb", pss);
        println!("its keeper: {rss:.1} MB resident, {pss:.1} MB of them its own share");
    }
    Ok(())
}

/// Resident and proportional set size.
fn resident(pid: u32) -> Result<(f64, f64)> {
    let file = format!("/proc/{pid}/smaps_rollup");
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {file}"))?;
    let field = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<f64>().ok()
    };
    let kb = field("Rss:").zip(field("Pss:")).with_context(|| format!("{file} is not understood"))?;
    Ok((kb.0 / 1024.0, kb.1 / 1024.0))
}
