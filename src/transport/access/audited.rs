//! Changes, done or refused, as they are written down: who, from where, what, and how it went.

use std::future::Future;

use actix_web::web;

use super::grant::Grant;
use crate::{
    accounts::{Entry, Outcome},
    transport::{apart::to_its_end, error::Problem, shared::Shared},
};

/// Longest detail that is kept, characters.
const LONGEST_DETAIL: usize = 200;

/// What somebody did, or wanted to.
#[derive(Clone, Debug, Default)]
pub struct Deed {
    /// A verb in the past tense, such as `changed`.
    pub action: &'static str,
    /// Name of the camera; `None` where it is none of one.
    pub camera: Option<String>,
    /// What else is told: names of what was changed, never a secret's value.
    pub detail: String,
}

impl Deed {
    /// What was done to a camera.
    pub fn to(action: &'static str, camera: &str) -> Deed {
        Deed { action, camera: Some(camera.to_owned()), detail: String::new() }
    }

    /// A deed with a detail.
    pub fn of(self, detail: impl Into<String>) -> Deed {
        Deed { detail: detail.into(), ..self }
    }
}

/// Writes a deed down.
pub fn audited_as(shared: &Shared, grant: &Grant, deed: Deed, outcome: Outcome) {
    let Deed { action, camera, detail } = deed;
    let detail = detail.chars().take(LONGEST_DETAIL).collect();
    let (who, address) = (grant.who().to_string(), grant.address().to_string());
    shared.authority.audit(Entry { who, address, action, camera, detail, outcome });
    grant.note();
}

/// Does a deed to its end, also where whoever asked for it hangs up meanwhile, and writes it down by what
/// came of it.
///
/// # Errors
/// What came of it.
pub async fn audited<T: 'static>(
    shared: &web::Data<Shared>,
    grant: &Grant,
    deed: Deed,
    doing: impl Future<Output = Result<T, Problem>> + 'static,
) -> Result<T, Problem> {
    audited_with(shared, grant, async move { (deed, doing.await) }).await
}

/// Does what [`audited`] does with a deed that is known only when it is done.
///
/// # Errors
/// What came of it.
pub async fn audited_with<T: 'static>(
    shared: &web::Data<Shared>,
    grant: &Grant,
    doing: impl Future<Output = (Deed, Result<T, Problem>)> + 'static,
) -> Result<T, Problem> {
    let (shared, grant) = (shared.clone(), grant.clone());
    to_its_end(async move {
        let (deed, done) = doing.await;
        let outcome =
            done.as_ref().map_or_else(|problem| Outcome::Refused(problem.code()), |_| Outcome::Done);
        audited_as(&shared, &grant, deed, outcome);
        done
    })
    .await
}

/// Writes down that a change was refused, by the code of an error, before anybody looked at what it was.
pub fn refused(shared: &Shared, grant: &Grant, what: String, code: &'static str) {
    let deed = Deed { action: "asked for", camera: None, detail: what };
    audited_as(shared, grant, deed, Outcome::Refused(code));
}
