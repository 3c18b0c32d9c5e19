//! The twin for other systems.
