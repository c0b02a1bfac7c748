//! The program: reads the settings, starts logging, binds the port, calls the library, ends with a status.

use std::{
    io::{IsTerminal, stderr},
    net::TcpListener,
    process::ExitCode,
};

use steadycast::{
    app,
    cli::{LICENCES, ReportAs, Task, own_target},
    config::{Config, TlsMode},
    probe::{Probe, failure_json},
    scene_files,
    source::{self, Reason},
    tools::threads::Role,
    top::Beside,
    transport, uploads,
};
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    // Before any thread exists; see there.
    source::environment::prepare();
    let task = Task::from_process();
    start_log(&task);
    let done = match task {
        Task::Serve(config) => serve(&config),
        Task::Scene(files) => scene_files::write(&files).map_err(|error| error.to_string()),
        Task::Models(task) => task.run().map(|told| println!("{told}")).map_err(|error| error.to_string()),
        Task::Probe { probe, allowed, report_as } => {
            source::set_allowed(allowed);
            return look(probe, report_as);
        }
        Task::Token(task) => task.run().map(|told| println!("{told}")),
        Task::User(task) => task.run().map(|told| println!("{told}")),
        Task::NotifyTest(task) => task.run(),
        Task::Top(task) => task.run(),
        Task::Health(task) => task.run(),
        Task::Doctor(task) => task.run(app::cameras_file_trouble),
        Task::Shell(task) => task.run(),
        Task::OpenApi => {
            print!("{}", transport::openapi_text());
            Ok(())
        }
        Task::Licences => {
            print!("{LICENCES}");
            Ok(())
        }
        Task::LookAtUpload(file) => {
            println!("{}", uploads::look(file));
            Ok(())
        }
        Task::Unclear(reason, report_as) => return no_picture("the source", &reason, report_as),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("steadycast: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Starts the log on standard error: as `RUST_LOG` says, else from the level `info` on. On a terminal that
/// shows cameras there is none.
fn start_log(task: &Task) {
    if matches!(task, Task::Serve(config) if config.tui) && stderr().is_terminal() {
        return;
    }
    env_logger::Builder::new()
        // For everything that `RUST_LOG` leaves open.
        .filter_level(log::LevelFilter::Error)
        // A request that is no HTTP, and a frame that is none of a WebSocket, are errors to these modules, so
        // that any client could fill the log. `RUST_LOG`, which is read later, may name them in full.
        .filter_module("actix_http::h1::dispatcher", log::LevelFilter::Off)
        .filter_module("actix_http::ws::codec", log::LevelFilter::Off)
        // What they trace are addresses, headers and bytes, in which tokens of services stand.
        .filter_module("ureq", log::LevelFilter::Info)
        .filter_module("ureq_proto", log::LevelFilter::Info)
        .parse_env(env_logger::Env::default().default_filter_or("info,actix_server=warn"))
        .init();
}

/// Looks at a source and says what it is on standard output, or why it gives no picture.
fn look(probe: Probe, report_as: ReportAs) -> ExitCode {
    let source = probe.address.to_string();
    let report = match probe.run(Role::Capture, ()) {
        Ok(report) => report,
        Err(reason) => return no_picture(&source, &reason, report_as),
    };
    match report_as {
        ReportAs::Json => println!("{}", report.json()),
        ReportAs::Text => println!("{}", report.text()),
    }
    match report.not_written() {
        None => ExitCode::SUCCESS,
        Some(why) => {
            eprintln!("steadycast: {why}");
            ExitCode::FAILURE
        }
    }
}

fn no_picture(source: &str, reason: &Reason, report_as: ReportAs) -> ExitCode {
    match report_as {
        ReportAs::Json => println!("{}", failure_json(source, reason)),
        ReportAs::Text => eprintln!("steadycast: {source} gives no picture: {reason}"),
    }
    ExitCode::FAILURE
}

fn serve(config: &Config) -> Result<(), String> {
    let listener =
        TcpListener::bind(config.listen.address()).map_err(|error| cannot_listen(config, &error))?;
    raise_file_limit();
    if config.tui && config.tls.mode() != TlsMode::Off {
        return Err(
            "--tui shows no server with TLS: start it without, and beside it steadycast top --url".to_owned()
        );
    }
    let port = listener.local_addr().map_err(|error| error.to_string())?.port();
    let screen = config.tui.then(|| Beside::start(own_target(config, port))).transpose();
    let (screen, closed) = screen.map_err(|error| error.to_string())?.unzip();
    let closed = async {
        match closed {
            Some(closed) => drop(closed.await),
            None => std::future::pending().await,
        }
    };
    let served = actix_web::rt::System::new().block_on(async {
        let stop = async {
            tokio::select! {
                () = stop_signal(config.tui) => {}
                () = closed => log::info!("stopping: the screen was closed"),
            }
        };
        app::run(config, listener, stop).await.map_err(|error| error.to_string())
    });
    let shown = screen.map_or(Ok(()), Beside::end).map_err(|error| error.to_string());
    served.and(shown)
}

fn cannot_listen(config: &Config, error: &std::io::Error) -> String {
    let address = config.listen.address();
    match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!(
                "port {} is in use on {}; stop the other program or choose another with --port",
                config.listen.port, config.listen.host
            )
        }
        std::io::ErrorKind::PermissionDenied => {
            format!("no permission to listen on {address}; ports from 1024 up need none")
        }
        _ => format!("cannot listen on {address}: {error}"),
    }
}

/// Done at SIGINT or SIGTERM; and at SIGHUP where a terminal is shown, since that is what its closing sends.
async fn stop_signal(is_shown: bool) {
    let (interrupt, terminate) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    let (Ok(mut interrupt), Ok(mut terminate)) = (interrupt, terminate) else {
        log::error!("signals cannot be watched; the system will end the program unasked");
        return std::future::pending().await;
    };
    let hangup = async {
        match signal(SignalKind::hangup()).ok().filter(|_| is_shown) {
            Some(mut hangup) => drop(hangup.recv().await),
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        () = hangup => {}
    }
    log::info!("stopping");
}

/// Each viewer is two open files (see `transport::push`); systems start programs with room for 1,024.
fn raise_file_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        log::warn!("the limit of open files stays as it is: {error}");
    }
}
