//! A password by standard input, never by the command line, which everybody on the machine may read.
//!
//! At a terminal it is asked for twice and not shown; else it is the first line of what comes.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

/// Longest line that is read as a password, bytes.
const LONGEST_LINE: u64 = 4096;

/// Keys of a terminal that hands on each as it is: those that end the program or the line, or change it.
const INTERRUPT: u8 = 0x03;
const END: u8 = 0x04;
const BACKSPACES: [u8; 2] = [0x08, 0x7f];
const BEGIN_ANEW: u8 = 0x15;

/// Reads a password from standard input: at a terminal twice and unseen, else the first line.
///
/// # Errors
/// Two passwords that are not the same, the key that interrupts programs, or what the system says.
pub(super) fn password() -> io::Result<String> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return line(&mut stdin.lock());
    }
    let _unseen = Unseen::begin()?;
    let ask = |words: &str| {
        eprint!("{words}: ");
        io::stderr().flush()?;
        let given = typed(&mut stdin.lock());
        // The key that ended the line is not seen either.
        eprintln!();
        given
    };
    let given = ask("Password")?;
    if ask("Again")? == given { Ok(given) } else { Err(io::Error::other("the two are not the same")) }
}

/// The first line of some input, without its end.
fn line(input: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    input.take(LONGEST_LINE).read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// What is typed at a terminal that hands on each key, up to the end of the line.
///
/// # Errors
/// The key that interrupts programs: as a signal it would leave the terminal as it is for others.
fn typed(input: &mut impl BufRead) -> io::Result<String> {
    let mut typed = Vec::new();
    for key in input.take(LONGEST_LINE).bytes() {
        match key? {
            b'\r' | b'\n' | END => break,
            INTERRUPT => return Err(io::ErrorKind::Interrupted.into()),
            BEGIN_ANEW => typed.clear(),
            // A letter may have several bytes, of which the first is unlike the others.
            key if BACKSPACES.contains(&key) => {
                while typed.pop().is_some_and(|byte: u8| byte & 0xc0 == 0x80) {}
            }
            key if key.is_ascii_control() => {}
            key => typed.push(key),
        }
    }
    String::from_utf8(typed).map_err(io::Error::other)
}

/// A terminal that neither shows what is typed nor makes signals of it, until this is dropped.
struct Unseen(Termios);

impl Unseen {
    fn begin() -> io::Result<Unseen> {
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
        // A read ends with the first key, however long that takes.
        silent.special_codes[SpecialCodeIndex::VMIN] = 1;
        silent.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Unseen(before))
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        if let Err(error) = tcsetattr(io::stdin(), OptionalActions::Now, &self.0) {
            eprintln!("steadycast: the terminal does not show what is typed ({error}); stty echo helps");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_a_terminal_make_a_password_or_end_the_program() {
        let of = |keys: &str| typed(&mut keys.as_bytes());
        assert_eq!(of(" corrä\u{7f}ect\u{1b} horse\rmore").expect("reads"), " correct horse");
        assert_eq!(of("wrong\u{15}right\u{8}\u{8}\n").expect("reads"), "rig");
        assert_eq!(of("\u{7f}\u{4}more").expect("reads"), "");
        assert_eq!(of("correct\u{3}").expect_err("is interrupted").kind(), io::ErrorKind::Interrupted);
    }

    #[test]
    fn a_password_is_the_first_line_and_keeps_its_spaces() {
        let read = |text: &str| line(&mut text.as_bytes()).expect("reads");
        assert_eq!(read(" correct horse \r\nmore\n"), " correct horse ");
        assert_eq!((read("x"), read("")), ("x".to_owned(), String::new()));
    }
}
