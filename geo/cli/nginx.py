"""The configuration of the nginx in front of several processes, written from the one that a real server uses."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "deploy" / "nginx"

_MARKED = re.compile(r"^( *).*# serve: ([a-z_]+|-)$", re.MULTILINE)


def filled(template: str, lines: Mapping[str, Sequence[str]]) -> str:
    r"""Put lines in the place of those that are marked with a name ('# serve: workers'); '-' is left out.

    >>> filled("  a;  # serve: this\nb;", {"this": ["c;", "d;"]})
    '  c;\n  d;\nb;'
    """
    return _MARKED.sub(lambda found: "\n".join(found[1] + line for line in {"-": (), **lines}[found[2]]), template)


def write_configuration(
    folder: Path, ports: Sequence[int], address: str, port: int, fronts: Sequence[str], asks_from: str,
) -> None:
    """Write how nginx listens at an address, believes those in front of it, and asks the processes at the ports."""
    host = f"[{address}]" if ":" in address else address
    import resource  # noqa: PLC0415 - not there on every system

    connections, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    lines = {
        "workers": [f"server 127.0.0.1:{each} max_fails=1 fail_timeout=2s;" for each in ports],
        "keepers": [f"server 127.0.0.1:{each} max_fails=0;" for each in ports],
        "listen": [f"listen {host}:{port}{' ipv6only=off' if address == '::' else ''};"],
        "fronts": [f"{front} 1;" for front in fronts],
        "real_ip": [*(f"set_real_ip_from {front};" for front in fronts),
                    *["real_ip_header X-Forwarded-For;", "real_ip_recursive on;"] * bool(fronts)],
        "bind": [f"proxy_bind {asks_from};"],
        "connections": [f"worker_connections {min(connections, 16_384)};"],
    }
    for name in ("swathe.conf", "nginx.conf"):
        (folder / name).write_text(filled((TEMPLATES / name).read_text(encoding="utf-8"), lines), encoding="utf-8")
