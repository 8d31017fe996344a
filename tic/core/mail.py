"""Mail through the server that the settings name; there is none unless they do."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final

from tic.core.errors import ServiceUnavailable
from tic.core.settings import Settings

_TIMEOUT_S: Final = 20


class Mailer:
    """A connection to a mail server; made by `mail_server`."""

    def __init__(self, server: smtplib.SMTP, sender: str, where: str) -> None:
        self._server = server
        self._sender = sender
        self._where = where

    def send(self, to: str, subject: str, text: str) -> None:
        """Hand a plain text over to the server. Raises ServiceUnavailable when it does not take it."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, to, " ".join(subject.split())
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self._sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        with _smtp_errors(self._where):
            self._server.send_message(message)


@contextmanager
def mail_server(settings: Settings) -> Iterator[Mailer]:
    """Open the mail server of the settings, which must name one. Raises ServiceUnavailable."""
    host, port = settings.smtp_host or "", settings.smtp_port
    where, context = f"{host}:{port}", ssl.create_default_context()
    with _smtp_errors(where):
        if settings.smtp_tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=_TIMEOUT_S)
    with server:
        with _smtp_errors(where):
            if settings.smtp_tls == "starttls":
                server.starttls(context=context)
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password or "")
        yield Mailer(server, settings.smtp_from, where)


@contextmanager
def _smtp_errors(where: str) -> Iterator[None]:
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        raise ServiceUnavailable(
            "The mail server {where} does not take mail ({reason}). Check the settings TIC_SMTP_*; the next run sends "
            "what was not sent.",
            where=where,
            reason=" ".join(str(error).split())[:200] or type(error).__name__,
        ) from error
