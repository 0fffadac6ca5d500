"""Known holes in what is installed: ``make audit``.

    python tests/audit.py [OPTIONS OF PIP-AUDIT]

Asks the package index, then OSV, unless OPTIONS name a service. Ends with 1 when one of them knows a hole, and with 2 when
pip-audit itself fails. Where no service answers, or none knows any of the packages (a mirror without advisories),
it says that nothing was audited and ends with 0: that is no fault of what is installed.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

SERVICES = (["-s", "pypi"], ["-s", "osv"])
_UNREACHABLE = re.compile(
    r"(?:Connection|Proxy|SSL|Service|HTTP|NameResolution|MaxRetry)Error|Timeout|Failed to resolve"
)


def verdict(output: str, errors: str) -> tuple[int | None, list[str]]:
    """What pip-audit's JSON or its errors say: the code to end with, None where nothing was audited."""
    try:
        found = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        last = (errors.strip() or "no output").splitlines()[-1]
        return (None if _UNREACHABLE.search(last) else 2), [last]
    known = [d for d in found if "vulns" in d]
    skipped = [d["name"] for d in found if "vulns" not in d]
    holes = [
        f"{d['name']} {d['version']}: {v['id']}, mended in {', '.join(v['fix_versions']) or 'no version'}"
        for d in known
        for v in d["vulns"]
    ]
    if not known:
        return None, [f"none of {len(skipped)} packages is known"]
    told = [f"{len(known)} packages audited, {len(skipped)} not known: {len(holes)} holes"]
    return int(bool(holes)), holes + told


def main(options: list[str]) -> int:
    for service in [options] if options else SERVICES:
        command = [str(Path(sys.executable).parent / "pip-audit"), "--format", "json", *service]
        if "-r" not in service:
            command += ["--local", "--skip-editable"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        code, lines = verdict(done.stdout, done.stderr)
        print(f"pip-audit {' '.join(service)}", *lines, sep="\n  ")
        if code is not None:
            return code
    print("no audit: no service of advisories answered, or none knows the packages")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
