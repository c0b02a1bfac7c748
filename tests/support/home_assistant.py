"""A real Home Assistant on the broker of a test: what entities it has found, as it tells them by its API.

    home_assistant.py FOLDER BROKER_PORT PORT

Prints one JSON object a second: the state of each entity of cameras by its name. Lines on standard input are
services to call, such as {"service": "switch/turn_off", "entity_id": "switch.main_camera"}.
"""

import json
import pathlib
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

FOLDER, BROKER_PORT, PORT = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
SITE = f"http://127.0.0.1:{PORT}"
CONFIGURATION = f"""
homeassistant: {{name: Test, unit_system: metric, time_zone: UTC}}
http: {{server_host: 127.0.0.1, server_port: {PORT}}}
api:
onboarding:
"""
ENTRY = {
    "entry_id": "0123456789abcdef0123456789abcdef",
    "version": 1,
    "minor_version": 1,
    "domain": "mqtt",
    "title": "broker",
    "data": {"broker": "127.0.0.1", "port": BROKER_PORT, "discovery": True},
    "options": {},
    "pref_disable_new_entities": False,
    "pref_disable_polling": False,
    "source": "user",
    "unique_id": None,
    "disabled_by": None,
}


def asked(path, body=None, token=None, form=False):
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    data = None
    if body is not None:
        kind = "x-www-form-urlencoded" if form else "json"
        headers["Content-Type"] = f"application/{kind}"
        data = (urllib.parse.urlencode(body) if form else json.dumps(body)).encode()
    request = urllib.request.Request(SITE + path, data, headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def token_of_a_new_user():
    client = SITE + "/"
    user = {"client_id": client, "name": "a", "username": "a", "password": "abcdefgh", "language": "en"}
    code = asked("/api/onboarding/users", user)["auth_code"]
    wish = {"client_id": client, "grant_type": "authorization_code", "code": code}
    return asked("/auth/token", wish, form=True)["access_token"]


def started():
    """Waits until it answers; the token of its first user."""
    for _ in range(240):
        try:
            return token_of_a_new_user()
        except OSError:
            time.sleep(0.5)
    raise SystemExit("Home Assistant does not answer")


def obey(token):
    for line in sys.stdin:
        wish = json.loads(line)
        asked(f"/api/services/{wish.pop('service')}", wish, token)


def main():
    (FOLDER / ".storage").mkdir(parents=True)
    (FOLDER / "configuration.yaml").write_text(CONFIGURATION)
    entries = {
        "version": 1,
        "minor_version": 1,
        "key": "core.config_entries",
        "data": {"entries": [ENTRY]},
    }
    (FOLDER / ".storage" / "core.config_entries").write_text(json.dumps(entries))
    hass = pathlib.Path(sys.executable).parent / "hass"
    log = open(FOLDER / "log", "w")
    server = subprocess.Popen([hass, "-c", FOLDER], stdout=log, stderr=log)
    try:
        token = started()
        threading.Thread(target=obey, args=(token,), daemon=True).start()
        while True:
            states = {one["entity_id"]: one["state"] for one in asked("/api/states", token=token)}
            print(json.dumps(states), flush=True)
            time.sleep(0.25)
    except (BrokenPipeError, KeyboardInterrupt):
        pass
    finally:
        server.kill()


if __name__ == "__main__":
    main()
