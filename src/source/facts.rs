//! What an open source says of itself, for `steadycast probe`.

/// What an open source says of itself; what it does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Name of the codec, such as `h264`.
    pub codec: Option<String>,
    /// Width and height in samples, before turning and stretching.
    pub coded: Option<(u32, u32)>,
    /// Frames a second by the header.
    pub header_fps: Option<f64>,
    /// Degrees that pictures are turned to the right to be upright.
    pub rotation: u32,
    /// Width of a pixel by its height, where it is no square.
    pub pixel_aspect: Option<(i32, i32)>,
    /// Whether two fields are woven into each picture.
    pub interlaced: bool,
    /// Colour matrix, such as `bt709`.
    pub matrix: Option<&'static str>,
    /// Whether all sample values are used.
    pub full_range: bool,
    /// Transfer characteristics, such as `arib-std-b67`.
    pub transfer: Option<&'static str>,
    /// Sample format, such as `yuv420p10le`.
    pub format: Option<&'static str>,
    /// Length of a recording in seconds, where it tells.
    pub seconds: Option<f64>,
    /// Whether the source has an end, behind which it starts again.
    pub recording: bool,
    /// Whether pictures are drawn when they are asked for, at any rate.
    pub on_demand: bool,
    /// How often the source has started again.
    pub rounds: u64,
    /// Whether the last picture needs no other to be decoded.
    pub key: bool,
    /// Time by which pictures lag behind what has come of the stream, ms: the decoder keeps some back to put
    /// them in order.
    pub delay_ms: Option<f64>,
}
