"""The commands that look into a dataset: `dosah check`, `dosah info` and `dosah gaps`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etl.commands.common import (
    OutputFormat,
    PathArgument,
    PathOption,
    as_json,
    console,
    dataset_path,
    in_words,
    print_frame,
)
from etl.commands.own import Language


@in_words
def check_command(path: PathArgument = None) -> None:
    """Check a dataset: every rule of the data dictionary, and that it is what was published."""
    from geodata.dataset.dataset import check_dataset

    dataset = check_dataset(dataset_path(path))
    rows = sum(len(frame) for frame in dataset.tables.values())
    typer.echo(f"{dataset.path.name}: {len(dataset.tables)} tables, {rows:,} rows, every rule kept.")
    typer.echo(f"Content hash {dataset.facts['content_hash']}")


@in_words
def info_command(
    path: PathArgument = None,
    form: Annotated[OutputFormat, typer.Option("--format", help="table or json.")] = OutputFormat.TABLE,
) -> None:
    """Say what is in the dataset and how old it is."""
    import datetime as dt

    from geodata.dataset.dataset import read_dataset

    dataset = read_dataset(dataset_path(path))
    facts = dataset.facts
    origin = dataset["origin"]
    age_days = (dt.date.today() - dt.date.fromisoformat(facts["data_date"])).days  # noqa: DTZ011  # the reader's own day
    if form is OutputFormat.JSON:
        content = {
            **facts,
            "age_days": age_days,
            "tables": {name: len(frame) for name, frame in dataset.tables.items()},
            "origins": origin[["origin_id", "title", "reference_date", "file_name"]].to_dict("records"),
        }
        typer.echo(as_json(content))
        return
    typer.echo(f"{facts['title']}\n{dataset.path}")
    typer.echo(f"Data date {facts['data_date']} ({age_days} days ago), content hash {facts['content_hash']}")
    if "imported_hsds" in facts:
        typer.echo(f"Catalogue imported from {facts['imported_hsds']} (HSDS file, its checksum)")
    service = dataset["service"]
    typer.echo(
        f"{len(service)} services ({int(service['registration_id'].notna().sum())} registered), "
        f"{len(dataset['site'])} sites, {len(dataset['municipality'])} municipalities, "
        f"{len(dataset['area'])} areas"
    )
    print_frame(origin[["origin_id", "reference_date", "title", "file_name"]])


@in_words
def gaps_command(
    *,
    area: Annotated[str, typer.Option("--area", help="Planning area, for instance frydlantsko-beskydy.")],
    service: Annotated[str, typer.Option("--service", help="Group of services, for instance home_care.")],
    norm: Annotated[
        str,
        typer.Option(
            "--norm", help="default, national, loaded, area, a published norm, or a number per 1,000."
        ),
    ] = "default",
    limit_km: Annotated[
        float | None, typer.Option("--limit-km", help="Reach along roads, the boundary included.")
    ] = None,
    count_doubtful: Annotated[
        bool, typer.Option("--count-doubtful", help="Count doubtful capacities after all.")
    ] = False,
    travel: Annotated[
        Path | None,
        typer.Option(
            "--travel",
            help="Travel costs in place of the straight line: a CSV or workbook of municipality_code, "
            "site_id and cost_m or cost_min, or roads as .osm or .osm.pbf.",
        ),
    ] = None,
    finer: Annotated[
        Path | None,
        typer.Option(
            "--finer",
            help="Where in their municipality people live: a CSV or workbook of localities "
            "or grid cells with cell_id, name, municipality_code, latitude, longitude and persons.",
        ),
    ] = None,
    language: Annotated[
        Language, typer.Option("--language", help="Of problems of a file: cs, pl or en.")
    ] = Language.EN,
    form: Annotated[OutputFormat, typer.Option("--format", help="table, csv or json.")] = OutputFormat.TABLE,
    path: PathOption = None,
) -> None:
    """
    Print capacity against need in every municipality of an area.

    What is unknown is never zero: the table says so, a CSV leaves it blank, JSON has null.
    """
    del language  # `in_words` words the problems of a file in it
    from etl.commands.gaps import csv_of, gaps_of_area, print_gaps

    result = gaps_of_area(
        dataset_path(path),
        area,
        service,
        norm,
        limit_km,
        count_doubtful=count_doubtful,
        travel=travel,
        finer=finer,
    )
    if form is OutputFormat.JSON:
        typer.echo(as_json(result.as_json()))
    elif form is OutputFormat.CSV:
        typer.echo(csv_of(result.rows), nl=False)
    else:
        from rich.console import Console

        print_gaps(result, console(Console))
