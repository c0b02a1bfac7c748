//! The flags of `steadycast models`, checked.

use std::path::PathBuf;

use clap::Subcommand;

use crate::{
    config::ModelsFolder,
    models::{ModelsTask, What},
};

/// Models; see [`crate::models`].
#[derive(Clone, Debug, clap::Args)]
pub(super) struct ModelsArgs {
    #[command(subcommand)]
    command: ModelsCommand,
}

/// What can be done with models.
#[derive(Clone, Debug, Subcommand)]
enum ModelsCommand {
    /// List the models that can be got, and those that are there
    List {
        #[command(flatten)]
        folder: ModelsFolder,
    },
    /// Fetch a published model into the folder of the models, and check that it is the published one
    Get {
        /// Name of the model, as `models list` has it
        name: String,
        /// Address to fetch from, in place of the publisher's, such as a mirror; what comes must be the same
        /// file
        #[arg(long)]
        from: Option<String>,
        #[command(flatten)]
        folder: ModelsFolder,
    },
    /// Copy a model of your own into the folder of the models, if it can be used
    Add {
        /// The model (ONNX)
        file: PathBuf,
        /// Name of the model, in place of the file's
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        folder: ModelsFolder,
    },
    /// Say how a model is read, how fast it is here and what it finds on a picture, or why it cannot be used
    Check {
        /// The model (ONNX), or the name of one in the folder of the models
        file: PathBuf,
        /// Picture to look at, in place of the drawn scene
        #[arg(long)]
        picture: Option<PathBuf>,
        /// File that the picture is written to with boxes around what was found, as a JPEG
        #[arg(long)]
        out: Option<PathBuf>,
        #[command(flatten)]
        folder: ModelsFolder,
    },
}

impl ModelsArgs {
    /// Returns what is to be done.
    pub(super) fn task(self) -> ModelsTask {
        let (folder, what) = match self.command {
            ModelsCommand::List { folder } => (folder, What::List),
            ModelsCommand::Get { name, from, folder } => (folder, What::Get { name, from }),
            ModelsCommand::Add { file, name, folder } => (folder, What::Add { file, name }),
            ModelsCommand::Check { file, picture, out, folder } => {
                (folder, What::Check { file, picture, out })
            }
        };
        ModelsTask { folder: folder.path().to_owned(), what }
    }
}
