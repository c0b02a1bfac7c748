"""Another front end that listens by Socket.IO, in another language.

Usage: socketio_client.py URL TRANSPORTS AUTH WANTED EVENT... . TRANSPORTS and AUTH are JSON. Prints one JSON
object: the transport at the end, the first of each EVENT, and the answer to `request_stats`; or `error` where
the server did not let it in. Ends with 1 if something does not come. Needs the package
`python-socketio[client]`."""

import json
import sys
import time

import socketio

WITHIN_S = 30


def main() -> int:
    url, transports, auth, wanted, *kinds = sys.argv[1:]
    client = socketio.Client(reconnection=False)
    events = {}
    client.on("*", lambda event, news: events.setdefault(event, news))
    try:
        client.connect(url, transports=json.loads(transports), auth=json.loads(auth), wait_timeout=WITHIN_S)
    except socketio.exceptions.ConnectionError as error:
        print(json.dumps({"error": str(error)}))
        return 0
    deadline = time.monotonic() + WITHIN_S
    while client.transport() != wanted or not all(kind in events for kind in kinds):
        if time.monotonic() > deadline:
            print(f"heard {list(events)} over {client.transport()}", file=sys.stderr)
            return 1
        time.sleep(0.02)
    answer = client.call("request_stats", timeout=WITHIN_S)
    print(json.dumps({"transport": client.transport(), "events": events, "answer": answer}))
    client.disconnect()
    return 0


sys.exit(main())
