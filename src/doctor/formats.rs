//! What `v4l2-ctl --list-formats-ext` says a webcam gives, in a few words. Pure.

/// Returns the formats of a webcam, each with its largest picture and the most pictures a second of that
/// size, as in "MJPG to 1920x1080 at 30 FPS, YUYV to 640x480 at 30 FPS"; `None` where it gives no pictures.
///
/// Sizes between bounds ("Stepwise", "Continuous") count by their upper bound.
pub fn formats(listed: &str) -> Option<String> {
    let mut formats: Vec<Format> = Vec::new();
    for line in listed.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.split('\'').nth(1)) {
            formats.push(Format { name: name.trim().to_owned(), ..Format::default() });
        } else if let Some(format) = formats.last_mut() {
            format.take(line);
        }
    }
    let words: Vec<String> = formats.iter().map(Format::words).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// A format of a webcam.
#[derive(Default)]
struct Format {
    name: String,
    /// Width and height of its largest picture, in pixels.
    largest: (u32, u32),
    /// Size to which the intervals below belong.
    size: (u32, u32),
    /// Most pictures a second of the largest size.
    rate: f64,
}

impl Format {
    /// Takes a line that stands below the format's own.
    fn take(&mut self, line: &str) {
        if let Some(sizes) = line.strip_prefix("Size:") {
            let sizes = sizes.split_whitespace().filter_map(size);
            self.size = sizes.max_by_key(|size| area(*size)).unwrap_or_default();
            if area(self.size) > area(self.largest) {
                (self.largest, self.rate) = (self.size, 0.0);
            }
        } else if self.size == self.largest
            && let Some(rate) = line.split('(').nth(1).and_then(|rate| rate.split(" fps").next())
        {
            // Intervals between bounds come as "(5.000-30.000 fps)".
            let rates = rate.split('-').filter_map(|rate| rate.parse::<f64>().ok());
            self.rate = rates.fold(self.rate, f64::max);
        }
    }

    fn words(&self) -> String {
        let (width, height) = self.largest;
        match (area(self.largest), self.rate) {
            (0, _) => self.name.clone(),
            (_, 0.0) => format!("{} to {width}x{height}", self.name),
            (_, rate) => format!("{} to {width}x{height} at {} FPS", self.name, (rate * 10.0).round() / 10.0),
        }
    }
}

/// Returns a size that is written as in "1920x1080".
fn size(word: &str) -> Option<(u32, u32)> {
    let (width, height) = word.split_once('x')?;
    Some((width.parse().ok()?, height.parse().ok()?))
}

fn area((width, height): (u32, u32)) -> u64 {
    u64::from(width) * u64::from(height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_has_its_largest_picture_and_most_pictures_a_second() {
        let listed = "ioctl: VIDIOC_ENUM_FMT\n\tType: Video Capture\n\n\
            \t[0]: 'YUYV' (YUYV 4:2:2)\n\
            \t\tSize: Discrete 640x480\n\t\t\tInterval: Discrete 0.033s (30.000 fps)\n\
            \t\tSize: Discrete 1280x720\n\t\t\tInterval: Discrete 0.133s (7.500 fps)\n\
            \t\t\tInterval: Discrete 0.200s (5.000 fps)\n\
            \t\tSize: Discrete 160x120\n\t\t\tInterval: Discrete 0.017s (60.000 fps)\n\
            \t[1]: 'MJPG' (Motion-JPEG, compressed)\n\
            \t\tSize: Discrete 1920x1080\n\t\t\tInterval: Discrete 0.033s (30.000 fps)\n";
        assert_eq!(
            formats(listed).as_deref(),
            Some("YUYV to 1280x720 at 7.5 FPS, MJPG to 1920x1080 at 30 FPS"),
        );
    }

    #[test]
    fn sizes_between_bounds_count_by_their_upper_one() {
        let listed = "\t[0]: 'RGB3' (24-bit RGB 8-8-8)\n\t\tSize: Stepwise 32x32 - 4096x2160 with step 2/2\n\
            \t\t\tInterval: Continuous 0.033s - 0.200s (5.000-30.000 fps)\n\t[1]: 'GREY' (8-bit Greyscale)\n";
        assert_eq!(formats(listed).as_deref(), Some("RGB3 to 4096x2160 at 30 FPS, GREY"));
    }

    #[test]
    fn what_gives_no_pictures_has_no_formats() {
        assert_eq!(formats("ioctl: VIDIOC_ENUM_FMT\n\tType: Video Capture\n\n"), None);
        assert_eq!(formats(""), None);
    }
}
