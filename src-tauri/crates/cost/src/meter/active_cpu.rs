//! Vercel's Fluid compute and Cloudflare Workers: CPU time really used; and, where the plan has a price for it, the
//! instance's memory while a call is under way. Waiting costs no CPU.

use rust_decimal::Decimal;

use super::{Rounding, active_instance};
use crate::{
    quantity::{Dimension, Metered},
    size::Sizing,
    usage::Usage,
};

pub(super) fn count(rounding: &Rounding, sizing: &Sizing, usage: &Usage) -> Metered {
    let cpu_ms = super::decimal(usage.cpu_us) / Decimal::ONE_THOUSAND;
    active_instance::count(rounding, sizing, usage).with(Dimension::Cpu, cpu_ms)
}
