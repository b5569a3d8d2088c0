"""Check every value of a request before it is used.

Messages say what is allowed. They never repeat the value, because Gradio shows them as HTML.
"""

from gan.ui.texts import user_error


def integer(name: str, value: object, low: int, high: int) -> int:
    """An integer low..high. 7.0 and true are not integers. Raises gr.Error."""
    if type(value) is not int or not low <= value <= high:
        raise user_error("server.whole", name=name, low=low, high=high)
    return value


def number(name: str, value: object, low: float, high: float) -> float:
    """A number low..high. NaN and true are not numbers. Raises gr.Error."""
    if type(value) not in (int, float) or not low <= value <= high:
        raise user_error("server.number", name=name, low=low, high=high)
    return float(value)


def one_of(name: str, value: object, allowed: list) -> object:
    """One of the allowed values, of the same type. Raises gr.Error."""
    for choice in allowed:
        if type(value) is type(choice) and value == choice:
            return choice
    if not allowed:
        raise user_error("server.none", name=name)
    raise user_error("server.choice", name=name, allowed=", ".join(str(choice) for choice in allowed))


def list_of(name: str, value: object, count: int) -> list:
    """A list of `count` values of any kind. Raises gr.Error."""
    if type(value) is not list or len(value) != count:
        raise user_error("server.list", name=name, count=count)
    return value
