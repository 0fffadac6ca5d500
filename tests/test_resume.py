"""Runs that were killed, runs over what was done before: the same bytes, and little done twice."""

import errno
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.batch import local as batch
from pipeline.batch import spool
from pipeline.batch.local import UNFINISHED, run
from pipeline.batch.spool import Record, merged
from pipeline.cli import main
from pipeline.output.write import TABLES, Unwritable, read_table
from pipeline.readers.sources import Source, sources

ROOT = Path(__file__).parent.parent
FILES = [f"{name}.csv" for name in TABLES] + ["datapackage.json"]
TEXT = "思元370采用7纳米工艺，最大算力可达256TOPS。林舟表示，产能已经恢复。\n"


def tables(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def inputs(folder: Path) -> list[Source]:
    return sources([str(folder)])[0]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for path in sorted((ROOT / "corpus" / "articles").glob("*.txt"))[:8]:
        shutil.copy(path, folder)
    return folder


def varied(folder: Path, count: int, seed: int) -> None:
    """Articles of the corpus's sentences in random order."""
    draw = random.Random(seed)
    sentences = [
        sentence
        for path in sorted((ROOT / "corpus" / "articles").glob("*.txt"))
        for sentence in re.findall(r"[^。！？\n]+[。！？\n]", path.read_text(encoding="utf-8"))
    ]
    folder.mkdir()
    for number in range(count):
        text = "".join(draw.choices(sentences, k=40))
        (folder / f"{number:04}.txt").write_text(text, encoding="utf-8")


# ------------------------------------------------------------------------------------- kill -9


def start(folder: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "pipeline",
        "run",
        "articles",
        "--out",
        "out",
        "--quiet",
        *more,
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=folder, env=environment)


def done(out: Path) -> int:
    """How many articles are known to be done."""
    return len({r.key for p in out.glob(f"{UNFINISHED}/*.spool") for r in spool.read(p) if r.rows})


def killed_again_and_again(folder: Path, times: int, seed: int) -> None:
    """Kill a run at random moments and start it again; then let it end, and compare."""
    draw = random.Random(seed)
    clock = time.perf_counter()
    assert start(folder, "--workers", "2").wait() == 0
    whole = time.perf_counter() - clock
    expected = tables(folder / "out")
    texts = {p.name: p.read_bytes() for p in (folder / "out" / "text").iterdir()}
    shutil.rmtree(folder / "out")
    before = 0
    for _ in range(times):
        process = start(folder, "--workers", draw.choice(["1", "2"]))
        time.sleep(draw.uniform(0.1, 1.0) * whole)
        process.kill()
        process.wait()
        if (folder / "out" / "run.json").exists():  # it was quicker than the kill
            assert tables(folder / "out") == expected
            shutil.rmtree(folder / "out")
        now = done(folder / "out")
        assert now >= before or now == 0
        before = now
    assert start(folder, "--workers", "2").wait() == 0
    assert tables(folder / "out") == expected
    assert {p.name: p.read_bytes() for p in (folder / "out" / "text").iterdir()} == texts
    assert not (folder / "out" / UNFINISHED).exists() and not (folder / "out" / ".partial").exists()


def test_killed_at_random_moments(tmp_path: Path) -> None:
    varied(tmp_path / "articles", 60, seed=1)
    killed_again_and_again(tmp_path, times=3, seed=2)


@pytest.mark.slow
def test_killed_at_many_more_random_moments(tmp_path: Path) -> None:
    varied(tmp_path / "articles", 200, seed=3)
    killed_again_and_again(tmp_path, times=25, seed=4)


def test_killed_while_files_take_their_places(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some tables are new, some are old: the next run first puts the others in their places."""
    run(inputs(articles), tmp_path / "expected")
    run(inputs(articles)[:4], tmp_path / "out")
    replace = Path.replace

    def killed(self: Path, target: Path) -> Path:
        if self.name == "metrics.csv":
            os._exit(9)
        return replace(self, target)

    if not (child := os.fork()):
        monkeypatch.setattr(Path, "replace", killed)
        run(inputs(articles), tmp_path / "out")
    os.waitpid(child, 0)
    assert (tmp_path / "out" / "chips.csv").read_bytes() == tables(tmp_path / "expected")[
        "chips.csv"
    ]
    assert (tmp_path / "out" / ".partial" / "metrics.csv").exists()
    assert run(inputs(articles), tmp_path / "out").kept == 8
    assert tables(tmp_path / "out") == tables(tmp_path / "expected")


def test_worker_ends_with_its_run(tmp_path: Path) -> None:
    """No worker of a killed run goes on for itself."""
    varied(tmp_path / "articles", 60, seed=5)
    process = start(tmp_path, "--workers", "2")
    while not list(tmp_path.glob(f"out/{UNFINISHED}/*.spool")):
        assert process.poll() is None
        time.sleep(0.02)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert len(children) >= 2
    process.send_signal(signal.SIGKILL)
    process.wait()
    until = time.monotonic() + 20
    while any(_runs(child) for child in children):
        assert time.monotonic() < until
        time.sleep(0.05)


def _runs(process: str) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


# --------------------------------------------------------------------------------- incremental


def test_only_what_changed_is_done_again(articles: Path, tmp_path: Path) -> None:
    assert run(inputs(articles), tmp_path / "out").kept == 0
    first, second, third, *_ = sorted(articles.iterdir())
    first.write_text(first.read_text(encoding="utf-8") + TEXT, encoding="utf-8")
    second.unlink()
    shutil.copy(third, articles / "zz-reprint.txt")
    (articles / "zz-new.txt").write_text(TEXT, encoding="utf-8")
    run(inputs(articles), tmp_path / "expected")
    report = run(inputs(articles), tmp_path / "out", workers=2)
    assert report.articles == 9 and report.kept == 6
    assert tables(tmp_path / "out") == tables(tmp_path / "expected")
    report = run(inputs(articles), tmp_path / "elsewhere", since=tmp_path / "out")
    assert report.kept == 8  # all but the reprint, which has no rows of its own
    assert tables(tmp_path / "elsewhere") == tables(tmp_path / "expected")
    (articles / "zz-reprint.txt").unlink()
    run(inputs(articles), tmp_path / "expected", fresh=True)
    assert run(inputs(articles), tmp_path / "out").kept == 8
    assert tables(tmp_path / "out") == tables(tmp_path / "expected")


def test_reprint_takes_the_place_of_what_is_gone(articles: Path, tmp_path: Path) -> None:
    original = min(articles.iterdir())
    shutil.copy(original, articles / "zz-reprint.txt")
    run(inputs(articles), tmp_path / "out")
    original.unlink()
    run(inputs(articles), tmp_path / "expected")
    run(inputs(articles), tmp_path / "out")
    assert tables(tmp_path / "out") == tables(tmp_path / "expected")


def test_other_rules_do_all_again(articles: Path, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    run(inputs(articles), tmp_path / "out")
    makers = (ROOT / "rules" / "makers.csv").read_text(encoding="utf-8")
    (tmp_path / "rules" / "makers.csv").write_text(makers + "# other rules\n", encoding="utf-8")
    assert run(inputs(articles), tmp_path / "out", (str(tmp_path / "rules"),)).kept == 0
    assert run(inputs(articles), tmp_path / "out", (str(tmp_path / "rules"),)).kept == 8
    assert run(inputs(articles), tmp_path / "out").kept == 0


def test_tables_that_somebody_changed_are_not_used(articles: Path, tmp_path: Path) -> None:
    run(inputs(articles), tmp_path / "out")
    expected = tables(tmp_path / "out")
    with (tmp_path / "out" / "metrics.csv").open("a") as file:
        file.write("scribble\r\n")
    assert run(inputs(articles), tmp_path / "out").kept == 0
    assert tables(tmp_path / "out") == expected


def test_fresh_takes_nothing(articles: Path, tmp_path: Path) -> None:
    run(inputs(articles), tmp_path / "out")
    assert run(inputs(articles), tmp_path / "out", fresh=True).kept == 0


def test_since_wants_a_run(
    articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    assert main(["run", str(articles), "--out", out, "--since", str(articles)]) == 2
    assert "is it a folder that xinwen run wrote?" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_one_large_file_is_shared_out_and_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of many articles: same bytes for any number of workers, and done spools are kept."""
    path = tmp_path / "many.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(120):
            file.write(
                f'{{"text": "第{number}篇。思元370采用{number}纳米工艺。\\n{"天气不错。" * 100}"}}\n'
            )
    run(inputs(path), tmp_path / "expected")
    monkeypatch.setattr(batch, "SHARD_BYTES", 20_000)
    monkeypatch.setattr(batch, "SPOOL_CHARS", 6_000)
    assert len(list(batch.shards(inputs(path), 2))) == 2
    run(inputs(path), tmp_path / "two", workers=2)
    assert tables(tmp_path / "two") == tables(tmp_path / "expected")
    seen = []

    def stop(progress: batch.Progress) -> None:
        seen.append(progress)
        if len(seen) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(inputs(path), tmp_path / "out", workers=2, watch=stop)
    assert 0 < seen[0].share < seen[-1].share < 1
    report = run(inputs(path), tmp_path / "out", workers=2)
    assert report.articles == 120 and report.kept >= seen[-1].articles
    assert tables(tmp_path / "out") == tables(tmp_path / "expected")


def test_many_spools_are_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "FAN_IN", 3)
    records = [
        Record(f"a{n:012x}", f"{n}", "", {"chips": (1, f"{n}\n".encode())}) for n in range(40)
    ]
    spools = [spool.write([record], tmp_path / f"{n}.spool") for n, record in enumerate(records)]
    assert list(merged(spools)) == records


# ------------------------------------------------------------------------- folders that refuse


@pytest.mark.parametrize("where", ["worker", "tables"])
def test_full_disk(
    where: str, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """It is said, the last good tables stay, and what is done is not done twice."""
    run(inputs(articles)[:3], tmp_path / "out")
    before = tables(tmp_path / "out")

    def full(*ignored: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(*((spool, "write") if where == "worker" else (batch, "derive")), full)
        assert main(["run", str(articles), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert "cannot be written (No space left on device); make room and run again" in said
    assert tables(tmp_path / "out") == before
    assert run(inputs(articles), tmp_path / "out").kept == (3 if where == "worker" else 8)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_lost_permission(articles: Path, tmp_path: Path) -> None:
    run(inputs(articles)[:3], tmp_path / "out")
    before = tables(tmp_path / "out")
    (tmp_path / "out").chmod(0o500)
    with pytest.raises(Unwritable, match="Permission denied"):
        run(inputs(articles), tmp_path / "out")
    assert tables(tmp_path / "out") == before


def test_two_runs_into_one_folder(articles: Path, tmp_path: Path) -> None:
    def second(progress: batch.Progress) -> None:
        with pytest.raises(Unwritable, match="another run is writing into this folder"):
            run(inputs(articles), tmp_path / "out")

    assert run(inputs(articles), tmp_path / "out", watch=second).articles == 8


def test_rejected_rows_speak_of_files_of_this_run(articles: Path, tmp_path: Path) -> None:
    shutil.copy(min(articles.iterdir()), articles / "zz-reprint.txt")
    run(inputs(articles), tmp_path / "out")
    (articles / "zz-reprint.txt").unlink()
    run(inputs(articles), tmp_path / "out")
    rejected = read_table(tmp_path / "out" / "rejected.csv")
    assert not [row for row in rejected if "zz-reprint" in row["path"]]
