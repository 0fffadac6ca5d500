"""What is installed: the command, the rules inside the wheel, the dependencies."""

import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_dependencies_and_extras() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {d.split(">")[0] for d in project["dependencies"]}
    assert {"jieba", "spacy", "regex", "pandas", "pytest"} <= names
    assert {"spark", "all", "dev"} <= project["optional-dependencies"].keys()
    assert project["scripts"] == {"xinwen": "pipeline.cli:main"}


def test_pytest_marks_and_plugin_are_on() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]
    assert "-p pipeline.review.pytest_rules" in options["ini_options"]["addopts"]


@pytest.mark.slow
def test_wheel_holds_the_rules_and_runs_without_the_checkout(tmp_path: Path) -> None:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--wheel-dir",
            str(tmp_path),
            str(ROOT),
        ],
        check=True,
    )
    (wheel,) = tmp_path.glob("xinwen-*.whl")
    packed = {
        Path(n).name for n in zipfile.ZipFile(wheel).namelist() if n.startswith("pipeline/_rules/")
    }
    assert packed == {p.name for p in (ROOT / "rules").iterdir() if p.is_file()}
    # an environment with the wheel alone; what it depends on comes from this one
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel], check=True
    )
    (site,) = (tmp_path / "env" / "lib").glob("python*/site-packages")
    (site / "dependencies.pth").write_text(str(Path(pytest.__file__).parent.parent))
    (tmp_path / "a.txt").write_text("思元370采用7纳米工艺。", encoding="utf-8")
    where = subprocess.run(
        [python, "-c", "import pipeline.rules as r; print(r.default_folder())"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert str(tmp_path) in where
    done = subprocess.run(
        [tmp_path / "env" / "bin" / "xinwen", "extract", "a.txt"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "7 nm" in done.stdout
