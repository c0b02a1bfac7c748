//! The terminal: taken over, drawn on, and given back, however this ends.

use std::{
    io::{self, IsTerminal, stdout},
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::TryRecvError,
    },
    time::{Duration, Instant},
};

use ratatui::{
    DefaultTerminal, Terminal,
    backend::CrosstermBackend,
    crossterm::{
        event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers},
        execute,
        terminal::{EnterAlternateScreen, enable_raw_mode},
    },
    text::Line,
};

use super::{
    ask::{Asking, Heard},
    keys::{Key, Then},
    picture::Picture,
    screen::{Ink, draw, room_for_picture},
    target::Target,
    view::View,
};
use crate::jpeg::CameraJpeg;

/// Shortest time between two drawings: four a second.
const DRAW_EVERY: Duration = Duration::from_millis(250);

/// Characters of a picture that change with it at most, where the terminal is reached by ssh: at one picture
/// a second and about 45 bytes a character that leaves room on a link of 200 kbit/s.
const MOST_CHANGED_BY_SSH: usize = 400;

/// Shows how the cameras of a server fare, until somebody ends it.
///
/// # Errors
/// Where there is no terminal, or no thread.
pub fn run(target: Target) -> io::Result<()> {
    if !stdout().is_terminal() {
        return Err(io::Error::other("this is no terminal; /api/status tells programs how cameras fare"));
    }
    let asking = Asking::start(target)?;
    // Gives the terminal back also where this panics.
    let mut terminal = ratatui::try_init()?;
    let shown = show(&mut terminal, &asking, &AtomicBool::new(false));
    ratatui::restore();
    shown
}

/// Shows how the cameras of this process fare, until somebody ends it, or `is_over`.
///
/// # Errors
/// Where the terminal cannot be taken over, or there is no thread.
pub fn run_beside(target: Target, is_over: &AtomicBool) -> io::Result<()> {
    let asking = Asking::start(target)?;
    // Without ratatui's hook, which gives the terminal back at any panic: those of a server are fenced, and
    // the screen goes on.
    let _taken = Taken::over()?;
    show(&mut Terminal::new(CrosstermBackend::new(stdout()))?, &asking, is_over)
}

/// A terminal that is taken over; given back when dropped.
struct Taken;

impl Taken {
    fn over() -> io::Result<Taken> {
        enable_raw_mode()?;
        let taken = Taken;
        execute!(stdout(), EnterAlternateScreen)?;
        Ok(taken)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        ratatui::restore();
    }
}

fn show(terminal: &mut DefaultTerminal, asking: &Asking, is_over: &AtomicBool) -> io::Result<()> {
    let ink = Ink { colours: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) };
    let (mut view, mut drawn) = (View::default(), None::<Instant>);
    // The variable is OpenSSH's, and dropbear's.
    let is_far = std::env::var_os("SSH_CONNECTION").is_some();
    let mut shown = Shown::on(is_far.then_some(MOST_CHANGED_BY_SSH));
    view.trouble = Some("it has not answered yet".to_owned());
    let mut is_news = true;
    while !is_over.load(Ordering::Relaxed) {
        is_news |= hear(asking, &mut view, &mut shown, terminal)?;
        asking.want(view.camera().filter(|_| view.is_large).map(|camera| camera.name.as_str()));
        if is_news && drawn.is_none_or(|at| at.elapsed() >= DRAW_EVERY) {
            let picture = shown.lines(&view.name);
            terminal.draw(|frame| draw(frame, &view, &picture, ink))?;
            (is_news, drawn) = (false, Some(Instant::now()));
        }
        if event::poll(DRAW_EVERY / 2)? {
            match event::read()? {
                Event::Key(key) if key.kind != KeyEventKind::Release => {
                    if ends(&key) {
                        return Ok(());
                    }
                    if key_of(&key).is_some_and(|key| view.press(key) == Then::End) {
                        return Ok(());
                    }
                    (is_news, drawn) = (true, None);
                }
                Event::Resize(..) => (is_news, drawn) = (true, None),
                _ => {}
            }
        }
    }
    Ok(())
}

/// Takes what has been heard meanwhile; tells whether there was anything.
fn hear(asking: &Asking, view: &mut View, shown: &mut Shown, terminal: &DefaultTerminal) -> io::Result<bool> {
    let mut is_news = false;
    loop {
        match asking.heard.try_recv() {
            Ok(Heard::Told(told)) => view.take(told),
            Ok(Heard::Picture(camera, jpeg)) if camera == view.name => {
                let size = terminal.size()?;
                let room = room_for_picture((size.width, size.height), view.told.services.len());
                shown.take(camera, jpeg, room);
            }
            // The camera was changed meanwhile.
            Ok(Heard::Picture(..)) => {}
            Err(TryRecvError::Empty) => return Ok(is_news),
            Err(TryRecvError::Disconnected) => return Err(io::Error::other("nobody asks any more")),
        }
        is_news = true;
    }
}

/// The picture of the camera that is shown alone.
struct Shown {
    camera: String,
    picture: Picture,
}

impl Shown {
    fn on(most: Option<usize>) -> Self {
        Self { camera: String::new(), picture: Picture::on(most) }
    }

    /// Takes a newer picture of a camera, for so many columns and rows.
    fn take(&mut self, camera: String, jpeg: Vec<u8>, (columns, rows): (usize, usize)) {
        if self.camera != camera {
            self.picture.clear();
            self.camera = camera;
        }
        // A picture that is none is left out: the next one comes in a second.
        let Ok(jpeg) = CameraJpeg::whole(jpeg.into()) else { return };
        if let Ok(planes) = jpeg.planes() {
            self.picture.take(planes, columns, rows);
        }
    }

    /// The picture of a camera as characters; none where there is none of this camera.
    fn lines(&self, camera: &str) -> Vec<Line<'static>> {
        if self.camera == camera { self.picture.lines() } else { Vec::new() }
    }
}

/// Ctrl-C, which comes as a key while the terminal is taken over.
fn ends(key: &KeyEvent) -> bool {
    key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)
}

fn key_of(key: &KeyEvent) -> Option<Key> {
    Some(match key.code {
        KeyCode::Char(letter) => Key::Letter(letter),
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Backspace => Key::Back,
        _ => return None,
    })
}
