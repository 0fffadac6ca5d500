"""A pytest plugin that makes every example and never-case of a rule pack a test.

Load it with ``-p pipeline.review.pytest_rules`` and name the folder of rules among what is to be tested:
``pytest -p pipeline.review.pytest_rules rules`` or, for a pack of your own, ``… my-rules``. Files other than
``.csv`` and ``.toml`` in a folder called rules, or with such files only, are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipeline import Extractor, load_rules
from pipeline.review.examples import Case, cases, faults
from pipeline.rules import default_folder


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Rule files are collected where they lie: in the default pack, or in a folder that was named."""
    named = [Path(str(a).split("::")[0]).resolve() for a in parent.config.args]
    packs = [*named, default_folder().resolve()]
    here = file_path.parent.resolve() in packs and file_path.name != "pyproject.toml"
    if here and file_path.suffix in (".csv", ".toml"):
        return RuleFile.from_parent(parent, path=file_path)
    return None


@cache
def _extractor(folder: Path) -> Extractor:
    """The extractor with a pack laid over the default one."""
    own = () if folder == default_folder().resolve() else (str(folder),)
    return Extractor(load_rules(*own))


class RuleFile(pytest.File):
    """A file of rules."""

    def collect(self) -> Iterator[pytest.Item]:
        extractor = _extractor(self.path.parent.resolve())
        name = f"{self.path.parent.name}/{self.path.name}:"
        for case in cases(extractor.rules):
            if case.where.startswith(name):
                yield RuleItem.from_parent(self, name=case.name, case=case)


class RuleItem(pytest.Item):
    """An example or never-case of a rule."""

    def __init__(self, *, case: Case, **kwargs: Any):
        super().__init__(**kwargs)
        self.case = case

    def runtest(self) -> None:
        wrong = faults(self.case, _extractor(self.path.parent.resolve()))
        if wrong:
            raise AssertionError("\n".join(wrong))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        return (
            str(excinfo.value) if excinfo.errisinstance(AssertionError) else str(excinfo.getrepr())
        )

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, int(self.case.where.rpartition(":")[2]) - 1, self.name
