"""Who runs the app is read from the environment, checked at the start, and written to by the reader's own program."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from geo.core.errors import SettingError
from pages.accessibility.statement import FILE, statement
from pages.privacy.notice import FILE as PRIVACY
from pages.privacy.notice import notice
from pages.shared.filled_text import CONTACT, KEPT, NAME, NO_CONTACT, NO_NAME, NO_OFFICER, NOT_SAID, OFFICER
from pages.shared.operator import Operator, operator

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def asked(contact: str = "", name: str = "") -> Operator:
    return operator({"SWATHE_CONTACT": contact, "SWATHE_OPERATOR": name})


def test_nothing_needs_to_be_set() -> None:
    assert operator({}) == asked("  ", " ") == Operator("", "")


@pytest.mark.parametrize("contact", [
    "open.data+swathe@example.gov.uk", "https://example.org/contact", "https://example.org:8443/a?b=c",
    "https://github.com/example/swathe/issues/new"])
def test_an_address_is_taken_as_it_is(contact: str) -> None:
    assert asked(f" {contact} ").contact == contact


@pytest.mark.parametrize("contact", [
    "me", "me@localhost", "me@example.org, you@example.org", "me@example.org?bcc=you@example.org", "me@exa mple.org",
    "me@example.org\nBcc: you@example.org", "http://example.org", "javascript:alert(1)", "https://", "https://localhost",
    "https://me:secret@example.org/", "https://example.org:port/", "https://example.org/\"onclick=x",
    "https://example.org/a b", "https://example.org/#part", "https://example.org/<script>",
    f"https://example.org/{'a' * 300}"])
def test_what_is_no_address_is_refused_in_one_line(contact: str) -> None:
    with pytest.raises(SettingError, match=r"SWATHE_CONTACT is an e-mail address such as .*https://") as refused:
        asked(contact)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["Devon\nCounty", "a" * 121, "bell\a"])
def test_a_name_of_several_lines_is_refused(name: str) -> None:
    with pytest.raises(SettingError, match="SWATHE_OPERATOR is a name of one line"):
        asked(name=name)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SettingError, match=r"SWATHE_OPERATOR.*; SWATHE_CONTACT"):
        asked("me", "a\nb")
    with pytest.raises(SettingError, match=r"SWATHE_HOSTS.*; SWATHE_FRAME_ANCESTORS"):
        operator({"SWATHE_HOSTS": "*", "SWATHE_FRAME_ANCESTORS": "*"})


def test_hosts_are_names() -> None:
    assert operator({"SWATHE_HOSTS": " Swathe.example.org, 192.0.2.7 a"}).hosts == (
        "swathe.example.org", "192.0.2.7", "a")
    for wrong in ("https://example.org", "example.org:80", "*.example.org", "a_b", "-a", "a.", "a/b", "a;b", "exämple"):
        with pytest.raises(SettingError, match=r"SWATHE_HOSTS is a list of names such as swathe\.example\.org"):
            operator({"SWATHE_HOSTS": f"example.org {wrong}"})


def test_sites_that_may_show_an_embed_are_origins_and_become_no_other_policy() -> None:
    for text, framed_by in {
            "": "*", " none ": "'none'", "https://www.example.org": "'self' https://www.example.org",
            "https://*.Example.org:8443, https://a": "'self' https://*.example.org:8443 https://a"}.items():
        assert operator({"SWATHE_FRAME_ANCESTORS": text}).framed_by == framed_by
    for wrong in ("http://example.org", "example.org", "*", "https://*", "'self'", "https://a; script-src *",
                  "none none", "https://a/path", "https://a https://b;", "https://**.a", "https://a.*"):
        with pytest.raises(SettingError, match="SWATHE_FRAME_ANCESTORS is a list of sites such as https://"):
            operator({"SWATHE_FRAME_ANCESTORS": wrong})


def test_only_a_named_web_server_is_believed() -> None:
    assert operator({}).proxies == ()
    found = operator({"SWATHE_TRUSTED_PROXY": " 127.0.0.1, 10.1.0.0/16  ::1 2001:db8::/32"}).proxies
    assert [str(each) for each in found] == ["127.0.0.1/32", "10.1.0.0/16", "::1/128", "2001:db8::/32"]
    for wrong in ("*", "localhost", "proxy.example.org", "127.0.0.1:80", "10.1.2.3/16", "0.0.0.0/0", "::/0",
                  "10.0.0.0/33", "127.0.0.1; include /etc/passwd", "1", "unix:", "[::1]"):
        with pytest.raises(SettingError, match="SWATHE_TRUSTED_PROXY is the address of the web server") as told:
            operator({"SWATHE_TRUSTED_PROXY": f"127.0.0.1 {wrong}"})
        assert "\n" not in str(told.value)


def test_an_email_is_filled_in_and_nothing_of_the_text_becomes_a_header() -> None:
    link = asked("open.data@example.org").write("50 % & more?", "First line\nSecond, £ “quoted” &bcc=x@example.org")
    head, _, query = link.partition("?")
    assert head == "mailto:open.data@example.org"
    assert not set(link) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:@?&=%.-_~+")
    assert "+" not in query     # a mail program shows it as it is
    fields = dict(part.split("=", 1) for part in query.split("&"))
    assert {name: unquote(value) for name, value in fields.items()} == {
        "subject": "50 % & more?", "body": "First line\r\nSecond, £ “quoted” &bcc=x@example.org"}


def test_a_report_is_filled_in_where_a_tracker_takes_it() -> None:
    link = asked("https://github.com/example/swathe/issues/new?labels=figures").write("Title & all", "a\nb")
    assert urlsplit(link).netloc == "github.com"
    assert parse_qs(urlsplit(link).query) == {"labels": ["figures"], "title": ["Title & all"], "body": ["a\nb"]}
    assert asked("https://example.org/contact").write("Title", "text") == "https://example.org/contact"


def test_the_texts_are_filled_and_nothing_in_them_is_markup() -> None:
    ours = operator({
        "SWATHE_OPERATOR": "*Bold* <b>Council</b> [x](y) $a$ :smile:", "SWATHE_CONTACT": "a_b@example.org",
        "SWATHE_DPO": "https://example.org/dpo", "SWATHE_LOG_DAYS": "30"})
    for file, gaps, filled in ((FILE, {NAME, CONTACT}, statement(ours)),
                               (PRIVACY, {NAME, CONTACT, OFFICER, KEPT}, notice(ours))):
        text = file.read_text(encoding="utf-8")
        assert {gap for gap in (NAME, CONTACT, OFFICER, KEPT) if gap in text} == gaps
        assert r"\*Bold\* \<b\>Council\<\/b\> \[x\]\(y\) \$a\$ \:smile\:" in filled
        assert r"[a_b\@example\.org](mailto:a_b@example.org)" in filled
        assert not set(re.findall(r"\[[a-z ]+\](?!\()", filled))     # no gap is left
        assert not filled.lstrip().startswith("# ")
    assert r"[https\:\/\/example\.org\/dpo](https://example.org/dpo)" in notice(ours)
    assert "The log is kept for 30 days." in notice(ours)


def test_the_texts_say_what_is_not_set() -> None:
    nobody = operator({})
    assert NO_NAME in statement(nobody)
    assert NO_CONTACT in statement(nobody)
    for missing in (NO_NAME, NO_CONTACT, NO_OFFICER, NOT_SAID):
        assert missing in notice(nobody)


@pytest.mark.parametrize(("days", "said"), [
    ("0", "The log is not kept."), ("1", "The log is kept for 1 day."), (" 3650 ", "The log is kept for 3650 days.")])
def test_the_log_is_kept_for_as_long_as_is_set(days: str, said: str) -> None:
    assert said in notice(operator({"SWATHE_LOG_DAYS": days}))


@pytest.mark.parametrize("days", ["a month", "-1", "3651", "30 days", "1.5", "1e2", "٣٠", "99999999999", "30\n40"])
def test_what_is_no_number_of_days_is_refused(days: str) -> None:
    with pytest.raises(SettingError, match=r"^SWATHE_LOG_DAYS is a number of whole days, such as 30, 3650 at most$"):
        operator({"SWATHE_LOG_DAYS": days})


@pytest.mark.parametrize("officer", ["Jo Bloggs", "javascript:alert(1)", "dpo@localhost", "http://example.org"])
def test_a_data_protection_officer_is_an_address(officer: str) -> None:
    with pytest.raises(SettingError, match=r"^SWATHE_DPO is an e-mail address such as name@example\.org, or"):
        operator({"SWATHE_DPO": officer})


def test_the_notice_has_what_the_regulations_ask_for() -> None:
    said = " ".join(PRIVACY.read_text(encoding="utf-8").split())
    for words in (
            "is the controller", "Data protection officer:",
            "regulation 6 of the Privacy and Electronic Communications Regulations 2003", "strictly necessary",
            "`_streamlit_xsrf` (cookie)", "`swathe_route` (cookie)",
            "Article 6(1)(e) of the UK GDPR", "Open Parliament Licence", "(https://ico.org.uk/make-a-complaint/)",
            "You have the right to", "`/api/v1/`"):
        assert words in said


def test_the_statement_has_what_the_regulations_ask_for() -> None:
    said = FILE.read_text(encoding="utf-8")
    flat = " ".join(said.split())
    for heading in ("How accessible this website is", "Feedback and contact information", "Enforcement procedure",
                    "Compliance status", "Non-accessible content", "Disproportionate burden",
                    "Preparation of this accessibility statement"):
        assert f"# {heading}\n" in said
    for words in (
            "is partially compliant with the WCAG version 2.2 AA standard, due to the non-compliances",
            "Public Sector Bodies (Websites and Mobile Applications) (No. 2) Accessibility Regulations 2018",
            "The Equality and Human Rights Commission (EHRC) is responsible for enforcing",
            "contact the [Equality Advisory and Support Service (EASS)](https://www.equalityadvisoryservice.com/)",
            "This statement was prepared on "):
        assert words in flat


def test_a_wrong_setting_stops_the_app_with_one_line() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import app"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "SWATHE_CONTACT": "nobody"})
    assert told.returncode == 1
    assert told.stderr.splitlines()[-1].startswith("The app was not started: SWATHE_CONTACT is an e-mail address")
    assert "Traceback" not in told.stderr


def test_the_readme_lists_every_setting_that_is_read() -> None:
    code = [path.read_text(encoding="utf-8") for folder in ("geo", "pages") for path in (ROOT / folder).rglob("*.py")]
    read = {word for text in code for word in text.split('"') if word.startswith("SWATHE_") and word.isupper()}
    table = {line.split("`")[1] for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
             if line.startswith("| `SWATHE_")}
    assert read == table == {
        "SWATHE_EDITION", "SWATHE_EDITIONS", "SWATHE_OPERATOR", "SWATHE_CONTACT", "SWATHE_HOSTS",
        "SWATHE_FRAME_ANCESTORS", "SWATHE_SITE", "SWATHE_TRUSTED_PROXY", "SWATHE_DPO",
        "SWATHE_LOG_DAYS", "SWATHE_CACHE", "SWATHE_RAIL_USER", "SWATHE_RAIL_PASSWORD"}


def test_the_example_of_an_environment_holds_settings_that_are_taken() -> None:
    lines = (ROOT / "deploy" / "environment.example").read_text(encoding="utf-8").splitlines()
    settings = dict(line.removeprefix("#").split("=", 1) for line in lines if line.startswith("#SWATHE_"))
    assert [line for line in lines if not line.startswith("#")] == []     # nobody is named until somebody says so
    named = operator(settings)
    assert (named.name, named.officer, named.log_days) == ("Example Council", "dpo@example.gov.uk", 30)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in readme for name in settings)
