//! The simulator: against theory, against what must hold for any traffic, and sampled against whole.

mod billed;
mod dense;
mod machines;
mod properties;
mod sampled;
mod shapes;
mod support;
mod theory;
