//! The tables, one file each: migrations, row, what readers ask ([`Reader`](crate::Reader)) and what the importer
//! writes ([`Writer`](crate::database::Writer)). No foreign keys: entries may arrive in any order, and retention
//! takes what is old whoever still names it.

pub(crate) mod app;
pub(crate) mod code;
pub(crate) mod day;
pub(crate) mod exactly;
pub(crate) mod function;
pub(crate) mod hour;
pub(crate) mod imports;
pub(crate) mod instance;
pub(crate) mod invocation;
pub(crate) mod invocation_list;
mod invocation_page;
pub(crate) mod invocation_terms;
mod invocation_texts;
pub(crate) mod load;
pub(crate) mod log_line;
pub(crate) mod log_terms;
pub(crate) mod minute;
pub(crate) mod payload;
pub(crate) mod period;
pub(crate) mod progress;
pub(crate) mod project;
pub(crate) mod project_size;
pub(crate) mod reload;
pub(crate) mod revision;
pub(crate) mod roll_up;
pub(crate) mod roll_up_range;
pub(crate) mod start;
pub(crate) mod text_index;
mod traffic;
pub(crate) mod twin;
pub(crate) mod untold;
