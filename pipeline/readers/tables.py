"""Cells of a table in a page or a document -> lines of Markdown, which ``pipeline/document/tables.py`` reads."""

from __future__ import annotations


def table_rows(cells: list[list[str]], header: bool) -> list[str]:
    """One line a row, all as long, and a line of dashes below the header.

    >>> table_rows([["型号", "X1"], ["制程", "5nm"]], header=True)
    ['| 型号 | X1 |', '| --- | --- |', '| 制程 | 5nm |']
    """
    width = max(map(len, cells))
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in cells]
    if header and len(lines) > 1:
        lines.insert(1, "|" + " --- |" * width)
    return lines
