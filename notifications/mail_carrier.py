"""E-mail by SMTP: handed over with at most one try, and what is not known is said, never guessed.

A mail server has no list to look a mail up in. When the line breaks after the words went out, a person decides.
"""

import smtplib
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from email.utils import formataddr, formatdate
from functools import partial
from urllib.parse import SplitResult, unquote, urlsplit

from anyio import to_thread

from notifications.outcomes import (
    Accepted,
    CannotLook,
    FoundText,
    NotSent,
    OutgoingText,
    Refused,
    SendOutcome,
    Unknown,
)
from workshop.errors import InvalidInput

SECONDS = 15.0
LATER = 60.0  # seconds until a server that was away is tried again
GREYLISTED = 300.0  # seconds until a server that said "later" is asked again
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
FORMS = "smtp://user:password@host (STARTTLS), smtps://… (TLS), or smtp+plain://host:25 on the shop's own network"


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over, and in whose name."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: str


def mail_server(url: str, sender: str) -> MailServer:
    """The server a setting names. Raises InvalidInput with the forms there are."""
    parts = urlsplit(url.strip())
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in PORTS or not parts.hostname or port == -1 or "@" not in sender:
        sentence = f"The mail server setting is none of the forms there are: {FORMS}; with WORKSHOP_MAIL_FROM."
        raise InvalidInput(sentence, mail_server=sentence)
    return _server(parts, port or PORTS[parts.scheme], sender)


def _server(parts: SplitResult, port: int, sender: str) -> MailServer:
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.scheme, parts.hostname or "", port, user, password, sender)


@dataclass(frozen=True)
class MailCarrier:
    """Hands mail to the shop's own server."""

    server: MailServer

    async def send(self, text: OutgoingText) -> SendOutcome:
        """One try, off the event loop."""
        return await to_thread.run_sync(partial(_send, self.server, text))

    async def look_for(self, text: OutgoingText, days: Collection[date]) -> list[FoundText]:
        """Mail servers keep no list."""
        raise CannotLook("a mail server keeps no list of what it took")


def mail_of(text: OutgoingText, sender: str) -> EmailMessage:
    """The mail itself. Its id is the message's own, so two copies could be told for one."""
    mail = EmailMessage()
    mail["Subject"] = " ".join(text.subject.split())
    mail["From"] = formataddr((" ".join(text.sender_name.split()), sender))
    mail["To"] = text.to
    mail["Date"] = formatdate(localtime=False)
    mail["Message-ID"] = f"<{text.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text.body)
    return mail


def _send(server: MailServer, text: OutgoingText) -> SendOutcome:
    if not text.to.isascii():  # few servers take such an address, and ours would have to promise it to theirs
        return Refused(553, "The address has letters mail servers do not take. Ask for another one.")
    mail = mail_of(text, server.sender)
    try:
        line = _open(server)
    except smtplib.SMTPAuthenticationError as error:
        return NotSent(GREYLISTED, f"The mail server refuses our name or password ({error.smtp_code})")
    except ssl.SSLCertVerificationError as error:
        return NotSent(GREYLISTED, f"We do not trust the certificate of {server.host}: {error.verify_message}")
    except smtplib.SMTPNotSupportedError:
        return NotSent(GREYLISTED, f"{server.host} offers no STARTTLS or sign-in: see WORKSHOP_MAIL_SERVER")
    except (OSError, smtplib.SMTPException) as error:
        return NotSent(LATER, f"The mail server could not be reached ({type(error).__name__})")
    try:
        return _hand_over(line, server.sender, text, mail)
    finally:
        line.close()


def _open(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.scheme == "smtps":
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    try:
        if server.scheme == "smtp":
            line.starttls(context=context)
        if server.user:
            line.login(server.user, server.password)
    except BaseException:
        line.close()
        raise
    return line


def _hand_over(line: smtplib.SMTP, sender: str, text: OutgoingText, mail: EmailMessage) -> SendOutcome:
    try:
        line.ehlo_or_helo_if_needed()
        for code, said in (line.mail(sender), line.rcpt(text.to)):
            if code >= 400:
                return _no(code, said)
    except (OSError, smtplib.SMTPException) as error:
        return NotSent(LATER, f"The mail server hung up ({type(error).__name__})")
    try:
        code, said = line.data(mail.as_bytes())
    except smtplib.SMTPDataError as error:  # it did not want the words at all: none left
        return _no(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return Unknown(f"the line broke while the mail went out ({type(error).__name__})")
    return _no(code, said) if code >= 400 else Accepted(str(text.id), "sent")


def _no(code: int, said: bytes | str) -> SendOutcome:
    """Four hundreds mean later, five hundreds mean never (RFC 5321 §4.2.1)."""
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return NotSent(GREYLISTED, f"The mail server says later ({code})") if code < 500 else Refused(code, words[:200])
