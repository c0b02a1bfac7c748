//! What is wrong with a source: sentences, and whether all of them are about being late.

/// Faults of one row, in the order in which they were found.
#[derive(Default)]
pub struct Faults {
    found: Vec<String>,
    /// Some are about more than time.
    real: bool,
}

impl Faults {
    /// Adds a fault, where there is one.
    pub fn add(&mut self, fault: Option<String>) {
        self.real |= fault.is_some();
        self.found.extend(fault);
    }

    /// Adds a fault unless `holds`.
    pub fn unless(&mut self, holds: bool, fault: impl FnOnce() -> String) {
        self.add((!holds).then(fault));
    }

    /// Adds a fault that a busy machine may be to blame for, unless `holds`.
    pub fn in_time(&mut self, holds: bool, fault: impl FnOnce() -> String) {
        self.found.extend((!holds).then(fault));
    }

    /// Whether another try, on a machine that does nothing else, could be without a fault.
    pub fn may_be_late_only(&self) -> bool {
        !self.found.is_empty() && !self.real
    }

    /// The faults as one text; `None` where there are none.
    pub fn text(&self) -> Option<String> {
        (!self.found.is_empty()).then(|| self.found.join("; "))
    }
}
