import gradio as gr
import pytest

from gan.ui.validate import integer, list_of, number, one_of


@pytest.mark.parametrize("value", [0, 7, 9])
def test_a_whole_number_in_range_passes(value):
    assert integer("seed", value, 0, 9) == value


@pytest.mark.parametrize("value", [-1, 10, 7.0, True, None, "7", [7], {"seed": 7}, float("nan"), float("inf"), 10**400])
def test_anything_else_is_refused_with_what_is_allowed(value):
    with pytest.raises(gr.Error) as error:
        integer("seed", value, 0, 9)
    assert error.value.message == "seed must be a whole number from 0 to 9"
    assert not error.value.print_exception


def test_a_choice_is_one_of_the_allowed_of_the_same_type():
    assert one_of("path", "lerp", ["slerp", "lerp"]) == "lerp"
    assert one_of("epoch", 1, [0, 1]) == 1


@pytest.mark.parametrize("value", ["SLERP", ["slerp"], None, 1, True, 1.0, {}, "<b>slerp</b>"])
def test_another_choice_is_refused_and_not_repeated(value):
    with pytest.raises(gr.Error) as error:
        one_of("path", value, ["slerp", "lerp"])
    assert error.value.message == "path must be one of: slerp, lerp"


@pytest.mark.parametrize("value", [True, 1.0, "1"])
def test_a_choice_of_another_type_is_refused_even_where_it_is_equal(value):
    with pytest.raises(gr.Error):
        one_of("epoch", value, [0, 1])


@pytest.mark.parametrize("value", [0, 1, 0.0, 0.25, 1.0])
def test_a_number_in_range_passes_as_a_float(value):
    assert number("truncation", value, 0, 1) == value
    assert type(number("truncation", value, 0, 1)) is float


@pytest.mark.parametrize("value", [-0.01, 1.01, 10**400, float("nan"), float("inf"), True, None, "1", [1], {}])
def test_another_number_is_refused_with_what_is_allowed(value):
    with pytest.raises(gr.Error) as error:
        number("truncation", value, 0, 1)
    assert error.value.message == "truncation must be a number from 0 to 1"
    assert not error.value.print_exception


def test_a_list_of_the_right_length_passes_as_it_is():
    assert list_of("corners", [1, "<b>", None], 3) == [1, "<b>", None]


@pytest.mark.parametrize("value", [[], [1, 2], [1, 2, 3, 4], (1, 2, 3), "abc", None, 3, {"a": 1, "b": 2, "c": 3}])
def test_another_list_is_refused_with_what_is_allowed(value):
    with pytest.raises(gr.Error) as error:
        list_of("corners", value, 3)
    assert error.value.message == "corners must be a list of 3 values"
    assert not error.value.print_exception


def test_a_choice_among_none_is_refused():
    with pytest.raises(gr.Error):
        one_of("epoch", 0, [])
