"""What a number was given to."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model import NameMention

_TYPES = {"description": "chip", "organization": "company", "architecture": "other"}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a number was given to, and through which decider."""

    name: str
    type: str
    mention: NameMention | None
    link: str
    decider: str


def subject_of(name: NameMention, link: str, decider: str) -> Subject:
    """The subject that a name stands for."""
    kind = "card" if name.chip_kind == "card" else _TYPES.get(name.kind, name.kind)
    return Subject(name.name, kind, name, link, decider)
