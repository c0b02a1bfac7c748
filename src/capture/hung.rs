//! Reading threads that may hang: threads in, whether one more may be begun out. No thread is started or
//! waited for here.

use std::thread::JoinHandle;

/// Most reading threads of one source that may hang at the same time: each holds memory and a connection, so
/// a source that always hangs must not be tried for ever.
const MOST_ABANDONED: usize = 3;

/// Most reading threads of a camera's earlier sources that may hang at the same time: somebody may switch a
/// camera whose disk hangs off and on for ever.
const MOST_LEFT: usize = 16;

/// Reading threads that may not have ended.
#[derive(Default)]
pub struct Hung {
    /// Threads of the present source.
    abandoned: Vec<JoinHandle<()>>,
    /// Threads of earlier sources, and from before the camera was switched off.
    left: Vec<JoinHandle<()>>,
}

impl Hung {
    /// Takes a thread of the present source, which is opened anew.
    pub fn abandon(&mut self, thread: Option<JoinHandle<()>>) {
        self.abandoned.extend(thread);
    }

    /// Leaves the present source: what hangs of it says nothing about the next one.
    pub fn leave(&mut self) {
        self.left.append(&mut self.abandoned);
        self.left.retain(|thread| !thread.is_finished());
    }

    /// Why no more is opened for now, where as many hang as may.
    pub fn why_no_more(&mut self) -> Option<&'static str> {
        for threads in [&mut self.abandoned, &mut self.left] {
            threads.retain(|thread| !thread.is_finished());
        }
        if self.abandoned.len() >= MOST_ABANDONED {
            return Some("the source does not answer, nor do earlier attempts end");
        }
        let why = "earlier sources of this camera hang; it is opened once one of them ends";
        (self.left.len() >= MOST_LEFT).then_some(why)
    }

    /// Whether any of them runs.
    pub fn is_running(&self) -> bool {
        self.abandoned.iter().chain(&self.left).any(|thread| !thread.is_finished())
    }
}
