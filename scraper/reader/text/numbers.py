"""Numbers in digits and in words, and the words that mark an estimate or a limit."""

import re

ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
WORDS = {
    "zero": 0,
    "single": 1,
    **{word: n for n, word in enumerate([*ONES, *_TEENS], start=1)},
    **{word: 10 * n for n, word in enumerate(_TENS, start=2)},
    **{f"{ten}-{one}": 10 * t + o for t, ten in enumerate(_TENS, start=2) for o, one in enumerate(ONES, start=1)},
}
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_MULTIPLES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_MULTIPLE = re.compile(r"([0-9]+(?:[.,][0-9]+)?) ?(thousand|million|billion)\b", re.I)

UNSURE = re.compile(
    r"(?:at least|up to|as many as|fewer than|less than|only some|tens of|hundreds of|one or|between \w+ and"
    r"|\b[0-9]+ to)[ ]*$",
    re.I,
)
ESTIMATED = re.compile(
    r"(?:[~≈>]|approx\w*\.?|(?<!report )(?<!ported )(?<!tified )(?<!formed )(?<!told )\babout|\baround|\broughly"
    r"|\bnearly|\balmost|\bover|\bmore than|\bsome)[ ]*$",
    re.I,
)


def any_of(words: list[str] | dict[str, int]) -> str:
    """Return the alternatives of a regular expression for number words, the longest first."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


def number_of(text: str) -> int:
    """Read a number: `4,051`, `4.051`, `1.7 million`, `forty-two`, `two hundred and five`."""
    if not text[0].isdigit():
        hundreds, _, rest = text.lower().replace("-hundred", " hundred").rpartition(" hundred")
        return 100 * WORDS.get(hundreds, bool(hundreds)) + WORDS.get(rest.removeprefix(" and").strip(), 0)
    multiple = _MULTIPLE.match(text)
    if multiple:
        return round(float(multiple[1].replace(",", ".")) * _MULTIPLES[multiple[2].lower()])
    return int(re.sub("[,.' ]", "", text))
