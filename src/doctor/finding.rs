//! A finding: what was looked at, how it is, and what to do. Pure.

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// As it should be.
    Good,
    /// Worth a look, and in nobody's way.
    Doubtful,
    /// In the way.
    Bad,
}

/// What was found of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub what: String,
    /// How it is.
    pub grade: Grade,
    /// What was found, in one line.
    pub says: String,
    /// The command that mends it, or what else to do; `None` where nothing is to be done.
    pub mend: Option<String>,
}

impl Finding {
    /// Something that is as it should be.
    pub fn good(what: impl Into<String>, says: impl Into<String>) -> Self {
        Finding { what: what.into(), grade: Grade::Good, says: says.into(), mend: None }
    }

    /// Something that is not, with what mends it.
    pub fn of(
        grade: Grade,
        what: impl Into<String>,
        says: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Finding { what: what.into(), grade, says: says.into(), mend: Some(mend.into()) }
    }
}

/// Returns findings as lines of text: a word, what was looked at, what was found, and below it what to do.
pub fn text(found: &[Finding]) -> String {
    let widest = found.iter().map(|one| one.what.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for Finding { what, grade, says, mend } in found {
        let word = match grade {
            Grade::Good => "ok  ",
            Grade::Doubtful => "look",
            Grade::Bad => "BAD ",
        };
        text.push_str(&format!("{word}  {what:widest$}  {says}\n"));
        if let Some(mend) = mend {
            text.push_str(&format!("      {:widest$}  > {mend}\n", ""));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_well_has_a_line_that_says_what_to_do() {
        let found =
            [Finding::good("clock", "is set"), Finding::of(Grade::Bad, "port 80", "is in use", "ss -ltnp")];
        let expected = "ok    clock    is set\nBAD   port 80  is in use\n               > ss -ltnp\n";
        assert_eq!(text(&found), expected);
    }
}
