//! Methods that a route does not know, and routes of the admin's, for every route of the table.

use serde_json::json;
use steadycast::{
    access::Role,
    transport::{ROUTES, Route},
};

use crate::{
    house::House,
    wire::{self, Request, Said},
};

/// Methods that somebody may try.
const METHODS: [&str; 13] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "MOVE",
    "get", "FOO",
];

/// Whoever may watch, all or some.
const VIEWERS: [&str; 6] = ["viewer", "yard", "gate", "guard", "session", "user"];

fn path_of(route: &Route) -> String {
    let path = route.path.replace("{camera}", "yard").replace("{level}", "80");
    path.replace("{id}", "1").replace("{name}", "nothing.mp4")
}

fn ask(house: &House, method: &str, path: &str, by: &str) -> Said {
    let mut request = Request::of(method, path).meant();
    request.headers.extend(house.credential(by));
    wire::ask(house.address(), &request)
}

#[test]
fn methods_that_a_path_does_not_know_are_refused() {
    let house = House::open(&[]);
    let kept = house.kept();
    let (mut faults, mut tried) = (Vec::new(), 0);
    for routes in ROUTES.chunk_by(|one, next| one.path == next.path) {
        let path = path_of(&routes[0]);
        let known = |method: &&str| routes.iter().any(|route| route.methods.contains(method));
        for method in METHODS.iter().filter(|method| !known(method)) {
            for by in ["none", "viewer", "admin"] {
                let said = ask(&house, method, &path, by);
                // Somebody without the role learns nothing of the methods; some heads the parser refuses.
                if !matches!(said.status, 0 | 400 | 401 | 403 | 405) {
                    faults.push(format!("{method} {path} as {by}: {}", said.status));
                }
                if said.status == 405 && said.header("allow").is_none() {
                    faults.push(format!("{method} {path} as {by}: 405 without the methods that there are"));
                }
                tried += 1;
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(tried > 500, "{tried} requests only");
    assert_eq!(house.kept(), kept);
    house.assert_log_is_clean();
}

#[test]
fn what_is_the_admins_no_viewer_gets_whatever_it_shows() {
    let house = House::open(&[]);
    let kept = house.kept();
    let mut tried = 0;
    for route in ROUTES.iter().filter(|route| route.role == Role::Admin) {
        for (method, by) in route.methods.iter().flat_map(|method| VIEWERS.map(|by| (*method, by))) {
            let said = ask(&house, method, &path_of(route), by);
            assert!(matches!(said.status, 401 | 403), "{method} {} as {by}: {}", route.path, said.status);
            tried += 1;
        }
    }
    assert!(tried >= 100, "{tried} requests only");
    assert_eq!(house.kept(), kept);
}

#[test]
fn a_viewer_gives_nobody_a_credential() {
    let house = House::open(&[]);
    let wishes = [
        ("/api/tokens", json!({"role": "admin", "ttl_seconds": 600})),
        ("/api/tokens", json!({"role": "viewer", "ttl_seconds": 600})),
        ("/api/tokens/revoke", json!({"id": "x"})),
        ("/api/cameras/yard/share", json!({"ttl_seconds": 600})),
    ];
    for (path, wish) in wishes {
        for by in VIEWERS {
            let mut request = Request::of("POST", path).meant().json(&wish);
            request.headers.extend(house.credential(by));
            let said = wire::ask(house.address(), &request);
            assert!(matches!(said.status, 401 | 403), "{path} as {by}: {}", said.status);
            assert!(said.json()["token"].is_null(), "{path} as {by}: {}", said.text());
        }
    }
}
