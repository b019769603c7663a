"""Where a service is: its address looked up once, and refused where no audit may ask.

An audit file may come from the party that is audited. So names are resolved here, once, and the
connection goes to the address that was checked: a name that means another computer the next moment
changes nothing. Imports `errors`.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from isg_audit.errors import Fault, ModelError, ModelFailed

IP = ipaddress.IPv4Address | ipaddress.IPv6Address

NEVER = tuple(
    ipaddress.ip_network(one)
    for one in (
        "169.254.0.0/16", "fe80::/10",  # link-local: metadata of clouds, with their credentials
        "fd00:ec2::/32", "100.100.100.200/32", "168.63.129.16/32",  # the same elsewhere
        "0.0.0.0/8", "::/128", "224.0.0.0/4", "ff00::/8", "240.0.0.0/4",  # nobody in particular
    )
)  # fmt: skip
"""Networks that no audit asks, whatever the user allows."""

OPT_IN = (
    "If you know this service and trust the audit file, say --allow-private-address (or "
    "ISG_AUDIT_ALLOW_PRIVATE_ADDRESS=1)."
)


@dataclass(frozen=True, slots=True)
class Place:
    """A service's address, checked.

    Attributes:
        secure: whether it is asked over TLS.
        host: its name as the audit file writes it, which its certificate must bear.
        port: its port.
        path: the path as it was written; may be empty.
        addresses: the addresses behind the name, in the order to try them.
    """

    secure: bool
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The address for messages and the report; it holds no login."""
        return self.shown_with(self.path)

    def shown_with(self, path: str) -> str:
        """The same with another path."""
        usual = self.port == (443 if self.secure else 80)
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if usual else f":{self.port}"
        return f"{'https' if self.secure else 'http'}://{host}{port}{path}"


def place_of(source: str, *, private: bool) -> Place:
    """Look up where a service is.

    Args:
        source: an address that `spec` found whole.
        private: whether the user allows addresses of this computer and of private networks.

    Raises:
        ModelError: an address that is never asked, a private one without leave, a name that does
            not exist, or an open one without TLS.
        ModelFailed: names cannot be looked up now.
    """
    parts = urlsplit(source)
    secure, host = parts.scheme.lower() == "https", parts.hostname or ""
    port = parts.port or (443 if secure else 80)
    found = _looked_up(host, port)
    faults = [fault for one in found if (fault := _refusal(host, one, private, secure))]
    if faults:
        raise ModelError(faults[0])
    return Place(secure, host, port, parts.path, tuple(found))


def _looked_up(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise ModelFailed(
                f"The name {host} cannot be looked up now. Is this computer on the network?"
            ) from error
        what = "there is no computer of this name."
        raise ModelError(Fault(host, what, "Check model.source.")) from error
    except (OSError, UnicodeError) as error:
        raise ModelError(Fault(host[:60], "is no name of a computer.")) from error
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def _refusal(host: str, address: str, private: bool, secure: bool) -> Fault | None:
    meant = reached(ipaddress.ip_address(address.partition("%")[0]))
    if any(meant.version == net.version and meant in net for net in NEVER):
        what = f"leads to {meant}, which no audit asks: credentials of this computer lie there."
        return Fault(host, what, "Check who wrote the audit file.")
    if not meant.is_global:
        if private:
            return None
        return Fault(host, f"leads to {meant}, an address of this computer or network.", OPT_IN)
    if not secure:
        what = "would be asked over http: people's data could be read on the way."
        return Fault(host, what, "Write https:// in model.source.")
    return None


def reached(address: IP) -> IP:
    """The IPv4 address that an IPv6 address only wraps (mapped, 6to4, NAT64), else itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    wrapped = address.ipv4_mapped or address.sixtofour
    if wrapped is None and address in ipaddress.ip_network("64:ff9b::/96"):
        wrapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return wrapped or address
