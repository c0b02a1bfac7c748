//! Who may come in, how often and by which way, from the settings: credentials, limits, TLS.

use std::{
    convert::Infallible,
    future::pending,
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use actix_web::dev::ServerHandle;

use super::error::AppError;
use crate::{
    access::{Cookies, key::Key},
    accounts::{Authority, AuthoritySettings, Open},
    config::{Access, Config, LONG_TOKEN, TlsMode},
    tools::{fence::Fences, metrics::Metrics},
    transport::{
        LimitSettings, Limits, Resolver, TlsConfig, TlsSettings, TlsSource, keep, redirect, server_config,
    },
};

/// Folder in which a certificate of the program's own is kept.
const CERTIFICATE_FOLDER: &str = "data/tls";

/// What lets people in.
pub(super) struct Doors {
    /// What credentials give.
    pub authority: Arc<Authority>,
    /// Names of the cookies of sessions.
    pub cookies: Cookies,
    tls: Option<Tls>,
    /// Ends the way from plain HTTP to HTTPS, where there is one.
    leading: Option<ServerHandle>,
}

/// TLS, ready to listen by.
struct Tls {
    settings: TlsSettings,
    config: TlsConfig,
    resolver: Arc<Resolver>,
}

impl Doors {
    /// Makes everything ready for who comes to `listener`. Blocking, and short.
    ///
    /// # Errors
    /// Users, keys, a certificate or a port that are not to be had; or no credential where others reach the
    /// port.
    pub fn new(config: &Config, listener: &TcpListener, metrics: &Metrics) -> Result<Self, AppError> {
        let authority = authority(config, metrics)?;
        let cookies = Cookies::of(listener.local_addr()?.port());
        let Some(settings) = tls(config) else {
            return Ok(Doors { authority, cookies, tls: None, leading: None });
        };
        let (tls_config, resolver) = server_config(&settings)?;
        let leading = lead(&settings, listener, &config.access.allowed_origins)?;
        let tls = Some(Tls { settings, config: tls_config, resolver });
        Ok(Doors { authority, cookies, tls, leading })
    }

    /// Returns what the server listens by under TLS.
    pub fn config(&self) -> Option<TlsConfig> {
        self.tls.as_ref().map(|tls| tls.config.clone())
    }

    /// Returns the certificate that is shown.
    pub fn certificate(&self) -> Option<Arc<Resolver>> {
        self.tls.as_ref().map(|tls| Arc::clone(&tls.resolver))
    }

    /// Returns for how many seconds browsers are told to come by HTTPS alone.
    pub fn hsts(&self) -> Option<u32> {
        self.tls.as_ref()?.settings.hsts
    }

    /// Exchanges the certificate when its files change, for as long as there is TLS; without it, waits.
    pub async fn keep(&self, fences: Fences) -> Infallible {
        if let Some(Tls { settings, resolver, .. }) = &self.tls {
            keep(Arc::clone(resolver), settings.source.clone(), fences).await;
        }
        pending().await
    }

    /// Ends what was begun beside the server.
    pub async fn close(self) {
        if let Some(leading) = self.leading {
            leading.stop(false).await;
        }
    }
}

/// Starts what knows credentials.
///
/// # Errors
/// A database or a key that cannot be used; or a port that others reach, without any credential and without
/// being told that everybody may watch.
fn authority(config: &Config, metrics: &Metrics) -> Result<Arc<Authority>, AppError> {
    let (access, host) = (&config.access, config.listen.host);
    warn_of_short_tokens(access);
    let key = access.jwt_secret.as_ref().map(|secret| Key::new(secret.bytes())).transpose()?;
    let settings = AuthoritySettings {
        viewer_token: access.viewer_token.clone(),
        admin_token: access.admin_token.clone(),
        key,
        key_file: access.key_file().map(ToOwned::to_owned),
        revoked: access.tokens_revoked.clone(),
        session: access.session(),
        database: access.database().map(ToOwned::to_owned),
        on_loopback: host.is_loopback(),
        insecure_open: access.insecure_open(),
    };
    for vast in access.trusted_proxies().iter().filter(|network| network.is_vast()) {
        log::warn!(
            "--trusted-proxies {vast}: whoever comes from there is taken for a proxy, may claim any address, \
             and is bounded by no limit of addresses; name the addresses of your proxies alone"
        );
    }
    let authority = Authority::start(settings, metrics)?;
    match authority.open() {
        Open::No if !authority.has_credential() => return Err(AppError::Unguarded(host)),
        Open::Insecure => {
            log::warn!(
                "everybody who reaches {host} can watch; to change that, add a user or set \
                 STEADYCAST_VIEWER_TOKEN"
            );
        }
        Open::No | Open::Here => {}
    }
    Ok(authority)
}

/// Warns of tokens that may be guessed.
fn warn_of_short_tokens(access: &Access) {
    let short = access.short_tokens();
    if !short.is_empty() {
        log::warn!(
            "fewer than {LONG_TOKEN} characters can be guessed: {}; `openssl rand -hex 16` makes 32",
            short.join(", ")
        );
    }
}

/// Returns how much one address or credential may take.
pub(super) fn limits(config: &Config) -> Limits {
    let limits = &config.limits;
    Limits::new(&LimitSettings {
        max_connections: limits.max_connections,
        says_connections: limits.says_connections,
        max_connections_per_address: limits.max_connections_per_address,
        max_viewers_per_address: limits.max_viewers_per_address,
        max_viewers_per_token: limits.max_viewers_per_token,
        dear_requests: limits.dear_requests,
    })
}

/// Returns what TLS is told; `None` without it.
fn tls(config: &Config) -> Option<TlsSettings> {
    let source = match (config.tls.mode(), config.tls.files()) {
        (_, Some((cert, key))) => TlsSource::Files { cert: cert.to_owned(), key: key.to_owned() },
        (TlsMode::SelfSigned, None) => TlsSource::SelfSigned { folder: CERTIFICATE_FOLDER.into() },
        (TlsMode::Off | TlsMode::Files, None) => return None,
    };
    if matches!(source, TlsSource::SelfSigned { .. }) && config.tls.hsts_seconds().is_some() {
        log::warn!(
            "--hsts-days beside --tls self-signed: a browser that trusts the certificate lets nobody past \
             its warning once another one is made, and all others ignore it; use one that browsers trust"
        );
    }
    Some(TlsSettings { source, redirect: config.tls.redirect_port(), hsts: config.tls.hsts_seconds() })
}

/// Starts to lead from plain HTTP to HTTPS, where that is wanted; returns what ends it.
///
/// # Errors
/// [`AppError::Redirect`] where the port is not to be had.
fn lead(
    settings: &TlsSettings,
    listener: &TcpListener,
    allowed: &[String],
) -> Result<Option<ServerHandle>, AppError> {
    let Some(port) = settings.redirect else { return Ok(None) };
    let https = listener.local_addr()?;
    let address = SocketAddr::new(https.ip(), port);
    let server = TcpListener::bind(address).and_then(|plain| redirect(plain, https.port(), allowed));
    let server = server.map_err(|error| AppError::Redirect { address, error })?;
    let handle = server.handle();
    actix_web::rt::spawn(async move {
        if let Err(error) = server.await {
            log::error!("nobody is led to HTTPS any more: {error}");
        }
    });
    Ok(Some(handle))
}
