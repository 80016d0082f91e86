"""The method (docs/METHOD.md) and its parameters in words and symbols, for who wants to check a figure."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import text
from dashboard.phrases import bounds
from dashboard.phrases.labels import label
from dashboard.text import _, mark
from geodata.method.analysis import Settings
from geodata.travel.straight import DEFAULT_LIMITS_M
from geodata.vocabulary.basis import BOUND_FACTOR, LARGEST_PLAUSIBLE_BEDS, SMALLEST_SAMPLE

# Said inside formulas below, where the extraction of messages does not look.
_SAID_IN_FORMULAS = (mark("number of sites"), mark("straight line"), mark("limit"))


@dataclass(frozen=True)
class Step:
    """One step of the method: its name, the formula, and the formula in words."""

    name: str
    formula: str
    words: str


@dataclass(frozen=True)
class Parameter:
    """An assumption: its name, the default, and the reason for it."""

    name: str
    default: str
    reason: str


def steps() -> list[Step]:
    """Return the method step by step; i is a municipality, j a place of a service."""
    return [
        Step(
            _("Target population"),
            "Pᵢ = Σ w(a) · personsᵢ(a)".replace("persons", _("persons")),
            _(
                "How many people of the ages a (for instance 65 and over) live in municipality i; "
                "w(a) is the weight of an age. If the source does not divide ages so finely, it is unknown."
            ),
        ),
        Step(
            _("Norm"),
            f"b = {_('capacity')} · {text.number(1000)} / P",
            _(
                "Capacity per 1,000 people of the target population. It is no law of nature: "
                "you choose it, and its name, year and denominator stand beside every result."
            ),
        ),
        Step(
            _("Need"),
            f"Nᵢ = b · Pᵢ / {text.number(1000)}",
            _("How many places the norm asks for in municipality i."),
        ),
        Step(
            _("Supply"),
            f"Sⱼ = {_('capacity')} / {_('number of sites')}",
            _(
                "Capacity belongs to the registration. It is shared among its sites in equal parts, "
                "never counted once for each site, never added across forms or units."
            ),
        ),
        Step(
            _("Distance"),
            f"cᵢⱼ = {_('straight line')} × {text.number(Settings().detour_factor, 1)}",
            _(
                "An estimate of the way by road from the middle of the municipality "
                "to the site of the service."
            ),
        ),
        Step(
            _("Reach"),
            f"wᵢⱼ = 1  ⇔  cᵢⱼ ≤ {_('limit')};  wᵢⱼ = 0  ⇔  cᵢⱼ > {_('limit')}",
            _(
                "A site within the limit of its form counts, the boundary included; "
                "other curves may be chosen on the map. "
                "A field service that names the municipalities it serves reaches exactly these."
            ),
        ),
        Step(
            _("Sharing of places"),
            "Rⱼ = Sⱼ / Σᵢ Nᵢ wᵢⱼ",
            _(
                "The places of service j fall to all who reach it, according to their need "
                "(two-step floating catchment, Luo & Wang 2003; with weights Luo & Qi 2009)."
            ),
        ),
        Step(
            _("Coverage"),
            "Aᵢ = Σⱼ Rⱼ wᵢⱼ",
            _(
                "What is within reach of municipality i, as a share of what the norm asks. "
                "1 means as much as the norm asks."
            ),
        ),
        Step(
            _("Served, waiting, out of reach"),
            f"{_('served')} = Nᵢ · min(1, Aᵢ);  Nᵢ = {_('served')} + {_('waiting')} + {_('out of reach')}",
            _(
                "These three always add up to the need. If nothing is within reach, "
                "the rest is out of reach; otherwise it is waiting: within reach, but full."
            ),
        ),
        Step(
            _("Missing places"),
            f"{_('missing')} = Nᵢ − {_('served')}",
            _(
                "If the capacity of a service within reach is unknown or doubtful, "
                "coverage is “{least}” and missing places are “{most}”.",
                least=bounds.at_least(),
                most=bounds.at_most(),
            ),
        ),
    ]


def parameters() -> list[Parameter]:
    """Return every parameter with its default and the reason, in the order a reader meets them."""
    settings = Settings()
    limits = {form: text.distance(metres) for form, metres in DEFAULT_LIMITS_M.items()}
    return [
        Parameter(
            _("Norm"),
            _("national mean, else mean of the loaded region"),
            _("A whole country levels out what a few districts happen to have."),
        ),
        Parameter(
            _("Limit, {form}", form=label("forms", "pob")),
            limits["pob"],
            _(
                "Chosen once and visited by the family: about half an hour by car. "
                "A convention of this program; the published Czech standards of availability were not found."
            ),
        ),
        Parameter(
            _("Limit, {form}", form=label("forms", "amb")),
            limits["amb"],
            _("The client travels again and again. A convention of this program."),
        ),
        Parameter(
            _("Limit, {form}", form=label("forms", "ter")),
            limits["ter"],
            _(
                "A carer drives from client to client. "
                "Used only where the service does not name the municipalities it serves. "
                "A convention of this program."
            ),
        ),
        Parameter(
            _("Detour factor"),
            text.number(settings.detour_factor, 2),
            _(
                "Kilometres by road for each kilometre in a straight line; "
                "published values run from about 1.2 to 1.5."
            ),
        ),
        Parameter(
            _("Fall with distance"),
            label("decays", settings.decay),
            _("The plainest to explain at a meeting: within reach or not."),
        ),
        Parameter(
            _("At the norm from"),
            text.percent(settings.at_norm),
            _("As much within reach as the norm asks."),
        ),
        Parameter(
            _("Far below the norm under"),
            text.percent(settings.far_below),
            _("Less than half of what the norm asks. A convention of this program."),
        ),
        Parameter(
            _("Bound of doubt"),
            _("{factor} × the median", factor=text.number(BOUND_FACTOR)),
            " ".join(
                (
                    _(
                        "Some providers register what they do at one time, others what they do in a year. "
                        "A number beyond this bound for its kind, form and unit is doubtful and is not "
                        "counted until somebody corrects it. Where no national median is published, "
                        "that of at least {sample} loaded registrations is used.",
                        sample=text.number(SMALLEST_SAMPLE),
                    ),
                    _(
                        "For beds and places the bound is never lower than {lowest}; "
                        "only the median of {sample} or more "
                        "registrations raises it.",
                        lowest=text.number(LARGEST_PLAUSIBLE_BEDS),
                        sample=text.number(SMALLEST_SAMPLE),
                    ),
                )
            ),
        ),
        Parameter(
            _("Doubtful capacities"),
            _("not counted"),
            _(
                "One number for a whole year would hide every gap around it. "
                "The map shows the effect of counting them."
            ),
        ),
    ]
