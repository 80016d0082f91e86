"""
Commands of the documents: pack, sheet, slip, report, slides, tables, picture, export.

`etl.cli` loads them through the entry-point group "dosah.commands",
so that the two shells do not import each other.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dashboard.address.question import MEASURES
from geodata import durable
from geodata.errors import DosahError, InputFileError, PublishError

if TYPE_CHECKING:
    from dashboard.documents.facts.area import AreaFacts


class Language(StrEnum):
    """Language of a document."""

    CS = "cs"
    PL = "pl"
    EN = "en"


class Steps(StrEnum):
    """
    How a share is cut into steps: `geodata.studies.breaks.METHODS`,
    named here so that `--help` loads no study.
    """

    QUANTILE = "quantile"
    NATURAL = "natural"


class PictureForm(StrEnum):
    """File format of a picture."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


AreaOption = Annotated[str, typer.Option("--area", help="Planning area, for instance frydlantsko-beskydy.")]
LanguageOption = Annotated[Language, typer.Option("--language", help="Language of the document.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", help="File to write; default named after the area.")
]
DatasetOption = Annotated[
    Path | None, typer.Option("--dataset", help="The dataset; default DOSAH_DATASET or build/dosah.gpkg.")
]
StoryOption = Annotated[
    str | None,
    typer.Option("--story", help="Story by its id, or a YAML file of your own; default the area's first."),
]
VillageOption = Annotated[
    str | None, typer.Option("--village", help="Code of one municipality; default all of the area.")
]
AddressOption = Annotated[
    str | None,
    typer.Option("--address", help="Address of your dashboard, for the QR code; without it there is none."),
]


def in_words(command: Callable[..., None]) -> Callable[..., None]:
    """Turn every DosahError of a command into one message on stderr and exit code 1, without a traceback."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except DosahError as error:
            typer.echo(f"dosah: {error.said_in(str(kwargs['language']))}", err=True)
            raise typer.Exit(1) from None

    return run


def facts_of(area: str, dataset: Path | None) -> AreaFacts:
    """Read the dataset and collect the facts of an area."""
    from dashboard.documents.facts.area import AreaFacts
    from geodata.dataset.dataset import default_dataset_path, read_dataset

    return AreaFacts(read_dataset(dataset or default_dataset_path()), area)


def write(path: Path, content: bytes) -> None:
    """Write a file in one step, so that a half one never lies there, and say where it is."""
    try:
        durable.write_whole(path, content)
    except OSError as error:
        raise PublishError(
            f"{path.name} could not be written ({error.strerror or error}). Close it if it is open, or "
            "choose another place."
        ) from error
    typer.echo(f"{path} ({len(content) / 1_000_000:.2f} MB)")


def _story(area: str, story: str | None) -> Any:
    from geodata.guarded.refusals import read_bounded
    from geodata.stories import LARGEST_BYTES, parse_story, story_for

    if story and story.endswith((".yaml", ".yml")):
        path = Path(story)
        found = parse_story(read_bounded(path, LARGEST_BYTES), path.name)
        if found.area_id != area:
            raise InputFileError(
                path.name, [f"it tells of the area {found.area_id}, not of {area}"], "Choose --area to fit."
            )
        return found
    return story_for(area, story)


@in_words
def pack(
    *,
    area: AreaOption,
    story: StoryOption = None,
    language: LanguageOption = Language.CS,
    output: OutputOption = None,
    dataset: DatasetOption = None,
) -> None:
    """
    Write the meeting pack: one HTML file with slides, maps, tables and villages,
    for a hall without internet.
    """
    from dashboard.documents.pack import make as maker

    page = maker.build(facts_of(area, dataset), _story(area, story), language.value)
    write(output or Path(f"{area}-{language.value}.html"), page.encode())


@in_words
def sheet(
    *,
    area: AreaOption,
    village: VillageOption = None,
    language: LanguageOption = Language.CS,
    output: OutputOption = None,
    address: AddressOption = None,
    return_to: Annotated[
        str, typer.Option("--return-to", help="Where a filled slip is sent, as it shall be printed.")
    ] = "",
    as_zip: Annotated[bool, typer.Option("--zip", help="One PDF for each village, in a zip.")] = False,
    dataset: DatasetOption = None,
) -> None:
    """Write village sheets with correction slips as PDF: of one village, or of all villages of the area."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from dashboard.documents.sheet import page as maker

    facts = facts_of(area, dataset)
    options: dict[str, Any] = {"address": address, "return_to": return_to}
    if village:
        content = maker.village_sheet(facts, village, language.value, **options)
        write(output or Path(f"{village}-{language.value}.pdf"), content)
        return
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(area, total=len(facts.members))

        def advance(done: int, _all: int, name: str) -> None:
            bar.update(task, completed=done, description=name)

        make = maker.area_sheets_zip if as_zip else maker.area_sheets
        content = make(facts, language.value, **options, progress=advance)
    write(output or Path(f"{area}-{language.value}.{'zip' if as_zip else 'pdf'}"), content)


@in_words
def slip(
    *,
    area: AreaOption,
    village: Annotated[str, typer.Option("--village", help="Code of the municipality.")],
    language: LanguageOption = Language.CS,
    output: OutputOption = None,
    dataset: DatasetOption = None,
) -> None:
    """Write the correction slip of a village as a workbook; `dosah build` takes a filled one back."""
    from dashboard.documents.sheet import slip as maker

    content = maker.build(facts_of(area, dataset), village, language.value)
    write(output or Path(f"{village}-{language.value}-corrections.xlsx"), content)


@in_words
def report(
    *,
    area: AreaOption,
    language: LanguageOption = Language.CS,
    template: Annotated[
        Path | None,
        typer.Option(
            "--template",
            help="A document or template of Word of your own (.docx, .dotx) whose styles are used.",
        ),
    ] = None,
    output: OutputOption = None,
    dataset: DatasetOption = None,
) -> None:
    """Write the analysis chapter of a plan as DOCX."""
    from dashboard.documents.office import report as maker
    from dashboard.documents.office.template_file import MOST_BYTES
    from geodata.guarded.refusals import read_bounded

    own = None
    if template is not None:
        own = maker.Template(template.name, read_bounded(template, MOST_BYTES))
    content = maker.build(facts_of(area, dataset), language.value, own)
    write(output or Path(f"{area}-{language.value}.docx"), content)


@in_words
def slides(
    *,
    area: AreaOption,
    story: StoryOption = None,
    language: LanguageOption = Language.CS,
    output: OutputOption = None,
    dataset: DatasetOption = None,
) -> None:
    """Write a story as PPTX with charts and tables that can be edited."""
    from dashboard.documents.office import slides as maker

    content = maker.build(facts_of(area, dataset), _story(area, story), language.value)
    write(output or Path(f"{area}-{language.value}.pptx"), content)


@in_words
def workbook(
    *,
    area: AreaOption,
    language: LanguageOption = Language.CS,
    output: OutputOption = None,
    dataset: DatasetOption = None,
) -> None:
    """Write the tables of an area as XLSX, one sheet for each topic."""
    from dashboard.documents.office import tables_xlsx as maker

    write(
        output or Path(f"{area}-{language.value}.xlsx"), maker.build(facts_of(area, dataset), language.value)
    )


@in_words
def picture(
    *,
    area: AreaOption,
    subject: Annotated[
        str, typer.Option("--service", help="Service group, or share_65, share_80 for the population.")
    ],
    language: LanguageOption = Language.CS,
    measure: Annotated[
        str, typer.Option("--show", help=f"What is shown of a service group: {', '.join(MEASURES)}.")
    ] = MEASURES[0],
    steps: Annotated[
        Steps,
        typer.Option("--steps", help="Of share_65 and share_80: as many municipalities each, or alike."),
    ] = Steps.QUANTILE,
    form: Annotated[PictureForm, typer.Option("--format", help="File format.")] = PictureForm.PNG,
    output: OutputOption = None,
    dataset: DatasetOption = None,
) -> None:
    """Draw a map with title, legend, scale, norm, sources and day."""
    from dashboard.documents.pictures import file as maker

    facts = facts_of(area, dataset)
    content = maker.build(facts, subject, language.value, form.value, measure=measure, classes=steps.value)
    further = [measure] * (measure != MEASURES[0]) + [steps.value] * (steps != Steps.QUANTILE)
    shown = "-".join([subject, *further])
    write(output or Path(f"{area}-{shown}-{language.value}.{form.value}"), content)


@in_words
def export(
    *,
    area: AreaOption,
    output: Annotated[
        Path | None, typer.Option("--output", help="Folder to write to; default named after the area.")
    ] = None,
    language: LanguageOption = Language.CS,
    dataset: DatasetOption = None,
) -> None:
    """Write files for other programs: HSDS 3.1, GeoJSON, GeoPackage with QGIS styles, CSV."""
    from dashboard.documents import exchange

    folder = output or Path(f"dosah-{area}")
    try:
        written = exchange.export_all(facts_of(area, dataset), language.value, folder)
    except OSError as error:
        raise PublishError(
            f"{folder.name} could not be written ({error.strerror or error}). Choose another place with "
            "--output."
        ) from error
    for path in written:
        typer.echo(f"{path} ({path.stat().st_size / 1_000_000:.2f} MB)")


def register(app: typer.Typer) -> None:
    """Add the commands to the program `dosah`."""
    for command in (pack, sheet, slip, report, slides, workbook, picture, export):
        app.command(command.__name__)(command)
