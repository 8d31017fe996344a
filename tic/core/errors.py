"""Errors a person can read.

TicError                    a known failure with one clear sentence (500, exit code 1)
├── BadInput                what was given cannot be used (400, exit code 2)
│   ├── NotFound            no such listing, source, submission (404)
│   └── SourceUnreadable    a feed's file or answer cannot be read as what it claims to be (422)
├── NotAllowed              signed out, or the role does not permit it (403)
├── Conflict                somebody else changed or holds it (409, exit code 3)
│   └── JobRunning          another job works on the same data (409, exit code 3)
├── ServiceUnavailable      database, search engine or a remote site does not answer (503, exit code 4)
│   ├── IndexNotReady       no search index has been built yet (503)
│   └── SiteUnavailable     a publisher's site does not answer, or not in time (503)
└── StorageFailed           disk full, no permission, broken file of our own (507, exit code 5)

The message is an English template with named fields; it is also the key under which the
catalogue of translations finds the sentence in the reader's language (tic.core.i18n).
"""

from __future__ import annotations

from typing import Any, ClassVar


class TicError(Exception):
    """A failure that is shown to a person as it is: `message` says what is wrong and what to do."""

    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, /, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return self.message.format(**self.params) if self.params else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, self.params)


def _rebuild(kind: type[TicError], message: str, params: dict[str, Any]) -> TicError:
    """Keeps the parameters when an error crosses a process border."""
    return kind(message, **params)


class BadInput(TicError):
    """What was given cannot be used."""

    http_status = 400
    exit_code = 2


class NotFound(BadInput):
    """There is no such thing."""

    http_status = 404


class SourceUnreadable(BadInput):
    """A feed cannot be read as what it claims to be."""

    http_status = 422


class NotAllowed(TicError):
    """The person is not signed in, or the role does not permit the action."""

    http_status = 403
    exit_code = 2


class Conflict(TicError):
    """Somebody else changed or holds the thing."""

    http_status = 409
    exit_code = 3


class JobRunning(Conflict):
    """Another job works on the same data."""


class ServiceUnavailable(TicError):
    """A database, search engine or remote site does not answer."""

    http_status = 503
    exit_code = 4


class IndexNotReady(ServiceUnavailable):
    """No search index has been built yet."""


class SiteUnavailable(ServiceUnavailable):
    """A publisher's site does not answer, or not in time."""


class StorageFailed(TicError):
    """The disk is full, a folder cannot be written, or a file of our own is broken."""

    http_status = 507
    exit_code = 5
