//! Which sizes of instance a plan sells, and what comes with each.

use crate::book::Confidence;

/// The sizes of one plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sizing {
    pub choice: Choice,
    pub confidence: Confidence,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Any memory between two bounds; with `windows`, vCPUs are chosen too.
    Any { min_mb: u32, max_mb: u32, windows: Vec<Window> },
    /// Only these, smallest first.
    Table(Vec<Size>),
    /// What was held is billed, in steps.
    Observed { step_mb: u32, min_mb: u32, max_mb: u32 },
}

/// How much memory may come with up to so many vCPUs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub vcpu_milli: u32,
    pub min_mb: u32,
    pub max_mb: u32,
}

/// What an instance is billed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub memory_mb: u32,
    /// Thousandths; 0 where the plan does not bill them.
    pub vcpu_milli: u32,
    pub ghz_milli: u32,
}

/// The plan sells no such size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSize {
    #[error("it has at most {most_mb} MB of memory, not {asked_mb}")]
    TooLarge { asked_mb: u32, most_mb: u32 },
    #[error("it has no less than {least_mb} MB of memory, not {asked_mb}")]
    TooSmall { asked_mb: u32, least_mb: u32 },
    #[error("{} vCPU come with {min_mb} to {max_mb} MB of memory, not {asked_mb}", vcpu(*vcpu_milli))]
    OutsideWindow { vcpu_milli: u32, asked_mb: u32, min_mb: u32, max_mb: u32 },
    #[error("it has no size with {} vCPU and {asked_mb} MB; there are {there_are}", vcpu(*vcpu_milli))]
    NoVcpu { vcpu_milli: u32, asked_mb: u32, there_are: String },
    #[error("its vCPUs cannot be chosen, they come with the memory")]
    VcpuNotChosen,
}

impl Sizing {
    /// What an instance of that memory (and vCPUs) is billed as.
    ///
    /// # Errors
    /// The plan sells none that is large enough, or none so small.
    pub fn size(&self, memory_mb: u32, vcpu_milli: Option<u32>) -> Result<Size, NoSize> {
        match &self.choice {
            Choice::Any { min_mb, max_mb, windows } => {
                bounded(memory_mb, *min_mb, *max_mb)?;
                if windows.is_empty() && vcpu_milli.is_some() {
                    return Err(NoSize::VcpuNotChosen);
                }
                let vcpu_milli = window(windows, memory_mb, vcpu_milli)?;
                Ok(Size { memory_mb, vcpu_milli, ghz_milli: 0 })
            }
            Choice::Table(sizes) => row(sizes, memory_mb, vcpu_milli),
            Choice::Observed { step_mb, min_mb, max_mb } => {
                if vcpu_milli.is_some() {
                    return Err(NoSize::VcpuNotChosen);
                }
                bounded(memory_mb, 0, *max_mb)?;
                let memory_mb = memory_mb.max(*min_mb).next_multiple_of(*step_mb);
                Ok(Size { memory_mb, vcpu_milli: 0, ghz_milli: 0 })
            }
        }
    }

    /// The same, and for what the plan does not sell the nearest it does: history has to have a price everywhere.
    pub(crate) fn nearest(&self, memory_mb: u32, vcpu_milli: Option<u32>) -> Size {
        let clamped = match &self.choice {
            Choice::Any { min_mb, max_mb, .. } => memory_mb.clamp(*min_mb, *max_mb),
            Choice::Table(sizes) => memory_mb.min(sizes.iter().map(|size| size.memory_mb).max().unwrap_or(0)),
            Choice::Observed { max_mb, .. } => memory_mb.min(*max_mb),
        };
        self.size(clamped, vcpu_milli).or_else(|_| self.size(clamped, None)).unwrap_or(Size {
            memory_mb: clamped,
            vcpu_milli: 0,
            ghz_milli: 0,
        })
    }

    /// What is held is billed, not what is configured.
    pub(crate) fn is_observed(&self) -> bool {
        matches!(self.choice, Choice::Observed { .. })
    }
}

fn bounded(asked_mb: u32, least_mb: u32, most_mb: u32) -> Result<(), NoSize> {
    if asked_mb > most_mb {
        return Err(NoSize::TooLarge { asked_mb, most_mb });
    }
    if asked_mb < least_mb {
        return Err(NoSize::TooSmall { asked_mb, least_mb });
    }
    Ok(())
}

/// The smallest row that has as much of everything.
fn row(sizes: &[Size], asked_mb: u32, vcpu_milli: Option<u32>) -> Result<Size, NoSize> {
    let most_mb = sizes.iter().map(|size| size.memory_mb).max().unwrap_or(0);
    bounded(asked_mb, 0, most_mb)?;
    let fits = |size: &&Size| {
        size.memory_mb >= asked_mb && vcpu_milli.is_none_or(|vcpu_milli| size.vcpu_milli >= vcpu_milli)
    };
    let found = sizes.iter().filter(fits).min_by_key(|size| (size.memory_mb, size.vcpu_milli));
    found.copied().ok_or_else(|| {
        let name = |size: &Size| format!("{} vCPU with {} MB", vcpu(size.vcpu_milli), size.memory_mb);
        let there_are = sizes.iter().map(name).collect::<Vec<_>>().join(", ");
        NoSize::NoVcpu { vcpu_milli: vcpu_milli.unwrap_or(0), asked_mb, there_are }
    })
}

/// Below one vCPU any share is sold; from one on, the windows' own numbers only.
fn window(windows: &[Window], asked_mb: u32, asked: Option<u32>) -> Result<u32, NoSize> {
    if windows.is_empty() {
        return Ok(0);
    }
    let whole = windows.iter().filter(|window| window.vcpu_milli >= 1000);
    let Some(vcpu_milli) = asked else {
        // What a service gets unless told otherwise: whole vCPUs, as few as go with its memory.
        let fitting = whole.clone().find(|window| window.max_mb >= asked_mb);
        return Ok(fitting.map_or(0, |window| window.vcpu_milli));
    };
    let sold = vcpu_milli < 1000 || whole.clone().any(|window| window.vcpu_milli == vcpu_milli);
    match windows.iter().find(|window| window.vcpu_milli >= vcpu_milli) {
        Some(window) if sold && vcpu_milli > 0 => {
            if asked_mb < window.min_mb || asked_mb > window.max_mb {
                let (min_mb, max_mb) = (window.min_mb, window.max_mb);
                return Err(NoSize::OutsideWindow { vcpu_milli, asked_mb, min_mb, max_mb });
            }
            Ok(vcpu_milli)
        }
        _ => {
            let numbers = whole.map(|window| vcpu(window.vcpu_milli)).collect::<Vec<_>>().join(", ");
            Err(NoSize::NoVcpu {
                vcpu_milli,
                asked_mb,
                there_are: format!("less than 1, and {numbers} vCPU"),
            })
        }
    }
}

/// `0.25`, `2`.
fn vcpu(milli: u32) -> String {
    rust_decimal::Decimal::new(milli.into(), 3).normalize().to_string()
}
