"""The logins that the cameras of the tests ask for: Basic, and Digest (RFC 7616).

Digest goes with MD5, MD5-sess or SHA-256.

A module of the scripts beside it. Standard library only.
"""

import base64
import hashlib
import re
import secrets

KINDS = ["basic", "md5", "md5-sess", "sha256"]


class Login:
    """What a camera asks for. Without a kind, everybody is let in."""

    def __init__(self, kind, user, password):
        self.kind, self.user, self.password = kind, user, password

    def challenge(self):
        """The header that goes with a 401."""
        if self.kind == "basic":
            return 'WWW-Authenticate: Basic realm="odd"'
        algorithm = {"md5-sess": "MD5-sess", "sha256": "SHA-256"}.get(self.kind, "MD5")
        nonce = secrets.token_hex(8)
        return f'WWW-Authenticate: Digest realm="odd", qop="auth", nonce="{nonce}", algorithm={algorithm}'

    def admits(self, authorization, method):
        """Whether the value of an `Authorization` header is right for a request of that method."""
        scheme, _, rest = authorization.partition(" ")
        if not self.kind:
            return True
        if self.kind == "basic":
            return scheme == "Basic" and base64.b64decode(rest).decode() == f"{self.user}:{self.password}"
        words = re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', rest)
        said = {name: quoted or bare for name, quoted, bare in words}
        who = self.proof(self.user, said.get("realm", ""), self.password)
        if self.kind.endswith("-sess"):
            who = self.proof(who, said.get("nonce", ""), said.get("cnonce", ""))
        what = self.proof(method, said.get("uri", ""))
        middle = [said[name] for name in ("nonce", "nc", "cnonce", "qop") if name in said]
        return scheme == "Digest" and said.get("response") == self.proof(who, *middle, what)

    def proof(self, *words):
        return hashlib.new(self.kind.removesuffix("-sess"), ":".join(words).encode()).hexdigest()
