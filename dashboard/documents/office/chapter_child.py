"""
Write the analysis chapter into an office's template in a process of its own,
so that no template can hold up the server.

`make` is called by the server; `python -m dashboard.documents.office.chapter_child` is the child.
It gets the template on its standard input and answers with the chapter (exit code 0),
or with JSON that says why there is none (exit code 1).
"""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from dashboard.text import _, speaking
from geodata.errors import DosahError, InputFileError
from geodata.guarded import child
from geodata.guarded.child import ChildLimits

if TYPE_CHECKING:
    from dashboard.documents.office.report import Template

LIMITS: Final = ChildLimits(memory_bytes=3 << 30, seconds=300, written_bytes=100_000_000)
"""
A chapter takes 1.7 GB of address space (0.3 GB of memory), the largest template
that is let in up to 0.7 GB more.
"""


class DataReplacedError(DosahError):
    """The dataset was replaced while the chapter was ordered: it would be of another one than the page."""


def make(dataset: Path, version: str, area: str, language: str, template: Template) -> bytes:
    """
    Return the chapter of an area, written into a template.

    Parameters
    ----------
    dataset, version
        The published dataset, and its content hash as the reader sees it.
    template
        The office's own DOCX.

    Raises
    ------
    InputFileError
        If the template is no DOCX, or asks for too much memory or time.
    DataReplacedError
        If the dataset is another one by now.
    """
    words = [str(dataset.resolve()), version, area, language]
    ended = child.run(
        "dashboard.documents.office.chapter_child", words, given=template.content, limits=LIMITS
    )
    if ended.end == "done":
        return ended.written
    if ended.end in ("too_long", "too_much"):
        with speaking(language):
            too_much = _("it unpacks to more than a document holds")
            raise InputFileError(template.name, [too_much], next_step())
    try:
        told = json.loads(ended.written)
    except ValueError:
        raise DosahError("The chapter could not be made.") from None
    if told["kind"] == "template":
        raise InputFileError(template.name, told["problems"], told["next_step"])
    if told["kind"] == "replaced":
        raise DataReplacedError("The data were replaced meanwhile. Prepare the file again.")
    raise DosahError(f"The chapter could not be made ({told['problems'][0]}).")


def _written(dataset: str, version: str, area: str, language: str) -> bytes:
    from dashboard import text
    from dashboard.documents.facts.area import AreaFacts
    from dashboard.documents.office import report
    from dashboard.documents.office.report_template import opened
    from geodata.dataset.dataset import read_dataset

    text.use(language)
    template = report.Template("template.docx", sys.stdin.buffer.read())
    # The template is looked at before the work, not after it.
    opened(template)
    found = read_dataset(Path(dataset))
    if found.version != version:
        raise DataReplacedError
    return report.build(AreaFacts(found, area), language, template)


def next_step() -> str:
    """Say in the spoken language what to do with a template that is not taken."""
    return _("Open it in Word or LibreOffice and save it as a Word document (.docx).")


def _refuse(kind: str, problems: list[str], next_step: str = "") -> NoReturn:
    sys.stdout.write(json.dumps({"kind": kind, "problems": problems, "next_step": next_step}))
    sys.stdout.flush()
    sys.exit(1)


def main() -> None:
    """Answer with a chapter or with the reason why there is none."""
    try:
        content = _written(*sys.argv[1:5])
    except DataReplacedError:
        _refuse("replaced", [])
    except InputFileError as error:
        _refuse("template", list(error.problems), error.next_step)
    except DosahError as error:
        _refuse("other", [str(error)])
    except Exception as error:  # noqa: BLE001  # a fault of the program: the server logs where it was, and nothing of the template
        frames = traceback.extract_tb(error.__traceback__)
        _refuse("other", [f"{type(error).__name__}, {Path(frames[-1].filename).name}:{frames[-1].lineno}"])
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
