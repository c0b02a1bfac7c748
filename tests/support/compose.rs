//! Pictures as a viewer of deltas composes them: messages in, planes out, exactly as the decoder has them
//! before colours and smoothing.
//!
//! A frame that does not apply is an error that says why; whether to ask for a key frame then is the
//! client's.

// Every program uses its own part.
#![allow(dead_code)]

use std::hash::{DefaultHasher, Hasher};

use steadycast::{
    nouns::{form::Part, picture::Planes},
    protocol::{BLOCK, Comment, Delta, Patch, comment_of, patch_of},
};
use turbojpeg::Subsamp;

/// Width and height of a block in chroma samples.
const CHROMA_BLOCK: usize = BLOCK / 2;

/// A picture that is being composed.
#[derive(Default)]
pub struct Composer {
    held: Option<Held>,
}

/// What is held of a camera.
struct Held {
    comment: Comment,
    planes: Planes,
    /// Blocks of which a sharper form came than the level's.
    refined: Vec<bool>,
}

impl Composer {
    /// Takes a message, and returns what it was.
    ///
    /// # Errors
    /// Why it does not apply; what is held then stays.
    pub fn take(&mut self, jpeg: &[u8]) -> Result<Part, String> {
        let comment = comment_of(jpeg).map_err(|error| error.to_string())?;
        let Some(delta) = comment.delta else {
            let planes = planes_of(jpeg)?;
            let refined = vec![false; blocks(&planes)];
            self.held = Some(Held { comment, planes, refined });
            return Ok(Part::Whole);
        };
        let patch = patch_of(jpeg).ok_or("a delta frame tells no blocks")?;
        let patch = patch.map_err(|error| error.to_string())?;
        let told = patch.blocks().count();
        if told != delta.blocks as usize {
            return Err(format!("{told} blocks in the segment, {} in the comment", delta.blocks));
        }
        let packed = planes_of(jpeg)?;
        let held = self.held.as_mut().ok_or("a delta frame comes before any picture")?;
        held.accepts(&comment, &delta, &patch)?;
        held.paste(&packed, &patch, delta.refined)?;
        held.comment = comment;
        Ok(delta.part())
    }

    /// The picture that is held.
    pub fn planes(&self) -> Option<&Planes> {
        self.held.as_ref().map(|held| &held.planes)
    }

    /// Number of the frame that is held.
    pub fn number(&self) -> Option<u64> {
        self.held.as_ref().map(|held| held.comment.frame)
    }

    /// A number for what each block shows, row by row; 0 where it is sharper than the level.
    pub fn prints(&self) -> Vec<u64> {
        let Some(held) = &self.held else { return Vec::new() };
        let prints = prints(&held.planes).into_iter().zip(&held.refined);
        prints.map(|(print, refined)| if *refined { 0 } else { print }).collect()
    }
}

impl Held {
    /// Fails where a delta frame is for another picture, and scales what a sweep goes over.
    fn accepts(&mut self, comment: &Comment, delta: &Delta, patch: &Patch) -> Result<(), String> {
        let before = self.comment.frame;
        let size = (usize::from(patch.width), usize::from(patch.height));
        if delta.sweep {
            if size != (self.planes.width, self.planes.height) {
                self.planes = scaled(&self.planes, size);
                self.refined = vec![false; blocks(&self.planes)];
            }
            return if comment.frame > before { Ok(()) } else { Err("a sweep goes back".to_owned()) };
        }
        if (comment.level, comment.scale) != (self.comment.level, self.comment.scale) {
            return Err(format!("a delta of {comment} for a picture of {}", self.comment));
        }
        if size != (self.planes.width, self.planes.height) {
            return Err(format!("a delta of {size:?} for {}x{}", self.planes.width, self.planes.height));
        }
        let applies = if delta.refined {
            comment.frame == before && delta.base == before
        } else {
            delta.base <= before && before < comment.frame
        };
        if applies { Ok(()) } else { Err(format!("frame {before} is held, and {comment} comes")) }
    }

    /// Takes over the blocks of a packed picture.
    fn paste(&mut self, packed: &Planes, patch: &Patch, refined: bool) -> Result<(), String> {
        let (columns, rows) = (packed.width / BLOCK, packed.height / BLOCK);
        let whole = packed.width.is_multiple_of(BLOCK) && packed.height.is_multiple_of(BLOCK);
        if !whole || patch.blocks().count() > columns * rows {
            return Err(format!("{}x{} pixels do not hold all blocks", packed.width, packed.height));
        }
        for (n, block) in patch.blocks().enumerate() {
            let block = block as usize;
            let to = Place::of(block, patch.columns());
            copy_block(packed, Place::of(n, columns), &mut self.planes, to);
            self.refined[block] = refined;
        }
        Ok(())
    }
}

/// Decodes a JPEG in 4:2:0 to planes, without colours and without smoothing.
///
/// # Errors
/// Where it does not decode, or is not in 4:2:0.
pub fn planes_of(jpeg: &[u8]) -> Result<Planes, String> {
    let image = turbojpeg::decompress_to_yuv(jpeg).map_err(|error| error.to_string())?;
    if image.subsamp != Subsamp::Sub2x2 {
        return Err(format!("a JPEG in {:?}", image.subsamp));
    }
    let mut planes = Planes { width: image.width, height: image.height, ..Planes::default() };
    let (luma, chroma) = image.pixels.split_at(image.y_width() * image.y_height());
    let (u, v) = chroma.split_at(image.uv_width() * image.uv_height());
    let (columns, rows) = (planes.chroma_width(), planes.chroma_height());
    planes.y = cropped(luma, image.y_width(), (image.width, image.height));
    planes.u = cropped(u, image.uv_width(), (columns, rows));
    planes.v = cropped(v, image.uv_width(), (columns, rows));
    Ok(planes)
}

fn cropped(samples: &[u8], stride: usize, (width, height): (usize, usize)) -> Vec<u8> {
    samples.chunks_exact(stride).take(height).flat_map(|row| &row[..width]).copied().collect()
}

/// How many blocks a picture has.
fn blocks(planes: &Planes) -> usize {
    planes.width.div_ceil(BLOCK) * planes.height.div_ceil(BLOCK)
}

/// The place of a block in its picture.
#[derive(Clone, Copy)]
struct Place {
    column: usize,
    row: usize,
}

impl Place {
    /// The place of the block of that number, row by row, in a picture of so many columns of blocks.
    fn of(block: usize, columns: usize) -> Place {
        Place { column: block % columns, row: block / columns }
    }
}

/// One plane of a picture.
#[derive(Clone, Copy)]
struct Plane<'a> {
    samples: &'a [u8],
    /// Samples of a row.
    stride: usize,
    /// Width and height of a block in samples.
    side: usize,
}

impl<'a> Plane<'a> {
    /// The rows of one block, as far as the plane goes.
    fn rows(self, at: Place) -> impl Iterator<Item = &'a [u8]> {
        let Plane { samples, stride, side } = self;
        let (left, right) = (at.column * side, stride.min((at.column + 1) * side));
        samples.chunks_exact(stride).skip(at.row * side).take(side).map(move |row| &row[left..right])
    }
}

/// The planes of a picture: luma, and both chromas.
fn split(planes: &Planes) -> [Plane<'_>; 3] {
    let stride = planes.chroma_width();
    let [u, v] = [&planes.u, &planes.v].map(|samples| Plane { samples, stride, side: CHROMA_BLOCK });
    [Plane { samples: &planes.y, stride: planes.width, side: BLOCK }, u, v]
}

/// A number for what each block of a picture shows, row by row; none is 0.
pub fn prints(planes: &Planes) -> Vec<u64> {
    let columns = planes.width.div_ceil(BLOCK);
    let print = |block: usize| {
        let mut hasher = DefaultHasher::new();
        let rows = split(planes).into_iter().flat_map(|plane| plane.rows(Place::of(block, columns)));
        rows.for_each(|samples| hasher.write(samples));
        hasher.finish().max(1)
    };
    (0..blocks(planes)).map(print).collect()
}

/// Copies a block from one place to another; what is outside of `to` is left out.
fn copy_block(from: &Planes, at: Place, to: &mut Planes, place: Place) {
    let strides = [to.width, to.chroma_width(), to.chroma_width()];
    let targets = [&mut to.y, &mut to.u, &mut to.v].into_iter().zip(strides);
    for (source, (target, stride)) in split(from).into_iter().zip(targets) {
        let (left, top) = (place.column * source.side, place.row * source.side);
        for (row, block) in target.chunks_exact_mut(stride).skip(top).zip(source.rows(at)) {
            let width = block.len().min(stride - left);
            row[left..left + width].copy_from_slice(&block[..width]);
        }
    }
}

/// A picture in another size, each sample the nearest one.
fn scaled(planes: &Planes, (width, height): (usize, usize)) -> Planes {
    let mut out = Planes { width, height, ..Planes::default() };
    let sizes = [(planes.width, planes.height), (planes.chroma_width(), planes.chroma_height())];
    let wanted = [(width, height), (out.chroma_width(), out.chroma_height())];
    out.y = nearest(&planes.y, sizes[0], wanted[0]);
    out.u = nearest(&planes.u, sizes[1], wanted[1]);
    out.v = nearest(&planes.v, sizes[1], wanted[1]);
    out
}

fn nearest(plane: &[u8], (width, height): (usize, usize), (columns, rows): (usize, usize)) -> Vec<u8> {
    let sample = |n: usize| {
        let (column, row) = (n % columns, n / columns);
        plane[row * height / rows * width + column * width / columns]
    };
    (0..columns * rows).map(sample).collect()
}

/// Peak signal to noise ratio of the luma of two pictures of one size, decibels; infinite where they are
/// equal.
pub fn psnr(a: &Planes, b: &Planes) -> f64 {
    assert_eq!((a.width, a.height), (b.width, b.height), "pictures of one size");
    decibels(squared_error(&a.y, &b.y) / a.y.len() as f64)
}

/// Peak signal to noise ratio of a mean squared error, decibels.
pub fn decibels(mean_squared: f64) -> f64 {
    10.0 * (255.0 * 255.0 / mean_squared).log10()
}

/// Mean squared error of the luma of each block, row by row.
pub fn errors(a: &Planes, b: &Planes) -> Vec<f64> {
    let columns = a.width.div_ceil(BLOCK);
    let error = |block: usize| {
        let rows = |planes| split(planes)[0].rows(Place::of(block, columns));
        let pairs = rows(a).zip(rows(b));
        let (sum, count) =
            pairs.fold((0.0, 0), |(sum, count), (a, b)| (sum + squared_error(a, b), count + a.len()));
        sum / count.max(1) as f64
    };
    (0..blocks(a)).map(error).collect()
}

fn squared_error(a: &[u8], b: &[u8]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of which each block is another grey.
    fn picture(width: usize, height: usize) -> Planes {
        let mut planes = Planes::grey(width, height, 0);
        let columns = width.div_ceil(BLOCK);
        let grey = |n: usize| (n / width / BLOCK * columns + n % width / BLOCK) as u8;
        planes.y = (0..width * height).map(grey).collect();
        planes
    }

    #[test]
    fn a_block_is_copied_alone_and_cut_at_the_edge() {
        let (from, mut to) = (picture(48, 32), Planes::grey(40, 24, 200));
        let before = prints(&to);
        copy_block(&from, Place { column: 1, row: 0 }, &mut to, Place { column: 2, row: 1 });
        let after = prints(&to);
        let changed: Vec<usize> = (0..6).filter(|n| before[*n] != after[*n]).collect();
        assert_eq!(changed, [5]);
        assert_eq!((to.y[23 * 40 + 39], to.y[15 * 40 + 39], to.y[23 * 40 + 31]), (1, 200, 200));
    }

    #[test]
    fn errors_are_of_their_block() {
        let (a, mut b) = (picture(40, 24), picture(40, 24));
        b.y[20 * 40 + 20] += 4;
        let errors = errors(&a, &b);
        assert_eq!(
            errors.iter().map(|error| error * 128.0).collect::<Vec<_>>(),
            [0.0, 0.0, 0.0, 0.0, 16.0, 0.0]
        );
        assert!(psnr(&a, &a).is_infinite() && (psnr(&a, &b) - decibels(16.0 / 960.0)).abs() < 1e-9);
    }
}
