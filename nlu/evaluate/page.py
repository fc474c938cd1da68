"""The report as one web page that people can read and send on: tables, plots, sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from nlu.evaluate import plots, report

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1c2733;max-width:1080px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem} h2{font-size:1.15rem;margin-top:2.4rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:start;padding:.3rem .6rem;border-bottom:1px solid #d5dbe1}
td.n,th.n{text-align:end;font-variant-numeric:tabular-nums} .wide{overflow-x:auto} .soft{color:#6b7785}
svg{max-width:100%;height:auto}
"""
CELLS = (
    ("sentences", "sentences"),
    ("intent_accuracy", "intent"),
    ("macro_f1", "macro-F1"),
    ("service_accuracy", "service"),
    ("service_in_best_three", "service in best three"),
    ("outside_recall", "out of scope found"),
    ("outside_accepted", "out of scope accepted"),
    ("inside_refused", "in scope refused"),
    ("ambiguous", "two offered"),
    ("language_accuracy", "language"),
)


def publish(made: dict[str, Any], before: Mapping[str, Any] | None, folder: Path) -> None:
    """Writes `report.json` and `report.html`; what flipped since `before` becomes part of both."""
    made = {**made, "flips": report.flips(before, made) if before else None}
    folder.mkdir(parents=True, exist_ok=True)
    report.write(made, folder / "report.json")
    (folder / "report.html").write_text(render(made), encoding="utf-8")


def render(made: Mapping[str, Any]) -> str:
    cells = made["cells"]
    parts = [
        f"<h1>How well {escape(made['model'])} understands</h1>",
        f"<p>Measured on sentences it has not seen ({escape(made['sentences_from'])}), through the whole parse. "
        f"A parse takes {made['latency_ms']['p50']} ms (95 of 100: {made['latency_ms']['p95']} ms). "
        "An intent is right after the gate; what is out of scope may also be refused.</p>",
        "<h2>By language and script</h2>",
        _table(
            ["language", "script", *(title for _, title in CELLS)],
            [[cell["language"], cell["script"], *(cell[key] for key, _ in CELLS)] for cell in cells]
            + [["all", "", *(made["all"][key] for key, _ in CELLS)]],
        ),
        "<h2>Intent accuracy</h2>",
        plots.bars([(f"{cell['language']} {cell['script']}", cell["intent_accuracy"]) for cell in cells], 0.9),
        "<h2>Is a confidence what it says?</h2>",
        f"<p>Mean distance: {_cell(made['all']['calibration_error'])}</p>",
        plots.calibration(made["calibration"]),
        "<h2>Changed since the last report</h2>",
        _flips(made.get("flips")),
        "<h2>Intents</h2>",
        _table(
            ["intent", "sentences", "right", "F1"],
            [[name, one["sentences"], one["accuracy"], one["f1"]] for name, one in made["intents"].items()],
        ),
        "<h2>Intents by language and script</h2>",
        _table(
            ["intent", *(f"{cell['language']} {cell['script']}" for cell in cells)],
            [[name, *(cell["intents"].get(name) for cell in cells)] for name in made["intents"]],
        ),
        "<h2>What is taken for what</h2>",
        f"<div class='wide'>{_matrix(made)}</div>",
        "<h2>Entities</h2>",
        _table(
            ["entity", "there", "precision", "recall", "F1"],
            [
                [name, one["there"], one["precision"], one["recall"], one["f1"]]
                for name, one in made["entities"].items()
            ],
        ),
        "<h2>Worst sentences</h2>",
        _table(
            ["sentence", "language", "right", "given", "confidence", "service", "given"],
            [
                [one[key] for key in ("text", "language", "right", "given", "confidence", "service", "service_given")]
                for one in made["worst"]
            ],
        ),
    ]
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        f"<title>Understanding: {escape(made['model'])}</title><style>{STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>"
    )


def _flips(flips: Sequence[Mapping[str, Any]] | None) -> str:
    if flips is None:
        return "<p class='soft'>There was no earlier report.</p>"
    if not flips:
        return "<p class='soft'>Nothing.</p>"
    rows: Iterable[list[Any]] = (
        [
            "better" if one["better"] else "worse",
            one["text"],
            one["language"],
            f"{one['intent']} {one['service']}",
            f"{one['given_before']} {one['service_before']}",
            f"{one['given']} {one['service_given']}",
        ]
        for one in flips
    )
    return _table(["", "sentence", "language", "right", "before", "now"], list(rows))


def _matrix(made: Mapping[str, Any]) -> str:
    pairs = Counter((one["intent"], one["intent"] if one["right"] else one["given"]) for one in made["answers"])
    labels = sorted({label for pair in pairs for label in pair})
    return plots.matrix(labels, pairs, Counter(one["intent"] for one in made["answers"]))


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    numeric = [any(isinstance(row[at], (int, float)) for row in rows) for at in range(len(head))]
    mark = [" class='n'" if is_number else "" for is_number in numeric]
    titles = "".join(f"<th{css}>{escape(title)}</th>" for css, title in zip(mark, head, strict=True))
    body = "".join(
        "<tr>"
        + "".join(f"<td{css} dir='auto'>{_cell(value)}</td>" for css, value in zip(mark, row, strict=True))
        + "</tr>"
        for row in rows
    )
    return f"<div class='wide'><table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>"


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else escape(str(value))
