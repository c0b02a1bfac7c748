//! Foreign libraries, unsafe code and panics, each in its place.

use crate::source::{Source, product};

/// Places where `holds` is false, one a line.
fn places(holds: impl Fn(&Source, &str) -> bool) -> String {
    let mut found = String::new();
    for source in product() {
        for (n, line) in source.code().filter(|(_, line)| !holds(&source, line)) {
            found.push_str(&format!("{}:{n}: {line}\n", source.path));
        }
    }
    found
}

#[test]
fn foreign_libraries_are_named_only_in_their_files() {
    let fences = [
        // The crate named by its paths; `source::opencv` is our own module of that name.
        ("opencv::{", &["src/source/opencv.rs"][..]),
        ("opencv::core", &["src/source/opencv.rs"]),
        ("opencv::videoio", &["src/source/opencv.rs"]),
        ("opencv::imgcodecs", &["src/source/opencv.rs"]),
        ("opencv::imgproc", &["src/source/opencv.rs"]),
        ("ffmpeg_next", &["src/source/ffmpeg"]),
        ("turbojpeg", &["src/encode/turbo.rs", "src/jpeg/"]),
        ("actix", &["src/transport", "src/app", "src/main.rs"]),
        ("actix_http", &["src/transport/serve.rs", "src/transport/tls/connection.rs", "src/main.rs"]),
        ("actix_server", &["src/transport/serve.rs", "src/main.rs"]),
        ("actix_service", &["src/transport/serve.rs", "src/transport/tls/connection.rs"]),
        ("actix_tls", &["src/transport/tls/connection.rs"]),
        // What they tell of the server is not true: see `src/transport/serve.rs`.
        ("connection_info(", &[]),
        ("ConnectionInfo", &[]),
        ("full_url(", &[]),
        ("url_for", &[]),
        ("app_config(", &[]),
        ("tract_onnx", &["src/analytics/engine"]),
        // No library, but one place as well: what is caught is counted.
        ("catch_unwind", &["src/tools/fence/caught.rs"]),
        ("pathfinding", &["src/analytics/track/assign.rs"]),
        ("serde_path_to_error", &["src/roster/entry.rs"]),
        ("toml_edit::", &["src/roster/text.rs", "src/roster/edit.rs"]),
        (
            "base64",
            &[
                "src/access/key.rs",
                "src/notify/webhook.rs",
                "src/protocol/analytics.rs",
                "src/source/login.rs",
                "src/transport/cameras.rs",
            ],
        ),
        // Strings end like that.
        ("use ring::", &["src/access/key.rs"]),
        ("argon2", &["src/accounts/password.rs"]),
        ("rustls", &["src/transport/tls"]),
        ("rcgen", &["src/transport/tls/self_signed.rs"]),
        ("md5::", &["src/source/login.rs"]),
        ("sha2::", &["src/source/login.rs", "src/models/store.rs"]),
        ("ureq::", &["src/tools/web.rs"]),
        ("sd_notify::", &["src/app/alive.rs"]),
        ("ratatui::", &["src/top/picture.rs", "src/top/run.rs", "src/top/screen.rs"]),
        ("clap_complete", &["src/cli/shell.rs"]),
        ("clap_mangen", &["src/cli/shell.rs"]),
        ("rumqttc", &["src/mqtt/broker.rs", "src/mqtt/trouble.rs"]),
        ("clap::", &["src/cli.rs", "src/cli/", "src/config.rs", "src/config/"]),
        ("dotenvy::", &["src/cli/environment.rs"]),
        ("prometheus::", &["src/tools/metrics.rs", "src/tools/fence.rs", "src/app.rs", "src/hub/viewer.rs"]),
        ("rust_embed", &["src/transport/ui.rs"]),
        ("actix_multipart", &["src/transport/uploads.rs"]),
        ("rusqlite", &["src/history/", "src/accounts/"]),
        ("font8x8", &["src/tools/text.rs"]),
        ("noto_sans_mono_bitmap", &["src/overlay/letters.rs"]),
    ];
    for (name, files) in fences {
        let inside = |source: &Source| files.iter().any(|file| source.path.starts_with(file));
        let wrong =
            places(|source, line| inside(source) || !line.contains(name) || line.contains("super::opencv"));
        assert!(wrong.is_empty(), "{name} belongs into {files:?}:\n{wrong}");
    }
}

/// Whether a file is a `sys.rs` or stands in a folder `sys`.
fn is_sys(source: &Source) -> bool {
    source.path.ends_with("/sys.rs") || source.path.contains("/sys/")
}

#[test]
fn unsafe_code_is_fenced_in_sys_modules() {
    for source in product().into_iter().filter(|source| !is_sys(source)) {
        let before = source.product().split("mod sys {").next().unwrap_or_default();
        let lines = before.lines().filter(|line| !line.trim_start().starts_with("//"));
        let wrong: Vec<&str> =
            lines.filter(|line| line.contains("unsafe ") || line.contains("unsafe{")).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?} outside `mod sys`", source.path);
    }
}

#[test]
fn product_code_does_not_unwrap() {
    let wrong = places(|_, line| !line.contains(".unwrap()"));
    assert!(wrong.is_empty(), "`expect` states the fact that makes it true:\n{wrong}");
}
