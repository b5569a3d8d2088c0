"""The variables of the environment that decide how a server in the network is reached."""

import os

CERTIFICATES = "SSL_CERT_FILE"
NETWORK = (CERTIFICATES, "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def network_hint(*others: str) -> str:
    """What to add to a message about a failed download: those variables, and `others`, that are set; or nothing.

    A file of certificates that does not exist is named alone. Values are left out: they may hold a password.
    """
    certificates = os.environ.get(CERTIFICATES)
    if certificates and not os.path.exists(certificates):
        return f" ({CERTIFICATES} in the environment names a file that does not exist)"
    names = [name for name in os.environ if name.upper() in (*NETWORK, *others) and os.environ[name]]
    return f" (set in the environment: {', '.join(sorted(names))})" if names else ""
