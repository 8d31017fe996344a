"""What a job has used of the machine so far: processor seconds and memory."""

from __future__ import annotations

import resource
import sys


def cpu_seconds() -> float:
    """Processor seconds of this process and of the helpers that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def peak_rss_bytes() -> int:
    """The most memory this process has held so far, or the largest of its helpers if that was more."""
    peaks = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(peaks) * (1 if sys.platform == "darwin" else 1024)
