//! Suppression inside a model (`nms=True` exports): cut off, so that the program's own is used.
//!
//! What such nodes give has as many rows as there are things in the picture, of which tract makes no plan,
//! and tracks need the boxes that lie under others. The graph then ends where it still holds all candidates:
//! in one tensor from which boxes and scores both come, or in these two where nothing was chosen before.

use std::collections::{HashMap, HashSet};

use tract_onnx::pb;

use super::error::Unfit;

/// Nodes that drop boxes which overlap; boxes are their first input, scores the second.
const SUPPRESSING: [&str; 4] = ["NonMaxSuppression", "EfficientNMS_TRT", "BatchedNMS_TRT", "TRTBatchedNMS"];

/// Nodes that choose some values by what they hold: behind them candidates are gone, or their classes.
const CHOOSING: [&str; 8] =
    ["NonZero", "TopK", "ArgMax", "ReduceMax", "Compress", "Unique", "GatherND", "Where"];

/// Nodes with weights: behind the last of them, boxes are only read out.
const HEAVY: [&str; 4] = ["Conv", "ConvTranspose", "Gemm", "MatMul"];

/// Most weights of a matrix that only turns boxes from one form into another, such as from middles to
/// corners.
const MOST_TURNING: i64 = 16;

/// Nodes that only order values anew, or drop an axis of length 1.
const ORDERING: [&str; 5] = ["Transpose", "Identity", "Squeeze", "Gather", "Cast"];

/// Where a graph was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// At the one tensor that holds boxes and scores: the model's only output.
    Together,
    /// At boxes `[1, N, 4]`, the first output, and scores `[1, C, N]` or `[1, N, C]`, the second.
    Apart {
        /// Whether a box is its middle and size, and not two corners.
        is_centred: bool,
    },
}

/// Cuts a graph before its suppression, if it has one, and drops what nothing needs any more.
///
/// # Errors
/// Where boxes and scores cannot be told from what chooses among them.
pub fn cut(graph: &mut pb::GraphProto) -> Result<Option<Cut>, Unfit> {
    let is_suppressing = |node: &pb::NodeProto| SUPPRESSING.contains(&&*node.op_type);
    let Some(at) = graph.node.iter().position(is_suppressing) else { return Ok(None) };
    if graph.node.iter().filter(|node| is_suppressing(node)).count() > 1 {
        return Err(Unfit::new(
            "has several suppressions of overlapping boxes inside, as one a class",
            WITHOUT,
        ));
    }
    if is_decoding(&graph.node[at]) {
        return Err(Unfit::new("leaves the decoding of its boxes to its suppression", WITHOUT));
    }
    let view = View::of(graph, at);
    let chosen = view.chosen();
    let (cut, ends) = if chosen.is_empty() {
        let is_centred = graph.node[at].attribute.iter().any(is_centred);
        (Cut::Apart { is_centred }, view.ends.to_vec())
    } else {
        (Cut::Together, vec![view.joint(&chosen).ok_or_else(unfit)?])
    };
    let output = |name: &String| pb::ValueInfoProto { name: name.clone(), ..pb::ValueInfoProto::default() };
    graph.output = ends.iter().map(output).collect();
    graph.value_info.clear();
    drop_unneeded(graph);
    Ok(Some(cut))
}

/// Help for a model whose suppression is in the way.
const WITHOUT: &str = "export it without (nms=False; YOLOv7: --grid and not --end2end; TensorFlow: the raw \
                       boxes and scores): overlapping boxes are dropped here anyway";

/// The words for a suppression that cannot be cut off.
fn unfit() -> Unfit {
    Unfit::new("has a suppression of overlapping boxes inside that cannot be told from the rest", WITHOUT)
}

/// Whether a suppression decodes its boxes: TensorRT's has their anchors as a third input then.
fn is_decoding(node: &pb::NodeProto) -> bool {
    node.op_type == "EfficientNMS_TRT" && node.input.len() > 2
}

/// Whether an attribute says that boxes are middles and sizes.
fn is_centred(attribute: &pb::AttributeProto) -> bool {
    matches!(&*attribute.name, "center_point_box" | "box_coding") && attribute.i == 1
}

/// Drops nodes that no output needs, which may be such as tract does not know.
fn drop_unneeded(graph: &mut pb::GraphProto) {
    let mut needed: HashSet<String> = graph.output.iter().map(|output| output.name.clone()).collect();
    let mut kept = Vec::new();
    // Nodes stand behind those that they need.
    for node in std::mem::take(&mut graph.node).into_iter().rev() {
        if node.output.iter().any(|name| needed.contains(name)) {
            needed.extend(node.input.iter().cloned());
            kept.push(node);
        }
    }
    kept.reverse();
    graph.node = kept;
}

/// A graph as seen from its suppression.
struct View<'a> {
    nodes: &'a [pb::NodeProto],
    /// Number of the node that gives a value.
    giver: HashMap<&'a str, usize>,
    /// Names of the boxes and the scores.
    ends: [String; 2],
    /// Numbers of the nodes with weights that boxes and scores come from.
    heavy: HashSet<usize>,
    /// Numbers of the nodes between the last weights and the suppression.
    tail: Vec<usize>,
}

impl<'a> View<'a> {
    fn of(graph: &'a pb::GraphProto, at: usize) -> View<'a> {
        let nodes = &graph.node[..];
        let names = |(n, node): (usize, &'a pb::NodeProto)| node.output.iter().map(move |name| (&**name, n));
        let giver = nodes.iter().enumerate().flat_map(names).collect();
        let end = |n: usize| nodes[at].input.get(n).cloned().unwrap_or_default();
        let ends = [end(0), end(1)];
        let mut view = View { nodes, giver, ends, heavy: HashSet::new(), tail: Vec::new() };
        let before = view.before(&view.ends, |_| false);
        let is_heavy = |n: &usize| HEAVY.contains(&&*nodes[*n].op_type) && !view.only_turns(*n, graph);
        let heavy: HashSet<usize> = before.iter().copied().filter(is_heavy).collect();
        let under: Vec<String> = heavy.iter().flat_map(|n| nodes[*n].input.clone()).collect();
        let under = view.before(&under, |_| false);
        view.tail = before.into_iter().filter(|n| !heavy.contains(n) && !under.contains(n)).collect();
        view.tail.sort_unstable();
        view.heavy = heavy;
        view
    }

    /// Whether a node with weights only turns boxes from one form into another, as YOLOv7's do.
    fn only_turns(&self, n: usize, graph: &pb::GraphProto) -> bool {
        let is_small = |tensor: &pb::TensorProto| tensor.dims.iter().product::<i64>() <= MOST_TURNING;
        let made = |name: &String| {
            let giver = &self.nodes[*self.giver.get(&**name)?];
            giver
                .attribute
                .iter()
                .find_map(|attribute| attribute.t.as_ref())
                .filter(|_| giver.input.is_empty())
        };
        let given =
            |name: &String| graph.initializer.iter().find(|weight| weight.name == *name).or(made(name));
        let is_product = matches!(&*self.nodes[n].op_type, "MatMul" | "Gemm");
        is_product && self.nodes[n].input.iter().filter_map(given).any(is_small)
    }

    /// Numbers of the nodes that these values come from; nodes at which `ends_at` holds are not passed. What
    /// only a value's shape is asked of does not count.
    fn before(&self, values: &[String], ends_at: impl Fn(usize) -> bool) -> HashSet<usize> {
        let mut found = HashSet::new();
        let mut left: Vec<&String> = values.iter().collect();
        while let Some(name) = left.pop() {
            let Some(&n) = self.giver.get(&**name) else { continue };
            if found.insert(n) && !ends_at(n) && self.nodes[n].op_type != "Shape" {
                left.extend(&self.nodes[n].input);
            }
        }
        found
    }

    /// Numbers of the nodes of the tail that choose, or come behind one that does.
    fn chosen(&self) -> HashSet<usize> {
        let mut chosen = HashSet::new();
        for &n in &self.tail {
            let behind = |name: &String| self.giver.get(&**name).is_some_and(|giver| chosen.contains(giver));
            if CHOOSING.contains(&&*self.nodes[n].op_type) || self.nodes[n].input.iter().any(behind) {
                chosen.insert(n);
            }
        }
        chosen
    }

    /// The last value of the tail through which all goes that boxes and scores come from, before anything is
    /// chosen; rather one before than behind nodes that only order it anew, for that is how models without
    /// suppression end.
    fn joint(&self, chosen: &HashSet<usize>) -> Option<String> {
        let joins = |joint: usize| {
            let before = self.before(&self.ends, |n| n == joint);
            before.contains(&joint) && self.heavy.is_disjoint(&before)
        };
        let is_joint = |n: usize| {
            !chosen.contains(&n) && self.tail.contains(&n) && self.nodes[n].output.len() == 1 && joins(n)
        };
        let mut joint = self.tail.iter().copied().rev().find(|n| is_joint(*n))?;
        while ORDERING.contains(&&*self.nodes[joint].op_type)
            && let Some(&before) = self.nodes[joint].input.first().and_then(|name| self.giver.get(&**name))
            && is_joint(before)
        {
            joint = before;
        }
        self.nodes[joint].output.first().cloned()
    }
}
