"""How often title, author, publisher, date, address, sections and boilerplate of pages are right: ``make metadata``.

The pages of ``samples/pages.toml``, each with a body, a section and things around it that are not of the article.
"""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from test_metadata import PAGES, measured

from pipeline import Extractor, load_rules


def main() -> None:
    right, wrong = Counter[str](), []
    with TemporaryDirectory() as folder:
        for manner, field, value, want in measured(Path(folder), Extractor(load_rules())):
            right[field] += value == want
            if value != want:
                wrong.append(f"{manner}: {field} is {value!r}, not {want!r}")
    print("| field | right |\n|---|---|")
    for field, count in right.items():
        print(f"| {field} | {count / len(PAGES):.3f} of {len(PAGES)} |")
    print("\n".join(["", *wrong]))


if __name__ == "__main__":
    main()
