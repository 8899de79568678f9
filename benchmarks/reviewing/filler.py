"""Honest code by the yard, for changes that are large: unit conversions, and notes."""

from __future__ import annotations

from collections.abc import Mapping

# Unit, what it is a multiple of, and how many of these it is.
FACTORS = (
    ("inch", "metre", "0.0254"),
    ("foot", "metre", "0.3048"),
    ("yard", "metre", "0.9144"),
    ("mile", "metre", "1609.344"),
    ("furlong", "metre", "201.168"),
    ("ounce", "gram", "28.349523125"),
    ("pound", "gram", "453.59237"),
    ("stone", "gram", "6350.29318"),
    ("grain", "gram", "0.06479891"),
    ("dram", "gram", "1.7718451953125"),
    ("pint", "litre", "0.56826125"),
    ("quart", "litre", "1.1365225"),
    ("gallon", "litre", "4.54609"),
    ("gill", "litre", "0.1420653125"),
    ("acre", "square_metre", "4046.8564224"),
    ("rood", "square_metre", "1011.7141056"),
    ("minute", "second", "60.0"),
    ("hour", "second", "3600.0"),
    ("day", "second", "86400.0"),
    ("week", "second", "604800.0"),
    ("fortnight", "second", "1209600.0"),
    ("hand", "metre", "0.1016"),
    ("rod", "metre", "5.0292"),
    ("chain", "metre", "20.1168"),
    ("fathom", "metre", "1.8288"),
    ("league", "metre", "4828.032"),
    ("nautical_mile", "metre", "1852.0"),
    ("kilometre", "metre", "1000.0"),
    ("carat", "gram", "0.2"),
    ("quintal", "gram", "100000.0"),
    ("tonne", "gram", "1000000.0"),
    ("hundredweight", "gram", "50802.34544"),
    ("barrel", "litre", "158.987294928"),
    ("bushel", "litre", "36.36872"),
    ("peck", "litre", "9.09218"),
    ("cubic_metre", "litre", "1000.0"),
    ("hectare", "square_metre", "10000.0"),
    ("are", "square_metre", "100.0"),
    ("square_foot", "square_metre", "0.09290304"),
    ("square_mile", "square_metre", "2589988.110336"),
)
HEADS = {
    "python": '"""Conversions of {what}."""\n',
    "typescript": "// Conversions of {what}.\n",
    "go": "// Package units converts {what}.\npackage units\n",
}
UNITS = {
    "python": '\n\ndef {one}_in_{other}(count: float) -> float:\n    """Convert '
    '{one} to {other}."""\n    return count {does}\n',
    "typescript": "\n// Converts {one} to {other}.\nexport function {first}In{Other}"
    "(count: number): number {{\n  return count {does};\n}}\n",
    "go": "\n// {One}In{Other} converts {one} to {other}.\nfunc {One}In{Other}"
    "(count float64) float64 {{\n\treturn count {does}\n}}\n",
}
NAMES = {"python": "units/{0}.py", "typescript": "src/{0}.ts", "go": "units/{0}.go"}
LINES_EACH = 12  # there and back
NOTE = "## Next\n\n- {what}.\n"


def conversions(language: str, lines: int) -> Mapping[str, str]:
    """Write modules of about so many lines in all, by path."""
    wanted = min(-(-lines // LINES_EACH), len(FACTORS))
    by_other: dict[str, list[str]] = {}
    for unit, other, factor in FACTORS[:wanted]:
        there = _function(language, unit, other, f"* {factor}")
        back = _function(language, other, unit, f"/ {factor}")
        by_other.setdefault(other, []).append(there + back)
    return {
        NAMES[language].format(f"{other}s"): HEADS[language].format(
            what=f"{other.replace('_', ' ')}s"
        )
        + "".join(texts)
        for other, texts in by_other.items()
    }


def notes(what: str) -> str:
    """Write what a change is about into the list of changes."""
    return NOTE.format(what=what)


def _function(language: str, one: str, other: str, does: str) -> str:
    camel = _camel(one)
    return UNITS[language].format(
        one=one,
        other=other,
        One=camel,
        first=camel[:1].lower() + camel[1:],
        Other=_camel(other),
        does=does,
    )


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
