"""Each rule for a value of a request."""

import gradio as gr
import pytest

from gan.ui.validate import integer, list_of, number, one_of

NAN, INF = float("nan"), float("inf")


def message_of(check, *arguments):
    """The message of the error that a check raises. It must leave no traceback in the log."""
    with pytest.raises(gr.Error) as error_info:
        check(*arguments)
    assert not error_info.value.print_exception
    return error_info.value.message


@pytest.mark.parametrize("value", [0, 7, 9])
def test_an_integer_in_range_passes(value):
    assert integer("seed", value, 0, 9) == value


@pytest.mark.parametrize("value", [-1, 10, 7.0, True, None, "7", [7], {"seed": 7}, NAN, INF, 10**400])
def test_any_other_integer_gets_the_allowed_range(value):
    assert message_of(integer, "seed", value, 0, 9) == "Set seed to a whole number from 0 to 9."


@pytest.mark.parametrize("value", [0, 1, 0.0, 0.25, 1.0])
def test_a_number_in_range_passes_as_a_float(value):
    result = number("truncation", value, 0, 1)
    assert result == value and type(result) is float


@pytest.mark.parametrize("value", [-0.01, 1.01, 10**400, NAN, INF, True, None, "1", [1], {}])
def test_any_other_number_gets_the_allowed_range(value):
    assert message_of(number, "truncation", value, 0, 1) == "Set truncation to a number from 0 to 1."


@pytest.mark.parametrize(("value", "allowed"), [("lerp", ["slerp", "lerp"]), (1, [0, 1])])
def test_an_allowed_choice_passes(value, allowed):
    assert one_of("path", value, allowed) == value


@pytest.mark.parametrize("value", ["SLERP", ["slerp"], None, 1, True, 1.0, {}, "<b>slerp</b>"])
def test_any_other_choice_gets_the_allowed_choices_and_is_not_repeated(value):
    assert message_of(one_of, "path", value, ["slerp", "lerp"]) == "Set path to one of: slerp, lerp."


@pytest.mark.parametrize("value", [True, 1.0, "1"])
def test_a_choice_must_have_the_same_type(value):
    assert message_of(one_of, "epoch", value, [0, 1]) == "Set epoch to one of: 0, 1."


def test_a_choice_from_nothing_is_an_error():
    assert message_of(one_of, "epoch", 0, []) == "No epoch is saved yet. Run `python train.py` to train the models."


def test_a_list_of_the_right_length_passes_unchanged():
    assert list_of("corners", [1, "<b>", None], 3) == [1, "<b>", None]


@pytest.mark.parametrize("value", [[], [1, 2], [1, 2, 3, 4], (1, 2, 3), "abc", None, 3, {"a": 1, "b": 2, "c": 3}])
def test_any_other_list_gets_the_allowed_length(value):
    assert message_of(list_of, "corners", value, 3) == "Set corners to a list of 3 values."
