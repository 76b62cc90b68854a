"""Who runs this copy of the app and where to write to them, as they set it in the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from geo.core.errors import SettingError

LONGEST_NAME, LONGEST_CONTACT = 120, 300

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_NEW_ISSUE = "/issues/new"
"""How the address ends at which trackers take a new report with `title` and `body` (GitHub, Forgejo, Gitea)."""


@dataclass(frozen=True)
class Operator:
    """Whoever runs this copy; "" where that is not set."""

    name: str
    contact: str     # an e-mail address, or an address that begins with https://

    @property
    def link(self) -> str:
        """The contact as the target of a link."""
        return self.contact if self.contact.startswith("https://") else f"mailto:{quote(self.contact, safe='@')}"

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
    wrong = []
    if len(name) > LONGEST_NAME or not name.isprintable():
        wrong.append(f"SWATHE_OPERATOR is a name of one line, {LONGEST_NAME} characters at most")
    if contact and not (len(contact) <= LONGEST_CONTACT and (_EMAIL.fullmatch(contact) or _is_page(contact))):
        wrong.append("SWATHE_CONTACT is an e-mail address such as name@example.org, or the address of a page that "
                     "begins with https://")
    if wrong:
        raise SettingError("; ".join(wrong))
    return Operator(name, contact)


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
