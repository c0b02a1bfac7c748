//! A camera's survey, which is exchanged while models work: lines are drawn, a place is measured.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::cameras::Survey;

/// Where both models' threads find the survey. Cloning shares it.
#[derive(Clone)]
pub(super) struct SurveySlot {
    /// Guards which one is the present one; held to copy or replace the pointer.
    survey: Arc<Mutex<Arc<Survey>>>,
}

impl SurveySlot {
    /// A slot with a survey.
    pub fn new(survey: Survey) -> Self {
        SurveySlot { survey: Arc::new(Mutex::new(Arc::new(survey))) }
    }

    /// Exchanges the survey; each model has it from its next frame on.
    pub fn set(&self, survey: Survey) {
        *self.survey.lock() = Arc::new(survey);
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
