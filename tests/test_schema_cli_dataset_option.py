"""The dataset is named by one option in all commands, and nothing else is written among its records."""

import argparse
from pathlib import Path

import pytest

from ca_incidents.schema.cli.command import installed, main
from ca_incidents.schema.cli.dataset_option import InsideDataset, check_outside
from ca_incidents.schema.errors import CaIncidentsError

# Commands that read no dataset, or take several, or any of its files.
WITHOUT = {"changes", "check", "completion", "explain", "lint-appendix", "lint-report", "parse-report"}
FORMERLY_TO = ("add", "doubts", "sync", "take-down")


def parser_of(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    next(command for command in installed() if command.name == name).program().arguments(parser)
    return parser


@pytest.mark.parametrize("name", sorted({command.name for command in installed()} - WITHOUT))
def test_every_command_names_the_dataset_alike(name: str) -> None:
    shown = [a for a in parser_of(name)._actions if a.dest == "dataset" and a.help != argparse.SUPPRESS]
    assert [(option.option_strings, option.default) for option in shown] == [(["--dataset"], Path("incidents"))]


@pytest.mark.parametrize("name", FORMERLY_TO)
@pytest.mark.parametrize("option", ["--to", "--dataset"])
def test_the_old_name_still_works(name: str, option: str) -> None:
    parser = parser_of(name)
    assert parser.parse_args([option, "elsewhere"]).dataset == Path("elsewhere")
    assert parser.parse_args([]).dataset == Path("incidents")
    assert "--to" not in parser.format_help()


@pytest.mark.parametrize("asked", [["agreement", "."], ["doubts", "--to", "."], ["export", "../out", "--dataset", "."]])
def test_a_folder_that_is_no_dataset_is_told_so(
    asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "notes.txt").write_text("no record")
    monkeypatch.chdir(tmp_path / "here")
    assert main(asked) == CaIncidentsError.exit_status
    assert capsys.readouterr().err.endswith(
        "is not a dataset: it has no snapshot.yaml; name its folder with --dataset\n"
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("target", ["incidents", "incidents/out", "out/../incidents/2020", "link/out"])
def test_nothing_is_exported_among_the_records(target: str, tmp_path: Path) -> None:
    (tmp_path / "incidents").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "incidents")
    with pytest.raises(InsideDataset):
        check_outside(tmp_path / "incidents", tmp_path / target)
    check_outside(tmp_path / "incidents", tmp_path / "out")


@pytest.mark.parametrize("command", ["export", "pages"])
def test_a_command_that_writes_files_refuses_the_dataset(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "incidents").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main([command, "incidents/out"]) == CaIncidentsError.exit_status
    assert "is in the dataset's folder" in capsys.readouterr().err
    assert list((tmp_path / "incidents").iterdir()) == []
