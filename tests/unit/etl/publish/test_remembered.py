"""How a dataset was built is kept beside it, and believed only of that very dataset."""

import json

import pytest
from typer.testing import CliRunner

from etl.cli import app
from etl.publish.remembered import NotRememberedError, recall, record_path, remember
from geodata.dataset.dataset import read_dataset

runner = CliRunner()


@pytest.fixture
def dataset(tmp_path):
    path = tmp_path / "dosah.gpkg"
    result = runner.invoke(
        app, ["build", "--output", str(path), "--data-date", "2026-09-05", "--max-loss", "0.2"]
    )
    assert result.exit_code == 0, result.output
    return path


def reason(dataset):
    with pytest.raises(NotRememberedError) as error:
        recall(dataset)
    assert "dosah build" in str(error.value)
    return error.value.reason


@pytest.mark.slow
def test_a_build_is_remembered_and_no_path_of_the_machine_is_in_the_dataset(dataset):
    call = recall(dataset)
    assert (call.country, call.data_date, call.tables, call.most_lost_share) == (
        None,
        "2026-09-05",
        None,
        0.2,
    )
    assert call.content_hash == read_dataset(dataset).facts["content_hash"]
    assert str(dataset.parent).encode() not in dataset.read_bytes()


@pytest.mark.slow
def test_of_a_dataset_without_a_record_nothing_is_known(dataset):
    record_path(dataset).unlink()
    assert reason(dataset) == "no_record"


@pytest.mark.slow
@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"record_version": 99}'])
def test_a_broken_record_is_no_record(dataset, content):
    record_path(dataset).write_text(content, encoding="utf-8")
    assert reason(dataset) == "no_record"


@pytest.mark.slow
def test_a_record_of_another_dataset_is_not_believed(dataset):
    content = json.loads(record_path(dataset).read_text(encoding="utf-8"))
    record_path(dataset).write_text(json.dumps({**content, "content_hash": "0" * 64}), encoding="utf-8")
    assert reason(dataset) == "other_dataset"


@pytest.mark.slow
def test_a_source_that_is_gone_is_told(dataset, tmp_path):
    call = recall(dataset)
    remember(
        dataset,
        type(call)(**{**call.__dict__, "sources": {"register": f"{dataset},{tmp_path / 'gone.csv'}"}}),
    )
    assert reason(dataset) == "missing_file"
