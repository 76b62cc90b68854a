"""Who runs this copy of the app, by which names, and whose pages may show it, as they set it in the environment."""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from geo.core.errors import PackError, SettingError
from geo.core.proxies import Network, trusted_proxies
from geo.pack.request import site_address

LONGEST_NAME, LONGEST_CONTACT, MOST_LOG_DAYS = 120, 300, 3650

NOBODY, ANYBODY = "'none'", "*"
"""Who may show an embed in a frame, as a content security policy writes it."""

_HOST = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_SITE = re.compile(rf"https://(?:\*\.)?{_HOST}(?::\d{{1,5}})?")

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_NEW_ISSUE = "/issues/new"
"""How the address ends at which trackers take a new report with `title` and `body` (GitHub, Forgejo, Gitea)."""


@dataclass(frozen=True)
class Operator:
    """Whoever runs this copy; "" where that is not set."""

    name: str
    contact: str     # an e-mail address, or an address that begins with https://
    hosts: tuple[str, ...] = ()     # the names by which the app may be asked for; all when there are none
    framed_by: str = ANYBODY     # the sites that may show an embed in a frame
    site: str = ""     # the absolute address of the app, without a slash at its end
    proxies: tuple[Network, ...] = ()     # of the web server in front, whose word for a reader's address is taken
    officer: str = ""     # how to reach the data protection officer, as the contact
    log_days: int | None = None     # for how many days the log is kept

    @property
    def link(self) -> str:
        """The contact as the target of a link."""
        return target_of(self.contact)

    def write(self, subject: str, text: str) -> str:
        """Address a message that is filled in already; a page of another kind than a new report is opened as it is."""
        if self.link.startswith("mailto:"):
            filled = {"subject": subject, "body": text.replace("\n", "\r\n")}
            return f"{self.link}?{urlencode(filled, quote_via=quote)}"
        if not urlsplit(self.contact).path.endswith(_NEW_ISSUE):
            return self.contact
        joined = "&" if urlsplit(self.contact).query else "?"
        return f"{self.contact}{joined}{urlencode({'title': subject, 'body': text}, quote_via=quote)}"


def operator(environment: Mapping[str, str] = os.environ) -> Operator:
    """Read and check what is set; a SettingError says in one line all that is wrong and what would be right."""
    name, contact = (environment.get(key, "").strip() for key in ("SWATHE_OPERATOR", "SWATHE_CONTACT"))
    hosts, sites = (environment.get(key, "").lower().replace(",", " ").split()
                    for key in ("SWATHE_HOSTS", "SWATHE_FRAME_ANCESTORS"))
    officer, log_days = (environment.get(key, "").strip() for key in ("SWATHE_DPO", "SWATHE_LOG_DAYS"))
    site, wrong = "", []
    proxies: tuple[Network, ...] = ()
    if len(name) > LONGEST_NAME or not name.isprintable():
        wrong.append(f"SWATHE_OPERATOR is a name of one line, {LONGEST_NAME} characters at most")
    wrong += [f"{key} is an e-mail address such as name@example.org, or the address of a page that begins with https://"
              for key, text in (("SWATHE_CONTACT", contact), ("SWATHE_DPO", officer)) if text and not _is_contact(text)]
    if log_days and not (re.fullmatch(r"\d{1,4}", log_days, re.ASCII) and int(log_days) <= MOST_LOG_DAYS):
        wrong.append(f"SWATHE_LOG_DAYS is a number of whole days, such as 30, {MOST_LOG_DAYS} at most")
    if not all(re.fullmatch(_HOST, host) for host in hosts):
        wrong.append("SWATHE_HOSTS is a list of names such as swathe.example.org, without https:// and without a port")
    if sites != ["none"] and not all(_SITE.fullmatch(site) for site in sites):
        wrong.append("SWATHE_FRAME_ANCESTORS is a list of sites such as https://www.example.org or "
                     "https://*.example.org, or none")
    try:
        site = site_address(environment.get("SWATHE_SITE", "").strip())
    except PackError:
        wrong.append("SWATHE_SITE is the address at which readers find the app, such as https://swathe.example.org")
    try:
        proxies = trusted_proxies(environment)
    except SettingError as error:
        wrong.append(str(error))
    if wrong:
        raise SettingError("; ".join(wrong))
    framed_by = NOBODY if sites == ["none"] else " ".join(["'self'", *sites]) if sites else ANYBODY
    return Operator(name, contact, tuple(hosts), framed_by, site, proxies, officer, int(log_days) if log_days else None)


def target_of(contact: str) -> str:
    """Give the target of a link to an e-mail address or a page."""
    return contact if contact.startswith("https://") else f"mailto:{quote(contact, safe='@')}"


def _is_contact(text: str) -> bool:
    return len(text) <= LONGEST_CONTACT and bool(_EMAIL.fullmatch(text) or _is_page(text))


def require_operator() -> None:
    """End the process with that line where something is wrong."""
    try:
        operator()
    except SettingError as error:
        sys.exit(f"The app was not started: {error}")


def _is_page(text: str) -> bool:
    """Whether a text is the address of a page that may stand in a link as it is."""
    if not re.fullmatch(r"https://[\w.:/?#=&%+~@!,;-]+", text, re.ASCII):
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.hostname and "." in parts.hostname) and parts.port != 0 and not (
            parts.username or parts.password or parts.fragment)
    except ValueError:      # a port that is no number
        return False
