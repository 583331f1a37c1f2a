"""The way to a server, which a test can close and open again: what a pulled cable does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import urlsplit


class Gate:
    """Passes every connection on to a server while it is open."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        assert parts.hostname and parts.port
        self._server = (parts.hostname, parts.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._pipes: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.is_open = True
        self.knocks = 0
        threading.Thread(target=self._welcome, daemon=True).start()

    def close(self) -> None:
        """Cut what runs; whoever knocks from now on is turned away."""
        self.is_open = False
        for pipe in self._pipes:
            with suppress(OSError):
                pipe.shutdown(socket.SHUT_RDWR)

    def open(self) -> None:
        """Let everybody through again."""
        self.is_open = True

    def end(self) -> None:
        """Take the gate away."""
        self.close()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _welcome(self) -> None:
        with suppress(OSError):
            while True:
                guest, _ = self._listener.accept()
                self.knocks += 1
                if not self.is_open:
                    guest.close()
                    continue
                server = socket.create_connection(self._server)
                self._pipes += [guest, server]
                for ends in ((guest, server), (server, guest)):
                    threading.Thread(target=_pour, args=ends, daemon=True).start()


def _pour(source: socket.socket, target: socket.socket) -> None:
    with closing(source), suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


@contextmanager
def gate_to(server: str) -> Iterator[Gate]:
    """A gate before a server, gone at the end."""
    gate = Gate(server)
    try:
        yield gate
    finally:
        gate.end()
