"""Pronouns, lone titles and missing subjects -> who is meant.

In: sources in text order, as the words before their cues name them. Out: the same sources with the
name, title and organisation of whoever was last heard or named in this paragraph or the one before.
A source that nobody fits stays as it is: its words are its name, its link is ``none``.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from pipeline.attribute.content import Text
from pipeline.attribute.lexicon import simple
from pipeline.attribute.register import Entity, Office, Register
from pipeline.attribute.sources import Phrases, Source

_HEAD = 80
"""How much of a clause is read for its subject."""
_FAR = 5
"""How many paragraphs back 他 may point when nobody nearer fits."""
_MEMORY = 40
"""How many statements back a pronoun may point: bounds the work on endless paragraphs."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A source that has been quoted, and where its cue stands."""

    position: int
    source: Source


class Resolver:
    """Remembers who has been quoted in one document."""

    def __init__(self, text: Text, register: Register, phrases: Phrases):
        self.text = text
        self.register = register
        self.phrases = phrases
        self.heard: list[Heard] = []
        self._positions: list[int] = []
        self._bearers: dict[str, Entity | None] = {}

    def resolve(self, source: Source, position: int) -> bool:
        """Name the source of a cue at ``position``, after those before it; False when nobody can be meant."""
        if source.kind in ("he", "they", "role"):
            self.refer(source)
        elif source.kind == "none":
            if not self.heard or self.heard[-1].position < self.text.paragraph_before(position):
                return False
            last = self.heard[-1].source
            source.link = "pronoun"
            if source.start == source.end:  # no words at all, not even 其
                source.start, source.end, source.link = last.start, last.end, "elided"
            _take(source, last)
        elif source.kind == "document" and not source.organization:
            self._reported(source)
        elif source.kind == "person" and self.register.lexicon.role["writes"].search(
            simple(source.title)
        ):
            self._wrote(source)
        if source.entity is not None:
            source.name = source.entity.name
        self.heard.append(Heard(position, source))
        self._positions.append(position)
        return True

    def refer(self, source: Source) -> None:
        """Resolve 他, 该公司 or a lone title; leave it as it is when nobody fits."""
        kind = source.speaks_as
        meant = self._introduced(source) or (
            self._bearer(source) if source.kind == "role" else self._antecedent(source)
        )
        source.link = "pronoun" if meant is not None else "none"
        if isinstance(meant, Source):
            _take(source, meant)
        elif meant is not None:
            source.kind, source.name, source.entity = meant.kind, meant.name, meant
        else:
            source.kind = kind
            if source.title:  # whoever follows as 他 is 该公司一位主管
                source.name = self.phrases.original[source.start : source.end]

    def _introduced(self, source: Source) -> Source | None:
        """Whom the paragraph introduces without a name and has not heard yet: ``一位学者不以为然。|这位学者…``."""
        masked, lexicon = self.text.masked, self.register.lexicon
        pointed = lexicon.reference.match(masked, source.start, source.end)
        noun = masked[pointed.end() : source.end] if pointed else ""
        begin = self.text.block_at(source.start).start
        at = masked.rfind(noun, begin, source.start) if len(noun) > 1 else -1
        if at < 0:
            return None
        start, stop = self.phrases.bounds(
            self.text.clause(at, self.text.sentence(at)[0]), at + len(noun)
        )
        if stop < at + len(noun) or not lexicon.role["one_person"].search(masked, start, at):
            return None
        index = bisect_left(self._positions, source.start)
        if index and self._positions[index - 1] >= start:
            return None
        found = self.phrases.read(start, stop)
        return found if found is not None and self.phrases.human(found) else None

    def _spoke(self, source: Source, since: int, title: str = "", place: str = "") -> Heard | None:
        """Who was last quoted before ``source``: an organisation or a human; the bearer of a title, and
        there, if asked."""
        kind = source.speaks_as
        index = bisect_left(self._positions, source.start)
        for heard in reversed(self.heard[max(0, index - _MEMORY) : index]):
            if heard.position < since:
                return None
            other = heard.source
            titles = [other.title, *(other.entity.titles if other.entity else ())]
            human = kind == "person" or self._several(source)
            fits = other.kind == kind or (human and self.phrases.human(other))
            if (
                fits
                and (not title or any(title in t for t in titles))
                and (not place or _at(other, place))
            ):
                return heard
        return None

    def _several(self, source: Source) -> bool:
        """True for 他们: people, or an organisation."""
        return self.text.masked.startswith(("他们", "她们"), source.start)

    def _reported(self, source: Source) -> None:
        """Whose report it is that was quoted before: of a medium (``彭博社报道…。报道还称``), or of
        whoever issued the document of that name (``高盛的报告``, ``报告还指出``)."""
        lexicon = self.register.lexicon
        report = lexicon.role["report"].fullmatch(simple(source.name))
        noun = lexicon.nouns["document"].search(simple(source.name))
        for heard in reversed(self.heard[-_MEMORY:]):
            other = heard.source
            medium = other.kind == "organization" and (
                lexicon.nouns["medium"].search(simple(other.name))
                or "《" in self.text.masked[max(0, other.start - 1) : other.end]
            )
            if report and medium:
                _take(source, other)
                source.link = "pronoun"
                return
            if report:
                continue
            if noun and other.kind == "document" and simple(other.name).endswith(noun[0]):
                source.organization = other.organization
                return
        if noun and not report:
            source.organization = self._issuer(noun[0], source.start)
        entity = self.register.reporter(source.start) if report else None
        if entity is not None:
            source.kind, source.name, source.entity = "organization", entity.name, entity
            source.link = "pronoun"
        elif report and lexicon.role["unsigned"].search(simple(source.name)):
            source.kind = "anonymous"

    def _wrote(self, source: Source) -> None:
        """Give the author of a document the organisation whose document was quoted last: 报告作者."""
        for heard in reversed(self.heard[-_MEMORY:]):
            other = heard.source
            if heard.position < self.text.paragraph_before(source.start):
                return
            if other.kind in ("document", "organization"):
                place = other.organization if other.kind == "document" else other.name
                if place and source.entity is not None and not source.entity.organizations:
                    source.entity.offices.append(Office(source.title, place))
                return

    def _issuer(self, noun: str, position: int) -> str:
        """Who issued the document that the text named last: ``星澜公布了年度报告。报告显示，``."""
        text, register = self.text, self.register
        since = text.paragraph_before(position)
        at = text.masked.rfind(noun, since, position)
        if at < 0:
            papers = register.lexicon.source_nouns.finditer(text.masked, since, position)
            documents = register.lexicon.nouns["document"]
            at = max((m.start() for m in papers if documents.search(m[0])), default=-1)
        if at < 0:
            return ""
        clause = text.clause(at, text.sentence(at)[0])
        return self.phrases.owner(clause, at)

    def _bearer(self, source: Source) -> Source | Entity | None:
        """Whose title it is: 该发言人."""
        there = self._spoke(source, 0, source.title, source.organization)  # 上述|高盛|分析师
        spoke = there or self._spoke(source, 0, source.title)
        if spoke is not None:
            return spoke.source
        bearer = self._titled(source.title)
        if bearer is not None:
            return bearer
        employer = self._employer(source)
        if employer is not None:
            source.organization = employer.name
            return None  # whoever spoke last is somebody else: 该公司公关负责人
        if self.text.masked.startswith(("该", "这"), source.start):
            spoke = self._spoke(source, self.text.paragraph_before(source.start))
            other = spoke.source if spoke else None
            entitled = other and (other.title or (other.entity and other.entity.titles))
            if entitled and not self.register.lexicon.role["any_office"].search(
                simple(source.title)
            ):
                return None  # 该主理人 is not the chief architect
        return spoke.source if spoke else None

    def _employer(self, source: Source) -> Source | Entity | None:
        """The organisation that the words before a title point back to: ``该公司|公关负责人``."""
        words = self.text.masked[source.start : source.end]
        before = words[: words.find(source.title)] if source.title in words else ""
        reference = self.register.lexicon.reference.match(before)
        if reference is None:
            return None
        lexicon = self.register.lexicon
        counted = lexicon.quantifier.search(before, reference.end())  # 该公司|一位|主管
        group = lexicon.role["back_group"].search(before[: counted.start() if counted else None])
        if group is None:
            return None
        return self._antecedent(Source(source.start, source.start + group.end(), "they"))

    def _titled(self, title: str) -> Entity | None:
        """The person of the document with that title; the last one named."""
        if title not in self._bearers:
            named = (e for _, _, e in reversed(self.register.mentions) if e.kind == "person")
            self._bearers[title] = next(
                (e for e in named if any(title in t for t in e.titles)), None
            )
        return self._bearers[title]

    def _antecedent(self, source: Source) -> Source | Entity | None:
        """Whom a pronoun stands for: who was quoted last, or named as a subject since."""
        register, at = self.register, source.start
        since = self.text.paragraph_before(at)
        kinds = ("organization",) if source.kind == "they" else ("person", "anonymous")
        spoke = self._spoke(source, since)
        named = register.last_named(at, since, kinds)
        if source.kind == "they" and "公司" in self.text.masked[at : source.end]:
            other = named[1].name if named else spoke.source.name if spoke else ""
            if register.lexicon.role["no_company"].search(simple(other)):
                return register.main("organization")  # 公司 is no university
        if register.lexicon.role["other_side"].match(self.text.masked, at):
            both = ("person", "organization")
            here = register.last_named(at, self.text.sentence(at)[0], both, subject=False)
            if here is not None and (named is None or here[1] is not named[1]):
                return here[1]  # 星澜致电中芯国际，|对方
        unnamed = self._unnamed(source) if source.kind == "he" else None
        if unnamed is not None:
            return unnamed
        if source.kind == "he" and self.text.masked.startswith(("，", ","), at - 1):
            beside = register.named_before(max(0, at - 30), at - 1)
            if beside is not None and beside[1].kind == "person":
                return beside[1]  # 登台的还有高通的孟繁昭，|他…
        begun = self.text.block_at(at).start
        apart = (spoke is None or spoke.position < begun) and (named is None or named[0] < begun)
        if source.kind == "he" and apart:  # 孟繁昭的态度很谨慎。|他…: not who spoke above
            beside = register.last_named(at, begun, ("person",), subject=False)
            if beside is not None:
                return beside[1]
            stranger = self._stranger(source, begun)
            if stranger is not None and not stranger.name.isascii():
                return stranger
        if spoke is not None and (named is None or spoke.position >= named[0]):
            return spoke.source
        named = named or register.last_named(at, since, kinds, subject=False)
        if named is None and source.kind == "he":
            return self._stranger(source) or register.main("person") or self._farther(source)
        return named[1] if named else register.main(kinds[0])

    def _farther(self, source: Source) -> Source | None:
        """Who was last quoted in the paragraphs before those in which nobody is named."""
        number = self.text.block_at(source.start).number
        spoke = self._spoke(source, self.text.blocks[max(0, number - _FAR)].start)
        return spoke.source if spoke else None

    def _unnamed(self, source: Source) -> Source | None:
        """One person without a name whom an earlier clause of the sentence is about: 一名主管受访，他说."""
        begin, at = self.text.sentence(source.start)[0], source.start
        while at > begin:
            clause = self.text.clause(at - 1, begin)
            start, stop = self.phrases.bounds(clause, min(at, clause + _HEAD))
            subject = self.phrases.leading(start, stop) if start < stop else None
            if subject is not None:
                words = simple(self.text.folded[subject.start : subject.end])
                one = self.register.lexicon.role["one_person"].search(words)
                named = subject.kind == "person" and subject.entity is not None
                kinds = ("anonymous", "person")
                return subject if named or (one and subject.kind in kinds) else None
            at = clause
        return None

    def _stranger(self, source: Source, since: int = 0) -> Source | None:
        """Somebody at the head of a clause of this sentence or the one before, by the shape of the name."""
        begin = self.text.sentence(max(0, self.text.sentence(source.start)[0] - 1))[0]
        begin = max(begin, since)
        at = source.start
        while at > begin:
            clause = self.text.clause(at - 1, begin)
            start, stop = self.phrases.bounds(clause, at)
            subject = self.phrases.leading(start, stop) if start < stop else None
            if subject is not None and subject.kind == "person":
                return subject
            at = clause
        return None


def _at(other: Source, place: str) -> bool:
    """True when ``other`` belongs to the organisation ``place``, by its long or short name."""
    places = (other.organization, *(other.entity.organizations if other.entity else ()))
    return any(name and (name in place or place in name) for name in places)


def _take(source: Source, other: Source) -> None:
    """Make ``source`` the one whom ``other`` names."""
    source.kind, source.name, source.entity = other.kind, other.name, other.entity
    source.title, source.organization = other.title, other.organization
