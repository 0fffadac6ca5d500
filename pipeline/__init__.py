"""Xinwen (芯闻): Chinese tech articles in, structured facts out.

>>> from pipeline import extract
>>> facts = extract("云岭X1采用5纳米工艺。")  # doctest: +SKIP

The whole walk is ``pipeline/extractor.py``. The names below are imported when they are asked for, so that
``xinwen --version`` does not wait for what it does not need.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.extractor import SCHEMAS as SCHEMAS
    from pipeline.extractor import Extractor, extract, load_rules
    from pipeline.model import Article, Facts
    from pipeline.output.write import frames
    from pipeline.rules import Rulebook, RuleErrors

__all__ = [
    "Article",
    "Extractor",
    "Facts",
    "RuleErrors",
    "Rulebook",
    "extract",
    "frames",
    "load_rules",
]
__version__ = "0.1.0"

_WHERE = {
    "Article": "model",
    "Facts": "model",
    "RuleErrors": "rules",
    "Rulebook": "rules",
    "frames": "output.write",
}


def __getattr__(name: str) -> Any:
    if name not in __all__ and name != "SCHEMAS":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"pipeline.{_WHERE.get(name, 'extractor')}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*globals(), *__all__]
