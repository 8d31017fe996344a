from __future__ import annotations

import gzip

import pytest

from ingest.sitemaps import read_sitemap
from tic.core.errors import SourceUnreadable

PAGES = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc> https://a.test/1 </loc></url></urlset>'
INDEX = PAGES.replace(b"urlset", b"sitemapindex").replace(b"url>", b"sitemap>")


def test_pages_and_further_sitemaps_are_told_apart() -> None:
    assert read_sitemap(PAGES, "x").pages == ("https://a.test/1",)
    assert read_sitemap(INDEX, "x").sitemaps == ("https://a.test/1",)
    assert read_sitemap(b"\xef\xbb\xbf" + PAGES, "x").pages == ("https://a.test/1",)


def test_packed_sitemaps_and_plain_lines_are_read() -> None:
    assert read_sitemap(gzip.compress(PAGES), "x").pages == ("https://a.test/1",)
    assert read_sitemap(b"https://a.test/1\nhttps://a.test/2\nnothing", "x").pages == (
        "https://a.test/1",
        "https://a.test/2",
    )


@pytest.mark.parametrize(
    "content",
    [b"<html><body>404</body></html>", b"<urlset", b"hello", gzip.compress(PAGES)[:20], gzip.compress(bytes(60 << 20))],
    ids=["a page", "cut markup", "a word", "cut packing", "far too much"],
)
def test_what_is_no_sitemap_is_told(content: bytes) -> None:
    with pytest.raises(SourceUnreadable, match="is no sitemap"):
        read_sitemap(content, "https://a.test/sitemap.xml")
