//! The kinds of things that are told of a route: parameters, body, answers, codes. Pure.

/// What a route takes and gives.
#[derive(Debug)]
pub struct About {
    /// Name of the operation, which no other has.
    pub id: &'static str,
    /// One line, without a full stop.
    pub summary: &'static str,
    /// Parameters of the query.
    pub query: &'static [Param],
    /// The request's body; `None` where none is read.
    pub body: Option<Body>,
    /// Answers that are no errors, or are errors of a form of their own.
    pub answers: &'static [Answer],
    /// Codes of errors of its own.
    pub codes: &'static [&'static str],
}

/// A parameter of the query.
#[derive(Debug)]
pub struct Param {
    /// Name of the parameter.
    pub name: &'static str,
    /// What it means, one line.
    pub about: &'static str,
    /// JSON schema of the parameter, as JSON.
    pub schema: &'static str,
    /// Whether the request is refused without it.
    pub required: bool,
    /// Whether nothing behind its name means that it is not given.
    pub may_be_empty: bool,
}

/// A request's body.
#[derive(Debug)]
pub struct Body {
    /// Media type of the body.
    pub kind: &'static str,
    /// Name of its schema; empty where it is bytes.
    pub schema: &'static str,
    /// Most bytes of it.
    pub most: u64,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status of the answer.
    pub status: u16,
    /// Media type of the answer; empty where it has no body.
    pub kind: &'static str,
    /// Name of its schema; empty where it is bytes or text.
    pub schema: &'static str,
}

/// Media type of most bodies and answers.
pub const JSON: &str = "application/json";

/// Most bytes of a body that describes a camera: hundreds of lines and zones.
const CAMERA_BYTES: u64 = 256 * 1024;

/// Most bytes of a body that names little: a token of the longest is half of it.
const SMALL_BYTES: u64 = 8 * 1024;

impl About {
    /// What takes nothing and gives nothing, but for what is said of it besides.
    pub(super) const fn of(id: &'static str, summary: &'static str) -> About {
        About { id, summary, query: &[], body: None, answers: &[], codes: &[] }
    }
}

impl Param {
    /// A parameter that may be left out; `schema` is its JSON schema, as JSON.
    pub(super) const fn of(name: &'static str, about: &'static str, schema: &'static str) -> Param {
        Param { name, about, schema, required: false, may_be_empty: false }
    }

    /// The parameter, which is taken as not given where nothing is behind its name.
    pub(super) const fn or_empty(self) -> Param {
        Param { may_be_empty: true, ..self }
    }
}

impl Body {
    /// A JSON body that describes a camera.
    pub(super) const fn camera(schema: &'static str) -> Option<Body> {
        Some(Body { kind: JSON, schema, most: CAMERA_BYTES })
    }

    /// A JSON body that names little.
    pub(super) const fn small(schema: &'static str) -> Option<Body> {
        Some(Body { kind: JSON, schema, most: SMALL_BYTES })
    }
}

impl Answer {
    /// A JSON answer.
    pub(super) const fn json(status: u16, schema: &'static str) -> Answer {
        Answer { status, kind: JSON, schema }
    }

    /// An answer of bytes or text.
    pub(super) const fn raw(kind: &'static str) -> Answer {
        Answer { status: 200, kind, schema: "" }
    }

    /// An answer without a body.
    pub(super) const fn empty(status: u16) -> Answer {
        Answer { status, kind: "", schema: "" }
    }
}
