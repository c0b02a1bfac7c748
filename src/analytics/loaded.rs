//! Loaded models, each file once however many cameras use it; kept for as long as one does.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Weak},
    time::SystemTime,
};

use parking_lot::Mutex;

use super::engine::{EngineError, Model};

/// What tells one loaded model from another: the file as it was, and the size of an input that it leaves
/// open.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    path: PathBuf,
    /// Size and time of change; `None` of a model from inside the program.
    file: Option<(u64, Option<SystemTime>)>,
    open_size: (usize, usize),
}

/// Guards the model of a key; held while it is loaded, by threads that wait for it.
type Slot = Arc<Mutex<Weak<Model>>>;

/// Loaded models. Cloning shares them.
#[derive(Clone, Default)]
pub struct Loaded {
    /// Guards which keys there are; held for a few instructions.
    slots: Arc<Mutex<HashMap<Key, Slot>>>,
}

impl Loaded {
    /// The model of a file: one that is loaded already, or else loaded now.
    ///
    /// # Errors
    /// [`EngineError`].
    pub(super) fn model(&self, path: &Path, open_size: (usize, usize)) -> Result<Arc<Model>, EngineError> {
        let file = fs::metadata(path).ok().map(|file| (file.len(), file.modified().ok()));
        let key = Key { path: path.to_owned(), file, open_size };
        let slot = {
            let mut slots = self.slots.lock();
            // Nobody's models, and files that have been exchanged since.
            slots.retain(|other, slot| {
                *other == key
                    || Arc::strong_count(slot) > 1
                    || slot.try_lock().is_none_or(|held| held.strong_count() > 0)
            });
            Arc::clone(slots.entry(key).or_default())
        };
        let mut held = slot.lock();
        if let Some(model) = held.upgrade() {
            return Ok(model);
        }
        let model = Arc::new(Model::load(path, open_size)?);
        *held = Arc::downgrade(&model);
        Ok(model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_loaded_once_for_all_and_let_go_with_the_last_one() {
        let (loaded, path) = (Loaded::default(), Path::new("models/detector.onnx"));
        let one = loaded.model(path, (640, 384)).expect("is shipped");
        let other = loaded.model(path, (640, 384)).expect("is shipped");
        assert!(Arc::ptr_eq(&one, &other));
        let weak = Arc::downgrade(&one);
        drop((one, other));
        assert!(weak.upgrade().is_none(), "nobody needs it");
        assert!(loaded.model(Path::new("/nowhere/a.onnx"), (640, 384)).is_err());
        assert!(loaded.model(path, (640, 384)).is_ok());
    }
}
