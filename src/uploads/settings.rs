//! What uploads are asked for.

use std::path::PathBuf;

/// Where uploads are kept, and how much they may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadSettings {
    /// Folder in which uploads are kept; made by the first one.
    pub folder: PathBuf,
    /// Most bytes of an upload.
    pub most_bytes: u64,
    /// Bytes of the disk that uploads leave free.
    pub reserve_bytes: u64,
}
