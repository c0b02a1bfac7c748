//! Where FFmpeg is led for an address: to hosts that a source may be at, by their numbers, so that it does
//! not look a name up again, which may lead elsewhere by then.
//!
//! An address in, what FFmpeg opens instead out, one for each place where the host may be. Web servers are
//! reached through [`super::web`] by their names, which their certificates and their other addresses need.
//! With TLS over RTSP and RTMP a name is looked at and kept: no metadata service speaks either. A server that
//! sends on to such a name is followed only where it was reached by that name and TLS itself.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use url::{Position, Url};

use super::{plan::Plan, web::Web};
use crate::{
    nouns::reason::{Reason, ReasonCode},
    source::{address::Address, diagnose, guard, reach},
};

/// Longest time in which a host is looked up.
const LOOK_UP_WITHIN: Duration = Duration::from_secs(5);

/// Port that FFmpeg takes for RTMP where an address names none.
const RTMP_PORT: u16 = 1935;

/// One way to a source.
pub(super) struct Way {
    /// What FFmpeg opens.
    pub(super) location: String,
    /// Options beside those of the plan, by name.
    pub(super) options: Vec<(&'static str, String)>,
    /// The proxy that FFmpeg is to use, for as long as the source is open.
    pub(super) web: Option<Web>,
    /// Address to which an RTSP server has sent us on, with the login that is shown there; `None`: none has.
    pub(super) sent_on: Option<Url>,
}

impl Way {
    /// The way to what is called so.
    pub(super) fn to(location: String) -> Way {
        Way { location, options: Vec::new(), web: None, sent_on: None }
    }

    /// Why nothing came by this way, where that is not the server's fault.
    pub(super) fn refusal(&self) -> Option<Reason> {
        self.web.as_ref().filter(|web| web.has_refused()).map(|_| guard::reason())
    }

    /// Whether no server was reached by this way.
    pub(super) fn is_dead(&self) -> bool {
        self.web.as_ref().is_some_and(Web::has_not_reached)
    }
}

/// The ways to a source, in the order in which they are to be tried: one at least.
///
/// # Errors
/// Where the host is not known, where it is at addresses that no source may be at, and where the system has
/// no thread left.
pub(super) fn of(address: &Address, plan: &Plan) -> Result<Vec<Way>, Reason> {
    let Address::Stream(url) = address else { return Ok(vec![Way::to(plan.location.clone())]) };
    if reach::listens(url) {
        return Ok(vec![Way::to(plan.location.clone())]);
    }
    let deadline = Instant::now() + LOOK_UP_WITHIN;
    // The port is of no account here.
    let found = reach::resolve(url, 0, deadline).map_err(|error| diagnose::unresolved(&error))?;
    let numbers: Vec<IpAddr> = found.iter().map(|found| found.ip()).collect();
    if numbers.is_empty() {
        return Err(diagnose::host_unknown(address));
    }
    match url.scheme() {
        "http" | "https" => through_the_web(plan).map(|way| vec![way]),
        "rtsps" | "rtmps" => Ok(vec![Way::to(plan.location.clone())]),
        _ if reach::number_of(url).is_some() => Ok(vec![Way::to(plan.location.clone())]),
        _ => Ok(numbers.into_iter().filter_map(|number| by_number(url, number)).collect()),
    }
}

/// The ways to where an RTSP server, reached at `from`, sends on; a name is looked up `within` that time. The
/// login of `from` goes along to the same number under the same scheme, on whatever port, or under `rtsps` to
/// the same name, and to nobody else.
///
/// # Errors
/// Those of [`of`]; and where a name would be left to FFmpeg to look up that was not given here.
pub(super) fn onward(to: &Url, from: &str, within: Duration) -> Result<Vec<Way>, Reason> {
    let from = Url::parse(from).ok().filter(|from| from.scheme() == to.scheme());
    let is_kept = to.scheme() == "rtsps" && reach::number_of(to).is_none();
    if is_kept && from.as_ref().is_none_or(|from| from.host() != to.host()) {
        let text = "an rtsps server called by a name is gone to only from an rtsps address of that name; \
                    give the address where the stream is";
        return Err(Reason::new(ReasonCode::ForbiddenAddress, text));
    }
    let deadline = Instant::now() + within.min(LOOK_UP_WITHIN);
    let found = reach::resolve(to, 0, deadline).map_err(|error| diagnose::unresolved(&error))?;
    let numbers: Vec<IpAddr> = found.iter().map(|found| found.ip()).collect();
    if numbers.is_empty() {
        return Err(diagnose::host_unknown(&Address::Stream(to.clone())));
    }
    if is_kept {
        let to = with_login(to, from.as_ref());
        return Ok(vec![Way { sent_on: Some(to.clone()), ..Way::to(to.into()) }]);
    }
    Ok(at_numbers(to, from.as_ref(), numbers))
}

/// Returns the ways to where a server sends on, at the `numbers` of that host. The number of `from` comes
/// first, and no other is shown its login.
fn at_numbers(to: &Url, from: Option<&Url>, mut numbers: Vec<IpAddr>) -> Vec<Way> {
    let here = from.and_then(reach::number_of);
    // The machine that sends on is mostly sent on to.
    numbers.sort_by_key(|number| Some(*number) != here);
    let way = |number: IpAddr| {
        let to = with_login(to, from.filter(|_| Some(number) == here));
        by_number(&to, number).map(|way| Way { sent_on: Some(to), ..way })
    };
    numbers.into_iter().filter_map(way).collect()
}

/// An address with the login of another one, unless it has one of its own.
fn with_login(to: &Url, of: Option<&Url>) -> Url {
    let mut to = to.clone();
    if let Some(of) = of.filter(|_| to.username().is_empty() && to.password().is_none()) {
        // Refused only for addresses that have no host.
        let _ = to.set_username(of.username());
        let _ = to.set_password(of.password());
    }
    to
}

/// The way to a web server.
fn through_the_web(plan: &Plan) -> Result<Way, Reason> {
    let web = Web::open().map_err(|error| {
        Reason::new(ReasonCode::Internal, format!("no way to reach a web server by: {error}"))
    })?;
    let options = vec![("http_proxy", web.address())];
    Ok(Way { options, web: Some(web), ..Way::to(plan.location.clone()) })
}

/// The way to a host by its number.
fn by_number(url: &Url, number: IpAddr) -> Option<Way> {
    let mut numbered = url.clone();
    // Refused only for addresses that have no host.
    numbered.set_ip_host(number).ok()?;
    let location = Address::Stream(numbered).location()?;
    let mut way = Way::to(location);
    // Servers of several sites tell them apart by the name; RTSP's and SRT's do not.
    if let Some(site) = (url.scheme() == "rtmp").then(|| rtmp_site(url)).flatten() {
        way.options.push(("rtmp_tcurl", site));
    }
    Some(way)
}

/// What FFmpeg would tell an RTMP server about where it is, by its name; `None` where that is left to FFmpeg.
fn rtmp_site(url: &Url) -> Option<String> {
    let path = &url[Position::BeforePath..];
    let host = url.host_str()?;
    let port = url.port().unwrap_or(RTMP_PORT);
    (!path.contains("slist=")).then(|| format!("rtmp://{host}:{port}/{}", application(path)))
}

/// The application in the path of an RTMP address, as FFmpeg finds it (`rtmp_open` in its rtmpproto.c).
fn application(path: &str) -> &str {
    let whole = path.strip_prefix('/').unwrap_or(path);
    if whole.starts_with("ondemand/") {
        return "ondemand";
    }
    let Some(first) = whole.find('/') else { return whole };
    let behind = &whole[first + 1..];
    match (behind.find('/'), behind.find(':')) {
        (None, _) => &whole[..first],
        // The colon belongs to the name of a recording, such as mp4:folder/clip.
        (Some(next), Some(colon)) if colon < next => &whole[..first],
        (Some(next), _) => &whole[..first + 1 + next],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::ffmpeg::plan;

    fn ways(text: &str) -> Result<Vec<Way>, Reason> {
        let address: Address = text.parse().expect(text);
        of(&address, &plan::plan(&address)?)
    }

    #[test]
    fn a_name_is_looked_up_once_and_handed_on_as_a_number() {
        for way in ways("rtsp://me:pw@localhost:554/live?x=1").expect("is known") {
            let url = Url::parse(&way.location).expect("an address");
            let number = reach::number_of(&url).expect("a number");
            assert!(number.is_loopback(), "{}", way.location);
            assert_eq!((url.username(), url.password(), url.port()), ("me", Some("pw"), Some(554)));
            assert_eq!((url.path(), url.query()), ("/live", Some("x=1")));
        }
        for kept in
            ["rtsps://localhost/live", "rtsp://10.0.0.7/live", "udp://:5000", "srt://:9000?mode=listener"]
        {
            let ways = ways(kept).expect("is open");
            let [way] = &ways[..] else { panic!("{kept} is one way") };
            let address: Address = kept.parse().expect("valid");
            assert_eq!(Some(&way.location), address.location().as_ref(), "{kept}");
            assert!(way.options.is_empty() && way.web.is_none(), "{kept}");
        }
    }

    #[test]
    fn forbidden_and_unknown_hosts_are_refused_before_ffmpeg_is_asked() {
        for (text, code) in [
            ("rtsp://169.254.169.254/live", ReasonCode::ForbiddenAddress),
            ("https://169.254.169.254/latest", ReasonCode::ForbiddenAddress),
            ("rtsps://[fd00:ec2::254]/live", ReasonCode::ForbiddenAddress),
            ("srt://100.100.100.200:9000", ReasonCode::ForbiddenAddress),
            ("udp://169.254.169.254:5000", ReasonCode::ForbiddenAddress),
            ("tcp://0.0.0.0:22", ReasonCode::ForbiddenAddress),
            ("rtmp://nobody.invalid/app/name", ReasonCode::HostUnknown),
        ] {
            assert_eq!(ways(text).err().map(|why| why.code), Some(code), "{text}");
        }
    }

    #[test]
    fn a_login_goes_on_to_the_machine_that_sends_on_and_to_no_other() {
        let onward = |to: &str, from: &str| -> Result<Vec<String>, Reason> {
            let ways = onward(&Url::parse(to).expect(to), from, LOOK_UP_WITHIN)?;
            Ok(ways.into_iter().map(|way| way.location).collect())
        };
        let to = "rtsp://localhost:8554/live?x=1";
        let own = onward(to, "rtsp://me:p%40w@127.0.0.1/").expect("is known");
        assert_eq!(own.first().map(String::as_str), Some("rtsp://me:p%40w@127.0.0.1:8554/live?x=1"));
        for from in ["rtsp://me:pw@10.0.0.7/", "rtsps://me:pw@127.0.0.1/", "rtsps://me:pw@localhost/"] {
            let ways = onward(to, from).expect("is known");
            assert!(!ways.is_empty() && ways.iter().all(|way| !way.contains("me")), "{from}: {ways:?}");
        }
        let named = onward("rtsp://you@localhost/", "rtsp://me:pw@127.0.0.1/").expect("is known");
        assert_eq!(named.first().map(String::as_str), Some("rtsp://you@127.0.0.1/"));
        let encrypted = onward("rtsps://localhost/x", "rtsps://me:pw@localhost/").expect("is known");
        assert_eq!(encrypted, ["rtsps://me:pw@localhost/x"]);
        let numbered = |to: &str| onward(to, "rtsp://me:pw@10.0.0.7/").expect("is a number");
        assert_eq!(numbered("rtsp://10.0.0.7:8554/x"), ["rtsp://me:pw@10.0.0.7:8554/x"]);
        assert_eq!(numbered("rtsp://10.0.0.8/x"), ["rtsp://10.0.0.8/x"]);
        assert_eq!(numbered("rtsps://10.0.0.7/x"), ["rtsps://10.0.0.7/x"]);
        for (to, code) in [
            // FFmpeg would look that name up once more, and nobody here has given it.
            ("rtsps://localhost/live", ReasonCode::ForbiddenAddress),
            // 169.254.169.254, as resolvers read it.
            ("rtsp://2852039166/live", ReasonCode::ForbiddenAddress),
            ("rtsps://0xa9fea9fe/live", ReasonCode::ForbiddenAddress),
            ("rtsp://nobody.invalid/live", ReasonCode::HostUnknown),
        ] {
            let why = onward(to, "rtsp://me:pw@10.0.0.7/").expect_err(to);
            assert_eq!(why.code, code, "{to}");
        }
    }

    #[test]
    fn the_machine_that_sends_on_comes_first_and_alone_gets_its_login() {
        let [to, from] = ["rtsp://cam.example:8554/live", "rtsp://me:pw@10.0.0.7/"]
            .map(|text| Url::parse(text).expect(text));
        let numbers = || [6, 7, 8].map(|last| IpAddr::from([10, 0, 0, last])).to_vec();
        let places = |ways: Vec<Way>| -> Vec<String> { ways.into_iter().map(|way| way.location).collect() };
        assert_eq!(
            places(at_numbers(&to, Some(&from), numbers())),
            ["rtsp://me:pw@10.0.0.7:8554/live", "rtsp://10.0.0.6:8554/live", "rtsp://10.0.0.8:8554/live"]
        );
        let elsewhere = Url::parse("rtsp://me:pw@10.0.0.9/").expect("an address");
        for from in [None, Some(&elsewhere)] {
            assert_eq!(
                places(at_numbers(&to, from, numbers())),
                ["rtsp://10.0.0.6:8554/live", "rtsp://10.0.0.7:8554/live", "rtsp://10.0.0.8:8554/live"]
            );
        }
    }

    #[test]
    fn web_servers_keep_their_names_and_are_reached_through_our_own_proxy() {
        let ways = ways("https://localhost/live.m3u8").expect("is known");
        let [way] = &ways[..] else { panic!("it is one way") };
        assert_eq!(way.location, "https://localhost/live.m3u8");
        let [("http_proxy", proxy)] = &way.options[..] else { panic!("{:?}", way.options) };
        assert!(proxy.starts_with("http://127.0.0.1:"), "{proxy}");
        assert!(way.refusal().is_none() && !way.is_dead());
    }

    #[test]
    fn an_rtmp_server_is_told_the_name_of_its_site() {
        for (address, site) in [
            ("rtmp://cams.example/app/name", "rtmp://cams.example:1935/app"),
            ("rtmp://cams.example:1936/app/instance/name", "rtmp://cams.example:1936/app/instance"),
            ("rtmp://cams.example/app/mp4:folder/clip", "rtmp://cams.example:1935/app"),
            ("rtmp://cams.example/app?vhost=a/name", "rtmp://cams.example:1935/app?vhost=a"),
            ("rtmp://cams.example/ondemand/a/b", "rtmp://cams.example:1935/ondemand"),
            ("rtmp://cams.example/app", "rtmp://cams.example:1935/app"),
        ] {
            let url = Url::parse(address).expect("an address");
            assert_eq!(rtmp_site(&url).as_deref(), Some(site));
            let way = by_number(&url, IpAddr::from([10, 0, 0, 7])).expect("it has a host");
            assert!(way.location.starts_with("rtmp://10.0.0.7"), "{}", way.location);
            assert_eq!(way.options, [("rtmp_tcurl", site.to_owned())]);
        }
    }
}
