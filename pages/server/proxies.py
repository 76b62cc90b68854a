"""Whom the app believes when it is told, by a header, that a request comes from somewhere else."""

from collections.abc import Sequence

from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from geo.core.proxies import Network

_MADE = ProxyHeadersMiddleware.__init__


def believe(proxies: Sequence[Network]) -> None:
    """Take these web servers' word from now on, nobody else's: Streamlit starts uvicorn, which believes this machine.

    uvicorn has a setting for it in the environment, but has read that before the app is.
    """
    # An app that listens at addresses of both kinds sees those of the first as if they were of the second.
    mapped = [f"::ffff:{network.network_address}/{96 + network.prefixlen}" for network in proxies
              if network.version == 4]
    trusted = [*map(str, proxies), *mapped]

    def believing(self: ProxyHeadersMiddleware, app: ASGIApp, trusted_hosts: list[str] | str = "") -> None:
        _ = trusted_hosts     # this machine, or FORWARDED_ALLOW_IPS
        _MADE(self, app, trusted)     # type: ignore[arg-type]

    ProxyHeadersMiddleware.__init__ = believing     # type: ignore[method-assign, assignment]
