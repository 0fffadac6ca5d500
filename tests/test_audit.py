"""The audit of dependencies fails for a hole, and not for want of a service that could know one."""

import json

import pytest
from audit import verdict

HOLE = {"id": "PYSEC-2024-1", "fix_versions": ["2.1"], "aliases": [], "description": ""}
CLEAN = {"name": "a", "version": "1", "vulns": []}
HOLED = {"name": "b", "version": "2", "vulns": [HOLE]}
SKIPPED = {"name": "c", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("dependencies", "code", "told"),
    [
        ([CLEAN, SKIPPED], 0, "1 packages audited, 1 not known: 0 holes"),
        ([CLEAN, HOLED], 1, "b 2: PYSEC-2024-1, mended in 2.1"),
        ([SKIPPED, HOLED], 1, "b 2: PYSEC-2024-1, mended in 2.1"),
        ([SKIPPED, SKIPPED], None, "none of 2 packages is known"),
    ],
)
def test_answers(dependencies: list[object], code: int | None, told: str) -> None:
    found, lines = verdict(json.dumps({"dependencies": dependencies, "fixes": []}), "")
    assert found == code and told in lines


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ("requests.exceptions.ConnectionError: HTTPSConnectionPool(host='osv.example')", None),
        ("requests.exceptions.ProxyError: HTTPSConnectionPool(host='index.example')", None),
        ("ERROR:pip_audit._cli:Connection timed out: ReadTimeout", None),
        ("pip-audit: error: unrecognized arguments: --frobnicate", 2),
        ("", 2),
    ],
)
def test_failures(errors: str, code: int | None) -> None:
    assert verdict("", errors)[0] == code
