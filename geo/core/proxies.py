"""Whose word is taken for the address that a reader comes from: the web server in front, named by its own address."""

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network

from geo.core.errors import SettingError

SETTING = "SWATHE_TRUSTED_PROXY"

Network = IPv4Network | IPv6Network


def trusted_proxies(environment: Mapping[str, str]) -> tuple[Network, ...]:
    """Read which web servers are believed when they tell where a request comes from (`X-Forwarded-For`).

    Parameters
    ----------
    environment
        Of the process.

    Returns
    -------
    tuple of ipaddress.IPv4Network or ipaddress.IPv6Network
        Networks, an address being one of its own; none where nothing is set.

    Raises
    ------
    SettingError
        Where something stands there that is neither an address nor a network, or that is every address there is:
        strangers would be believed.
    """
    try:
        found = tuple(ip_network(one) for one in environment.get(SETTING, "").replace(",", " ").split())
    except ValueError:
        found = None
    if found is None or any(network.prefixlen == 0 for network in found):
        raise SettingError(f"{SETTING} is the address of the web server in front, such as 127.0.0.1, or a list of "
                           "addresses and networks such as 10.0.0.0/24")
    return found
