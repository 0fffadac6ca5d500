"""What a run says while it works and when it ends, on standard error: to people, or to programs.

People see a line that changes on a terminal, or a line every ten seconds elsewhere. Programs
(``--log json``) get a line of JSON an event: ``start``, ``progress``, ``refused``, ``done``, ``error``,
``stopped``, each with the time in ``at``. ``--quiet`` leaves what went wrong.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.batch.local import Progress, Report
from pipeline.output.write import TABLES

_SHOWN = 10
"""Refusals that people are shown; all are rows of rejected."""


class Ticker:
    """Words for people. ``say`` prints a line."""

    def __init__(self, quiet: bool, say: Callable[[str], None]):
        self.quiet, self.say = quiet, say
        self.terminal = sys.stderr.isatty()
        self.pause = 0.2 if self.terminal else 10.0
        self.next = time.monotonic() + self.pause
        self.shown = False

    def start(self, files: int, out: Path) -> None:
        """Nothing: the first line comes when there is something to tell."""

    def progress(self, progress: Progress) -> None:
        if self.quiet or time.monotonic() < self.next:
            return
        self.next = time.monotonic() + self.pause
        left = "" if math.isnan(progress.left) else f", {_duration(progress.left)} left"
        line = (
            f"{progress.share:.0%}: {progress.articles:,} articles, "
            f"{progress.rate / 1e6:.2f} million characters a second, "
            f"{progress.refused:,} refused{left}"
        )
        self.shown = True
        print(f"\r{line}\033[K" if self.terminal else line, end="" if self.terminal else "\n",
              file=sys.stderr, flush=True)  # fmt: skip

    def done(self, report: Report, out: Path) -> None:
        self._clear()
        if not self.quiet:
            rows = ", ".join(f"{report.rows[name]:,} {name}" for name in TABLES)
            kept = f", {report.kept:,} of them as in the run before" if report.kept else ""
            self.say(
                f"{report.articles:,} articles ({report.chars:,} characters{kept}) in {report.seconds:.1f} s\n"
                f"{out}/: {rows} (one .csv each)\n"
                f"columns: outputs/README.md or `xinwen schema`; how it was made: {out}/run.json"
            )
        for path, reason in report.refused[:_SHOWN]:
            self.say(f"refused: {path}: {reason}")
        if len(report.refused) > _SHOWN:
            self.say(f"… and {len(report.refused) - _SHOWN} more: see {out}/rejected.csv")

    def error(self, message: str) -> None:
        self._clear()
        self.say(f"xinwen: {message}")

    def stopped(self) -> None:
        self._clear()
        self.say(
            "xinwen: stopped; tables of an earlier run are as they were, "
            "and the same command goes on from here"
        )

    def _clear(self) -> None:
        if self.shown and self.terminal:
            print("\r\033[K", end="", file=sys.stderr)


class JsonLog:
    """Lines of JSON for programs, no more than one of progress in ``pause`` seconds."""

    def __init__(self, quiet: bool, pause: float = 10.0):
        self.quiet, self.pause = quiet, pause
        self.next = time.monotonic() + pause

    def start(self, files: int, out: Path) -> None:
        if not self.quiet:
            self._event("start", files=files, out=str(out))

    def progress(self, progress: Progress) -> None:
        if self.quiet or time.monotonic() < self.next:
            return
        self.next = time.monotonic() + self.pause
        self._event(
            "progress", articles=progress.articles, kept=progress.kept, refused=progress.refused,
            chars=progress.chars, chars_per_second=round(progress.rate), share=round(progress.share, 4),
            seconds_left=None if math.isnan(progress.left) else round(progress.left),
        )  # fmt: skip

    def done(self, report: Report, out: Path) -> None:
        for path, reason in report.refused:
            self._event("refused", path=path, reason=reason)
        if not self.quiet:
            self._event(
                "done", articles=report.articles, kept=report.kept, refused=len(report.refused),
                chars=report.chars, seconds=round(report.seconds, 3), rows=dict(report.rows), out=str(out),
            )  # fmt: skip

    def error(self, message: str) -> None:
        self._event("error", message=message)

    def stopped(self) -> None:
        self._event("stopped")

    def _event(self, event: str, **known: Any) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        print(json.dumps({"at": at, "event": event, **known}, ensure_ascii=False),
              file=sys.stderr, flush=True)  # fmt: skip


def _duration(seconds: float) -> str:
    """``75`` -> ``1:15``; ``7275`` -> ``2:01:15``; under a minute ``42 s``."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
