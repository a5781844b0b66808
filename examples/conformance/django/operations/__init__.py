"""What each operation of the protocol asks of Django, by family."""

from . import csrf, names, passwords, redirects, sessions, signing, tokens, validation
from .registry import BY_NAME, KEYS

__all__ = [
    "BY_NAME", "KEYS", "csrf", "names", "passwords", "redirects", "sessions", "signing", "tokens", "validation",
]
