//! What a viewer has of a stream: a few numbers, however large the picture is.

/// What one viewer has of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Held {
    /// Life of the stream that it is of; another size, a slate or a gap begins another life.
    pub life: u64,
    /// Number of the frame that it has down to `row`.
    pub number: u64,
    /// Row of blocks from which on it has [`Held::below`]; the picture's rows where it has all of it.
    pub row: u16,
    /// What it has from `row` on.
    pub below: Below,
    /// Newest refinement that it has, by the log of the stream; 0: none.
    pub refined: u64,
}

/// What a viewer has of the rows that a sweep has not come to yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Below {
    /// Blocks of that frame of this life.
    Number(u64),
    /// Another picture of the camera, or a part of one, scaled: all blocks are lacking.
    Foreign,
}

impl Held {
    /// All of a frame of `rows` rows, and no refinement.
    pub fn whole(life: u64, number: u64, rows: usize) -> Self {
        let row = u16::try_from(rows).unwrap_or(u16::MAX);
        Held { life, number, row, below: Below::Number(number), refined: 0 }
    }

    /// What matters for which blocks of the level are lacking: all but refinements.
    pub fn without_refinements(self) -> Self {
        Held { refined: 0, ..self }
    }
}
