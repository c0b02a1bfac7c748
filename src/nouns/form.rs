//! In which form a viewer gets a camera's frames, and what one message of them holds.

/// Form in which a viewer gets frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Each frame is a complete picture.
    #[default]
    Whole,
    /// Frames hold what changed, key frames in between; the viewer composes the pictures.
    Delta,
}

impl Form {
    /// Every form.
    pub const ALL: [Form; 2] = [Form::Whole, Form::Delta];
}

/// Forms in which a stream is wanted; none by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forms {
    /// Complete pictures.
    pub whole: bool,
    /// Deltas.
    pub delta: bool,
}

impl Forms {
    /// One form alone.
    pub fn of(form: Form) -> Forms {
        Forms { whole: form == Form::Whole, delta: form == Form::Delta }
    }

    /// Tells whether nobody wants any.
    pub fn is_empty(self) -> bool {
        self == Forms::default()
    }

    /// Tells whether a form is among these.
    pub fn has(self, form: Form) -> bool {
        match form {
            Form::Whole => self.whole,
            Form::Delta => self.delta,
        }
    }

    /// Returns those of these for which `stays` is true.
    pub fn filter(self, stays: impl Fn(Form) -> bool) -> Forms {
        Forms { whole: self.whole && stays(Form::Whole), delta: self.delta && stays(Form::Delta) }
    }
}

/// What one message of frames holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Part {
    /// A complete picture.
    #[default]
    Whole,
    /// All blocks that changed after what the viewer has.
    Delta,
    /// A part of a picture that takes several messages: what moves, and further rows from top to bottom.
    Sweep,
    /// Sharper blocks of a frame that was sent before.
    Refined,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_those_that_were_put_in_and_stayed() {
        for form in Form::ALL {
            let forms = Forms::of(form);
            assert_eq!(Form::ALL.map(|other| forms.has(other)), Form::ALL.map(|other| other == form));
            assert!(forms.filter(|stays| stays != form).is_empty() && !forms.is_empty());
        }
    }
}
