use super::*;
use crate::{
    frame::Picture,
    nouns::{
        picture::Planes,
        quality::{Level, Rung, Tier},
    },
};

fn stream(quality: u32) -> Stream {
    let level = Level::at_or_below(quality).expect("on the ladder");
    Stream::plain(&Arc::from("main"), Rung { tier: Tier::Full, level })
}

fn offer(queue: &Queue, number: u64, wanted: &[u32]) -> u64 {
    let frame = Arc::new(Frame::new(number, 0, Picture::Planes(Planes::grey(2, 2, 0))));
    queue.admit(&Arc::from("main"));
    let wanted = || wanted.iter().map(|quality| stream(*quality)).collect();
    queue.put_newest(&Arc::from("main"), &frame, wanted).expect("is admitted")
}

fn taken(queue: &Queue) -> (u64, u8) {
    let job = queue.take().expect("not stopped");
    assert!(!job.begin(Forms::of(Form::Whole)).is_empty(), "not begun before");
    (job.frame.number, job.stream.rung.level.quality())
}

#[test]
fn only_the_newest_frame_waits_and_the_replaced_ones_are_counted() {
    let queue = Queue::default();
    assert_eq!(offer(&queue, 1, &[80]), 0);
    assert_eq!(offer(&queue, 2, &[80]), 1);
    assert_eq!(offer(&queue, 3, &[80, 95]), 1);
    assert_eq!([taken(&queue), taken(&queue)], [(3, 80), (3, 95)]);
}

#[test]
fn a_busy_stream_is_not_overtaken() {
    let queue = Queue::default();
    offer(&queue, 1, &[80]);
    let job = queue.take().expect("not stopped");
    offer(&queue, 2, &[80, 30]);
    assert_eq!(taken(&queue), (2, 30), "80 is being worked on");
    drop(job);
    assert_eq!(taken(&queue), (2, 80));
}

#[test]
fn a_job_that_panics_leaves_its_stream_free() {
    let queue = Queue::default();
    offer(&queue, 1, &[80]);
    let panicked = crate::tools::fence::caught(|| {
        let _job = queue.take();
        panic!("while encoding");
    });
    assert!(panicked.is_err());
    offer(&queue, 2, &[80]);
    assert_eq!(taken(&queue), (2, 80));
}

#[test]
fn streams_with_layers_wait_until_no_other_one_does() {
    let queue = Queue::default();
    let painted = |quality| Stream { layers: Layers::ALL, ..stream(quality) };
    let camera: Arc<str> = Arc::from("main");
    queue.admit(&camera);
    let put = |number, wanted: Vec<Stream>| {
        let frame = Arc::new(Frame::new(number, 0, Picture::Planes(Planes::grey(2, 2, 0))));
        queue.put_newest(&camera, &frame, || wanted)
    };
    put(1, vec![painted(95), stream(80), painted(60), stream(30)]);
    let order = [(); 4].map(|()| {
        let job = queue.take().expect("not stopped");
        (job.stream.rung.level.quality(), job.stream.layers.is_empty())
    });
    assert_eq!(order, [(80, true), (30, true), (95, false), (60, false)]);
    let busy = [painted(95), stream(80)].map(|stream| {
        put(2 + u64::from(stream.layers.is_empty()), vec![stream]);
        queue.take().expect("not stopped")
    });
    put(4, vec![painted(95), stream(80)]);
    drop(busy);
    assert_eq!([taken(&queue), taken(&queue)], [(4, 80), (4, 95)], "also behind one that was busy");
}

#[test]
fn a_frame_that_comes_late_is_not_newer() {
    let queue = Queue::default();
    offer(&queue, 5, &[80]);
    offer(&queue, 4, &[80, 95]);
    assert_eq!(taken(&queue), (5, 80));
    queue.stop();
    assert!(queue.take().is_none());
}

#[test]
fn joining_before_any_frame_waits_for_the_first() {
    let queue = Queue::default();
    queue.refresh(&stream(80), Form::Whole);
    offer(&queue, 1, &[80]);
    assert_eq!(taken(&queue), (1, 80));
}

#[test]
fn a_frame_is_encoded_once_more_where_what_was_made_of_it_is_forgotten() {
    let queue = Queue::default();
    offer(&queue, 1, &[80]);
    assert_eq!(taken(&queue), (1, 80));
    assert_eq!(queue.newest("main").map(|frame| frame.number), Some(1));
    queue.refresh(&stream(80), Form::Whole);
    assert!(queue.waiting.lock().frames.is_empty(), "it has been encoded");
    queue.forget_begun(&stream(80), 0);
    queue.refresh(&stream(80), Form::Whole);
    assert!(queue.waiting.lock().frames.is_empty(), "an earlier one is forgotten");
    queue.forget_begun(&stream(80), 1);
    queue.refresh(&stream(80), Form::Whole);
    assert_eq!(taken(&queue), (1, 80));
}

#[test]
fn a_frame_is_begun_once_in_each_form() {
    let queue = Queue::default();
    offer(&queue, 1, &[80]);
    let both = Forms { whole: true, delta: true };
    let job = queue.take().expect("not stopped");
    assert_eq!(job.begin(Forms::of(Form::Whole)), Forms::of(Form::Whole));
    // Somebody comes while a thread is at it.
    queue.refresh(&stream(80), Form::Delta);
    drop(job);
    let job = queue.take().expect("not stopped");
    assert_eq!(job.begin(both), Forms::of(Form::Delta));
    drop(job);
    queue.refresh(&stream(80), Form::Delta);
    assert!(queue.waiting.lock().frames.is_empty(), "it has been begun in both");
    offer(&queue, 2, &[80]);
    assert_eq!(queue.take().expect("not stopped").begin(both), both);
}

#[test]
fn a_camera_that_is_forgotten_is_waited_for_and_leaves_nothing() {
    let queue = Queue::default();
    offer(&queue, 1, &[80, 95]);
    let job = queue.take().expect("not stopped");
    job.begin(Forms::of(Form::Whole));
    std::thread::scope(|scope| {
        let forgetting = scope.spawn(|| queue.forget("main"));
        assert!(!forgetting.is_finished(), "a thread is at a frame of it");
        drop(job);
    });
    let frame = Arc::new(Frame::new(2, 0, Picture::Planes(Planes::grey(2, 2, 0))));
    let taken = queue.put_newest(&Arc::from("main"), &frame, || vec![stream(80)]);
    assert_eq!(taken, None, "nor is a late frame taken");
    let waiting = queue.waiting.lock();
    let Order { plain, painted } = &waiting.order;
    assert!(plain.is_empty() && painted.is_empty() && waiting.frames.is_empty());
    assert!(waiting.begun.is_empty() && waiting.newest.is_empty());
}
