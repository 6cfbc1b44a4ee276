"""Keeps secrets out of what is recorded, by the names of values and by the shapes of known keys."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MASK = "[redacted]"
"""What stands where a secret stood."""

_SECRET_NAMES = frozenset(
    (
        "access key",
        "accesskey",
        "accesstoken",
        "account key",
        "accountkey",
        "api key",
        "apikey",
        "auth key",
        "authorization",
        "authtoken",
        "conn str",
        "connection string",
        "connectionstring",
        "connstr",
        "cookie",
        "cookies",
        "credential",
        "credentials",
        "deploy key",
        "encryption key",
        "master key",
        "passphrase",
        "passwd",
        "password",
        "passwords",
        "private key",
        "privatekey",
        "pwd",
        "secret",
        "secretkey",
        "secrets",
        "shared key",
        "sharedaccesskey",
        "signing key",
        "ssh key",
        "storage key",
        "subscription key",
    )
)
_TEXT_TOKENS = frozenset(
    {
        *("bos", "cls", "end", "eos", "mask", "pad", "sep", "special", "start", "stop", "unk"),
        *("last", "max", "mean", "min", "n", "next", "num", "per", "prefix", "suffix", "word"),
    }
)
"""Words that make the `token` after them a piece of text, as in `pad_token`."""

_NO_SECRETS = frozenset({"", "None", "True", "False", MASK})
_REMEMBERED = 10_000
_LONGEST_REMEMBERED = 100
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_ASSIGNED_NAME = re.compile(r"""(?<![\w-])(?P<name>[A-Za-z_][\w-]*)['"]?\s*[=:]\s*['"]?""")
# What follows is compiled when the first text needs it, which is late or never.
_ASSIGNED_VALUE = r"""(?:(?:Basic|Bearer|Digest) )?[^\s'";&,)}\]]+"""
# The second form has a slash, which no password may have, but which is not one after a port.
_CREDENTIALS_IN_URI = (
    r"""(?<![\w+.-])([A-Za-z][\w+.-]*://[^\s:/@]*:)(?:[^\s/]+|(?!\d{1,5}/)[^\s'"]{1,200})@"""
)
_LONG_USER_IN_URI = r"(?<![\w+.-])((?:[A-Za-z][\w.-]*\+)?https?://)[^\s:/@]{20,}@"
# What each of the keys below has in it; most texts have none of these, and need no such search.
_MARKS_OF_KEYS = (
    *("AKIA", "ASIA", "AIza", "ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_", "glpat-"),
    *("hf_", "sk-", "xox", "eyJ", "earer ", "PRIVATE KEY"),
)
_SHORTEST_KEY = len("xoxb-0123456789")
_KEY = r"""(?x)
    (?<![A-Za-z0-9])
    (?: (?:AKIA|ASIA)[0-9A-Z]{16}                                      # AWS
      | AIza[\w-]{35}                                                  # Google
      | gh[opsur]_[A-Za-z0-9]{30,} | github_pat_\w{22,} | glpat-[\w-]{20,}
      | hf_[A-Za-z0-9]{30,}                                            # Hugging Face
      | sk-(?=[\w-]{0,60}[0-9])(?=[\w-]{0,60}[A-Z])[\w-]{20,}                    # OpenAI, Anthropic
      | xox[abeoprs]-[\w-]{10,}                                        # Slack
      | eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*                             # JSON web token
      | (?<=Bearer[ ])[\w.~+/-]{8,}=* | (?<=bearer[ ])[\w.~+/-]{8,}=*
    )
    | -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----(?:.|\n)*?(?:-----END\ [A-Z ]*PRIVATE\ KEY-----|\Z)
    """


class Redactor:
    """Masks secrets in names with values, in command lines and in URIs.

    A name is read word by word, so `api_key`, `apiKey` and `API-KEY` are secret, while
    `max_tokens`, `token_pattern` and `keypoints` are not.

    Args:
        extra_names: Further names to mask, as words in any spelling: `"licence key"`.

    Example:
        >>> Redactor().mapping({"C": "1.0", "api_key": "abc"})
        {'C': '1.0', 'api_key': '[redacted]'}
    """

    def __init__(self, extra_names: Iterable[str] = ()) -> None:
        self._names = _SECRET_NAMES.union(" ".join(_words(name)) for name in extra_names)
        self._longest = max(name.count(" ") for name in self._names) + 1
        self._known: dict[str, bool] = {}
        self._harmless: set[str] = set(_NO_SECRETS)

    def is_secret(self, name: str) -> bool:
        """Whether values of this name are masked; of `step__name` only the last part counts."""
        known = self._known.get(name)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[name] = self._judge(_words(name.rpartition("__")[2]))
        return known

    def mapping(self, values: dict[str, str]) -> dict[str, str]:
        """Masks secret values; returns the very same dictionary where there is none."""
        masked = {}
        known, harmless = self._known, self._harmless
        for name, value in values.items():
            is_secret = known.get(name)
            if is_secret is None:
                is_secret = self.is_secret(name)
            if is_secret:
                if value not in _NO_SECRETS:
                    masked[name] = MASK
            elif value not in harmless:
                safe = self.text(value)
                if safe is not value:
                    masked[name] = safe
                elif len(value) <= _LONGEST_REMEMBERED:
                    if len(harmless) >= _REMEMBERED:
                        harmless.clear()
                    harmless.add(value)
        return {**values, **masked} if masked else values

    def text(self, text: str) -> str:
        """Masks known keys, passwords in URIs and `name=value` with a secret name in any text."""
        safe = text
        if "://" in safe and "@" in safe:
            safe = re.sub(_CREDENTIALS_IN_URI, rf"\1{MASK}@", safe)
            safe = re.sub(_LONG_USER_IN_URI, rf"\1{MASK}@", safe)
        if len(safe) >= _SHORTEST_KEY and any(mark in safe for mark in _MARKS_OF_KEYS):
            safe = re.sub(_KEY, MASK, safe)
        if "=" in safe or ":" in safe:
            safe = self._mask_assignments(safe)
        return text if safe == text else safe

    def uri(self, uri: str) -> str:
        """Masks the password and secret query parameters of a URI."""
        return self.text(uri)

    def command_line(self, arguments: Sequence[str]) -> str:
        """One line for a shell, with the values of secret options and variables masked.

        Args:
            arguments: The words of the command, as in `sys.orig_argv`.

        Example:
            >>> Redactor().command_line(["train.py", "--token", "abc", "--password=x"])
            'train.py --token [redacted] --password=[redacted]'
        """
        words = []
        secret_follows = False
        for argument in arguments:
            is_option = argument.startswith("-")
            name, equals, _ = argument.partition("=")
            is_secret = self.is_secret(name.strip("-"))
            if secret_follows and not is_option:
                words.append(MASK)
            elif equals and is_secret:
                words.append(f"{shlex.quote(name)}={MASK}")
            else:
                safe = self.text(argument)
                words.append(shlex.quote(argument) if safe is argument else safe)
            secret_follows = is_option and is_secret and not equals
        return " ".join(words)

    def _mask_assignments(self, text: str) -> str:
        parts = []
        done = 0
        for name in _ASSIGNED_NAME.finditer(text):
            if not self.is_secret(name["name"]):
                continue
            value = re.compile(_ASSIGNED_VALUE).match(text, name.end())
            if value and value[0] not in _NO_SECRETS:
                parts += [text[done : name.end()], MASK]
                done = value.end()
        return "".join([*parts, text[done:]])

    def _judge(self, words: list[str]) -> bool:
        if words[-1:] == ["token"] and not _TEXT_TOKENS.intersection(words[-2:-1]):
            return True
        return any(
            " ".join(words[first : first + count]) in self._names
            for first in range(len(words))
            for count in range(1, self._longest + 1)
        )


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]
