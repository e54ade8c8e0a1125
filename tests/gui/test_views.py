"""What part of a run is shown: it slides, stands, is zoomed, shown whole, and gone back to."""

from dataclasses import replace

import pytest

from engine.frame import Ended, Frame, Phase, Recording, RunState, State, View
from gui import actions
from gui.plots.common.navigation import Navigation
from gui.theme import theme
from gui.view_state import views
from gui.view_state.history import PAUSE, History, Place
from gui.view_state.panel_choices import PanelChoices
from gui.view_state.views import RunView
from tests.gui import frames
from tests.gui.recorded_commands import RecordedCommands, course


class Clock:
    """Stands still until it is told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def pause(self) -> None:
        self.now += 2 * PAUSE


def run_to(shown: RunView, now: float, phase: Phase = Phase.RUNNING, plan: float | None = None) -> View:
    """The view when the run has come to `now`."""
    return shown.of(RunState(1, phase=phase, now=now, plan=plan), Recording())


def stretch(view: View) -> tuple[float, float]:
    return view.start, view.end


# the axis slides


def test_that_the_axis_has_one_width_and_slides() -> None:
    shown, width = RunView(), views.UNPLANNED
    seen = [stretch(run_to(shown, now)) for now in (0.0, 0.1, 0.6, 1.5, 3.9, 4.0, 7.0, 12.0)]
    assert {round(end - start, 9) for start, end in seen} == {width}
    assert seen[-1] == (12.0 - width, 12.0)


@pytest.mark.parametrize("length", [0.7, 30.0, 300.0])
def test_that_nothing_rescales_when_a_run_ends(length: float) -> None:
    shown = RunView()
    before = stretch(run_to(shown, length))
    assert stretch(run_to(shown, length, Phase.ENDED)) == before


def test_that_a_run_too_short_to_be_seen_coming_is_shown_by_its_own_length_at_its_end() -> None:
    shown = RunView()
    assert stretch(run_to(shown, 0.008)) == (0.0, views.UNPLANNED)
    over = RunState(1, phase=Phase.ENDED, ended=Ended.FINISHED, now=0.01)
    assert stretch(shown.of(over, Recording())) == pytest.approx((0.0, 0.011))
    shown.begin()
    assert stretch(run_to(shown, 0.0, Phase.STARTING)) == (0.0, views.UNPLANNED)
    shown.reset("counter", 1.8)
    assert stretch(shown.of(over, Recording())) == (0.0, 1.8), "a scenario says what is shown"
    shown.reset("mine")
    shown.look(0.0, 2.0)
    assert stretch(shown.of(over, Recording())) == (0.0, 2.0), "and so does the presenter"


def test_that_the_axis_is_as_long_as_the_scenario_says_a_run_takes_and_a_little_more() -> None:
    shown = RunView()
    assert stretch(run_to(shown, 0.01, plan=2.0)) == pytest.approx((0.0, 2.2))
    assert stretch(run_to(shown, 0.01, plan=300.0)) == (0.0, views.WIDTH), "at most so much"


def test_that_a_run_that_begins_again_begins_with_the_same_axis() -> None:
    shown = RunView()
    first = stretch(run_to(shown, 0.5, plan=2.0))
    run_to(shown, 2.1, Phase.ENDED, plan=2.0)
    shown.begin()
    assert stretch(run_to(shown, 0.0, Phase.STARTING)) == first, "also before the new run has said what it takes"
    assert stretch(run_to(shown, 0.1, plan=2.0)) == first


def test_that_a_scenario_says_how_much_is_shown_where_a_run_cannot() -> None:
    shown = RunView()
    shown.reset("counter", 1.8)
    assert stretch(run_to(shown, 0.0, Phase.IDLE)) == (0.0, 1.8)
    shown.reset("bank")
    assert stretch(run_to(shown, 0.0, Phase.IDLE)) == (0.0, views.UNPLANNED)


def test_that_a_width_that_was_chosen_for_following_stays_until_the_whole_run_is_asked_for() -> None:
    shown = RunView()
    run_to(shown, 12.0)
    shown.look(8.0, 10.0)
    shown.follow(True)
    assert stretch(run_to(shown, 13.0)) == (11.0, 13.0)
    shown.begin()
    assert stretch(run_to(shown, 0.1)) == (0.0, 2.0)
    shown.fit()
    shown.follow(True)
    assert stretch(run_to(shown, 1.0)) == (0.0, views.UNPLANNED)


# zooms


def test_that_a_zoom_ends_with_the_next_run() -> None:
    shown = RunView()
    run_to(shown, 12.0)
    shown.look(8.0, 8.3)
    assert stretch(run_to(shown, 12.5)) == (8.0, 8.3), "what does not follow stays"
    shown.begin()
    assert stretch(run_to(shown, 0.1)) == (0.0, views.UNPLANNED)


def test_that_the_whole_run_goes_on_being_shown_while_it_grows_and_in_the_next_run() -> None:
    shown = RunView()
    run_to(shown, 12.0)
    shown.fit()
    for now in (12.0, 13.0, 40.0, 500.0):
        view = run_to(shown, now)
        assert view.whole
        assert view.start == 0.0
        assert now <= view.end <= now * views.GROWTH * 1.001
    assert stretch(run_to(shown, 500.0, Phase.ENDED)) == (0.0, 500.0 * (1 + views.MARGIN))
    shown.begin()
    assert stretch(run_to(shown, 0.1)) == (0.0, views.UNPLANNED)
    assert run_to(shown, 20.0).end >= 20.0
    shown.look(1.0, 2.0)
    assert not run_to(shown, 21.0).whole, "another zoom ends it"
    shown.fit()
    shown.follow(True)
    assert not run_to(shown, 21.0).whole, "so does following"


def test_that_a_zoom_keeps_the_cursor_where_it_is_or_the_middle() -> None:
    still = View(0.0, 10.0, follow=False, cursor=2.0)
    assert views.zoomed(still, 2.0, 10.0) == (1.0, 6.0)
    assert views.zoomed(replace(still, cursor=99.0), 2.0, 10.0) == (2.5, 7.5)
    assert views.zoomed(replace(still, cursor=None), 2.0, 10.0) == (2.5, 7.5)


@pytest.mark.parametrize("view", [View(0.0, 10.0, follow=False), View(0.0, 10.0), View(0.0, 10.0, False, whole=True)])
def test_that_a_zoom_is_about_the_mouse_whatever_was_shown_before(view: View) -> None:
    assert views.zoomed(view, 2.0, 10.0, about=8.0) == (4.0, 9.0)


def test_that_keys_and_wheel_zoom_by_one_rule_and_following_ends() -> None:
    made, run = RecordedCommands(), frames.small().run
    zoom = actions.action("nearer").do
    assert zoom is not None
    for view in (View(0.0, 10.0, follow=False, cursor=2.0), View(0.0, 10.0, cursor=2.0), View(0.0, 10.0)):
        made.made.clear()
        frame = replace(frames.small(), view=view)
        zoom(made, actions.ActionScene(frame, theme.make("dark", False), course(), PanelChoices(), "timeline"))
        by_key = made.of("look")
        Navigation(made, lambda frame=frame: frame).zoom(views.NEARER)
        assert by_key == made.of("look")[1:] == [views.zoomed(view, views.NEARER, run.now)]
        assert not made.of("follow")
        assert not made.of("cursor")


def test_that_the_view_cannot_be_lost() -> None:
    view = View(0.0, 1.0, follow=False)
    assert views.panned(view, -50.0, 10.0)[0] >= -0.5
    assert views.panned(view, 50.0, 10.0)[0] <= 10.0
    start, end = views.zoomed(view, 1e12, 10.0)
    assert end - start == pytest.approx(views.LEAST)
    start, end = views.zoomed(view, 1e-12, 10.0)
    assert end - start <= 40.0


def test_that_a_view_never_gets_too_narrow_or_leaves_the_run() -> None:
    view = views.looked(View(), 5.0, 5.0)
    assert view.end - view.start == pytest.approx(views.LEAST)
    assert views.looked(View(), -100.0, -90.0).end >= 0.0


def test_that_a_width_is_shown_at_the_cursor_and_following_goes_on_with_it() -> None:
    made = RecordedCommands()
    frame = replace(frames.small(), view=View(2.0, 6.0, follow=True))
    steering = Navigation(made, lambda: frame)
    steering.widen(1.0)
    assert made.of("look") == [(5.0, 6.0)]
    assert made.of("follow") == [(True,)]
    frame = replace(frame, view=View(2.0, 6.0, follow=True, cursor=3.0))
    steering.widen(1.0)
    assert made.of("look")[-1] == (2.5, 3.5)
    assert len(made.of("follow")) == 1


@pytest.mark.parametrize("frame", [frames.running(2.0), frames.small()], ids=["running", "ended"])
def test_that_a_width_is_that_of_the_last_moments_while_the_whole_of_a_run_grows_else_about_the_middle(
    frame: Frame,
) -> None:
    made = RecordedCommands()
    running = frame.run.phase is Phase.RUNNING
    whole = replace(frame, view=View(0.0, 4.0, follow=False, whole=True))
    Navigation(made, lambda: whole).widen(1.0)
    assert made.of("look") == [(1.0, 2.0) if running else (1.5, 2.5)]
    assert made.of("follow") == [(True,)] * running


# the mark


def test_that_an_interval_has_its_ends_in_order_and_goes_with_the_next_run() -> None:
    shown = RunView()
    shown.mark((3.0, -1.0))
    assert shown.view.marked == (0.0, 3.0)
    shown.begin()
    assert shown.view.marked is None


# going back


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_that_zooms_and_pans_are_gone_back_through_and_forward_again(clock: Clock) -> None:
    shown = RunView(clock)
    shown.reset("counter")
    following = stretch(run_to(shown, 12.0))
    for start in (1.0, 2.0, 3.0):
        clock.pause()
        shown.look(start, start + 1.0)
    assert [shown.step(-1) and shown.view.start for _ in range(3)] == [2.0, 1.0, following[0]]
    assert shown.view.follow, "as it was at first"
    assert stretch(run_to(shown, 13.0)) == (13.0 - views.UNPLANNED, 13.0)
    assert shown.step(-1) == "", "there is nothing before that"
    assert shown.step(1) == "counter"
    assert stretch(run_to(shown, 14.0)) == (1.0, 2.0)
    clock.pause()
    shown.look(7.0, 8.0)
    assert shown.step(1) == "", "what lay ahead is forgotten where another way is taken"


def test_that_turns_of_a_wheel_are_one_step(clock: Clock) -> None:
    shown = RunView(clock)
    shown.reset("counter")
    run_to(shown, 12.0)
    for start in (1.0, 2.0, 3.0):
        clock.now += PAUSE / 2
        shown.look(start, start + 1.0)
    shown.step(-1)
    assert shown.view.follow


def test_that_a_lesson_is_a_step_and_what_was_looked_at_in_it_ends_with_its_run(clock: Clock) -> None:
    shown = RunView(clock)
    shown.reset("counter")
    run_to(shown, 12.0)
    shown.look(1.0, 2.0)
    shown.reset("bank")
    assert shown.step(-1) == "counter"
    shown.reset("counter")
    assert shown.view.follow, "no stretch of a run that is gone"
    assert shown.step(-1) == ""
    assert shown.step(1) == "bank"


def test_that_a_run_that_begins_forgets_the_stretches_of_the_one_before(clock: Clock) -> None:
    shown = RunView(clock)
    shown.reset("counter")
    run_to(shown, 12.0)
    shown.look(1.0, 2.0)
    shown.begin()
    assert shown.step(-1) == ""


def test_that_what_changes_nothing_is_no_step(clock: Clock) -> None:
    shown = RunView(clock)
    shown.reset("counter")
    run_to(shown, 12.0, Phase.ENDED)
    for _ in range(3):
        clock.pause()
        shown.fit()
    shown.step(-1)
    assert shown.view.follow


def test_that_a_history_has_an_end(clock: Clock) -> None:
    history = History(clock)
    history.opened("counter")
    places = [Place(float(at), at + 1.0, False, False, None) for at in range(1000)]
    for before, after in zip(places, places[1:], strict=False):
        clock.pause()
        history.moved(before, after)
    count = 0
    while history.go(-1, places[0]) is not None:
        count += 1
    assert 100 < count < 300


def test_that_what_is_hidden_stays_hidden_in_another_lesson() -> None:
    shown = RunView()
    shown.set(replace(shown.view, hidden=frozenset({State.SLEEPING})))
    shown.reset("bank")
    assert shown.view.hidden == {State.SLEEPING}
