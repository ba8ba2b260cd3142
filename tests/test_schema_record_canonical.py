from ca_incidents.schema.model import Incident, Tombstone, record_from_data
from ca_incidents.schema.record import canonical, yaml_text

DATA = {
    "schema_version": 1,
    "id": 1671037,
    "title": "Example CA: late report",
    "ca": "example-ca",
    "bugzilla": {
        "status": "RESOLVED",
        "resolution": "FIXED",
        "opened": "2020-10-14T15:00:00Z",
        "comments": [{"number": 0, "at": "2020-10-14T15:00:00Z", "nick": "someone"}],
    },
}
CURATED = {"summary": "Filed late.", "root_causes": ["process-gap"]}


def test_machine_part_starts_with_the_modeline_and_has_no_curated_block():
    record = record_from_data({**DATA, "curated": CURATED})
    text = canonical.machine_part(record)
    assert text.splitlines()[0] == "# yaml-language-server: $schema=../../schema/incident.schema.json"
    assert yaml_text.load(text.encode()).data == DATA


def test_record_text_reads_back_as_the_record():
    record = record_from_data({**DATA, "curated": CURATED})
    data = yaml_text.load(canonical.record_text(record).encode()).data
    assert isinstance(record, Incident)
    assert record_from_data(data) == record


def test_a_tombstone_is_written_too():
    stone = record_from_data({"schema_version": 1, "id": 7, "withdrawn": {"on": "2026-01-02", "reason": "restricted"}})
    assert isinstance(stone, Tombstone)
    assert record_from_data(yaml_text.load(canonical.record_text(stone).encode()).data) == stone


def test_split_text_keeps_the_curated_text_verbatim_with_the_comments_above_it():
    machine = canonical.machine_part(record_from_data(DATA))
    curated = "# seen in comment 4\n\ncurated:   # ours\n  # why\n  notes:   'free form'\n"
    assert canonical.split_text(machine + curated) == (machine, curated)
    assert canonical.record_text(record_from_data(DATA), curated) == machine + curated


def test_split_text_without_a_curated_block():
    machine = canonical.machine_part(record_from_data(DATA))
    assert canonical.split_text(machine) == (machine, "")


def test_split_text_ends_the_curated_text_with_a_line_break():
    assert canonical.split_text("id: 1\ncurated: {notes: x}") == ("id: 1\n", "curated: {notes: x}\n")


def test_split_text_gives_keys_below_the_curated_block_back_to_the_machine():
    text = "id: 1\ncurated:\n  notes: x\ntitle: y\n"
    assert canonical.split_text(text) == ("id: 1\ntitle: y\n", "curated:\n  notes: x\n")


def test_split_text_does_not_take_the_modeline_or_an_inner_key_for_the_block():
    first = f"# {canonical.MODELINE}\n"
    assert canonical.split_text(f"{first}curated:\n  notes: x\n") == (first, "curated:\n  notes: x\n")
    assert canonical.split_text("id: 1\na:\n  curated: 2\ncurated_by: 3\n")[1] == ""


def test_split_text_loses_no_curated_block_however_its_key_is_written() -> None:
    machine = canonical.machine_part(record_from_data(DATA))
    for block in (
        '"cur\\x61ted": {notes: x}\n',
        "? curated\n: {notes: x}\n",
        "'curated' : {notes: x}\n",
        "!!str curated: {notes: x}\n",
    ):
        assert yaml_text.load(block.replace("!!str ", "").encode()).data == {"curated": {"notes": "x"}}
        assert canonical.split_text(machine + block) == (machine, block)
        assert canonical.split_text(machine + block + "tags: [x]\n")[1].startswith(block)
    odd = "id: 1\n'ca': x\ncurated:\n  notes: x\ntags: []\n"
    assert canonical.split_text(odd) == ("id: 1\n", odd.removeprefix("id: 1\n"))
    assert canonical.split_text("{curated: {notes: x}}\n") == ("", "{curated: {notes: x}}\n")
