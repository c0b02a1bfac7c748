"""The server on 127.0.0.1 behind the cameras of the tests: a thread for each client.

With a certificate it speaks TLS, as cameras do that sign their own.

A module of the scripts beside it. Standard library only.
"""

import itertools
import socketserver
import ssl

ENDED = (ssl.SSLEOFError, ssl.SSLZeroReturnError)  # Errors of TLS where a client merely goes.


class Server(socketserver.ThreadingTCPServer):
    """A camera's server. `certificate` is a PEM file with a key and a certificate, or none for no TLS."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port, handler, certificate=None):
        self.tls = None
        if certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate)
        self.count, self.numbers = itertools.count(), {}
        super().__init__(("127.0.0.1", port), handler)

    def process_request(self, request, client_address):
        """Numbers clients in the order in which they come: their threads begin in any."""
        self.numbers[client_address] = next(self.count)
        super().process_request(request, client_address)

    def finish_request(self, request, client_address):
        """Serves a client in its own thread, where a handshake keeps nobody else waiting."""
        if not self.tls:
            super().finish_request(request, client_address)
            return
        try:
            with self.tls.wrap_socket(request, server_side=True) as encrypted:
                super().finish_request(encrypted, client_address)
        except OSError as error:
            failed = isinstance(error, ssl.SSLError) and not isinstance(error, ENDED)
            print(f"TLS failed: {error}" if failed else "hung up by the client", flush=True)
