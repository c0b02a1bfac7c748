//! Which results a client gets: the newest of a camera, of its models in turn.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use bytes::Bytes;

use super::wire;
use crate::{
    hub::{FramedResult, NewestResults},
    protocol::payload,
    registry::Camera,
};

/// Results of some cameras, as one client gets them.
#[derive(Default)]
pub struct Results {
    /// Cameras that have not been looked at since the last look began.
    due: VecDeque<Arc<Camera>>,
    told: HashMap<Arc<str>, Told>,
}

/// What a client was told of a camera: versions of the last results of the crowd model and the detector, and
/// which of the two came last.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    versions: [Option<u64>; 2],
    last: usize,
}

impl Results {
    /// Begins a look at those cameras; what was told of others is forgotten.
    pub fn look(&mut self, cameras: Vec<Arc<Camera>>) {
        self.told.retain(|name, _| cameras.iter().any(|camera| camera.name() == name));
        self.due = cameras.into();
    }

    /// Whether the last look is at its end.
    pub fn is_done(&self) -> bool {
        self.due.is_empty()
    }

    /// Returns the next result of this look, the newest at this moment; `None` at its end.
    pub fn next(&mut self) -> Option<Bytes> {
        while let Some(camera) = self.due.pop_front() {
            let told = self.told.entry(Arc::clone(camera.name())).or_default();
            if let Some(result) = told.next(&camera.channel().results()) {
                return Some(wire::result(&payload(&result.framed)));
            }
        }
        None
    }
}

impl Told {
    /// Takes the newest result that was not told; of two models' that of the one that was not told last.
    fn next<'a>(&mut self, newest: &'a NewestResults) -> Option<&'a FramedResult> {
        let models = [&newest.crowd, &newest.objects];
        for model in [1 - self.last, self.last] {
            let Some(result) = models[model] else { continue };
            // A camera that was added anew begins with low versions.
            if self.versions[model] != Some(result.version) {
                (self.versions[model], self.last) = (Some(result.version), model);
                return Some(result);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::found_nothing;

    fn result(version: u64) -> Option<FramedResult> {
        Some(FramedResult {
            version,
            result: Arc::new(found_nothing()),
            since_us: None,
            framed: Bytes::new(),
        })
    }

    fn told(told: &mut Told, crowd: Option<FramedResult>, objects: Option<FramedResult>) -> Option<u64> {
        let mut newest = NewestResults::default();
        (newest.crowd, newest.objects) = (crowd, objects);
        told.next(&newest).map(|result| result.version)
    }

    #[test]
    fn models_take_turns_and_no_result_comes_twice() {
        let mut one = Told::default();
        let versions: Vec<_> =
            (0..4).map(|n| told(&mut one, result(10 * n + 1), result(10 * n + 2))).collect();
        assert_eq!(versions, [Some(2), Some(11), Some(22), Some(31)]);
        assert_eq!(told(&mut one, result(31), result(22)), None);
        assert_eq!(told(&mut one, result(31), result(40)), Some(40));
        assert_eq!(told(&mut one, None, result(41)), Some(41), "a model alone has every turn");
        assert_eq!(told(&mut one, None, result(1)), Some(1), "the camera was added anew");
    }
}
