"""What the package and its extras depend on may be used with an MIT licence: nothing under the GPL or AGPL alone."""

import re
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement

_FREE = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software|MPL|Mozilla|Zlib|LGPL|Lesser|Unlicense|CC0|HPND|Artistic",
    re.I,
)


def requirements(name: str, extras: frozenset[str], seen: dict[str, str]) -> None:
    """Licences of everything that is installed of what a distribution needs."""
    try:
        found = distribution(name)
    except PackageNotFoundError:  # of another platform, or an extra that is not installed
        return
    meta = found.metadata
    told = [
        meta.get("License-Expression") or "",
        *[c for c in meta.get_all("Classifier") or [] if "License" in c],
    ]
    seen[name.lower()] = " | ".join(filter(None, told)) or (meta.get("License") or "")[:200]
    for line in found.requires or []:
        needed = Requirement(line)
        environments = [{"extra": extra} for extra in extras or {""}]
        wanted = needed.marker is None or any(needed.marker.evaluate(e) for e in environments)
        if wanted and needed.name.lower() not in seen:
            requirements(needed.name, frozenset(needed.extras), seen)


def test_licences() -> None:
    seen: dict[str, str] = {}
    requirements("xinwen", frozenset({"readers", ""}), seen)
    for name in ("lxml", "trafilatura", "pdfplumber", "python-docx", "warcio", "zstandard"):
        requirements(name, frozenset(), seen)
    assert len(seen) > 30
    bad = {name: licence for name, licence in seen.items() if not _FREE.search(licence)}
    assert not bad
    assert not [name for name in seen if name in ("ebooklib", "pymupdf")]  # AGPL
