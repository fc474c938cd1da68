"""Writes the file of a new service with the questions that its author has to answer.

    python -m catalogue.skeleton <id>

What it writes is refused by the loader until every question is answered; it never overwrites a file.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from catalogue.errors import CatalogueError
from catalogue.loader import FOLDER, load
from catalogue.model import LANGUAGES, STAGES, Catalogue
from catalogue.services_reader import OUTCOMES, SPELLED

IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

USUAL = (
    ("identity", ("applicant_name", "father_name", "dob", "gender")),
    ("address", ("house_no", "locality", "pincode", "sub_division", "district")),
    ("office", ("mobile",)),
)
"""Fields that nearly every service asks, by group."""


def skeleton(name: str, catalogue: Catalogue) -> str:
    """The text of the file. Raises `ValueError` if `name` cannot be an id or is one already."""
    if not IDENTIFIER.fullmatch(name):
        raise ValueError(f"{name!r} cannot be an id: small letters, digits and single _ between them, a letter first")
    if name in catalogue.services:
        raise ValueError(f"there is a service {name!r} already")
    fields = "\n".join(
        f"  - {{id: {field}, required: true, group: {group}}}" for group, several in USUAL for field in several
    )
    synonyms = "\n".join(f"  {language}: []" for language in SPELLED)
    return f"""# A new service. Answer each question, take the comment away, then run: make check
id: {name}
# Where it stands in lists; smaller comes first. Omit to put it last.
order: 500
# One of: {", ".join(catalogue.departments)}
department:
# Is it open to citizens already?
launch: false
# Can one apply here (true), or is it only described (false)?
form: true
# What does it end in? One of: {", ".join(OUTCOMES)}
outcome:
# Its official name.
name:{_four()}
# The same in at most 24 characters, for lists. Omit if the name is short enough.
short:{_four()}
# What is it good for? One sentence.
purpose:{_four()}
# What do people call it? Native script, Latin letters, English words in native script; all that you have heard.
synonyms:
{synonyms}
# Who may apply? One fact each. `source` is a page or document, or: unverified. Only a fact with a source is verified.
eligibility:
{_fact("  - ")}
# How does it go? Own steps as facts, or those that many services share (facts.yml).
process:
  - shared: step_apply
  - shared: step_check
  - shared: step_download
# What does the form ask? In the order of asking; a group comes in one message, with at most four that must be answered.
# A field that is not asked always has a condition, for example: when: age(dob, today) < 18
# Fields are in fields/*.yml, groups in groups.yml. What people may leave out has required: false and group: more.
fields:
{fields}
  - {{id: email, required: false, group: more}}
# Which papers (documents.yml)? need: mandatory, optional, or conditional with `when:` or a `note:` in four languages.
documents:
  - {{id: identity_proof, need: mandatory}}
  - {{id: present_address_proof, need: mandatory}}
# What must hold? `severity` block stops the application, warn and info do not. A rule without a source cannot block,
# unless it is a matter of form (matter_of_form: true).
rules:
  - id:
    # for example: annual_income <= 120000
    expr:
    severity: warn
    # What is told to the person if it does not hold.
    message:{_four("      ")}
    source: unverified
    verified: false
# In rupees; null if it is not known, 0 if there is none.
fee:
  amount: null
{_fact("  ")}
# Days that the department promises; null if not known. `working: false` if weekends and holidays count too.
time_limit:
  days: null
  working: true
{_fact("  ")}
# Which officer decides?
office:
{_fact("  ")}
# To whom can one complain? `shared: appeal_dm` for services of the Revenue Department.
appeal:
{_fact("  ")}
# The paper it ends in; leave the whole block out if there is none. `statement` may use {{field}} for fields that are
# always answered. `kind` is a layout of certificates/: income, caste, domicile, marriage, birth, licence, generic.
certificate:
  kind: generic
  title:{_four("    ")}
  statement:{_four("    ")}
  fields: [applicant_name, father_name, dob, locality, district]
  validity_months: null
# Which of these can happen? {", ".join(STAGES)}
stages: [submitted, under_verification, sent_back, approved, rejected, withdrawn, certificate_issued]
# Why is it refused, usually?
rejection_grounds:
  - shared: ground_papers
# Whose matter is it? The field that holds the name.
applicant: applicant_name
"""


def _four(indent: str = "  ") -> str:
    return "".join(f"\n{indent}{language}:" for language in LANGUAGES)


def _fact(indent: str) -> str:
    inner = " " * len(indent)
    return f"{indent}text:{_four(inner + '  ')}\n{inner}source: unverified\n{inner}verified: false"


def main(arguments: Sequence[str], folder: Path = FOLDER) -> int:
    if len(arguments) != 1:
        print("Usage: python -m catalogue.skeleton <id>, for example: python -m catalogue.skeleton shop_registration")
        return 2
    try:
        text = skeleton(arguments[0], load(folder))
        path = folder / "services" / f"{arguments[0]}.yml"
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except (ValueError, CatalogueError, OSError) as error:
        print(error)
        return 1
    print(f"{folder.name}/services/{path.name} is there. Answer the questions in it, then run: make check")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
