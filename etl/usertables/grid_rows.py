"""
Read the rows of one sheet in a process of its own: `python -m etl.usertables.grid_rows FILE` prints them as JSON.

The dashboard starts it under `geodata.guarded.child` for files that a reader loads; it never imports `etl`. One JSON object comes
out whatever the file is: `{"ok": true, "rows": [[text, …], …]}`, or `{"ok": false, "kind": …}` with exit code 1.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from etl.usertables.grid import as_text, read_grids
from geodata.errors import InputFileError

MOST_ROWS: Final = 2_100
MOST_COLUMNS: Final = 30
LONGEST_TEXT: Final = 400


def rows_of(path: Path) -> dict[str, Any]:
    """
    Return the filled rows of the first sheet that has any, as texts.

    What goes beyond the most rows, columns or letters is cut off: a form that people fill in has far fewer.
    """
    try:
        grids = read_grids(path)
    except InputFileError as error:
        return {"ok": False, "kind": str(getattr(error, "kind", "damaged"))}
    filled = (
        [[as_text(cell)[:LONGEST_TEXT] for cell in row[:MOST_COLUMNS]] for row in grid.rows if any(row)]
        for grid in grids
    )
    return {"ok": True, "rows": next((rows[:MOST_ROWS] for rows in filled if rows), [])}


def main() -> None:
    """Print the rows of the file that the command line names."""
    answer = rows_of(Path(sys.argv[1]))
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))
    sys.stdout.flush()
    sys.exit(0 if answer["ok"] else 1)


if __name__ == "__main__":
    main()
