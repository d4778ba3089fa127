"""A table of a mail: data becomes a pipe table, layout becomes the paragraphs of its cells.

Data is what carries a header cell or borders, or is at least three by three, and has nothing but short text in its
cells. A pipe table has a header row, the same number of cells in each row and no line break in a cell.
"""

from __future__ import annotations

LONGEST = 300  # characters of a cell in a data table
ROWS, COLUMNS, SPAN = 2000, 60, 20  # larger tables are written as paragraphs; a cell spans at most SPAN columns


class Table:
    """One table while it is read, with what to go back to behind it."""

    def __init__(
        self,
        found: dict[str, str],
        style: str,
        lines: list[str],
        prefixes: list[str],
        lists: list,
        openers: list,
        tight: bool,
    ) -> None:
        self.lines, self.prefixes, self.lists, self.openers, self.tight = lines, prefixes, lists, openers, tight
        self.loose: list[str] = []  # text outside any cell
        self.rows: list[list[list[str]]] = []
        self.nested = False
        self.headed = False
        low = style.lower().replace(" ", "")
        self.layout = found.get("role", "") == "presentation"
        self.bordered = (
            found.get("border", "0").strip() not in ("", "0")
            or "MsoTableGrid" in found.get("class", "")
            or ("border:" in low and "border:none" not in low and "border:0" not in low)
        )

    def row(self) -> None:
        """A row starts."""
        self.rows.append([])

    def cell(self, header: bool, span: int, style: str, found: dict[str, str]) -> list[str]:
        """A cell starts; what it holds is written to the list returned."""
        if not self.rows:
            self.rows.append([])
        self.headed = self.headed or header
        low = style.lower().replace(" ", "")
        self.bordered = self.bordered or ("border:solid" in low and "1.0pt" in low)
        lines: list[str] = []
        self.rows[-1].append(lines)
        for _ in range(min(span, SPAN) - 1):
            self.rows[-1].append([])
        return lines

    def blocks(self) -> list[list[str]]:
        """The table as paragraphs, each a list of lines."""
        rows = [row for row in self.rows if any(row)]
        blocks = _paragraphs(self.loose)
        if self.is_data():
            return [*blocks, pipes(rows)]
        together: list[str] = []
        for row in rows:
            cells = [cell for cell in row if cell]
            if (
                all(len(cell) == 1 and not cell[0].startswith(("> ", "    ", "- ", "|")) for cell in cells)
                and sum(len(cell[0]) for cell in cells) <= LONGEST
            ):
                together.append(" ".join(cell[0] for cell in cells))
                continue
            if together:
                blocks.append(together)
                together = []
            for cell in cells:
                blocks += _paragraphs(cell)
        return [*blocks, together] if together else blocks

    def is_data(self) -> bool:
        """Whether this is a table of data, not of layout."""
        rows = [row for row in self.rows if any(row)]
        used = {at for row in rows for at, cell in enumerate(row) if cell}
        if self.nested or len(rows) < 2 or len(used) < 2 or len(rows) > ROWS or max(map(len, rows)) > COLUMNS:
            return False
        cells = [cell for row in rows for cell in row if cell]
        if any(
            len(cell) > 3 or "" in cell or sum(map(len, cell)) > LONGEST or cell[0].startswith(("> ", "- ", "|"))
            for cell in cells
        ):
            return False
        labels = sum(bool(row[0]) and row[0][-1].rstrip("* ").endswith(":") for row in rows)
        if labels * 2 > len(rows) and len(used) <= 3:
            return False
        return (
            (self.headed or self.bordered)
            if len(rows) < 3 or len(used) < 3 or self.layout
            else (self.headed or self.bordered or len(cells) >= 0.8 * len(rows) * len(used))
        )


def _paragraphs(lines: list[str]) -> list[list[str]]:
    """Lines cut at blank ones; hard breaks are put back by whoever writes them."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip("> "):
            blocks[-1].append(line.rstrip())
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def pipes(rows: list[list[list[str]]]) -> list[str]:
    """A pipe table: columns nobody uses are left out."""
    width = max(map(len, rows))
    used = [at for at in range(width) if any(at < len(row) and row[at] for row in rows)]
    written = []
    for row in rows:
        cells = [" ".join(line.strip() for line in row[at]) if at < len(row) else "" for at in used]
        written.append("| " + " | ".join(cells) + " |")
    return [written[0], "|" + " --- |" * len(used), *written[1:]]
