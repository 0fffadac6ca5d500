"""The documentation says what is so."""

import doctest
import re
from importlib import import_module
from pathlib import Path

import pytest

from pipeline import Extractor, load_rules
from pipeline.cli import main
from pipeline.output.write import TABLES
from pipeline.review.examples import Case, faults
from pipeline.rules import default_folder
from pipeline.schema import markdown

ROOT = Path(__file__).parent.parent


MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted((ROOT / "pipeline").rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("module", MODULES)
def test_example_of_a_module(module: str) -> None:
    assert not doctest.testmod(import_module(module)).failed


def test_outputs_readme_is_fresh() -> None:
    written = (ROOT / "outputs" / "README.md").read_text(encoding="utf-8")
    assert written == markdown(TABLES), "run `make docs`"


def test_readme_names_every_table_and_command(capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}.csv`" in text for name in TABLES)
    for command in re.findall(r"^xinwen (\w+)", text, re.M):
        with pytest.raises(SystemExit) as stop:
            main([command, "--help"])
        assert stop.value.code == 0
    capsys.readouterr()


def test_example_of_the_readme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the README shows is what comes out."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"^\$ echo '(.+)' \| xinwen extract -\n(.*?)```", text, re.S | re.M)
    assert found
    (tmp_path / "a.txt").write_text(found[1] + "\n", encoding="utf-8")
    assert main(["extract", str(tmp_path / "a.txt")]) == 0
    printed = capsys.readouterr().out.split("\n\n", 1)[1]
    assert printed.strip() == found[2].strip()


RECIPES = re.findall(
    r"^## (.+?)\n.*?```(?:csv|toml) rules/(\w+)\.(csv|toml)\n(.*?)```\n.*?^- rule: `(.+?)`\n- gives: `(.+?)`$",
    (ROOT / "rules" / "README.md").read_text(encoding="utf-8"),
    re.S | re.M,
)


def test_there_is_a_recipe_for_each_kind_of_knowledge() -> None:
    assert [name for name, *_ in RECIPES] == [
        "A unit",
        "A chip family",
        "A maker",
        "A cue",
        "A cue sentence",
        "A ratio shape",
    ]


@pytest.mark.parametrize(
    ("name", "stem", "kind", "added", "rule", "example"),
    RECIPES,
    ids=[name for name, *_ in RECIPES],
)
def test_recipe(
    name: str, stem: str, kind: str, added: str, rule: str, example: str, tmp_path: Path
) -> None:
    """One edit: the lines of the recipe at the end of their file. Then its sentence gives its fact."""
    text = (default_folder() / f"{stem}.{kind}").read_text(encoding="utf-8")
    assert added not in text
    case = Case("shape", rule, f"rules/README.md: {name}", example)
    assert faults(case, Extractor(load_rules())), f"{name}: the rules know it already"
    (tmp_path / f"{stem}.{kind}").write_text(text.rstrip("\n") + "\n" + added, encoding="utf-8")
    assert not faults(case, Extractor(load_rules(str(tmp_path))))
