"""A mail server on a real port: speaks SMTP, keeps what it took, and breaks on demand."""

import asyncio
import ssl
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

TLS = Path(__file__).parent / "tls"  # an authority of our own, and what it signed; good until 2126


def papers(name: str) -> ssl.SSLContext:
    """A server's certificate: `localhost`, or `elsewhere` for a name it does not have here."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / f"{name}.pem")
    return context


class Fault(Enum):
    """What is wrong with it."""

    NONE = auto()
    LATER = auto()  # greylists: 451 to every recipient
    NO_SUCH = auto()  # 550 to every recipient
    HANGS_UP = auto()  # closes each connection at once
    HANGS_UP_BEFORE_WORDS = auto()  # closes when DATA is asked for
    HANGS_UP_AFTER_WORDS = auto()  # takes the whole mail, says nothing, closes
    REFUSES_WORDS = auto()  # 552 after the whole mail


@dataclass
class MailServer:
    """Listens while entered. `taken` holds every mail it said yes to, `heard` every mail it read to the end.

    `scheme` smtp offers STARTTLS and smtps is TLS from the first byte, both with the certificate `paper`.
    """

    fault: Fault = Fault.NONE
    taken: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    scheme: str = "smtp+plain"
    paper: str = "localhost"
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> "MailServer":
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, ssl=papers(self.paper) if self.scheme == "smtps" else None
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def url(self) -> str:
        """Its setting."""
        assert self._server is not None
        host = "127.0.0.1" if self.scheme == "smtp+plain" else "localhost"
        return f"{self.scheme}://{host}:{self._server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.fault is not Fault.HANGS_UP:
                writer.write(b"220 mail.test ready\r\n")
                while (line := await reader.readline()) and await self._answer(line, reader, writer):
                    await writer.drain()
        finally:
            writer.close()

    async def _answer(self, line: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        word = line.split()[0].upper() if line.split() else b""
        if word == b"QUIT":
            return False
        if word == b"RCPT" and self.fault in (Fault.LATER, Fault.NO_SUCH):
            writer.write(b"451 later\r\n" if self.fault is Fault.LATER else b"550 no such user\r\n")
        elif word == b"EHLO" and self.scheme == "smtp":
            writer.write(b"250-mail.test\r\n250 STARTTLS\r\n")
        elif word == b"STARTTLS":
            writer.write(b"220 go ahead\r\n")
            await writer.drain()
            try:
                await writer.start_tls(papers(self.paper))
            except OSError:  # they looked at our papers and left
                return False
        elif word == b"DATA":
            return await self._take(reader, writer)
        else:
            writer.write(b"250 fine\r\n")
        return True

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if self.fault is Fault.HANGS_UP_BEFORE_WORDS:
            return False
        writer.write(b"354 go on\r\n")
        mail = (await reader.readuntil(b"\r\n.\r\n")).decode()
        self.heard.append(mail)
        if self.fault is Fault.HANGS_UP_AFTER_WORDS:
            return False
        if self.fault is Fault.REFUSES_WORDS:
            writer.write(b"552 too large\r\n")
            return True
        self.taken.append(mail)
        writer.write(b"250 taken\r\n")
        return True
