"""Hooks of schemathesis: requests name what there is, and leave the server able to answer the next ones.

Requests that schemathesis makes of the description in; out come such as mean a camera that there is, half of
the time, each from an address of its own, and how many were answered, in the file that STEADYCAST_CASES
names. Credentials are the script's.
"""

import atexit
import os
import re
import zlib

import schemathesis
from hypothesis import strategies

# Formats of the description that no standard has, by some of the texts that they allow.
FORMATS = {
    "moment": ["2026-11-27T08:00:00Z", "2026-11-27T08:00:00.5+01:00", "2026-11-27", "0", "1795766400"],
    "time-zone": ["Europe/Berlin", "UTC", "America/St_Johns"],
    "source-address": ["synthetic", "synthetic:people=5", "0", "rtsp://192.0.2.1/live"],
}
for name, texts in FORMATS.items():
    schemathesis.openapi.format(name, strategies.sampled_from(texts))

# What a camera's name is.
NAME = "[a-z0-9_-]{1,32}"

# The cameras of the server under test.
CAMERAS = ["yard", "gate"]

# Operations that would take one of them away from the requests behind.
KEPT = {"removeCamera", "stopCamera"}


def operation_id(context):
    """The name of the operation that a hook is called for; None where there is none."""
    definition = getattr(context.operation, "definition", None)
    return definition.raw.get("operationId") if definition is not None else None


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Half of all requests mean a camera that there is."""
    name = str((path_parameters or {}).get("camera", ""))
    # What is no name is there to be refused.
    if re.fullmatch(NAME, name) and operation_id(context) not in KEPT:
        # By the name that was drawn: Hypothesis sets the seed of `random` anew for each example.
        drawn = zlib.crc32(name.encode())
        if drawn % 2 == 0:
            path_parameters["camera"] = CAMERAS[drawn // 2 % len(CAMERAS)]
    return path_parameters


@schemathesis.hook
def filter_path_parameters(context, path_parameters):
    """What removes or stops a camera means none of ours."""
    camera = (path_parameters or {}).get("camera")
    return operation_id(context) not in KEPT or camera not in CAMERAS


@schemathesis.hook
def map_body(context, body):
    """Cameras that are added are switched off, or hundreds of scenes would be drawn at once."""
    if operation_id(context) == "addCamera" and isinstance(body, dict) and "source" in body:
        body.setdefault("enabled", False)
    return body


class Asked:
    """How many requests were made, which gives each an address."""

    count = 0


@schemathesis.hook
def before_call(context, case, kwargs):
    """Every request comes from an address of its own: what is tried here is no guesser's patience."""
    Asked.count += 1
    count = Asked.count.to_bytes(4, "big")
    case.headers = {**(case.headers or {}), "X-Forwarded-For": f"10.{count[1]}.{count[2]}.{count[3]}"}


class Answered:
    """How many requests were answered, written down at the end of the run."""

    count = 0

    @staticmethod
    def write():
        """Writes the number into the file that the script reads."""
        if path := os.environ.get("STEADYCAST_CASES"):
            with open(path, "w", encoding="utf-8") as file:
                file.write(f"{Answered.count}\n")


atexit.register(Answered.write)


@schemathesis.hook
def after_call(context, case, response):
    """Every answer counts, and says that a browser is not to guess what it is."""
    Answered.count += 1
    # What is no HTTP is refused before there is a request, and without a body.
    if response.content and "x-content-type-options" not in {name.lower() for name in response.headers}:
        raise AssertionError(f"{case.method} {case.formatted_path} is answered without nosniff")
