"""The agency that a text names as its source, in the forms that papers and agencies really use."""

import pytest
from newsroom import article, select, write_lines

TALKS = "Envoys of both sides met again on Tuesday to talk about the harbour."
CREDITED = {
    f"MERROW (Reuters) - {TALKS}": "Reuters",
    f"By Ida Lorne\n\nUpdated: February 3, 2026 / 10:14 AM\n\nMERROW (AP) — {TALKS}": "AP",
    f"MERROW, Norland, Feb 3 (PTI) {TALKS}": "PTI",
    f"MERROW, Feb. 3 (Yonhap) -- {TALKS}": "Yonhap",
    f"Merrow, 3 feb (EFE).- {TALKS}": "EFE",
    f"Merrow (dpa/tmn) - {TALKS}": "dpa",
    f"(ANSA) - MERROW, 03 FEB - {TALKS}": "ANSA",
    f"MERROW, Feb 3, Kyodo - {TALKS}": "Kyodo",
    f"MERROW, February 3. /TASS/. {TALKS}": "TASS",
    f"MADRID, 3 Feb. (EUROPA PRESS) - {TALKS}": "Europa Press",
    f"Feb. 3 (UPI) -- {TALKS}": "UPI",
    f"New Merrow [Norland], February 3 (ANI): {TALKS}": "ANI",
    f"By IDA LORNE, Associated Press\n{TALKS}": "AP",
    f"By MATTHEW WREN, AP Diplomatic Writer | on\nFebruary 3, 2026\n{TALKS}": "AP",
    f"Ida Lorne and Jan Wrede, Associated Press\n{TALKS}": "AP",
    f"By IDA LORNE -   Associated Press -   Tuesday, February 3, 2026\n{TALKS}": "AP",
    f"The Associated Press | Tuesday, February 3, 2026\n{TALKS}": "AP",
    f"Associated Press\n{TALKS}": "AP",
    f"AP\nFebruary 3, 2026\n{TALKS}": "AP",
    f"Par Ida Lorne, AFP\n{TALKS}": "AFP",
    f"{TALKS}\n\nSource: Reuters/ec": "Reuters",
    f"{TALKS}\n\nQuelle: dpa": "dpa",
    f"{TALKS}\n\nFuente: EFE": "EFE",
    f"{TALKS}\n\nAvec AFP": "AFP",
    f"{TALKS}\n\n(avec AFP)": "AFP",
    f"{TALKS}\n\nCon información de EFE": "EFE",
    f"{TALKS}\n\n(With inputs from PTI)": "PTI",
    f"{TALKS} – Reuters": "Reuters",
    f"{TALKS} (AFP)": "AFP",
    f"{TALKS}\n\nReuters": "Reuters",
    f"{TALKS}\n\n© 2026 AFP": "AFP",
    f"{TALKS}\n\nCopyright 2026 The Associated Press. All rights reserved.": "AP",
    f"{TALKS}\n\nCopyright 2026 by CNN NewSource. All rights reserved.": "CNN",
}
NOT_CREDITED = [
    TALKS,
    f"Jorge Wren / Reuters\n{TALKS}",
    f"The harbour on Tuesday. (Jan Wrede/AP)\n{TALKS}",
    f"Carl Wren (AP)\nBy Ida Lorne\n{TALKS}",
    f"{TALKS}\n\nPhoto: Jan Wrede, AP",
    f"{TALKS}\n\nThe Associated Press contributed to this report.",
    f"{TALKS}\n\nCopyright 2026 by WDIV. The Associated Press contributed to this report.",
    f"{TALKS} The harbour master told Reuters.",
    f"{TALKS}\n\n© AFP",  # of a picture
    f"PHILADELPHIA, PA – {TALKS}",
    f"Bloomberg aims his money at harbours\n{TALKS}",
    f"MERROW — {TALKS}",
]


def credit_of(twicetold, folder, **fields):
    write_lines(folder / "feed.jsonl", article(**fields))
    twicetold("ingest", "news.db", "feed.jsonl")
    ((credit,),) = select("news.db", "select credit from articles")
    return credit


@pytest.mark.parametrize(("body", "agency"), CREDITED.items())
def test_the_agency_is_found(twicetold, folder, body, agency):
    assert credit_of(twicetold, folder, body=body) == agency


@pytest.mark.parametrize("body", NOT_CREDITED)
def test_no_agency_is_invented(twicetold, folder, body):
    assert credit_of(twicetold, folder, body=body) == ""


@pytest.mark.parametrize(
    ("byline", "agency"),
    [
        ("Reuters", "Reuters"),
        ("By Ida Lorne, Associated Press", "AP"),
        ("Ida Lorne | AFP", "AFP"),
        ("Ida Lorne", ""),
        ("Ida Bloomberg", ""),
    ],
)
def test_a_byline_names_an_agency(twicetold, folder, byline, agency):
    assert credit_of(twicetold, folder, body=TALKS, byline=byline) == agency
