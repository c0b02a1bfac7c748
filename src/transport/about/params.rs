//! Parameters that several routes have. Pure.
//!
//! A schema says what is accepted, not what is sensible: what nobody refuses is any text.

use super::kinds::Param;

/// Name of a camera.
pub const CAMERA: Param = Param::of(
    "camera",
    "Name of the camera; the default one unless given",
    r#"{"type":"string","pattern":"^[a-z0-9_-]{1,32}$"}"#,
)
.or_empty();

/// Level of a stream.
pub const LEVEL: Param = Param::of(
    "level",
    "JPEG quality, rounded down to a multiple of 5; auto has the server choose",
    r#"{"type":"string","pattern":"^(auto|[3-8][0-9]|9[0-5])$","default":"95"}"#,
);

/// Level of a single picture.
pub const PICTURE_LEVEL: Param = Param::of(
    "level",
    "JPEG quality, rounded down to a multiple of 5",
    r#"{"type":"integer","minimum":30,"maximum":95,"default":95}"#,
);

/// Scale of a picture.
pub const SCALE: Param =
    Param::of("scale", "Divides each axis, rounded up", r#"{"type":"integer","enum":[1,2,4,8],"default":1}"#);

/// Layers that are painted over a picture.
pub const OVERLAY: Param = Param::of(
    "overlay",
    "Layers that are painted over the picture: 1 for all, 0 for none, or a list",
    r#"{"type":"string","pattern":"^(0|1|(boxes|labels|heat|lines)(,(boxes|labels|heat|lines))*)$"}"#,
);

/// When a time begins.
pub const FROM: Param = Param::of(
    "from",
    "When the time begins: RFC 3339, a day, or seconds since 1970; a day before its end unless given",
    r#"{"type":"string","format":"moment","examples":["2026-11-27T08:00:00+01:00"]}"#,
)
.or_empty();

/// When a time ends.
pub const TO: Param = Param::of(
    "to",
    "When the time ends: RFC 3339, a day, or seconds since 1970; now unless given",
    r#"{"type":"string","format":"moment","examples":["2026-11-28"]}"#,
)
.or_empty();

/// Whose days are meant.
pub const ZONE: Param = Param::of(
    "tz",
    "Time zone whose days are meant; the server's unless given",
    r#"{"type":"string","format":"time-zone","examples":["Europe/Berlin"]}"#,
)
.or_empty();
