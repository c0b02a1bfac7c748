//! What a viewer was told of its camera in `hello`, to see when that has changed.

use std::sync::Arc;

use crate::{cameras::Survey, hub::Condition};

/// What `hello` says and may change; the level has a message of its own.
pub(super) struct Told {
    size: (usize, usize),
    analytics: bool,
    survey: Arc<Survey>,
}

impl Told {
    /// What a camera's condition says of it.
    pub fn of(condition: &Condition) -> Self {
        let Condition { size, analytics, ref survey, .. } = *condition;
        Told { size, analytics, survey: Arc::clone(survey) }
    }

    /// Whether a camera's condition still says so.
    pub fn is(&self, condition: &Condition) -> bool {
        // One pointer is compared, not what it points to: this is asked at each frame.
        let same = Arc::ptr_eq(&self.survey, &condition.survey);
        same && self.size == condition.size && self.analytics == condition.analytics
    }
}
