//! A TUN device on each side, and the thread that carries packets between them, late and not all.
//!
//! In go packets as the kernels send them, out come those that the two [`Path`]s let through, when they are
//! due. Not here: which and when, which is [`Path`]'s.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, PipeReader, PipeWriter, Read, Write, pipe},
    sync::mpsc::{Receiver, Sender, TryRecvError, channel},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::ioctl_fionbio,
    process::setpriority_process,
    thread::gettid,
};

use super::{
    DEVICE, Shape,
    namespace::Namespace,
    path::{Path, Way},
    sys,
};

/// The way back, in bits a second, and its queue: more than acks ever need.
const BACK_BPS: f64 = 100e6;
const BACK_QUEUE: Duration = Duration::from_secs(1);

/// Packets that wait for this process in each device, which then loses none by itself.
const DEVICE_QUEUE: u32 = 10_000;

/// Longer than any packet: the devices' MTU is 1,500.
const LONGEST: usize = 2048;

/// Packets taken off one device before the other has its turn.
const TAKEN_AT_ONCE: usize = 64;

/// The thread's urgency: everybody measures by its clock.
const NICE: i32 = -15;

/// A running relay; stops when dropped.
pub struct Relay {
    orders: Option<Sender<Shape>>,
    wake: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

impl Relay {
    /// Makes the devices and starts to carry; addresses and routes are the caller's.
    ///
    /// # Errors
    /// What the system refused.
    pub fn between(server: &Namespace, viewer: &Namespace, shape: &Shape) -> Result<Relay, String> {
        let (server, viewer) = (open(server)?, open(viewer)?);
        let (reader, writer) = pipe().map_err(|error| format!("a pipe: {error}"))?;
        let (sender, orders) = channel();
        let now = Instant::now();
        let (down, up) = (Path::new(down(shape), 1, now), Path::new(up(shape), 2, now));
        let mut carrier = Carrier { server, viewer, down, up, orders, woken: reader };
        let thread = thread::Builder::new().name("relay".to_owned()).spawn(move || {
            // Refused, it is as urgent as everybody, and only less exact.
            let _ = setpriority_process(Some(gettid()), NICE);
            while carrier.goes_on() {}
        });
        let thread = thread.map_err(|error| format!("a thread: {error}"))?;
        Ok(Relay { orders: Some(sender), wake: Some(writer), thread: Some(thread) })
    }

    /// Changes the shape from now on.
    pub fn shape(&self, shape: &Shape) {
        let (orders, mut wake) =
            self.orders.as_ref().zip(self.wake.as_ref()).expect("both live until it is dropped");
        orders.send(*shape).expect("the thread lives until it is dropped");
        wake.write_all(&[0]).expect("the thread reads the pipe");
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // In this order: the end of the pipe wakes the thread, which then finds that nobody can order
        // anything any more.
        self.orders = None;
        self.wake = None;
        let ended = self.thread.take().map(JoinHandle::join);
        if let Some(Err(panic)) = ended
            && !thread::panicking()
        {
            std::panic::resume_unwind(panic);
        }
    }
}

fn down(shape: &Shape) -> Way {
    Way { rate_bps: shape.rate_bps, queue: shape.queue, delay: shape.round_trip / 2, loss: shape.loss }
}

fn up(shape: &Shape) -> Way {
    Way { rate_bps: BACK_BPS, queue: BACK_QUEUE, ..down(shape) }
}

/// A TUN device in that namespace, and its packets as a file that never blocks.
fn open(namespace: &Namespace) -> Result<File, String> {
    let file = namespace.enter(|| {
        let file = OpenOptions::new().read(true).write(true).open("/dev/net/tun")?;
        sys::attach(&file, DEVICE)?;
        ioctl_fionbio(&file, true)?;
        std::io::Result::Ok(file)
    });
    let file = file.map_err(|error| format!("/dev/net/tun: {error}"))?;
    namespace.ip(&format!("link set {DEVICE} txqueuelen {DEVICE_QUEUE}"))?;
    Ok(file)
}

/// What the thread owns.
struct Carrier {
    server: File,
    viewer: File,
    down: Path,
    up: Path,
    orders: Receiver<Shape>,
    woken: PipeReader,
}

impl Carrier {
    /// One round: takes what came, hands on what is due, waits for more of either. False at the end.
    fn goes_on(&mut self) -> bool {
        let now = Instant::now();
        match self.orders.try_recv() {
            Ok(shape) => {
                self.down.change(down(&shape), now);
                self.up.change(up(&shape), now);
            }
            Err(TryRecvError::Disconnected) => return false,
            Err(TryRecvError::Empty) => {}
        }
        take(&self.server, &mut self.down);
        take(&self.viewer, &mut self.up);
        let now = Instant::now();
        hand_on(&mut self.down, &self.viewer, now);
        hand_on(&mut self.up, &self.server, now);
        self.wait();
        true
    }

    /// Until a packet comes, one is due, or somebody orders something.
    fn wait(&mut self) {
        let due = [self.down.next(), self.up.next()].into_iter().flatten().min();
        let timeout = due.map(|due| {
            let wait = due.saturating_duration_since(Instant::now());
            Timespec { tv_sec: wait.as_secs() as i64, tv_nsec: wait.subsec_nanos().into() }
        });
        let mut files = [
            PollFd::new(&self.server, PollFlags::IN),
            PollFd::new(&self.viewer, PollFlags::IN),
            PollFd::new(&self.woken, PollFlags::IN),
        ];
        // Interrupted, the next round finds nothing to do and waits again.
        let _ = poll(&mut files, timeout.as_ref());
        if files[2].revents().contains(PollFlags::IN) {
            // One byte an order; what matters came through the channel.
            let _ = (&self.woken).read(&mut [0]);
        }
    }
}

fn take(mut from: &File, path: &mut Path) {
    let mut buffer = [0; LONGEST];
    for _ in 0..TAKEN_AT_ONCE {
        match from.read(&mut buffer) {
            Ok(length) => path.push(buffer[..length].to_vec(), Instant::now()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return,
            Err(error) => panic!("the TUN device cannot be read: {error}"),
        }
    }
}

fn hand_on(path: &mut Path, mut to: &File, now: Instant) {
    while let Some(packet) = path.due(now) {
        // A device that is not up yet takes none; that is a lost packet like any other.
        let _ = to.write(&packet);
    }
}
