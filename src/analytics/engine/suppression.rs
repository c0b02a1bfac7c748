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
    let Some(at) = graph.node.iter().position(|node| SUPPRESSING.contains(&&*node.op_type)) else {
        return Ok(None);
    };
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

/// The words for a suppression that cannot be cut off.
fn unfit() -> Unfit {
    let help = "export it without (nms=False, end2end=False): overlapping boxes are dropped here anyway";
    Unfit::new("has a suppression of overlapping boxes inside that cannot be told from the rest", help)
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
    /// Numbers of the nodes between the last weights and the suppression.
    tail: Vec<usize>,
}

impl<'a> View<'a> {
    fn of(graph: &'a pb::GraphProto, at: usize) -> View<'a> {
        let nodes = &graph.node[..];
        let names = |(n, node): (usize, &'a pb::NodeProto)| node.output.iter().map(move |name| (&**name, n));
        let giver = nodes.iter().enumerate().flat_map(names).collect();
        let end = |n: usize| nodes[at].input.get(n).cloned().unwrap_or_default();
        let mut view = View { nodes, giver, ends: [end(0), end(1)], tail: Vec::new() };
        let before = view.before(&view.ends, |_| false);
        let heavy = |n: &usize| HEAVY.contains(&&*nodes[*n].op_type);
        let inputs_of = |n: usize| nodes[n].input.clone();
        let under: Vec<String> = before.iter().copied().filter(heavy).flat_map(inputs_of).collect();
        let under = view.before(&under, |_| false);
        view.tail = before.into_iter().filter(|n| !heavy(n) && !under.contains(n)).collect();
        view.tail.sort_unstable();
        view
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
        let sources = |n: &usize| HEAVY.contains(&&*self.nodes[*n].op_type);
        let joins = |joint: usize| {
            let before = self.before(&self.ends, |n| n == joint);
            before.contains(&joint) && !before.iter().any(sources)
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
