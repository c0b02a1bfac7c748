//! The program for shells and for `man`: completions and a manual page, made of the command line itself.

use std::io;

use clap::{Args, Command};
use clap_complete::{Shell, generate};
use clap_mangen::Man;

/// For which shell.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// What is printed of the command line.
#[derive(Debug)]
pub enum ShellTask {
    /// Completions for a shell.
    Completions(Shell, Box<Command>),
    /// The manual page.
    Man(Box<Command>),
}

impl CompletionsArgs {
    /// Returns what is to be printed.
    pub(super) fn task(self, command: Command) -> ShellTask {
        ShellTask::Completions(self.shell, Box::new(command))
    }
}

impl ShellTask {
    /// Prints it.
    ///
    /// # Errors
    /// Where nobody takes it.
    pub fn run(self) -> Result<(), String> {
        match self {
            ShellTask::Completions(shell, mut command) => {
                let name = command.get_name().to_owned();
                generate(shell, &mut command, name, &mut io::stdout());
                Ok(())
            }
            ShellTask::Man(command) => {
                Man::new(*command).render(&mut io::stdout()).map_err(|error| error.to_string())
            }
        }
    }
}
