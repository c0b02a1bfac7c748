//! Settings of uploads: where videos are kept that somebody sends, and how much room they may take.

use std::path::PathBuf;

use super::values::{path, whole_in};
use crate::uploads::UploadSettings;

/// Bytes of a megabyte.
const MB: u64 = 1_000_000;

/// What may be uploaded.
#[derive(Clone, Debug, clap::Args)]
pub struct Uploads {
    /// Folder in which videos are kept that are uploaded, made by the first one; none: nothing can be
    /// uploaded
    #[arg(long, env = "STEADYCAST_UPLOADS_DIR", default_value = "data/uploads", value_parser = path)]
    uploads_dir: PathBuf,

    /// Most megabytes of an upload (1 to 1000000)
    #[arg(long, env = "STEADYCAST_MAX_UPLOAD_MB", default_value_t = 4000,
          value_parser = |text: &str| whole_in(text, 1..=1_000_000))]
    max_upload_mb: u32,

    /// Megabytes of the disk that uploads leave free (0 to 1000000)
    #[arg(long, env = "STEADYCAST_UPLOAD_RESERVE_MB", default_value_t = 1000,
          value_parser = |text: &str| whole_in(text, 0..=1_000_000))]
    upload_reserve_mb: u32,
}

impl Uploads {
    /// Returns where uploads are kept and how much they may take; `None` where nothing can be uploaded.
    pub fn settings(&self) -> Option<UploadSettings> {
        let is_off = self.uploads_dir.as_os_str().is_empty() || self.uploads_dir.as_os_str() == "none";
        (!is_off).then(|| UploadSettings {
            folder: self.uploads_dir.clone(),
            most_bytes: u64::from(self.max_upload_mb) * MB,
            reserve_bytes: u64::from(self.upload_reserve_mb) * MB,
        })
    }
}
