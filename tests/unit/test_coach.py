"""What the coach says of frames of a run in training: a test for each rule, at its borders."""

from dataclasses import dataclass, replace

import pytest

from gan.coach import LATE, RULES, START, WINDOW, WINDOW_STEPS, Reading, diagnose
from gan.ui.texts import ENGLISH

EVEN = 1.3, 0.9, 0.6, 0.4  # d_loss, g_loss, D(x), D(G(z))
TEN_CLASSES = [7, 6, 6, 7, 6, 7, 6, 7, 6, 6]
DIGITS = Reading(variety=0.6, grey=0.1, d_test=0.6, classes=TEN_CLASSES, readable=0.5)
SPACING = 10  # steps between two frames


@dataclass(frozen=True)
class Moment:
    step: int
    metrics: tuple = EVEN
    change: float = 0.01
    reading: Reading = DIGITS


def frames(end, reading=None, spacing=SPACING, **values):
    """The frames of a run up to the step `end`, all with the same values: of a run that learns, unless given."""
    moment = Moment(0, reading=replace(DIGITS, **(reading or {})), **values)
    return [replace(moment, step=step) for step in range(spacing, end + 1, spacing)]


def joined(before, later):
    """The frames of a run that goes on."""
    return [*before, *(replace(moment, step=moment.step + before[-1].step) for moment in later)]


def scores(real, fake):
    return (*EVEN[:2], real, fake)


def classes(*counts):
    return [*counts, *[0] * (10 - len(counts))]


def test_a_run_whose_fakes_differ_is_learning():
    assert diagnose(frames(5000)) == "learning"


def test_the_frame_before_the_first_step_is_too_early():
    untrained = Reading(variety=0.005, grey=1.0, d_test=0.5, classes=classes(), readable=0.0)
    assert diagnose([Moment(0, None, 0.0, untrained)]) == "starting"


@pytest.mark.parametrize("blobs", [{"grey": 0.46}, {"grey": 0.4, "variety": 0.09}, {"grey": 1.0, "variety": 0.0006}])
def test_blobs_are_the_start_at_first_and_slow_later(blobs):
    assert diagnose(frames(LATE - SPACING, blobs)) == "starting"
    assert diagnose(frames(LATE, blobs)) == "slow"


def test_strokes_that_differ_are_learning_from_the_first_frame_on():
    assert diagnose(frames(SPACING, {"grey": 0.45, "variety": 0.1})) == "learning"


@pytest.mark.parametrize(
    ("real", "fake", "said"), [(0.96, 0.04, "d-wins"), (0.95, 0.04, "learning"), (0.96, 0.05, "learning")]
)
def test_d_wins_if_it_is_right_and_sure(real, fake, said):
    assert diagnose(frames(1000, {"d_test": real}, metrics=scores(real, fake))) == said


def test_d_wins_after_200_steps_of_it():
    sure = {"reading": {"d_test": 0.96}, "metrics": scores(0.96, 0.04)}
    assert diagnose(frames(190, **sure)) == "learning"
    assert diagnose(frames(200, **sure)) == "d-wins"
    assert diagnose(joined(frames(1000), frames(200, **sure))) == "d-wins"
    assert diagnose(joined(frames(1000, metrics=scores(0.2, 0.9)), frames(190, **sure))) == "learning"


def test_one_doubtful_frame_does_not_end_the_win_of_d():
    sure = frames(1000, {"d_test": 0.99}, metrics=scores(0.99, 0.01))
    assert diagnose([*sure[:-1], replace(sure[-1], metrics=scores(0.9, 0.1))]) == "d-wins"
    assert diagnose([*sure[:-1], replace(sure[-1], metrics=scores(0.0, 0.1))]) == "learning"


def test_d_wins_over_a_g_that_draws_blobs():
    assert diagnose(frames(2000, {"grey": 0.9, "d_test": 0.99}, metrics=scores(0.99, 0.01))) == "d-wins"


@pytest.mark.parametrize(
    "reading",
    [
        {"grey": 1.0, "variety": 0.0004},  # one image for all vectors, a blob
        {"grey": 0.29, "variety": 0.09},  # nearly the same strokes
        {"classes": classes(64)},
        {"classes": classes(3, 30)},
        {"classes": classes(30, 30, 2, 2)},  # two classes, and some that may be misread
    ],
)
def test_a_collapse_is_one_image_or_one_or_two_classes(reading):
    assert diagnose(frames(START, reading)) == "collapse"
    assert diagnose(frames(START - SPACING, reading)) != "collapse"


@pytest.mark.parametrize(
    "reading",
    [
        {"variety": 0.1},
        {"grey": 0.3, "classes": classes(64)},  # blobs that the classifier takes for a digit
        {"classes": classes(58, 3, 3)},
        {"classes": classes(32)},  # the others are noise
        {"classes": None, "readable": None},
    ],
)
def test_no_collapse_if_fakes_differ_or_are_unclear(reading):
    assert diagnose(frames(START, reading)) == "learning"


def test_a_run_on_one_class_has_not_collapsed_because_it_has_one_class():
    assert diagnose(frames(START, {"classes": classes(64)}), one_class=True) == "learning"
    assert diagnose(frames(START, {"variety": 0.05}), one_class=True) == "collapse"


def test_a_collapse_is_named_before_the_win_of_d_over_it():
    assert diagnose(frames(1000, {"variety": 0.05, "d_test": 0.99}, metrics=scores(0.99, 0.01))) == "collapse"


@pytest.mark.parametrize(("d_test", "said"), [(0.46, "learning"), (0.44, "memorises"), (None, "learning")])
def test_d_knows_its_digits_if_it_scores_them_far_higher_than_others(d_test, said):
    assert diagnose(frames(1000, {"d_test": d_test}, metrics=scores(0.8, 0.2))) == said


def test_d_that_knows_its_digits_is_named_before_its_win():
    assert diagnose(frames(1000, {"d_test": 0.1}, metrics=scores(0.99, 0.01))) == "memorises"


@pytest.mark.parametrize(("change", "said"), [(0.034, "learning"), (0.036, "oscillation")])
def test_digits_that_change_much_in_every_frame_oscillate(change, said):
    assert diagnose(frames(1000, change=change)) == said


@pytest.mark.parametrize("end", [1000, LATE])
def test_blobs_that_flicker_oscillate(end):
    assert diagnose(frames(end, {"grey": 0.9}, change=0.1)) == "oscillation"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"change": 0.1}, "oscillation"),
        ({"reading": {"d_test": 0.1}}, "memorises"),
        ({"reading": {"readable": 0.9}}, "good"),
    ],
)
def test_means_are_taken_over_frames_after_the_start(values, said):
    first = START + WINDOW * SPACING
    assert diagnose(frames(first, **values)) == said
    assert diagnose(frames(first - SPACING, **values)) == "learning"
    assert diagnose(joined(frames(2 * first), frames(SPACING, **values))) == "learning"  # one frame is not enough


def test_means_are_taken_over_more_frames_if_each_is_of_few_steps():
    for jumps, said in ((WINDOW_STEPS, "oscillation"), (WINDOW_STEPS // 2, "learning")):
        assert diagnose(joined(frames(1000, spacing=1, change=0.0), frames(jumps, spacing=1, change=0.06))) == said


def test_means_are_taken_over_as_many_frames_if_each_is_of_many_steps():
    for jumps, said in ((WINDOW, "oscillation"), (WINDOW // 2, "learning")):
        later = frames(80 * jumps, spacing=80, change=0.06)
        assert diagnose(joined(frames(2000, spacing=80, change=0.0), later)) == said


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ({"readable": 0.75}, "good"),
        ({"readable": 0.74}, "learning"),
        ({"readable": 0.9, "variety": 0.24}, "learning"),
        ({"readable": None, "classes": None}, "learning"),
    ],
)
def test_most_fakes_are_digits_if_the_classifier_is_sure_of_them(reading, said):
    assert diagnose(frames(1000, reading)) == said


def test_every_diagnosis_has_its_texts_and_every_text_is_of_a_diagnosis():
    keys = {key for key, _ in RULES} | {"learning", "diverged"}
    assert {f"coach.{key}{part}" for key in keys for part in ("", ".try")} == {
        key for key in ENGLISH if key.startswith("coach.")
    }


def test_a_diagnosis_looks_at_a_bounded_number_of_frames():
    class Counted(list):
        seen = 0

        def __reversed__(self):
            for moment in super().__reversed__():
                Counted.seen += 1
                yield moment

        def __iter__(self):
            raise AssertionError("all frames are read")

    assert diagnose(Counted(frames(50_000))) == "learning"
    assert Counted.seen < 100  # of 5,000
