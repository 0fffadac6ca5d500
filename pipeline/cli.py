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
import signal
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.model import Facts
    from pipeline.readers.sources import Reading

EXAMPLES = """\
examples:
  xinwen run articles/ --out tables             every article below a folder, into tables/
  xinwen run a.txt b.md --out tables --workers auto
  cat a.txt | xinwen run - --out tables
  xinwen run news.jsonl.gz --text-col body --date-col time --out tables
  xinwen extract a.txt                          the facts of one article, to read
  xinwen extract a.txt --json | jq .metrics     … for programs
  xinwen run articles/ --out tables --formats csv,xlsx,report     … also a workbook and a page to look at
  xinwen export tables --formats sqlite,parquet other formats of a run that is there
  xinwen explain a.txt --text 256TOPS           why this is a fact, or why not
  xinwen diff before after                      facts added, removed, changed between two runs
  xinwen rules check --rules my-rules           are the rules sound, does every example hold
  xinwen rules coverage                         which rules fire on the gold articles, how often right
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
                     help="file, folder, or - for standard input; read are .txt .md .html .mhtml "
                     ".docx .pdf .epub .jsonl .csv .tsv .parquet .warc, packed as .gz or .zst, "
                     "and .zip of these")  # fmt: skip
    run.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the tables")
    _rules_option(run)
    run.add_argument("--workers", type=_workers, default=1, metavar="N",
                     help="worker processes, or auto for one a core (default 1)")  # fmt: skip
    run.add_argument("--no-text", action="store_true",
                     help="do not write the articles' texts into DIR/text")  # fmt: skip
    run.add_argument("--formats", type=_formats, default=("csv",), metavar="LIST",
                     help="csv,parquet,sqlite,duckdb,xlsx,jsonl,report, or all (default csv)")  # fmt: skip
    _reading_options(run)
    run.add_argument("--since", type=Path, metavar="RUN",
                     help="take what did not change from the run in this folder (default DIR itself)")  # fmt: skip
    run.add_argument("--fresh", action="store_true", help="take nothing from an earlier run")
    run.add_argument("--max-seconds", type=float, default=60, metavar="S",
                     help="refuse an article that takes longer (each million characters; default 60)")  # fmt: skip
    run.add_argument("--max-mb", type=int, default=2000, metavar="MB",
                     help="refuse an article that needs more memory (default 2000, 0 for no limit)")  # fmt: skip
    run.add_argument("--quiet", action="store_true", help="say only what went wrong")
    run.add_argument("--log", choices=("text", "json"), default="text",
                     help="json: a line of JSON an event, for programs")  # fmt: skip
    run.set_defaults(command=_run)

    spark = command("spark", "articles into tables on Apache Spark",
                    "xinwen spark s3a://news/2024 --out s3a://facts/2024")  # fmt: skip
    spark.add_argument("input", metavar="INPUT", help="Parquet with a column text (and path, title, "
                       "author, publisher, published, url); any URI that Spark reads")  # fmt: skip
    spark.add_argument(
        "--out", required=True, metavar="URI", help="where the tables go, as Parquet"
    )
    spark.add_argument("--files", action="store_true",
                       help="INPUT is a folder of files of any kind that run reads")  # fmt: skip
    _rules_option(spark)
    spark.set_defaults(command=_spark)

    extract = command("extract", "the facts of one article, for people", "xinwen extract a.txt")
    extract.add_argument("file", help="file of any kind that run reads, or - for standard input")
    extract.add_argument("--json", action="store_true", help="for programs: all columns, as JSON")
    _rules_option(extract)
    _reading_options(extract)
    extract.set_defaults(command=_extract)

    export = command("export", "other formats of a run that exists",
                     "xinwen export tables --formats xlsx,report")  # fmt: skip
    export.add_argument("run", type=Path, metavar="RUN", help="folder that xinwen run wrote")
    export.add_argument("--formats", type=_formats, required=True, metavar="LIST",
                        help="parquet,sqlite,duckdb,xlsx,jsonl,report, or all")  # fmt: skip
    _articles_option(export)
    export.set_defaults(command=_export)

    explain = command("explain", "why a fact came out, or why a piece of text gave none",
                      "xinwen explain a.txt --text 256TOPS")  # fmt: skip
    explain.add_argument("file", help="file of any kind that run reads, or - for standard input")
    place = explain.add_mutually_exclusive_group()
    place.add_argument("--at", type=int, metavar="N", help="the character at this offset")
    place.add_argument("--text", metavar="WORDS", help="every place that has these words")
    _rules_option(explain)
    _reading_options(explain)
    explain.set_defaults(command=_explain)

    diff = command("diff", "facts added, removed and changed between two runs",
                   "xinwen diff tables-before tables-after")  # fmt: skip
    diff.add_argument("before", type=Path, metavar="RUN_A", help="folder of the earlier run")
    diff.add_argument("after", type=Path, metavar="RUN_B", help="folder of the later run")
    diff.add_argument("--json", action="store_true", help="for programs")
    _articles_option(diff)
    diff.set_defaults(command=_diff)

    annotations = command("annotations", "to annotation tools and back",
                          "xinwen annotations export tables --to labelstudio --out tasks")  # fmt: skip
    ways = annotations.add_subparsers(required=True, metavar="ACTION")
    send = ways.add_parser("export", help="facts of a run, or gold, as annotations for a tool")
    send.add_argument("source", type=Path, metavar="RUN_OR_GOLD", help="folder of a run or of gold")
    send.add_argument("--to", required=True, choices=_TOOLS, help="uima is what INCEpTION reads")
    send.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the files")
    _articles_option(send)
    send.set_defaults(command=_send)
    fetch = ways.add_parser("import", help="what a tool, or the report, exported, as gold")
    fetch.add_argument("source", type=Path, metavar="FILE_OR_DIR", help="what the tool exported")
    fetch.add_argument("--from", required=True, choices=(*_TOOLS, "corrections"), dest="tool")
    fetch.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the gold")
    fetch.add_argument("--articles", type=Path, metavar="DIR",
                       help="texts as they are now; marks are looked for in them")  # fmt: skip
    fetch.set_defaults(command=_fetch)

    rules = command("rules", "look after a rule pack", "xinwen rules check --rules my-rules")
    actions = rules.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("check", help="validate the files and run every example")
    _rules_option(check)
    check.set_defaults(command=_check)
    covered = actions.add_parser(
        "coverage",
        help="which rules fire on articles with gold, and how often each is right",
        description="Which rules fire on articles with gold, how often each is right, and which never fire.",
        epilog="examples:\n  xinwen rules coverage\n"
        "  xinwen rules coverage --rules my-rules --gold my-articles\n"
        "  xinwen rules coverage --alone ratio.than-more ratio.than-less",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    covered.add_argument("--gold", type=Path, action="append", default=[], metavar="DIR",
                         help="folder of NAME.txt and NAME.gold.json, may be repeated "
                         "(default corpus/articles)")  # fmt: skip
    _rules_option(covered)
    covered.add_argument("--alone", nargs="*", metavar="SHAPE",
                         help="what a shape alone contributes: extract again without it; without a name "
                         "every shape, which takes minutes")  # fmt: skip
    covered.add_argument("--json", action="store_true", help="for programs")
    covered.set_defaults(command=_coverage)

    evaluate = command("evaluate", "tables of a run against gold files",
                       "xinwen evaluate tables corpus/articles --update")  # fmt: skip
    evaluate.add_argument("run", type=Path, metavar="RUN", help="folder that xinwen run wrote")
    evaluate.add_argument(
        "gold", type=Path, metavar="GOLD", help="folder of NAME.txt and NAME.gold.json"
    )
    shown = evaluate.add_mutually_exclusive_group()
    shown.add_argument("--diff", action="store_true", help="list every row that is false or missed")
    evaluate.add_argument("--errors", action="store_true",
                          help="count the mistakes by kind: not found, subject wrong, split, …")  # fmt: skip
    shown.add_argument("--beside", nargs=2, type=Path, metavar=("RUN2", "GOLD2"),
                       help="only scores, beside those of another run, and the distance of the two")  # fmt: skip
    evaluate.add_argument("--json", action="store_true", help="for programs")
    evaluate.add_argument("--floors", type=Path, metavar="FILE",
                          help="scores that must not fall (default GOLD/floors.json)")  # fmt: skip
    evaluate.add_argument("--update", action="store_true", help="raise the floors to these scores")
    evaluate.add_argument("--calibrate", type=Path, metavar="FILE",
                          help="write the measured precision of every decider (rules/confidence.csv)")  # fmt: skip
    evaluate.add_argument("--phrases", type=Path, metavar="FILE",
                          default=Path("tests/phrases/quotes.txt"),
                          help="sentences; says how many that attribute nothing gave a row (default %(default)s)")  # fmt: skip
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


_TOOLS = ("labelstudio", "doccano", "uima", "brat")


def _formats(text: str) -> tuple[str, ...]:
    from pipeline.output.export import formats

    try:
        return formats(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _articles_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--articles", type=Path, action="append", default=[], metavar="DIR",
                        help="where to look for the articles' texts, if they were moved")  # fmt: skip


def _rules_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rules", action="append", default=[], metavar="DIR",
                        help="a rule pack laid over the default one; may be repeated")  # fmt: skip


def _reading_options(parser: argparse.ArgumentParser) -> None:
    for name, about in (
        ("text", "that holds the text"),
        ("id", "that names the article"),
        ("title", "that holds the title"),
        ("date", "that holds the date of publication"),
    ):
        parser.add_argument(f"--{name}-col", default="", metavar="NAME",
                            help=f"column (or key) of .csv, .parquet and .jsonl {about}")  # fmt: skip
    parser.add_argument("--fetched", metavar="DATE", type=_date,
                        help="day on which pages were saved, to read dates such as 3小时前")  # fmt: skip


def _reading(arguments: argparse.Namespace) -> Reading:
    from pipeline.readers import Columns, Reading

    columns = Columns(arguments.text_col, arguments.id_col, arguments.title_col, arguments.date_col)
    return Reading(columns, arguments.fetched or "")


def _date(text: str) -> str:
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2024-02-29") from error


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
    print(_printable(text), file=sys.stderr)


# -------------------------------------------------------------------------------------- commands


def _run(arguments: argparse.Namespace) -> int:
    from pipeline.batch.local import Limits, run
    from pipeline.batch.progress import JsonLog, Ticker
    from pipeline.batch.workers import Dead
    from pipeline.output.write import Unwritable
    from pipeline.readers.sources import SUFFIXES, sources

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # docker stop is as clean as Ctrl-C
    inputs, passed = sources(arguments.input)
    own = os.path.join(os.path.abspath(arguments.out), "")  # noqa: PTH100, PTH118 - quick, for millions
    inputs = [s for s in inputs if not os.path.abspath(s.path).startswith(own)]  # noqa: PTH100
    if not inputs:
        kinds = ", ".join(SUFFIXES)
        _say(f"xinwen: no file to read in {' '.join(arguments.input)} ({kinds} are read)")
        return 2
    others = [name for name in arguments.formats if name != "csv"]
    log = JsonLog(arguments.quiet) if arguments.log == "json" else Ticker(arguments.quiet, _say)
    log.start(len(inputs), arguments.out)
    try:
        if others:
            _able(others)
        report = run(
            inputs,
            arguments.out,
            tuple(arguments.rules),
            arguments.workers,
            log.progress,
            len(passed),
            _reading(arguments),
            not arguments.no_text,
            arguments.since,
            arguments.fresh,
            Limits(arguments.max_seconds, arguments.max_mb),
        )
        made = _also(arguments.out, others)
    except (Unwritable, _Missing, Dead) as error:
        log.error(str(error))
        return 2
    except KeyboardInterrupt:
        log.stopped()
        return 130
    log.done(report, arguments.out)
    if not arguments.quiet and arguments.log == "text":
        if made:
            _say(f"also there: {', '.join(made)}")
        if passed:
            _say(f"passed over: {len(passed)} other files ({', '.join(SUFFIXES)} are read)")
    return 3 if report.refused else 0


class _Missing(Exception):
    """A package that a format needs is not installed."""


def _able(names: Sequence[str]) -> None:
    """Raises ``_Missing`` before any work is done for a format that cannot be written."""
    from pipeline.output.export import MissingLibrary, require

    try:
        require(names)
    except MissingLibrary as error:
        raise _Missing(str(error)) from error


def _also(folder: Path, names: Sequence[str]) -> list[str]:
    """Write the formats beside the tables; those of an earlier run are taken away."""
    from pipeline.output.export import export, remove
    from pipeline.output.finished import Finished

    remove(folder)
    return export(Finished.open(folder), names) if names else []


def _spark(arguments: argparse.Namespace) -> int:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        _say("xinwen: Spark is not installed here: pip install 'xinwen[spark]'")
        return 2
    from pipeline import load_rules
    from pipeline.batch.spark import run

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    rules = load_rules(*arguments.rules)
    session = SparkSession.builder.appName("xinwen").getOrCreate()
    try:
        rows = run(session, arguments.input, arguments.out, rules, files=arguments.files)
    finally:
        session.stop()
    _say(f"{arguments.out}/: " + ", ".join(f"{count:,} {name}" for name, count in rows.items()))
    return 0


def _extract(arguments: argparse.Namespace) -> int:
    from pipeline import Extractor, load_rules
    from pipeline.output.write import plain
    from pipeline.readers.page_rules import PageRules
    from pipeline.readers.sources import Refused, Source, read

    if arguments.file != "-" and not Path(arguments.file).is_file():
        raise FileNotFoundError(f"{arguments.file}: no such file")
    rules = load_rules(*arguments.rules)
    reading = replace(_reading(arguments), pages=PageRules.compile(rules))
    extractor = Extractor(rules)
    code = 0
    for found in read(Source(arguments.file), reading):
        if isinstance(found, Refused):
            _say(f"xinwen: {found.path}: {found.reason}")
            code = 3
        elif arguments.json:
            print(json.dumps(plain(extractor(found)), ensure_ascii=False, indent=1))
        else:
            print(_printable(listing(extractor(found))))
    return code


_CONTROLS = {c: "\ufffd" for c in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
             if c != 0x0A}  # fmt: skip


def _printable(text: str) -> str:
    """A text without the characters that steer a terminal, which articles and file names may hold."""
    return text.translate(_CONTROLS)


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
    events = [
        (e.chip, e.event, e.date_text, "" if e.status == "asserted" else e.status, f"{e.start}", f"«{e.text}»")
        for e in facts.events
    ]  # fmt: skip
    parts = ["\n".join(filter(None, head))]
    for name, rows in (("chips", chips), ("metrics", metrics), ("quotes", quotes)):
        parts.append(f"{name} ({len(rows)})\n" + _aligned(rows))
    if events:
        parts.append(f"events ({len(events)})\n" + _aligned(events))
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


def _export(arguments: argparse.Namespace) -> int:
    from pipeline.output.export import export
    from pipeline.output.finished import Finished
    from pipeline.output.write import Unwritable

    run = Finished.open(arguments.run, tuple(arguments.articles))
    try:
        _able(arguments.formats)
        made = export(run, arguments.formats)
    except (Unwritable, _Missing) as error:
        _say(f"xinwen: {error}")
        return 2
    _say(f"{arguments.run}/: {', '.join(made)}")
    return 0


def _explain(arguments: argparse.Namespace) -> int:
    from pipeline import Extractor, load_rules
    from pipeline.readers.page_rules import PageRules
    from pipeline.readers.sources import Refused, Source, read
    from pipeline.review.explain import explain

    if arguments.file != "-" and not Path(arguments.file).is_file():
        raise FileNotFoundError(f"{arguments.file}: no such file")
    rules = load_rules(*arguments.rules)
    extractor = Extractor(rules)
    found_words, code = False, 0
    for found in read(
        Source(arguments.file), replace(_reading(arguments), pages=PageRules.compile(rules))
    ):
        if isinstance(found, Refused):
            _say(f"xinwen: {found.path}: {found.reason}")
            code = 3
            continue
        try:
            print(_printable(explain(found, extractor, arguments.at, arguments.text)))
            found_words = True
        except ValueError as error:
            _say(f"xinwen: {found.path}: {error}")
    return code if found_words else code or 2


def _diff(arguments: argparse.Namespace) -> int:
    from pipeline.output.finished import Finished
    from pipeline.review.diff import apart, diff, render

    folders = tuple(arguments.articles)
    before, after = (
        Finished.open(arguments.before, folders),
        Finished.open(arguments.after, folders),
    )
    differences = list(diff(before, after))
    if arguments.json:
        print(json.dumps([d.plain() for d in differences], ensure_ascii=False, indent=1))
    else:
        print(_printable(render(differences, dict(after.texts()) if differences else {})))
    for run, paths in zip((arguments.before, arguments.after), apart(before, after), strict=True):
        if paths:
            more = f" and {len(paths) - 5} more" if len(paths) > 5 else ""
            _say(f"only in {run}: {', '.join(paths[:5])}{more}")
    return 0


def _send(arguments: argparse.Namespace) -> int:
    from pipeline.output.annotations import STEPS, from_gold, from_run, send
    from pipeline.output.finished import Finished

    if (arguments.source / "articles.csv").is_file():
        documents = list(from_run(Finished.open(arguments.source, tuple(arguments.articles))))
    else:
        documents = list(from_gold(arguments.source))
    if not documents:
        _say(f"xinwen: {arguments.source}: no run with texts and no gold")
        return 2
    try:
        send(documents, arguments.to, arguments.out)
    except ImportError as error:
        _say(f"xinwen: {arguments.to} needs {error.name}: pip install 'xinwen[annotations]'")
        return 2
    marks = sum(len(d.marks) for d in documents)
    _say(f"{arguments.out}/: {len(documents):,} texts with {marks:,} marks for {arguments.to}")
    _say(f"next: {STEPS[arguments.to]}")
    return 0


def _fetch(arguments: argparse.Namespace) -> int:
    from pipeline.output.annotations import Malformed, fetch, write_gold

    try:
        result = fetch(arguments.source, arguments.tool, arguments.articles)
    except ImportError as error:
        _say(f"xinwen: {arguments.tool} needs {error.name}: pip install 'xinwen[annotations]'")
        return 2
    except Malformed as error:
        _say(f"xinwen: {error}")
        return 2
    told = [*result.told, *write_gold(result.documents, arguments.out)]
    for line in told:
        _say(line)
    _say(
        f"{arguments.out}/: gold of {len(result.documents):,} texts, {len(told):,} points to look at"
    )
    return 3 if told else 0


def _check(arguments: argparse.Namespace) -> int:
    from pipeline import Extractor, load_rules
    from pipeline.review.examples import cases, faults
    from pipeline.rules import unproven

    rules = load_rules(*arguments.rules)
    extractor = Extractor(unproven(rules))
    found = list(cases(rules))
    wrong = [fault for case in found for fault in faults(case, extractor)]
    for fault in wrong:
        print(fault)
    _say(
        f"{len(found)} examples and never-cases, {len(wrong)} faults; rules {rules.fingerprint[:12]}"
    )
    return 3 if wrong else 0


_GOLD = Path("corpus/articles")


def _coverage(arguments: argparse.Namespace) -> int:
    from pipeline import load_rules
    from pipeline.output.write import to_json
    from pipeline.review.coverage import UnknownShape, coverage, render

    def watch(done: int, of: int, shape: str) -> None:
        _say(f"{done + 1}/{of} without {shape}")

    if not arguments.gold and not _GOLD.is_dir():
        _say(f"xinwen: no {_GOLD} here; name a folder of gold with --gold DIR")
        return 2
    rules = load_rules(*arguments.rules)
    try:
        result = coverage(rules, arguments.gold or [_GOLD], arguments.alone, watch)
    except UnknownShape as error:
        _say(f"xinwen: {error}")
        return 2
    print(to_json(result.plain()) if arguments.json else render(result))
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    from pipeline import Extractor
    from pipeline.output.write import to_json
    from pipeline.review import mistakes
    from pipeline.review.evaluate import (
        beside,
        calibration,
        evaluate,
        fallen,
        raised,
        render,
        render_beside,
    )
    from pipeline.review.phrases import fired, read

    result = evaluate(arguments.run, arguments.gold)
    kinds = mistakes.kinds(result) if arguments.errors else []
    other = evaluate(*arguments.beside) if arguments.beside else None
    silent: tuple[int, int] | None = None
    if arguments.phrases.is_file():
        silent = fired(read(arguments.phrases), Extractor())
    if arguments.json:
        told = result.plain()
        if silent:
            told["not_quotes"] = dict(zip(("fired", "of"), silent, strict=True))
        if arguments.errors:
            told["errors"] = [kind.plain() for kind in kinds]
        if other is not None:
            told["beside"] = beside(result, other)
        print(to_json(told))
    else:
        print(render_beside(result, other) if other else render(result, arguments.diff))
        if arguments.errors:
            print("\n" + mistakes.render(kinds))
        if silent:
            false, of = silent
            print(f"not-quotes that fired: {false}/{of} ({false / max(of, 1):.1%})")
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
    from pipeline.output.write import TABLES, to_json
    from pipeline.schema import descriptor, markdown

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
