//! What somebody wants of the bot: a text in, a command out. Pure.

use std::time::Duration;

/// Longest time for which the bot can be told to be silent.
const LONGEST: Duration = Duration::from_secs(7 * 86_400);

/// What can be asked for, as the bot tells it.
pub const HELP: &str = "/status - how the cameras fare\n\
                        /snapshot camera - what a camera sees now\n\
                        /mute 1h - no messages for that time; 30m, 2h, 1d\n\
                        /unmute - messages again";

/// What somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A picture of a camera; of the only one, where none is named.
    Snapshot(Option<String>),
    /// How the cameras fare.
    Status,
    /// No messages for so long.
    Mute(Duration),
    /// Messages again.
    Unmute,
    /// What can be asked for.
    Help,
}

impl Command {
    /// Reads what was said; `None` where that is no command.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Option<Result<Command, String>> {
        let mut words = text.split_whitespace();
        let name = words.next()?.strip_prefix('/')?;
        // In groups commands are addressed: /status@the_bot.
        let name = name.split('@').next().unwrap_or_default().to_ascii_lowercase();
        let (first, more) = (words.next(), words.next());
        if more.is_some() {
            return Some(Err(format!("that is too much for me:\n{HELP}")));
        }
        Some(match (name.as_str(), first) {
            ("snapshot", camera) => Ok(Command::Snapshot(camera.map(str::to_owned))),
            ("status", None) => Ok(Command::Status),
            ("mute", Some(time)) => duration(time).map(Command::Mute),
            ("mute", None) => Err("for how long? Such as /mute 1h".to_owned()),
            ("unmute", None) => Ok(Command::Unmute),
            ("help" | "start", None) => Ok(Command::Help),
            _ => Err(format!("I know these:\n{HELP}")),
        })
    }
}

/// A time such as `30m`.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "a time is a number with m, h or d behind it, such as 30m, and a week at most".to_owned();
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
    let seconds = match unit {
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    let time = number.parse::<u32>().ok().filter(|number| *number > 0);
    let time = time.map(|number| Duration::from_secs(u64::from(number) * seconds));
    time.filter(|time| *time <= LONGEST).ok_or_else(wrong)
}

/// Returns a time in words: `1 h 30 min`.
pub fn in_words(time: Duration) -> String {
    let minutes = time.as_secs().div_ceil(60);
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_as_people_type_them() {
        let read = |text: &str| Command::read(text).expect("is a command");
        let mute = |seconds| Ok(Command::Mute(Duration::from_secs(seconds)));
        assert_eq!(read("/snapshot"), Ok(Command::Snapshot(None)));
        assert_eq!(read(" /Snapshot@my_bot  yard "), Ok(Command::Snapshot(Some("yard".to_owned()))));
        assert_eq!(read("/status@my_bot"), Ok(Command::Status));
        assert_eq!([read("/mute 30m"), read("/mute 2h"), read("/mute 7d")], [1800, 7200, 604_800].map(mute));
        assert_eq!(read("/start"), Ok(Command::Help));
        for no_command in ["", "hello", "status", " "] {
            assert_eq!(Command::read(no_command), None, "{no_command}");
        }
        for (odd, word) in [
            ("/mute", "how long"),
            ("/mute 0m", "30m"),
            ("/mute 8d", "a week"),
            ("/mute 5", "30m"),
            ("/mute ü", "30m"),
            ("/mute 99999999999h", "30m"),
            ("/reboot", "/status"),
            ("/snapshot a b", "too much"),
        ] {
            let why = read(odd).expect_err(odd);
            assert!(why.contains(word), "{odd}: {why}");
        }
    }

    #[test]
    fn times_are_told_in_words() {
        let told = |seconds| in_words(Duration::from_secs(seconds));
        assert_eq!([59, 3600, 5400].map(told), ["1 min", "1 h", "1 h 30 min"]);
        assert_eq!([86_400, 100_000].map(told), ["1 d", "1 d 3 h"]);
    }
}
