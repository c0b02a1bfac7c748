//! What is drawn of a view. Pure: a frame of the terminal in, drawn on.
//!
//! Nothing is told by a colour alone: states have signs, and risks are words.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::{Color, Modifier, Style},
    text::{Line, Span},
    widgets::{Block, Borders, Cell, Paragraph, Row, Table, Wrap},
};

use super::{
    keys::HELP,
    view::{Camera, View},
};

/// Heights of a curve, lowest first.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Width of a curve in the table, characters.
const CURVE_WIDTH: usize = 10;

/// Width of the terminal from which on there is room for more columns.
const WIDE: u16 = 100;

/// Most cameras of which it is said what is wrong beside the list.
const MOST_TROUBLES: usize = 3;

/// Most services that are shown.
const MOST_SERVICES: usize = 4;

/// Rows of events at least, where there is room for them.
const EVENTS_HEIGHT: u16 = 6;

/// What is drawn with.
#[derive(Clone, Copy, Debug)]
pub struct Ink {
    /// Whether there may be colours: `NO_COLOR` (<https://no-color.org>) says not.
    pub colours: bool,
}

impl Ink {
    /// A style of that colour; a plain one where there are no colours.
    fn of(self, colour: Color) -> Style {
        if self.colours { Style::new().fg(colour) } else { Style::new() }
    }

    /// A style for what is in trouble.
    fn trouble(self) -> Style {
        self.of(Color::Yellow).add_modifier(Modifier::BOLD)
    }
}

/// Draws everything; `picture` is that of the chosen camera.
pub fn draw(frame: &mut Frame, view: &View, picture: &[Line<'static>], ink: Ink) {
    let mut below = told_by(view, ink);
    // The list has most of the room.
    below.truncate(usize::from(frame.area().height) / 3);
    let [head, body, lines, foot] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(below.len() as u16),
        Constraint::Length(1),
    ])
    .areas(frame.area());
    frame.render_widget(Paragraph::new(title(view, ink)), head);
    if view.is_help {
        help(frame, body);
    } else if let Some(camera) = view.camera().filter(|_| view.is_large) {
        large(frame, body, (view, camera), picture, ink);
    } else {
        let rows = view.shown().len() as u16 + 1;
        let [table, events] =
            Layout::vertical([Constraint::Max(rows), Constraint::Min(EVENTS_HEIGHT)]).areas(body);
        cameras(frame, table, view, ink);
        happened(frame, events, view);
    }
    frame.render_widget(Paragraph::new(below), lines);
    frame.render_widget(Paragraph::new(keys(view)), foot);
}

/// The line at the top: the server as a whole, or why it does not answer.
fn title(view: &View, ink: Ink) -> Line<'static> {
    if let Some(why) = &view.trouble {
        // Before anything was told there is nothing to show.
        let shown = if view.told.version.is_empty() { "" } else { ", what was told last is shown" };
        return Line::styled(format!("! no answer{shown}: {why}"), ink.trouble());
    }
    let told = &view.told;
    let viewers: u64 = told.cameras.iter().map(|camera| camera.viewers).sum();
    let mut parts = vec![
        format!("Steadycast {}", told.version),
        counted(told.cameras.len() as u64, "camera"),
        counted(viewers, "viewer"),
    ];
    parts.extend(told.load.map(|load| format!("encoders {:.0} %", load * 100.0)));
    parts.push(match told.uptime_s {
        seconds if seconds < 60 => format!("up {seconds} s"),
        seconds if seconds < 3600 => format!("up {} min", seconds / 60),
        seconds => format!("up {}:{:02} h", seconds / 3600, seconds / 60 % 60),
    });
    Line::styled(parts.join(" | "), Style::new().add_modifier(Modifier::BOLD))
}

/// A number of things, in words.
fn counted(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

fn cameras(frame: &mut Frame, area: Rect, view: &View, ink: Ink) {
    let is_wide = area.width >= WIDE;
    let (mut names, mut widths) = (
        vec!["camera", "state", "FPS", "view", "people", "", "risk", "in", "out"],
        vec![12, 14, 4, 4, 6, CURVE_WIDTH as u16, 8, 5, 5],
    );
    if is_wide {
        names.extend(["results/s", "levels"]);
        widths.extend([9, 14]);
    }
    let shown = view.shown();
    let rows = shown.iter().enumerate().map(|(n, camera)| {
        let mut cells = cells(view, camera, ink);
        if is_wide {
            cells.push(Cell::from(camera.results.map_or("-".to_owned(), |rate| format!("{rate:.1}"))));
            let levels: Vec<String> = camera.levels.iter().map(u64::to_string).collect();
            cells.push(Cell::from(levels.join(",")));
        }
        let style =
            if n == view.chosen { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
        Row::new(cells).style(style)
    });
    let head = Row::new(names).style(Style::new().add_modifier(Modifier::UNDERLINED));
    // The chosen one is always in sight.
    let hidden = (view.chosen + 2).saturating_sub(usize::from(area.height));
    let table = Table::new(rows.skip(hidden), widths).header(head);
    frame.render_widget(table, area);
}

fn cells(view: &View, camera: &Camera, ink: Ink) -> Vec<Cell<'static>> {
    let number = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
    let curve = view.curves.get(&camera.name).map(|curve| curve_of(curve.iter().copied(), CURVE_WIDTH));
    let risk = camera.risk.clone().unwrap_or_else(|| "-".to_owned());
    let style = if matches!(&*risk, "high" | "critical") { ink.trouble() } else { Style::new() };
    vec![
        Cell::from(camera.name.clone()),
        Cell::from(state(camera, ink)),
        Cell::from(format!("{:.0}", camera.fps)),
        Cell::from(camera.viewers.to_string()),
        Cell::from(number(camera.people)),
        Cell::from(Span::styled(curve.unwrap_or_default(), ink.of(Color::Cyan))),
        Cell::from(Span::styled(risk, style)),
        Cell::from(number(camera.crossed.map(|crossed| crossed[0]))),
        Cell::from(number(camera.crossed.map(|crossed| crossed[1]))),
    ]
}

/// A state by a sign and a word.
fn state(camera: &Camera, ink: Ink) -> Span<'static> {
    let (sign, style) = match camera.state.as_str() {
        "streaming" if camera.is_well() => ('+', ink.of(Color::Blue)),
        "streaming" => ('~', ink.trouble()),
        "stopped" => ('-', Style::new()),
        _ => ('!', ink.trouble()),
    };
    Span::styled(format!("{sign} {}", camera.state), style)
}

/// The newest of a row of numbers as a curve, from none to the highest, with a gap where one is unknown.
fn curve_of(numbers: impl DoubleEndedIterator<Item = Option<u64>>, width: usize) -> String {
    let newest: Vec<Option<u64>> = numbers.rev().take(width).collect();
    let highest = newest.iter().flatten().copied().max().unwrap_or_default().max(1);
    let bar = |number: u64| BARS[(number * (BARS.len() as u64 - 1) / highest) as usize];
    newest.iter().rev().map(|number| number.map_or(' ', bar)).collect()
}

fn happened(frame: &mut Frame, area: Rect, view: &View) {
    let block = Block::new().borders(Borders::TOP).title("events");
    let lines = match &view.told.events {
        Some(events) => events.iter().map(|event| Line::raw(event.clone())).collect(),
        None if view.told.version.is_empty() => Vec::new(),
        None => vec![Line::raw("no history is kept, or it may not be seen")],
    };
    frame.render_widget(Paragraph::new(lines).block(block), area);
}

/// What is wrong with cameras where several are shown, and services, a line each.
fn told_by(view: &View, ink: Ink) -> Vec<Line<'static>> {
    let trouble =
        |camera: &&Camera| Line::styled(format!("! {}: {}", camera.name, camera.words()), ink.trouble());
    let service = |service: &super::view::Service| match &service.reason {
        Some(reason) => Line::styled(format!("! {}: {reason}", service.name), ink.trouble()),
        None => Line::raw(format!("+ {}: {}", service.name, counted(service.told, "message"))),
    };
    let mut lines = Vec::new();
    if !view.is_large && !view.is_help {
        let troubled: Vec<&Camera> = view.shown().into_iter().filter(|camera| !camera.is_well()).collect();
        lines.extend(troubled.iter().map(trouble).take(MOST_TROUBLES));
        let more = troubled.len().saturating_sub(MOST_TROUBLES);
        lines.extend((more > 0).then(|| Line::styled(format!("! and {more} more"), ink.trouble())));
    }
    // What fails is said first.
    let mut services: Vec<_> = view.told.services.iter().collect();
    services.sort_by_key(|service| service.reason.is_none());
    lines.extend(services.into_iter().map(service).take(MOST_SERVICES));
    lines
}

/// One camera, with its picture.
fn large(
    frame: &mut Frame,
    area: Rect,
    (view, camera): (&View, &Camera),
    picture: &[Line<'static>],
    ink: Ink,
) {
    let [words, below] = Layout::vertical([Constraint::Length(3), Constraint::Fill(1)]).areas(area);
    let number = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
    let mut first = vec![Span::raw(format!("{}  ", camera.name)), state(camera, ink)];
    first.push(Span::raw(format!("  {}", camera.words())));
    let second = format!(
        "{:.1} FPS, {}, people {}, risk {}, in {}, out {}",
        camera.fps,
        counted(camera.viewers, "viewer"),
        number(camera.people),
        camera.risk.as_deref().unwrap_or("-"),
        number(camera.crossed.map(|crossed| crossed[0])),
        number(camera.crossed.map(|crossed| crossed[1])),
    );
    let curve = view.curves.get(&camera.name);
    let curve = curve.map(|curve| curve_of(curve.iter().copied(), usize::from(area.width)));
    let lines = vec![Line::from(first), Line::raw(second), Line::raw(curve.unwrap_or_default())];
    frame.render_widget(Paragraph::new(lines), words);
    if picture.is_empty() {
        frame.render_widget(Paragraph::new("no picture yet"), below);
    } else {
        frame.render_widget(Paragraph::new(picture.to_vec()), below);
    }
}

/// Room for the picture of a camera that is shown alone: columns and rows.
pub fn room_for_picture(terminal: (u16, u16), services: usize) -> (usize, usize) {
    let others = 2 + 3 + services.min(MOST_SERVICES);
    (usize::from(terminal.0), usize::from(terminal.1).saturating_sub(others))
}

fn help(frame: &mut Frame, area: Rect) {
    let line = |(key, what): &(&str, &str)| Line::raw(format!("  {key:10}{what}"));
    let mut lines: Vec<Line> = HELP.iter().map(line).collect();
    lines.push(Line::raw(""));
    lines.push(Line::raw("  + as it should be   ~ something is degraded   ! no pictures   - switched off"));
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }), area);
}

fn keys(view: &View) -> Line<'static> {
    if view.is_typing {
        return Line::raw(format!("/{}_", view.filter));
    }
    let filter = if view.filter.is_empty() { String::new() } else { format!(" | only *{}*", view.filter) };
    let other = if view.is_large { "Esc list" } else { "Enter large" };
    Line::raw(format!("q end | ? help | s sort: {} | / filter | {other}{filter}", view.sort.word()))
}

#[cfg(test)]
mod tests {
    use ratatui::{Terminal, backend::TestBackend};

    use super::*;
    use crate::top::view::{CURVE, tests::told};

    fn drawn(view: &View, size: (u16, u16)) -> String {
        let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).expect("a terminal");
        terminal.draw(|frame| draw(frame, view, &[], Ink { colours: false })).expect("is drawn");
        let buffer = terminal.backend().buffer();
        let row = |y| (0..size.0).map(|x| buffer[(x, y)].symbol()).collect::<String>();
        (0..size.1).map(|y| row(y).trim_end().to_owned() + "\n").collect()
    }

    fn view() -> View {
        let mut view = View::default();
        for people in 0..CURVE as u64 {
            let mut told = told();
            told.cameras[1].people = Some(people);
            view.take(Ok(told));
        }
        view
    }

    /// Screens as they are kept; `STEADYCAST_WRITE_GOLDEN=1` writes them anew.
    fn as_kept(name: &str, screen: &str) {
        let path = format!("{}/tests/golden/top/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("STEADYCAST_WRITE_GOLDEN").is_some() {
            let folder = std::path::Path::new(&path).parent().expect("it has a folder");
            std::fs::create_dir_all(folder).expect("can be made");
            std::fs::write(&path, screen).expect("can be written");
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), screen, "{path}");
    }

    #[test]
    fn screens_are_as_they_are_kept() {
        let mut view = view();
        as_kept("cameras-80x24", &drawn(&view, (80, 24)));
        as_kept("cameras-120x30", &drawn(&view, (120, 30)));
        view.choose(2);
        view.is_large = true;
        as_kept("large-80x24", &drawn(&view, (80, 24)));
        view.is_help = true;
        as_kept("help-80x24", &drawn(&view, (80, 24)));
        view.is_help = false;
        view.take(Err("nothing listens there".to_owned()));
        assert!(drawn(&view, (80, 24)).starts_with("! no answer"));
    }

    #[test]
    fn nothing_breaks_where_there_is_no_room() {
        for size in [(1, 1), (10, 3), (80, 4), (300, 2)] {
            drawn(&view(), size);
            drawn(&View { is_large: true, ..view() }, size);
        }
        drawn(&View::default(), (80, 24));
    }

    #[test]
    fn the_chosen_camera_is_in_sight_among_many() {
        let mut told = told();
        told.cameras = (0..40).map(|n| Camera { name: format!("cam{n}"), ..Camera::default() }).collect();
        let mut view = View::default();
        view.take(Ok(told));
        view.choose(39);
        assert!(drawn(&view, (80, 24)).contains("cam39"));
    }

    #[test]
    fn a_curve_goes_from_none_to_the_highest() {
        assert_eq!(curve_of([Some(0), Some(5), Some(10)].into_iter(), 10), "▁▄█");
        assert_eq!(curve_of([Some(9), Some(0), None, Some(10)].into_iter(), 3), "▁ █");
        assert_eq!(curve_of([Some(0), Some(0)].into_iter(), 3), "▁▁");
    }
}
