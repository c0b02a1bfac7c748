//! Kinds of detectors: what each is called, and what its models want to see. Pure.

use std::fmt;

use super::super::picture::{Align, Range};

/// A kind of detector, by how its models lay out their outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// YOLOv5, v7 and v3: objectness and class scores, three boxes a cell.
    V5,
    /// YOLOv6: objectness that is always 1, one box a cell.
    V6,
    /// YOLOv8 to v12, v5u and YOLO-NAS: class scores, one box a cell.
    V8,
    /// YOLOX: objectness and class scores, one box a cell.
    Yolox,
    /// NanoDet: class scores, and a distribution of distances.
    NanoDet,
    /// DETR, RT-DETR and their like: a few hundred boxes with class scores.
    Detr,
    /// End to end: a few hundred boxes with a class each, the suppression inside.
    EndToEnd,
}

impl Family {
    /// The family of a word in a file's metadata.
    pub fn named(word: &str) -> Option<Family> {
        Some(match word.trim().to_ascii_lowercase().as_str() {
            "v3" | "v5" | "v7" | "yolov3" | "yolov5" | "yolov7" => Family::V5,
            "v6" | "yolov6" => Family::V6,
            "v8" | "v9" | "v11" | "v12" | "yolov8" | "yolov9" | "yolo11" | "yolo12" => Family::V8,
            "yolox" => Family::Yolox,
            "nanodet" => Family::NanoDet,
            "detr" | "rt-detr" | "rtdetr" => Family::Detr,
            "end2end" | "end-to-end" | "v10" | "yolov10" => Family::EndToEnd,
            _ => return None,
        })
    }

    /// What models of this family are usually trained with.
    pub fn usual_range(self) -> Range {
        match self {
            Family::Yolox => Range::Bgr255,
            Family::NanoDet => Range::BgrImageNet,
            _ => Range::Rgb01,
        }
    }

    /// Where models of this family expect a smaller picture.
    pub fn align(self) -> Align {
        if self == Family::Yolox { Align::Corner } else { Align::Centre }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(match self {
            Family::V5 => "YOLOv5 or v7",
            Family::V6 => "YOLOv6",
            Family::V8 => "YOLOv8 to v12",
            Family::Yolox => "YOLOX",
            Family::NanoDet => "NanoDet",
            Family::Detr => "DETR",
            Family::EndToEnd => "end to end",
        })
    }
}
