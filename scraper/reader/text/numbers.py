"""Numbers written in words, and marks of estimates."""

import re

_ONES = "one two three four five six seven eight nine".split()


_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()


_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


WORDS = {
    "zero": 0,
    "single": 1,
    **{word: n for n, word in enumerate([*_ONES, *_TEENS], start=1)},
    **{word: 10 * n for n, word in enumerate(_TENS, start=2)},
    **{f"{ten}-{one}": 10 * t + o for t, ten in enumerate(_TENS, start=2) for o, one in enumerate(_ONES, start=1)},
}


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


def number_of(text: str) -> int:
    """Read digits with their separators, as in `4,051`, `4.051` and `1.7 million`."""
    multiple = re.match(r"([0-9]+(?:[.,][0-9]+)?) ?(thousand|million|billion)\b", text, re.I)
    if multiple:
        return round(float(multiple[1].replace(",", ".")) * _MULTIPLES[multiple[2].lower()])
    return int(re.sub("[,.' ]", "", text))


_MULTIPLES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
