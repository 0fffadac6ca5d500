"""The same Extractor on Apache Spark: for more articles than one machine should read.

In: a DataFrame of articles (a column ``text``; ``path``, ``title``, ``author``, ``publisher``,
``published``, ``url`` where it has them). Out: a DataFrame of facts, one row an article, in which each
table is a column of rows; ``table`` takes one out.

    from pipeline.batch.spark import facts, table
    found = facts(spark.read.parquet("s3a://news/2024"))
    table(found, "metrics").where("metric = 'compute'").show()

``xinwen spark INPUT --out URI`` does that and writes each table as Parquet. The rows are those of
``xinwen run`` over the same articles.

The rules are read where the job begins and travel with it. What finds the facts must be the same on all
machines: a worker whose program or libraries differ from those of the driver says so and does nothing.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pipeline import Extractor, load_rules
from pipeline.batch.earlier import engine
from pipeline.model import TABLES, Facts
from pipeline.readers import Found, Reading, Refused, article
from pipeline.readers.archives import unpack
from pipeline.readers.page_rules import PageRules
from pipeline.rules import Rulebook
from pipeline.schema import columns_of

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame, SparkSession

KNOWN = ("path", "title", "author", "publisher", "published", "url")
"""Columns besides ``text`` that are taken where they exist."""
BATCH = 200
"""Articles whose facts are held at a time."""
_TYPES = {"string": "string", "integer": "bigint", "number": "double", "date": "string"}


class OtherEngine(RuntimeError):
    """A worker would find other facts than the driver."""


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules as they travel, and the hash of all that decides what is found."""

    rules: bytes
    engine: str

    @staticmethod
    def of(rules: Rulebook) -> Pack:
        return Pack(pickle.dumps(rules), engine(rules))


@cache
def extractor_of(pack: Pack) -> Extractor:
    """The extractor of a worker process, made once. Raises ``OtherEngine``."""
    rules: Rulebook = pickle.loads(pack.rules)
    here = engine(rules)
    if here != pack.engine:
        raise OtherEngine(
            f"this worker's xinwen or its libraries (engine {here[:12]}) are not the driver's "
            f"({pack.engine[:12]}); install the same versions on every machine"
        )
    return Extractor(rules)


def facts(articles: DataFrame, rules: Rulebook | None = None, *, files: bool = False) -> DataFrame:
    """The facts of every article: one row each, its columns ``article`` (a row) and ``chips``,
    ``metrics``, ``quotes``, ``rejected`` (rows).

    With ``files`` the articles are files as ``spark.read.format("binaryFile")`` gives them, of any kind
    that ``xinwen run`` reads. Identical texts are as many rows: see ``distinct``.
    """
    pack = Pack.of(rules or load_rules())
    if files:
        articles = articles.select("path", "content")
    else:
        articles = articles.select("text", *(name for name in KNOWN if name in articles.columns))

    def partition(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        return extracted(batches, pack, files)

    return articles.mapInArrow(partition, ddl())


def distinct(found: DataFrame) -> DataFrame:
    """Facts without those of reprints: of identical texts the first path counts, and the others are rows
    of its ``rejected``, as in ``xinwen run``.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    same = Window.partitionBy("article.article")
    others = f.array_sort(f.collect_list("article.path").over(same))
    first = f.row_number().over(same.orderBy("article.path"))
    ranked = found.select("*", first.alias("first"), others.alias("paths")).where("first = 1")
    values = {
        "article": "article.article",
        "path": "path",
        "stage": "'read'",
        "reason": "concat('the same text as ', article.path, ', which stands for both')",
    }
    names = [column.name for column in columns_of(TABLES["rejected"])]
    cells = ", ".join(f"'{name}', {values.get(name, _empty(name))}" for name in names)
    again = f"transform(slice(paths, 2, size(paths)), path -> named_struct({cells}))"
    rejected = f.expr(f"concat(rejected, {again})")
    return ranked.withColumn("rejected", rejected).drop("first", "paths")


def _empty(name: str) -> str:
    """How a cell of rejected that says nothing stands in SQL."""
    (column,) = (c for c in columns_of(TABLES["rejected"]) if c.name == name)
    return "''" if column.type == "string" else f"cast(null as {_TYPES[column.type]})"


def table(found: DataFrame, name: str) -> DataFrame:
    """One table out of the facts."""
    from pyspark.sql import functions as f

    if name == "articles":
        return found.select("article.*")
    return found.select(f.explode(name).alias("row")).select("row.*")


def run(
    spark: SparkSession,
    source: str,
    out: str,
    rules: Rulebook | None = None,
    *,
    files: bool = False,
) -> dict[str, int]:
    """Read articles from a URI and write every table below another; gives their numbers of rows.

    ``facts`` is written first, and the tables are made of it: a machine that is lost later costs no
    article a second time.
    """
    if files:
        frame = spark.read.format("binaryFile").option("recursiveFileLookup", "true").load(source)
    else:
        frame = spark.read.parquet(source)
    out = out.rstrip("/")
    distinct(facts(frame, rules, files=files)).write.mode("overwrite").parquet(f"{out}/facts")
    found = spark.read.parquet(f"{out}/facts")
    rows = {}
    for name in TABLES:
        table(found, name).write.mode("overwrite").parquet(f"{out}/{name}")
        rows[name] = spark.read.parquet(f"{out}/{name}").count()
    return rows


def ddl() -> str:
    """The schema of facts, as Spark writes schemas."""
    rows = {
        name: ", ".join(f"{c.name}: {_TYPES[c.type]}" for c in columns_of(row))
        for name, row in TABLES.items()
    }
    article = rows.pop("articles")
    tables = (f"{name} array<struct<{columns}>>" for name, columns in rows.items())
    return ", ".join((f"article struct<{article}>", *tables))


def arrow_schema() -> pyarrow.Schema:
    """The same for Arrow."""
    import pyarrow as pa

    types = {"string": pa.string(), "bigint": pa.int64(), "double": pa.float64()}
    structs = {
        name: pa.struct([(c.name, types[_TYPES[c.type]]) for c in columns_of(row)])
        for name, row in TABLES.items()
    }
    article = structs.pop("articles")
    return pa.schema([("article", article), *((n, pa.list_(s)) for n, s in structs.items())])


def extracted(
    batches: Iterable[pyarrow.RecordBatch], pack: Pack, files: bool = False
) -> Iterator[pyarrow.RecordBatch]:
    """What a worker does with one partition: batches of articles to batches of facts."""
    import pyarrow as pa

    extractor = extractor_of(pack)
    pages = PageRules.compile(extractor.rules)
    schema = arrow_schema()
    rows: list[dict[str, Any]] = []
    for batch in batches:
        for row in batch.to_pylist():
            for found in _read(row, Reading(pages=pages)) if files else [_article(row)]:
                rows.append(_row(found, extractor))
                if len(rows) >= BATCH:
                    yield pa.RecordBatch.from_pylist(rows, schema)
                    rows = []
    if rows:
        yield pa.RecordBatch.from_pylist(rows, schema)


def _article(row: dict[str, Any]) -> Found:
    known = {name: str(row.get(name) or "") for name in KNOWN}
    path = known.pop("path")
    return article(path, row["text"] or "", "utf-8", **known)


def _read(row: dict[str, Any], reading: Reading) -> Iterator[Found]:
    path = row["path"].removeprefix("file:")
    yield from unpack(BytesIO(row["content"]), path, path, reading)


def _row(found: Found, extractor: Extractor) -> dict[str, Any]:
    """The facts of an article as nested cells."""
    if isinstance(found, Refused):
        result = Facts(found.article, rejected=(found.reject,))
    else:
        result = extractor(found)
    tables = {
        name: [_cells(r) for r in getattr(result, name)] for name in TABLES if name != "articles"
    }
    return {"article": _cells(result.article), **tables}


def _cells(row: Any) -> dict[str, Any]:
    return dict(zip(row.__slots__, astuple(row), strict=True))
