"""What a visitor may ask: every value is checked here before it is used.

A message says what is allowed and never repeats what was sent, for it is shown as HTML.
"""

from gan.ui.texts import user_error


def integer(name: str, value: object, low: int, high: int) -> int:
    """A whole number low..high (not 7.0, not true). Raises gr.Error."""
    if type(value) is not int or not low <= value <= high:
        raise user_error("server.whole", name=name, low=low, high=high)
    return value


def number(name: str, value: object, low: float, high: float) -> float:
    """A number low..high, whole or not (no NaN, not true). Raises gr.Error."""
    if type(value) not in (int, float) or not low <= value <= high:
        raise user_error("server.number", name=name, low=low, high=high)
    return float(value)


def one_of(name: str, value: object, allowed: list) -> object:
    """One of the allowed values, of just that type. Raises gr.Error."""
    for choice in allowed:
        if type(value) is type(choice) and value == choice:
            return choice
    if not allowed:
        raise user_error("server.none", name=name)
    raise user_error("server.choice", name=name, allowed=", ".join(str(choice) for choice in allowed))


def list_of(name: str, value: object, count: int) -> list:
    """A list of `count` values, which are not looked at. Raises gr.Error."""
    if type(value) is not list or len(value) != count:
        raise user_error("server.list", name=name, count=count)
    return value
