"""robots.txt (RFC 9309): what a site lets machines read, and how long they are to pause."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from protego import Protego

_EVERYTHING = "User-agent: *\nDisallow:"


class Robots:
    """The rules of every site that was asked, read once each.

    read: gives the text of a robots.txt; None when the site has none (then all may be read). A site whose robots.txt
    cannot be had at the moment (`read` raises) is not read at all, as the RFC demands: the error passes on.
    """

    def __init__(self, agent: str, read: Callable[[str], str | None]) -> None:
        self._agent = agent
        self._read = read
        self._known: dict[str, Protego] = {}

    def allows(self, url: str) -> bool:
        """Whether the site lets us read this address."""
        return bool(self._of(url).can_fetch(url, self._agent))

    def pause_s(self, url: str) -> float:
        """Seconds the site asks machines to wait between two requests; 0 when it asks for none."""
        return float(self._of(url).crawl_delay(self._agent) or 0)

    def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that the site names."""
        return list(self._of(url).sitemaps)

    def _of(self, url: str) -> Protego:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._known:
            text = self._read(f"{site}/robots.txt")
            self._known[site] = Protego.parse(_EVERYTHING if text is None else text)
        return self._known[site]
