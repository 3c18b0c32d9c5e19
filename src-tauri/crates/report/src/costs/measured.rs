//! What a few calls took, and how much of that was work.

use crate::{Report, ReportError};

/// One call, on average.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    pub handler_ms: f64,
    /// User and system CPU; `None` where no call's is known.
    pub cpu_ms: Option<f64>,
}

impl Measured {
    /// What it computes: where nobody knows, all of its time.
    pub fn work_ms(&self) -> f64 {
        self.cpu_ms.unwrap_or(self.handler_ms)
    }

    /// In which it needs no core.
    pub fn waiting_ms(&self) -> f64 {
        (self.handler_ms - self.work_ms()).max(0.0)
    }
}

impl Report {
    /// `invocations`: all of one function. `None` where none of them ran.
    ///
    /// # Errors
    /// There is no such function; the record cannot be read.
    pub fn measured(&self, function: i64, invocations: &[i64]) -> Result<Option<Measured>, ReportError> {
        let basis = self.basis_of(function, invocations)?;
        let milliseconds = |number: coldframe_cost::Decimal| number.try_into().unwrap_or(0.0);
        Ok(basis.works.first().map(|work| Measured {
            handler_ms: milliseconds(work.handler_ms()),
            cpu_ms: (basis.cpu_known() > 0).then(|| milliseconds(work.cpu_ms())),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_to_wait_works() {
        let call = |cpu_ms| Measured { handler_ms: 1_000.0, cpu_ms };
        assert_eq!((call(Some(1.5)).work_ms(), call(Some(1.5)).waiting_ms()), (1.5, 998.5));
        assert_eq!((call(None).work_ms(), call(None).waiting_ms()), (1_000.0, 0.0));
        assert_eq!(call(Some(1_400.0)).waiting_ms(), 0.0, "several cores at once");
    }
}
