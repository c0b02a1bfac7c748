//! Pictures as planes of brightness and colour (BT.601, full range, as in any JPEG), and what can be read off
//! them.

use std::{path::Path, process::Command};

use turbojpeg::{Subsamp, YuvImage};

/// A plane: grey values, row by row.
pub struct Plane {
    width: usize,
    height: usize,
    values: Vec<u8>,
}

/// A picture: brightness, then blue and red difference. A grey one has no differences.
pub struct Planes(Vec<Plane>);

/// Part of a picture, in fractions of its width and height.
#[derive(Clone, Copy)]
pub struct Area {
    /// Left and right edge.
    pub x: (f64, f64),
    /// Upper and lower edge.
    pub y: (f64, f64),
}

/// Where the corners' colours are looked at: well away from edges, and from what moves in the middle.
const CORNERS: [(f64, f64); 4] = [(0.15, 0.15), (0.85, 0.15), (0.15, 0.85), (0.85, 0.85)];

/// Half the side of the area that is looked at, in fractions.
const REACH: f64 = 0.06;

/// The picture is compared with another one in so many parts along each side.
const PARTS: usize = 4;

/// Brightness above which a place belongs to a bright figure.
const BRIGHT: u8 = 128;

/// A slate's words stay off its edges by this fraction of its width.
const MARGIN: f64 = 0.01;

impl Plane {
    fn mean(&self, area: Area) -> f64 {
        let range = |(from, to): (f64, f64), size: usize| {
            let from = (from * size as f64) as usize;
            from..((to * size as f64) as usize).clamp(from + 1, size)
        };
        let rows =
            range(area.y, self.height).map(|y| &self.values[y * self.width..][range(area.x, self.width)]);
        let (sum, count) = rows.fold((0, 0), |(sum, count), row| {
            (sum + row.iter().map(|value| u64::from(*value)).sum::<u64>(), count + row.len())
        });
        sum as f64 / count as f64
    }

    fn at(&self, x: usize, y: usize) -> u8 {
        self.values[y * self.width + x]
    }
}

impl Planes {
    /// Those of a JPEG.
    pub fn of_jpeg(jpeg: &[u8]) -> Result<Planes, String> {
        let yuv = turbojpeg::decompress_to_yuv(jpeg).map_err(|error| error.to_string())?;
        let cut = |from: usize, padded: usize, (width, height): (usize, usize)| {
            let rows = yuv.pixels[from..].chunks(padded).take(height);
            Plane { width, height, values: rows.flat_map(|row| &row[..width]).copied().collect() }
        };
        let mut planes = vec![cut(0, yuv.y_width(), (yuv.width, yuv.height))];
        if yuv.subsamp != Subsamp::Gray {
            let (from, size) = (yuv.y_width() * yuv.y_height(), yuv.uv_width() * yuv.uv_height());
            let shown = chroma_size(&yuv);
            planes.extend([0, 1].map(|n| cut(from + n * size, yuv.uv_width(), shown)));
        }
        Ok(Planes(planes))
    }

    /// The first picture that ffmpeg's own program makes of a file.
    pub fn reference(file: &Path) -> Result<Planes, String> {
        let colours = "scale=out_color_matrix=bt601:out_range=pc,format=yuv420p";
        let output = Command::new("ffmpeg")
            .args(["-v", "error", "-nostdin", "-threads", "1", "-i"])
            .arg(file)
            .args(["-frames:v", "1", "-vf", colours, "-f", "yuv4mpegpipe", "-"])
            .output()
            .map_err(|error| format!("ffmpeg does not start: {error}"))?;
        let said = || format!("ffmpeg decodes nothing: {}", String::from_utf8_lossy(&output.stderr));
        let mut lines = output.stdout.splitn(3, |byte| *byte == b'\n');
        let (Some(head), Some(_), Some(values)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(said());
        };
        let head = String::from_utf8_lossy(head).into_owned();
        let number = |key: char| {
            head.split(' ').skip(1).find_map(|word| word.strip_prefix(key)?.parse::<usize>().ok())
        };
        let (width, height) = number('W').zip(number('H')).ok_or_else(said)?;
        let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
        let mut from = 0;
        let mut cut = |width: usize, height: usize| {
            from += width * height;
            let values = values.get(from - width * height..from).map(<[u8]>::to_vec);
            values.map(|values| Plane { width, height, values }).ok_or_else(said)
        };
        Ok(Planes(vec![cut(width, height)?, cut(half_width, half_height)?, cut(half_width, half_height)?]))
    }

    /// Width and height.
    pub fn size(&self) -> String {
        format!("{}x{}", self.0[0].width, self.0[0].height)
    }

    /// Mean brightness and colour of an area; grey has 128 for colours.
    pub fn mean(&self, area: Area) -> [f64; 3] {
        [0, 1, 2].map(|n| self.0.get(n).map_or(128.0, |plane| plane.mean(area)))
    }

    /// The corner, from the upper left to the lower right, that is farthest from its colour, and by how much:
    /// grey values.
    pub fn worst_corner(&self, colours: &[[f64; 3]]) -> (f64, String) {
        let corners = CORNERS.iter().zip(colours).map(|(place, wanted)| {
            let is = self.mean(around(*place));
            (
                farthest(is, *wanted),
                format!("{} is {} instead of {}", name(*place), shown(is), shown(*wanted)),
            )
        });
        corners.max_by(|a, b| a.0.total_cmp(&b.0)).expect("there are four corners")
    }

    /// The part that is farthest from the same part of another picture, and by how much: grey values.
    pub fn worst_part(&self, other: &Planes) -> (f64, String) {
        let part = |n: usize| {
            let middle = |n: usize| ((n as f64 + 0.2) / PARTS as f64, (n as f64 + 0.8) / PARTS as f64);
            let area = Area { x: middle(n % PARTS), y: middle(n / PARTS) };
            let (is, wanted) = (self.mean(area), other.mean(area));
            let place = format!("part {}, {} of {PARTS}x{PARTS}", n % PARTS, n / PARTS);
            (farthest(is, wanted), format!("{place} is {} instead of {}", shown(is), shown(wanted)))
        };
        (0..PARTS * PARTS).map(part).max_by(|a, b| a.0.total_cmp(&b.0)).expect("there are parts")
    }

    /// Whether the upper left corner has no colour.
    pub fn is_grey(&self) -> bool {
        let [_, blue, red] = self.mean(around(CORNERS[0]));
        (blue - 128.0).abs() < 6.0 && (red - 128.0).abs() < 6.0
    }

    /// Width of what is bright, to its height.
    pub fn bright_shape(&self) -> f64 {
        let bright = &self.0[0];
        let wide =
            (0..bright.width).filter(|x| (0..bright.height).any(|y| bright.at(*x, y) > BRIGHT)).count();
        let high =
            (0..bright.height).filter(|y| (0..bright.width).any(|x| bright.at(x, *y) > BRIGHT)).count();
        wide as f64 / high.max(1) as f64
    }

    /// By how much rows differ from their neighbours more than from the rows after those: near nothing but
    /// for combs.
    pub fn combs(&self) -> f64 {
        let bright = &self.0[0];
        let differ = |by: usize| {
            let places = (0..bright.height - 2).flat_map(|y| (0..bright.width).map(move |x| (x, y)));
            let sum: u64 =
                places.map(|(x, y)| u64::from(bright.at(x, y).abs_diff(bright.at(x, y + by)))).sum();
            sum as f64 / (bright.width * (bright.height - 2)) as f64
        };
        differ(1) - differ(2)
    }

    /// Whether nothing is drawn at the left and right edges.
    pub fn has_margins(&self) -> bool {
        let bright = &self.0[0];
        let margin = ((bright.width as f64 * MARGIN) as usize).max(1);
        let flat = |xs: std::ops::Range<usize>| {
            let values = || {
                xs.clone().flat_map(|x| (0..bright.height).map(move |y| (x, y))).map(|(x, y)| bright.at(x, y))
            };
            values().max().unwrap_or_default() - values().min().unwrap_or_default() < 40
        };
        flat(0..margin) && flat(bright.width - margin..bright.width)
    }
}

/// Chroma's width and height without padding.
fn chroma_size<T>(yuv: &YuvImage<T>) -> (usize, usize) {
    let (across, down) = (yuv.subsamp.width(), yuv.subsamp.height());
    (yuv.width.div_ceil(across), yuv.height.div_ceil(down))
}

fn around((x, y): (f64, f64)) -> Area {
    Area { x: (x - REACH, x + REACH), y: (y - REACH, y + REACH) }
}

fn farthest(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

fn shown(values: [f64; 3]) -> String {
    values.map(|value| format!("{value:.0}")).join("/")
}

fn name((x, y): (f64, f64)) -> &'static str {
    match (y < 0.5, x < 0.5) {
        (true, true) => "upper left",
        (true, false) => "upper right",
        (false, true) => "lower left",
        (false, false) => "lower right",
    }
}

/// Brightness and colour of the words in `names`: CSS names of a few colours, or `0xRRGGBB`.
pub fn colours(names: &str) -> Vec<[f64; 3]> {
    names.split(' ').map(colour).collect()
}

/// As in JFIF: BT.601, full range.
fn colour(name: &str) -> [f64; 3] {
    let rgb = match name {
        "red" => 0xFF_0000,
        "lime" => 0x00_FF00,
        "blue" => 0x00_00FF,
        "white" => 0xFF_FFFF,
        hex => u32::from_str_radix(hex.trim_start_matches("0x"), 16)
            .unwrap_or_else(|_| panic!("{hex:?} is no colour")),
    };
    let [_, r, g, b] = rgb.to_be_bytes().map(f64::from);
    let bright = 0.299 * r + 0.587 * g + 0.114 * b;
    [bright, 128.0 + (b - bright) / 1.772, 128.0 + (r - bright) / 1.402].map(|value| value.min(255.0))
}
