"""What a visitor may ask: every value is checked here before it is used.

A message says what is allowed and never repeats what was sent, for it is shown as HTML.
"""

import gradio as gr


def whole(name: str, value: object, low: int, high: int) -> int:
    """A whole number low..high (not 7.0, not true). Raises gr.Error."""
    if type(value) is not int or not low <= value <= high:
        raise gr.Error(f"{name} must be a whole number from {low} to {high}", print_exception=False)
    return value


def number(name: str, value: object, low: float, high: float) -> float:
    """A number low..high, whole or not (no NaN, not true). Raises gr.Error."""
    if type(value) not in (int, float) or not low <= value <= high:
        raise gr.Error(f"{name} must be a number from {low} to {high}", print_exception=False)
    return float(value)


def one_of(name: str, value: object, allowed: list) -> object:
    """One of the allowed values, of just that type. Raises gr.Error."""
    for choice in allowed:
        if type(value) is type(choice) and value == choice:
            return choice
    listed = ", ".join(str(choice) for choice in allowed)
    raise gr.Error(f"{name} must be one of: {listed}" if allowed else f"there is no {name} yet", print_exception=False)


def list_of(name: str, value: object, count: int) -> list:
    """A list of `count` values, which are not looked at. Raises gr.Error."""
    if type(value) is not list or len(value) != count:
        raise gr.Error(f"{name} must be a list of {count} values", print_exception=False)
    return value
