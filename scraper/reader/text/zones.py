"""Time zones as reports write them: abbreviations, offsets, and what a text states for all its times."""

import re
from collections.abc import Iterator

# Abbreviations with one meaning; those with several are listed as well, so that a doubt can name them.
OFFSETS = {
    "Z": "Z", "UTC": "Z", "GMT": "Z", "UCT": "Z",
    "CET": "+01:00", "CEST": "+02:00", "MEZ": "+01:00", "MESZ": "+02:00", "WET": "Z", "WEST": "+01:00",
    "EET": "+02:00", "EEST": "+03:00", "MSK": "+03:00", "TRT": "+03:00",
    "EST": "-05:00", "EDT": "-04:00", "CDT": "-05:00", "MST": "-07:00", "MDT": "-06:00",
    "PST": "-08:00", "PDT": "-07:00", "AKST": "-09:00", "AKDT": "-08:00", "HST": "-10:00",
    "SAST": "+02:00", "WAT": "+01:00", "BRT": "-03:00", "PKT": "+05:00", "WIB": "+07:00", "MYT": "+08:00",
    "JST": "+09:00", "KST": "+09:00", "HKT": "+08:00", "SGT": "+08:00",
    "AWST": "+08:00", "AEST": "+10:00", "AEDT": "+11:00", "NZST": "+12:00", "NZDT": "+13:00",
    "EASTERN DAYLIGHT TIME": "-04:00", "EASTERN STANDARD TIME": "-05:00",
    "CENTRAL DAYLIGHT TIME": "-05:00", "CENTRAL EUROPEAN TIME": "+01:00", "CENTRAL EUROPEAN SUMMER TIME": "+02:00",
    "MOUNTAIN DAYLIGHT TIME": "-06:00", "MOUNTAIN STANDARD TIME": "-07:00",
    "PACIFIC DAYLIGHT TIME": "-07:00", "PACIFIC STANDARD TIME": "-08:00",
    "COORDINATED UNIVERSAL TIME": "Z",
}  # fmt: skip

SEVERAL_ZONES = frozenset(
    {"CST", "IST", "BST", "ET", "CT", "MT", "PT", "AST", "EASTERN TIME", "CENTRAL TIME", "PACIFIC TIME",
     "MOUNTAIN TIME",
     "EASTERN", "PACIFIC", "LOCAL TIME", "AZ TIME"}
)  # fmt: skip

_LONGEST_CODE = 5

_ZONE_NAMES = "|".join(
    sorted(
        {
            re.escape(form)
            for z in {*OFFSETS, *SEVERAL_ZONES}
            for form in ({z, z.title(), z.lower()} if " " in z else {z, z.title()} if len(z) > _LONGEST_CODE else {z})
        }
        - {"Z"},
        key=lambda z: (-len(z), z),
    )
)

_SIGNED = r"(?P<sign>[+-])(?P<zh>[01]?[0-9])(?::?(?P<zm>[0-5][0-9]))?(?![0-9])"

ZONE = re.compile(
    rf"""[ ]?(?:hrs\.?|hours|uhr|h\b)?[ ]?\(?
    (?: (?P<z>Z)(?![A-Za-z0-9])
      | (?P<name>{_ZONE_NAMES})(?![A-Za-z])(?!(?<=CT)[ ](?:monitor|log|search|entr|submi))(?:[ ]?{_SIGNED})?
        (?:[ ]?[(,][ ]?(?:UTC|GMT)[ ]?{_SIGNED.replace("sign", "sign3").replace("zh", "zh3").replace("zm", "zm3")})?
      | {_SIGNED.replace("sign", "sign2").replace("zh", "zh2").replace("zm", "zm2")}
    )\)?""",
    re.X,
)  # fmt: skip

# "CET/CEST" does not say which of the two applies.
_OTHER_ZONE = re.compile(rf"(?: ?/ ?| (?:or|and|resp\.|respectively) )(?:{_ZONE_NAMES})(?![A-Za-z])")

_ZONE_BEFORE = re.compile(rf"(?:^|[^A-Za-z])(?P<name>{_ZONE_NAMES})[ :,)]{{1,3}}$")

_ALL_TIMES = re.compile(
    r"(?:(?:\ball|\bthe|following|these)[ ]|^[ \t*_(>]{0,8}|[,;(][ ]?(?=times?[ ](?:are[ ])?in[ ]))"
    r"(?:(?:the|of the|dates and|date and|following|listed|event)[ ]){0,3}"
    r"(?:times?|timestamps?|time stamps?|datetimes?|dates?/times?|hours)"
    r"(?:[ ](?:below|here|above|listed|stated|given|shown|in this (?:report|document|timeline"
    r"|section))){0,2}[ ,:(]{0,3}"
    r"(?:are|is|in|as|use)?[ ,:(]{0,2}(?:given|in|expressed|shown|stated|listed|presented"
    r"|provided|noted|reported|the)?[ ,:]{0,2}"
    r"(?:in|as|the)?[ ,:]{0,2}(?:the[ ])?(?:local time[ ,(]{0,3}|[A-Z]\w{2,14}(?:[ ]\w{2,14}){0,2}[ ]time[ ]?\()?",
    re.I,
)

_HEADED_ZONE = re.compile(
    rf"^[ \t#*_>-]{{0,12}}(?:[0-9][.)] ?)?(?:timeline|timestamps?|times?|date(?:/| and )time)[ *:–-]{{0,6}}"
    rf"\(?(?:all )?(?:times? )?(?:are )?(?:in )?"
    rf"(?P<name>{_ZONE_NAMES})(?:[ ]?{_SIGNED})?\)?[ \t*:.]{{0,8}}$",
    re.I,
)

# A line in brackets that contains only the zone: "(CEST, i.e. UTC+2)", "(local time, UTC+3)".
_ZONE_ALONE = re.compile(
    rf"^[ \t*_>-]{{0,8}}\((?:(?:all )?(?:times?|local time)(?: zone)?(?: in| is| are)?[ ,:=]{{1,3}}|all (?:in )?)?"
    rf"(?:(?P<name>{_ZONE_NAMES}))?(?:,? ?(?:i\.e\.|that is|=|/|or)?,? ?(?P<utc>UTC|GMT))?(?:[ ]?{_SIGNED})?"
    r"\)[ \t*:.]{0,8}$",
    re.I,
)

# A short remark that ends with the zone, or is nothing else: "Time zone: UTC+8", "All events are in CET", "UTC".
_REMARK = re.compile(
    r"^(?:[^0-9|]{0,40}\b(?:time ?(?:zones?|stamps?|s)?|hours|all (?:dates|events|entries))\b[^0-9|]{0,16}?\b"
    rf"|[\W_]{{0,4}})(?<!or )(?P<name>{_ZONE_NAMES})"
    rf"(?:[ ]?\(?(?:UTC|GMT)?{_SIGNED})?[)\]]?"
    r"(?:,? (?:everywhere|throughout|unless|except|if not)\b[^0-9|]{0,40})?[ \t*_:.]{0,8}$",
    re.I,
)

_COLUMN_ZONE = re.compile(
    rf"\|[ *]{{0,4}}(?:date|time|when)[^|]{{0,16}}[ (](?P<name>{_ZONE_NAMES})(?:[ ]?{_SIGNED})?\)?[ *]{{0,4}}\|", re.I
)

_NAME = re.compile(rf"(?<![A-Za-z])(?:{_ZONE_NAMES})(?![A-Za-z])", re.I)
_LONGEST_REMARK = 300
_LONGEST_SHORT = 80


def offset_of_all(text: str) -> str | None:
    """Return the offset that a text states for all its times, None if it states none or several."""
    found = {offset for line in text.split("\n") for offset in _stated_offsets(line[:_LONGEST_REMARK]) if offset}
    return found.pop() if len(found) == 1 else None


def stated_offset(line: str) -> str | None:
    """Return the offset that a line states for all times below it, as in "All times are in CEST"."""
    return next((offset for offset in _stated_offsets(line[:_LONGEST_REMARK]) if offset), None)


def zone_in(name: str) -> str | None:
    """Return the offset that the name of a table's column has, as in "Time (CEST)"."""
    found = re.search(rf"(?<![A-Za-z])(?P<name>{_ZONE_NAMES})(?:[ ]?{_SIGNED})?(?![A-Za-z])", name)
    return offset_named(found["name"], found["sign"], found["zh"], found["zm"])[0] if found else None


def _stated_offsets(line: str) -> Iterator[str | None]:
    is_remark = len(line) <= _LONGEST_SHORT
    if not is_remark and "ime" not in line and "IME" not in line and "|" not in line and "(" not in line:
        return
    for match in _ALL_TIMES.finditer(line):
        zone = ZONE.match(line, match.end())
        if zone and not _OTHER_ZONE.match(line, zone.end()):
            yield offset_of(zone)[0]
    for column in _COLUMN_ZONE.finditer(line):
        yield offset_named(column["name"], column["sign"], column["zh"], column["zm"])[0]
    alone = _ZONE_ALONE.match(line)
    if alone and (alone["name"] or alone["utc"]):
        name = alone["utc"] or alone["name"]
        yield offset_named(name, alone["sign"], alone["zh"], alone["zm"])[0]
    headed = _HEADED_ZONE.match(line)
    if headed:
        yield offset_named(headed["name"], headed["sign"], headed["zh"], headed["zm"])[0]
    remark = _REMARK.match(line) if is_remark else None
    if remark:
        offset = offset_named(remark["name"], remark["sign"], remark["zh"], remark["zm"])[0]
        # "All times are CET/CEST" names two.
        others = {OFFSETS.get(other[0].upper()) for other in _NAME.finditer(line, 0, remark.start("name"))}
        if others <= {offset, None}:
            yield offset


def zone_before(text: str, at: int) -> str | None:
    """Return the name of the zone that is written directly before a date or time."""
    match = _ZONE_BEFORE.search(text[max(0, at - 32) : at])
    return match["name"] if match else None


def offset_of(zone: re.Match[str]) -> tuple[str | None, str | None]:
    """Return the offset of a match of `ZONE`, or the abbreviation that has several meanings.

    An offset in brackets, "CET (UTC+2)", wins over the abbreviation.
    """
    if zone["sign3"]:
        return offset_named(None, zone["sign3"], zone["zh3"], zone["zm3"])
    if zone["z"]:
        return "Z", None
    if zone["sign2"]:
        return offset_named(None, zone["sign2"], zone["zh2"], zone["zm2"])
    return offset_named(zone["name"], zone["sign"], zone["zh"], zone["zm"])


def offset_named(
    name: str | None, sign: str | None, hours: str | None, minutes: str | None
) -> tuple[str | None, str | None]:
    """Return the offset of a zone's name and of what is added to it, or the name that has several meanings."""
    if sign and hours and (name is None or OFFSETS.get(name.upper()) == "Z"):
        if int(hours) > 14:
            return None, None
        written = f"{sign}{int(hours):02}:{minutes or '00'}"
        return ("Z" if written[1:] == "00:00" and (name or sign == "-") else written), None
    if name is None:
        return None, None
    if name.upper() in SEVERAL_ZONES:
        return None, name
    return OFFSETS[name.upper()], None
