//! A camera's survey, which is exchanged while models work: lines are drawn, a place is measured.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use parking_lot::Mutex;

use crate::cameras::Survey;

/// Where both models' threads find the survey. Cloning shares it.
#[derive(Clone)]
pub(super) struct SurveySlot {
    /// Rises each time pictures come from another source.
    source: Arc<AtomicU64>,
    /// Guards which one is the present one; held to copy or replace the pointer.
    survey: Arc<Mutex<Arc<Survey>>>,
}

impl SurveySlot {
    /// A slot with a survey.
    pub fn new(survey: Survey) -> Self {
        SurveySlot { source: Arc::default(), survey: Arc::new(Mutex::new(Arc::new(survey))) }
    }

    /// Exchanges the survey; each model has it from its next frame on.
    pub fn set(&self, survey: Survey) {
        *self.survey.lock() = Arc::new(survey);
    }

    /// Tells that pictures come from another source.
    pub fn start_anew(&self) {
        self.source.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes over which source pictures come from; true if it is another one than `known`.
    pub fn is_elsewhere(&self, known: &mut u64) -> bool {
        let present = self.source.load(Ordering::Relaxed);
        std::mem::replace(known, present) != present
    }

    /// The present survey.
    pub fn get(&self) -> Arc<Survey> {
        Arc::clone(&self.survey.lock())
    }

    /// Takes over the present survey; true if it is another one than `known`.
    pub fn renew(&self, known: &mut Arc<Survey>) -> bool {
        let present = self.get();
        let is_other = !Arc::ptr_eq(&present, known);
        *known = present;
        is_other
    }
}
