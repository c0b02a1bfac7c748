//! A loaded model: a picture's planes in, the numbers of its outputs out.
//!
//! What the file holds is made such that tract can run it well (`file`, `weights`, `suppression`, `halves`,
//! `batch`, `softmax`), or refused in words. What the numbers mean is the caller's.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use tract_onnx::{model::ParseResult, pb, prelude::*};

use super::{
    batch,
    error::{EngineError, Unfit},
    file, halves,
    input::Input,
    operators, softmax,
    suppression::{self, Cut},
    tensor::Tensor32,
    told::{caught, told},
    weights,
};

/// Most values of an output: four times those of the largest input's pixels, 256 MB.
const MOST_VALUES: usize = 4 * 4096 * 4096;

/// One of a model's outputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Name that the file gives it.
    pub name: String,
    /// Length of each axis.
    pub shape: Vec<usize>,
}

/// A loaded model: one input, which is a picture, and one output or more.
pub struct Model {
    path: PathBuf,
    plan: Arc<TypedRunnableModel>,
    input: Input,
    outputs: Vec<Output>,
    cut: Option<Cut>,
    metadata: HashMap<String, String>,
    producer: String,
}

impl Model {
    /// Loads, checks and optimises an ONNX file, which takes a good part of a second. A usual model whose
    /// file is missing is taken from inside the program. An input size that the file leaves open becomes
    /// `dynamic_size` (width, height).
    ///
    /// # Errors
    /// [`EngineError`]: what was found and what helps.
    pub fn load(path: &Path, dynamic_size: (usize, usize)) -> Result<Model, EngineError> {
        Model::of(path, file::graph(path)?, dynamic_size, true)
    }

    /// Loads a model without the rewriting that makes it faster, to be compared with.
    ///
    /// # Errors
    /// [`EngineError`]: what was found and what helps.
    pub fn load_as_it_is(path: &Path, dynamic_size: (usize, usize)) -> Result<Model, EngineError> {
        Model::of(path, file::graph(path)?, dynamic_size, false)
    }

    /// The model of a file's content; `is_faster` where it may be rewritten for speed.
    ///
    /// # Errors
    /// [`EngineError`]: what was found and what helps.
    pub(super) fn of(
        path: &Path,
        mut proto: pb::ModelProto,
        dynamic_size: (usize, usize),
        is_faster: bool,
    ) -> Result<Model, EngineError> {
        let prepared = prepare(path, &mut proto, dynamic_size).map_err(|unfit| unfit.of(path))?;
        let plan = caught(|| plan(&proto, &prepared.input, is_faster).map_err(|error| told(&error)));
        let plan = plan.map_err(|why| EngineError::Load {
            path: path.to_owned(),
            why: format!("{why}; {}", operators::HELP),
        })?;
        let outputs = outputs(&proto, &plan).map_err(|found| EngineError::Shape {
            path: path.to_owned(),
            what: "output",
            found,
            expected: "a shape without open axes, of at most 67108864 values",
        })?;
        let Prepared { input, cut } = prepared;
        if input.batch > 1 && outputs.iter().any(|output| output.shape.first() == Some(&input.batch)) {
            let found = format!("is made for {} pictures at once, which is deep inside", input.batch);
            return Err(Unfit::new(found, "export it for one (batch=1)").of(path));
        }
        let metadata = proto.metadata_props.into_iter().map(|entry| (entry.key, entry.value)).collect();
        let producer = proto.producer_name;
        Ok(Model { path: path.to_owned(), plan, input, outputs, cut, metadata, producer })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Width and height of the input in pixels.
    pub fn input(&self) -> (usize, usize) {
        self.input.size
    }

    /// Whether the input takes bytes: its planes then hold values from 0 to 255.
    pub fn takes_bytes(&self) -> bool {
        self.input.in_bytes
    }

    /// Whether the input is grey; its planes are mixed, which expects them in the order red, green, blue.
    pub fn is_grey(&self) -> bool {
        self.input.channels == 1
    }

    /// Shape of the first output.
    pub fn output(&self) -> &[usize] {
        self.outputs.first().map_or(&[], |output| &output.shape)
    }

    /// All outputs, in the file's order.
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// Where the model's own suppression was cut off, if it has one.
    pub fn cut(&self) -> Option<Cut> {
        self.cut
    }

    /// What the file says about itself under a key of its metadata.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.metadata.get(key).map(String::as_str)
    }

    /// The program that wrote the file, such as `pytorch` or `tf2onnx`; empty where it does not say.
    pub fn producer(&self) -> &str {
        &self.producer
    }

    /// The error of an output that is not what the caller needs.
    pub fn wrong_output(&self, expected: &'static str) -> EngineError {
        EngineError::Shape {
            path: self.path.clone(),
            what: "output",
            found: format!("{:?}", self.output()),
            expected,
        }
    }

    /// The error of a model whose outputs are laid out like nothing that is known; `why` says what was found.
    pub fn unknown(&self, why: String) -> EngineError {
        EngineError::Unknown { path: self.path.clone(), why }
    }

    /// Runs the model on one picture, and gives its first output. `planes` holds red, green and blue (or
    /// whatever order the model wants) one after the other, each row by row at the input's size. Some of the
    /// output's values may be infinite or no numbers.
    ///
    /// # Errors
    /// [`EngineError::Run`]: the wrong number of values, or what tract says.
    ///
    /// # Panics
    /// Where the engine does, which some models and pictures make it do: the caller is fenced, so that it is
    /// counted.
    pub fn run(&self, planes: &[f32]) -> Result<Tensor32, EngineError> {
        let first = self.results(planes)?.into_iter().next();
        let first = first.ok_or_else(|| self.failed("no output".to_owned()))?;
        Tensor32::of(&first).map_err(|why| self.failed(why))
    }

    /// Runs the model on one picture, as [`Model::run`] does, and gives all outputs.
    ///
    /// # Errors
    /// As of [`Model::run`].
    pub fn run_all(&self, planes: &[f32]) -> Result<Vec<Tensor32>, EngineError> {
        let results = self.results(planes)?;
        results.iter().map(|result| Tensor32::of(result).map_err(|why| self.failed(why))).collect()
    }

    /// Runs the model on one picture, as [`Model::run`] does, where one value that is no number makes all of
    /// them useless.
    ///
    /// # Errors
    /// As of [`Model::run`], and where a value is infinite or no number.
    pub fn run_finite(&self, planes: &[f32]) -> Result<Tensor32, EngineError> {
        let result = self.run(planes)?;
        if result.is_finite() {
            Ok(result)
        } else {
            Err(self.failed("its output holds values that are no numbers".to_owned()))
        }
    }

    /// What tract gives for a picture.
    fn results(&self, planes: &[f32]) -> Result<TVec<TValue>, EngineError> {
        let tensor = self.input.tensor(planes).map_err(|why| self.failed(why))?;
        self.plan.run(tvec!(tensor.into())).map_err(|error| self.failed(told(&error)))
    }

    fn failed(&self, why: String) -> EngineError {
        EngineError::Run { path: self.path.clone(), why }
    }
}

/// What is known of a graph once it is fit to be planned.
struct Prepared {
    input: Input,
    cut: Option<Cut>,
}

/// Makes a graph such that tract can plan it.
fn prepare(path: &Path, proto: &mut pb::ModelProto, dynamic_size: (usize, usize)) -> Result<Prepared, Unfit> {
    let graph = proto.graph.as_mut().ok_or_else(|| Unfit::new("holds no network", "export it again"))?;
    weights::gather(graph, path)?;
    let cut = suppression::cut(graph)?;
    halves::widen(graph);
    operators::check(graph, &tract_onnx::onnx())?;
    let input = Input::of(graph, dynamic_size)?;
    if input.batch > 1 {
        batch::make_one(graph, input.batch);
    }
    Ok(Prepared { input, cut })
}

/// What tract runs of a graph.
fn plan(proto: &pb::ModelProto, input: &Input, is_faster: bool) -> TractResult<Arc<TypedRunnableModel>> {
    let ParseResult { model, unresolved_inputs, .. } = tract_onnx::onnx().parse(proto, None)?;
    if !unresolved_inputs.is_empty() {
        return Err(TractError::msg(format!("nothing gives {}", unresolved_inputs.join(", "))));
    }
    let mut model = model.with_input_fact(0, input.fact())?.into_typed()?.into_decluttered()?;
    if is_faster {
        softmax::spell_out(&mut model)?;
    }
    model.into_optimized()?.into_runnable()
}

/// A plan's outputs.
///
/// # Errors
/// The shape of one that has an open axis, or more than [`MOST_VALUES`].
fn outputs(proto: &pb::ModelProto, plan: &TypedRunnableModel) -> Result<Vec<Output>, String> {
    let names = proto.graph.iter().flat_map(|graph| &graph.output).map(|output| output.name.clone());
    let output = |(n, name): (usize, String)| {
        let fact = plan.model().output_fact(n).map_err(|error| told(&error))?;
        let fits = |shape: &&[usize]| {
            let count = shape.iter().try_fold(1_usize, |count, length| count.checked_mul(*length));
            count.is_some_and(|count| count <= MOST_VALUES)
        };
        let shape = fact.shape.as_concrete().filter(fits).ok_or_else(|| format!("{:?}", fact.shape))?;
        Ok(Output { name, shape: shape.to_vec() })
    };
    names.enumerate().map(output).collect()
}

#[cfg(test)]
mod tests {
    use tract_onnx::{pb::tensor_proto::DataType, tract_core::ops::nn::Softmax};

    use super::{super::made::Made, *};

    #[test]
    fn open_axes_are_fixed_and_metadata_is_kept() {
        let model =
            Made::of_one("Relu", &[0, 3, 0, 0]).metadata("names", "{0: 'person'}").load().expect("fits");
        assert_eq!((model.input(), model.output()), ((6, 4), &[1, 3, 4, 6][..]));
        assert_eq!((model.metadata("names"), model.metadata("stride")), (Some("{0: 'person'}"), None));
        let output = model.run(&[-1.0; 72]).expect("runs");
        assert_eq!(output, Tensor32 { shape: vec![1, 3, 4, 6], values: vec![0.0; 72] });
        let given = Made::of_one("Relu", &[1, 3, 2, 2]).load().expect("fits");
        assert_eq!(given.input(), (2, 2), "a size that is given stays");
        assert!(given.run(&[0.0; 5]).is_err(), "the wrong number of values");
    }

    #[test]
    fn what_cannot_run_is_refused_with_what_was_found_and_what_helps() {
        let refused = |made: &Made| made.load().err().expect("refused").to_string();
        let error = refused(&Made::of_one("Relu", &[1, 4, 8, 8]));
        assert!(error.contains("made.onnx") && error.contains("[1, 4, 8, 8]"), "{error}");
        let mut strange = Made::of_one("DeformThing", &[1, 3, 8, 8]);
        strange.node("RoiWarp", "y", "z").node("RoiWarp", "z", "u");
        let error = refused(&strange);
        assert!(error.contains("not known here: DeformThing, RoiWarp; exporting it with"), "{error}");
        let mut wrong = Made::of_one("Relu", &[1, 3, 8, 8]);
        wrong.graph.node[0].input[0] = "nobody".into();
        let error = refused(&wrong);
        assert!(error.contains("nothing gives nobody"), "{error}");
    }

    #[test]
    fn an_output_that_no_memory_holds_is_refused() {
        let mut made = Made::new();
        made.input("x", DataType::Float, &[1, 3, 1, 1]).ints("wide", &[1, 3, 100_000, 100_000]);
        made.node("Expand", "x wide", "y").output("y");
        let error = made.load().err().expect("too large").to_string();
        assert!(error.contains("at most 67108864 values"), "{error}");
    }

    #[test]
    fn values_that_are_no_numbers_come_through_and_fail_where_all_must_be() {
        let model = Made::of_one("Log", &[1, 3, 2, 2]).load().expect("fits");
        let mut planes = [1.0; 12];
        planes[0] = -1.0;
        let values = model.run(&planes).expect("runs").values;
        assert!(values[0].is_nan() && values[1..] == [0.0; 11], "{values:?}");
        let error = model.run_finite(&planes).expect_err("the logarithm of -1").to_string();
        assert!(error.contains("no numbers"), "{error}");
        assert!(model.run_finite(&[1.0; 12]).is_ok(), "the next picture is another matter");
    }

    #[test]
    fn grey_bytes_by_pixel_reach_a_model_as_it_wants_them() {
        let mut made = Made::new();
        made.input("x", DataType::Uint8, &[1, 0, 0, 1]).node("Cast", "x", "f").with("to", 1);
        made.floats("two", &[1], &[2.0]).node("Mul", "f two", "y").output("y");
        let model = made.load().expect("fits");
        assert!(model.takes_bytes() && model.is_grey());
        let output = model.run(&[10.0; 72]).expect("runs");
        assert_eq!(output, Tensor32 { shape: vec![1, 4, 6, 1], values: vec![20.0; 24] });
    }

    #[test]
    fn half_floats_inside_and_at_the_ends_run_as_whole_ones() {
        let mut made = Made::new();
        made.input("x", DataType::Float16, &[1, 3, 2, 2]);
        made.weight("one", DataType::Float16, &[1], vec![0x00, 0x3c]).node("Add", "x one", "sum");
        made.node("Cast", "sum", "wide").with("to", 1).node("Cast", "wide", "y").with("to", 10).output("y");
        let output = made.load().expect("fits").run(&[0.1; 12]).expect("runs");
        // A half float would be 1.0996 or 1.1006.
        assert_eq!(output.values, [1.1; 12]);
    }

    /// A model for two pictures at once, which gives their values in one row each.
    fn for_two(rows: &str) -> Made {
        let mut made = Made::new();
        made.input("x", DataType::Float, &[2, 3, 2, 2]).ints("rows", &[2, -1]).ints("other", &[-1, 12]);
        made.node("Reshape", &format!("x {rows}"), "y").output("y");
        made
    }

    #[test]
    fn a_model_for_several_pictures_is_cut_to_one_or_refused() {
        for rows in ["rows", "other"] {
            assert_eq!(for_two(rows).load().expect("can be cut").output(), [1, 12], "{rows}");
        }
        let mut deep = for_two("rows");
        deep.graph.output.clear();
        deep.floats("pair", &[2, 1], &[1.0, 2.0]).node("Add", "y pair", "z").output("z");
        let error = deep.load().err().expect("cannot be cut").to_string();
        assert!(error.contains("2 pictures at once") && error.contains("batch=1"), "{error}");
    }

    /// The end of YOLO: `[1, 2 + 4, 12]` out of a convolution, boxes and scores of two classes.
    fn head() -> Made {
        let mut made = Made::new();
        let weights: Vec<f32> = (0..18).map(|n| n as f32 / 10.0).collect();
        made.input("x", DataType::Float, &[1, 3, 4, 3]).floats("w", &[6, 3, 1, 1], &weights);
        made.node("Conv", "x w", "c").ints("flat", &[1, 6, 12]).node("Reshape", "c flat", "preds");
        made.node("Transpose", "preds", "rows").with_all("perm", &[0, 2, 1]);
        made.ints("parts", &[4, 2]).node("Split", "rows parts", "boxes scores").with("axis", 2);
        made.ints("most", &[100]).floats("iou", &[1], &[0.5]);
        made
    }

    #[test]
    fn a_suppression_that_chooses_before_is_cut_where_boxes_and_scores_part() {
        let mut made = head();
        made.node("ReduceMax", "scores", "best").with_all("axes", &[2]).with("keepdims", 0);
        made.node("ArgMax", "scores", "class").with("axis", 2).with("keepdims", 0);
        made.floats("least", &[1], &[0.3])
            .node("Greater", "best least", "sure")
            .node("NonZero", "sure", "at");
        made.node("Transpose", "at", "ats")
            .node("GatherND", "boxes ats", "some")
            .node("GatherND", "best ats", "how");
        made.ints("front", &[0]).ints("fronts", &[0, 1]).node("Unsqueeze", "some front", "b");
        made.node("Unsqueeze", "how fronts", "s")
            .node("NonMaxSuppression", "b s most iou", "kept")
            .output("kept");
        let model = made.load().expect("is cut");
        assert_eq!((model.cut(), model.output()), (Some(Cut::Together), &[1, 6, 12][..]));
        assert_eq!(model.outputs()[0].name, "preds");
        assert_eq!(model.run(&[1.0; 36]).expect("runs").values.len(), 72);
    }

    #[test]
    fn a_suppression_of_all_candidates_is_cut_at_its_boxes_and_scores() {
        let mut made = head();
        made.node("Transpose", "scores", "by_class").with_all("perm", &[0, 2, 1]);
        made.node("NonMaxSuppression", "boxes by_class most iou", "kept").with("center_point_box", 1);
        made.node("Inexplicable", "kept", "end").output("end");
        let model = made.load().expect("is cut");
        assert_eq!(model.cut(), Some(Cut::Apart { is_centred: true }));
        let shapes: Vec<&[usize]> = model.outputs().iter().map(|output| &output.shape[..]).collect();
        assert_eq!(shapes, [&[1, 12, 4][..], &[1, 2, 12]]);
        let all = model.run_all(&[1.0; 36]).expect("runs");
        // Of a pixel of ones, channel n of the convolution gives the sum of its three weights.
        assert!((all[0].values[1] - 1.2).abs() < 1e-5 && (all[1].values[12] - 4.8).abs() < 1e-5);
    }

    #[test]
    fn a_matrix_that_only_turns_boxes_hides_no_suppression() {
        let mut made = head();
        let corners = [1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, -0.5, 0.0, 0.5, 0.0, 0.0, -0.5, 0.0, 0.5];
        made.floats("corners", &[4, 4], &corners).node("MatMul", "boxes corners", "turned");
        made.node("ReduceMax", "scores", "best").with_all("axes", &[2]).with("keepdims", 1);
        made.node("ArgMax", "scores", "class").with("axis", 2).with("keepdims", 1);
        made.node("Cast", "class", "number").with("to", 1).floats("far", &[], &[640.0]);
        made.node("Mul", "number far", "away").node("Add", "turned away", "apart");
        made.node("Transpose", "best", "by_class").with_all("perm", &[0, 2, 1]);
        made.node("NonMaxSuppression", "apart by_class most iou", "kept").output("kept");
        let model = made.load().expect("is cut");
        assert_eq!((model.cut(), model.output()), (Some(Cut::Together), &[1, 6, 12][..]));
    }

    #[test]
    fn suppressions_that_cannot_be_cut_off_are_refused_with_what_helps() {
        let mut each = head();
        each.node("NonMaxSuppression", "boxes scores most iou", "kept").output("kept");
        each.node("NonMaxSuppression", "boxes scores most iou", "kept2").output("kept2");
        let mut anchors = head();
        anchors.node("EfficientNMS_TRT", "boxes scores iou", "num boxes2 scores2 classes");
        anchors.output("num").output("boxes2");
        for (made, found) in [(each, "several suppressions"), (anchors, "decoding of its boxes")] {
            let error = made.load().err().expect("cannot be cut").to_string();
            assert!(error.contains(found) && error.contains("nms=False"), "{error}");
        }
    }

    /// YOLOv8's bins: four sides of 16, as they stand in a head at `count` candidates.
    fn bins(count: i64) -> Made {
        let mut made = Made::new();
        made.input("x", DataType::Float, &[1, 1, 64, count]).ints("sides", &[1, 4, 16, count]);
        made.node("Reshape", "x sides", "s").node("Transpose", "s", "t").with_all("perm", &[0, 2, 1, 3]);
        made.node("Softmax", "t", "p").with("axis", 1);
        let numbers: Vec<f32> = (0..16).map(|n| n as f32).collect();
        made.floats("mean", &[1, 16, 1, 1], &numbers).node("Conv", "p mean", "y").output("y");
        made
    }

    /// Whether what runs of a model still holds a softmax.
    fn has_softmax(model: &Model) -> bool {
        model.plan.model().nodes().iter().any(|node| node.op_is::<Softmax>())
    }

    #[test]
    fn a_softmax_over_bins_is_spelled_out_and_says_the_same() {
        let (spelled, plain) = (bins(84).load().expect("fits"), bins(84).load_as_it_is().expect("fits"));
        assert!(has_softmax(&plain) && !has_softmax(&spelled));
        let mut random = fastrand::Rng::with_seed(7);
        let planes: Vec<f32> = (0..3 * 64 * 84).map(|_| random.f32() * 30.0 - 15.0).collect();
        let run = |model: &Model| model.run(&planes).expect("runs").values;
        let (ours, theirs) = (run(&spelled), run(&plain));
        let off = ours.iter().zip(&theirs).fold(0.0_f32, |off, (a, b)| off.max((a - b).abs()));
        // Of means from 0 to 15.
        assert!(off <= 1e-4, "{off}");
    }

    #[test]
    fn softmax_of_any_axis_and_length_says_the_same() {
        for (axis, axes) in
            [(1, [1, 3, 5, 7]), (2, [1, 3, 5, 7]), (3, [1, 3, 5, 7]), (2, [1, 3, 1, 7]), (1, [1, 3, 1, 1])]
        {
            let mut made = Made::of_one("Softmax", &axes);
            made.with("axis", axis);
            let planes: Vec<f32> =
                (0..axes.iter().product()).map(|n: i64| (n * 37 % 11) as f32 - 5.0).collect();
            let run = |model: Result<Model, EngineError>| model.expect("fits").run(&planes).expect("runs");
            let (ours, theirs) = (run(made.load()), run(made.load_as_it_is()));
            assert_eq!(ours.shape, theirs.shape);
            let off =
                ours.values.iter().zip(&theirs.values).fold(0.0_f32, |off, (a, b)| off.max((a - b).abs()));
            assert!(off <= 1e-5, "axis {axis} of {axes:?}: {off}");
        }
    }
}
