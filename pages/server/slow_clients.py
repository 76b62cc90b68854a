"""Cuts off who opens a connection and does not say, in good time, what they want."""

import asyncio
from weakref import ref

from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 10.0
"""Seconds between two looks at a connection; at the second at which it is still waiting for a request it is closed."""


def cut_off_slow_clients(patience: float = PATIENCE) -> None:
    """Look after every connection from now on: Streamlit starts uvicorn, which has no setting for it."""
    made = H11Protocol.connection_made

    def connection_made(self: H11Protocol, transport: asyncio.Transport) -> None:
        made(self, transport)
        asyncio.get_running_loop().call_later(patience, _look_at, ref(self), patience, False)

    H11Protocol.connection_made = connection_made     # type: ignore[method-assign]


def _look_at(seen: "ref[H11Protocol]", patience: float, waited: bool) -> None:
    """Close a connection that waits as it did at the last look, else look again; a websocket is another's to see to."""
    connection = seen()     # what is over is not kept for the next look, with all that was sent
    if connection is None or connection.transport.is_closing() or (
            connection.transport.get_protocol() is not connection):
        return
    begun = bool(connection.conn.trailing_data[0])     # a part of a head; between whole requests there is none
    waiting = connection.cycle is None or (connection.cycle.response_complete and begun)
    if waiting and waited:
        connection.transport.close()
    else:
        asyncio.get_running_loop().call_later(patience, _look_at, seen, patience, waiting)
