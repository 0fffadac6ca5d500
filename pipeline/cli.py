"""The command ``xinwen``.

Exit codes: 0 all went well; 2 the command, a rule pack or a folder is wrong and nothing was done;
3 the tables are written, but an input was refused (rejected.csv says which and why), or a check or
an evaluation failed. Facts go to standard output, everything else to standard error.

Modules are imported by the command that needs them, so that ``xinwen --version`` is quick.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import time
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.batch import Progress
    from pipeline.model import Facts

EXAMPLES = """\
examples:
  xinwen run articles/ --out tables             every .txt and .md below a folder, into tables/
  xinwen run a.txt b.md --out tables --workers auto
  cat a.txt | xinwen run - --out tables
  xinwen extract a.txt                          the facts of one article, to read
  xinwen extract a.txt --json | jq .metrics     … for programs
  xinwen rules check --rules my-rules           are the rules sound, does every example hold
  xinwen evaluate tables corpus/articles        tables against gold: scores and differences
  xinwen schema                                 what every column holds
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; gives the exit code."""
    arguments = _parser().parse_args(argv)
    from pipeline.rules import RuleErrors

    try:
        return int(arguments.command(arguments))
    except RuleErrors as error:
        _say(f"{error}\n{len(error.faults)} faults in the rules; nothing was done")
    except FileNotFoundError as error:
        _say(f"xinwen: {error}")
    except KeyboardInterrupt:
        _say("xinwen: stopped; tables of an earlier run are as they were")
        return 130
    except BrokenPipeError:  # xinwen extract a.txt | head
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123
        return 0
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="xinwen",
        description="Chinese tech articles in, tables of chips, metrics and quotes out (芯闻).",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, about: str, example: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=about,
            description=about[0].upper() + about[1:] + ".",
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    run = command("run", "articles into tables", "xinwen run articles/ --out tables --workers 4")
    run.add_argument("input", nargs="+", metavar="INPUT",
                     help=".txt or .md file, folder, or - for standard input")  # fmt: skip
    run.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the tables")
    _rules_option(run)
    run.add_argument("--workers", type=_workers, default=1, metavar="N",
                     help="worker processes, or auto for one a core (default 1)")  # fmt: skip
    run.add_argument("--quiet", action="store_true", help="no progress, no summary")
    run.set_defaults(command=_run)

    extract = command("extract", "the facts of one article, for people", "xinwen extract a.txt")
    extract.add_argument("file", help=".txt or .md file, or - for standard input")
    extract.add_argument("--json", action="store_true", help="for programs: all columns, as JSON")
    _rules_option(extract)
    extract.set_defaults(command=_extract)

    rules = command("rules", "look after a rule pack", "xinwen rules check --rules my-rules")
    actions = rules.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("check", help="validate the files and run every example")
    _rules_option(check)
    check.set_defaults(command=_check)

    evaluate = command("evaluate", "tables of a run against gold files",
                       "xinwen evaluate tables corpus/articles --update")  # fmt: skip
    evaluate.add_argument("run", type=Path, metavar="RUN", help="folder that xinwen run wrote")
    evaluate.add_argument(
        "gold", type=Path, metavar="GOLD", help="folder of NAME.txt and NAME.gold.json"
    )
    evaluate.add_argument(
        "--diff", action="store_true", help="list every row that is false or missed"
    )
    evaluate.add_argument("--json", action="store_true", help="for programs")
    evaluate.add_argument("--floors", type=Path, metavar="FILE",
                          help="scores that must not fall (default GOLD/floors.json)")  # fmt: skip
    evaluate.add_argument("--update", action="store_true", help="raise the floors to these scores")
    evaluate.add_argument("--calibrate", type=Path, metavar="FILE",
                          help="write the measured precision of every decider (rules/confidence.csv)")  # fmt: skip
    evaluate.set_defaults(command=_evaluate)

    schema = command("schema", "what every column of the tables holds", "xinwen schema")
    style = schema.add_mutually_exclusive_group()
    style.add_argument("--json", action="store_true", help="as a Frictionless data package")
    style.add_argument("--markdown", action="store_true", help="as outputs/README.md")
    schema.set_defaults(command=_schema)
    return parser


class _Version(argparse.Action):
    """``--version`` without importing what it does not need."""

    def __call__(self, parser: argparse.ArgumentParser, *ignored: object) -> None:
        from pipeline import __version__

        print(f"xinwen {__version__}")
        parser.exit()


def _rules_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rules", action="append", default=[], metavar="DIR",
                        help="a rule pack laid over the default one; may be repeated")  # fmt: skip


def _workers(text: str) -> int:
    if text == "auto":
        with contextlib.suppress(AttributeError):  # not on macOS and Windows
            return len(os.sched_getaffinity(0))
        return os.cpu_count() or 1
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _say(text: str) -> None:
    print(text, file=sys.stderr)


# -------------------------------------------------------------------------------------- commands


def _run(arguments: argparse.Namespace) -> int:
    from pipeline.batch import run
    from pipeline.read import SUFFIXES, sources
    from pipeline.write import TABLES, Unwritable

    inputs, passed = sources(arguments.input)
    if not inputs:
        _say(f"xinwen: no {' or '.join(SUFFIXES)} file in {' '.join(arguments.input)}")
        return 2
    progress = _Ticker(arguments.quiet)
    try:
        report = run(
            inputs, arguments.out, tuple(arguments.rules), arguments.workers, progress, len(passed)
        )
    except Unwritable as error:
        _say(f"xinwen: {error}")
        return 2
    finally:
        progress.close()
    if not arguments.quiet:
        rows = ", ".join(f"{report.rows[name]:,} {name}" for name in TABLES)
        _say(
            f"{report.articles:,} articles ({report.chars:,} characters) in {report.seconds:.1f} s\n"
            f"{arguments.out}/: {rows} (one .csv each)\n"
            f"columns: outputs/README.md or `xinwen schema`; "
            f"how it was made: {arguments.out}/run.json"
        )
        if passed:
            _say(f"passed over: {len(passed)} other files ({', '.join(SUFFIXES)} are read)")
    for path, reason in report.refused[:10]:
        _say(f"refused: {path}: {reason}")
    if len(report.refused) > 10:
        _say(f"… and {len(report.refused) - 10} more: see {arguments.out}/rejected.csv")
    return 3 if report.refused else 0


class _Ticker:
    """Progress on standard error: a line that changes on a terminal, else a line every ten seconds."""

    def __init__(self, quiet: bool):
        self.quiet = quiet
        self.terminal = sys.stderr.isatty()
        self.next = time.monotonic() + (0.2 if self.terminal else 10)
        self.shown = False

    def __call__(self, progress: Progress) -> None:
        if self.quiet or time.monotonic() < self.next:
            return
        self.next = time.monotonic() + (0.2 if self.terminal else 10)
        left = progress.seconds / progress.articles * (progress.of - progress.articles)
        line = (
            f"{progress.articles:,} of {progress.of:,} articles, "
            f"{progress.chars / progress.seconds / 1e6:.2f} million characters a second, "
            f"{progress.refused:,} refused, {left:.0f} s left"
        )
        self.shown = True
        print(f"\r{line}\033[K" if self.terminal else line, end="" if self.terminal else "\n",
              file=sys.stderr, flush=True)  # fmt: skip

    def close(self) -> None:
        if self.shown and self.terminal:
            print("\r\033[K", end="", file=sys.stderr)


def _extract(arguments: argparse.Namespace) -> int:
    from pipeline import Extractor, load_rules
    from pipeline.read import Refused, Source, read
    from pipeline.write import plain

    if arguments.file != "-" and not Path(arguments.file).is_file():
        raise FileNotFoundError(f"{arguments.file}: no such file")
    found = read(Source(arguments.file))
    if isinstance(found, Refused):
        _say(f"xinwen: {found.path}: {found.reason}")
        return 3
    facts = Extractor(load_rules(*arguments.rules))(found)
    if arguments.json:
        print(json.dumps(plain(facts), ensure_ascii=False, indent=1))
    else:
        print(listing(facts))
    return 0


def listing(facts: Facts) -> str:
    """The facts of an article for people: one line a fact, aligned also where Han are wide."""
    a = facts.article
    head = [
        a.title or a.path,
        " · ".join(filter(None, (a.author, a.publisher, a.published, a.url))),
    ]
    chips = [
        (c.chip, c.maker, c.kind, f"×{c.mentions}", c.surfaces.replace("|", " | "))
        for c in facts.chips
    ]
    metrics = []
    for m in facts.metrics:
        bound = "" if m.bound == "=" else m.bound
        upper = f"–{m.value_max:,.12g}" if m.value_max is not None else ""
        value = f"{bound}{m.value:,.12g}{upper} {m.unit}"
        detail = (m.precision, m.item, m.aspect, m.comparison, m.reference and f"vs {m.reference}",
                  "" if m.status == "asserted" else m.status)  # fmt: skip
        metrics.append(
            (
                m.subject or "?",
                m.metric,
                value,
                " ".join(filter(None, detail)),
                f"{m.start}",
                f"«{m.text}»",
            )
        )
    quotes = [
        (q.speaker or "?", " ".join(filter(None, (q.organization, q.title))), q.cue, f"{q.start}",
         f"「{q.content}」")
        for q in facts.quotes
    ]  # fmt: skip
    parts = ["\n".join(filter(None, head))]
    for name, rows in (("chips", chips), ("metrics", metrics), ("quotes", quotes)):
        parts.append(f"{name} ({len(rows)})\n" + _aligned(rows))
    return "\n\n".join(parts)


def _aligned(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  " + "  ".join(text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )  # fmt: skip


def _width(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _check(arguments: argparse.Namespace) -> int:
    from pipeline import Extractor, load_rules
    from pipeline.examples import cases, faults

    rules = load_rules(*arguments.rules)
    extractor = Extractor(rules)
    found = list(cases(rules))
    wrong = [fault for case in found for fault in faults(case, extractor)]
    for fault in wrong:
        print(fault)
    _say(
        f"{len(found)} examples and never-cases, {len(wrong)} faults; rules {rules.fingerprint[:12]}"
    )
    return 3 if wrong else 0


def _evaluate(arguments: argparse.Namespace) -> int:
    from pipeline.evaluate import calibration, evaluate, fallen, raised, render
    from pipeline.write import to_json

    result = evaluate(arguments.run, arguments.gold)
    print(to_json(result.plain()) if arguments.json else render(result, arguments.diff))
    path = arguments.floors or arguments.gold / "floors.json"
    floors = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    below = fallen(result, floors)
    for line in below:
        _say(line)
    if arguments.update:
        path.write_text(to_json(raised(result, floors)), encoding="utf-8")
        _say(f"{path}: floors raised where these scores are higher")
    if arguments.calibrate:
        arguments.calibrate.write_text(calibration(result), encoding="utf-8")
        _say(f"{arguments.calibrate}: measured precision of the deciders")
    return 3 if below else 0


def _schema(arguments: argparse.Namespace) -> int:
    from pipeline.schema import descriptor, markdown
    from pipeline.write import TABLES, to_json

    if arguments.json:
        print(to_json(descriptor(TABLES)), end="")
    elif arguments.markdown:
        print(markdown(TABLES), end="")
    else:
        for table in TABLES.values():
            print(f"{table.name}: {table.about}")
            print(_aligned([(c.name, c.type, c.description) for c in table.columns]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
