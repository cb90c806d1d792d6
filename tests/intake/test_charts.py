"""Numbers become places: percent across, pixels down, and nothing is drawn where there is nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from intake import charts
from intake.charts import ABOVE, DAY, HOUR, PLOT


def say(seconds):
    return f"{seconds // HOUR} h"


def test_a_line_by_hand():
    drawn = charts.lines(["Sep", "Oct", "Nov", "Dec"], [[HOUR, None, 2 * HOUR, 4 * HOUR]], say=say)
    assert [point.x for point in drawn.under] == ["23.88%", "45.62%", "67.38%", "89.12%"]
    assert [line.words for line in drawn.scale] == ["", "1 h", "2 h", "3 h", "4 h"]
    (series,) = drawn.series
    assert [(point.x, point.y) for point in series.points] == [("23.88%", "117.0"), ("67.38%", "84.0"), ("89.12%", "18.0")]
    assert [(join.x, join.to_x) for join in series.joins] == [("67.38%", "89.12%")]  # over a gap there is no line


@settings(max_examples=40)
@given(st.lists(st.none() | st.integers(0, 900 * DAY), min_size=1, max_size=13))
def test_every_point_lies_on_the_plot_under_a_short_scale(values):
    drawn = charts.lines([str(place) for place in range(len(values))], [values], say=say)
    assert 2 <= len(drawn.scale) <= charts.MOST_LINES + 1
    assert all(ABOVE <= float(point.y) <= ABOVE + PLOT for point in drawn.series[0].points)
    assert len(drawn.series[0].points) == sum(value is not None for value in values)


def test_bars_by_hand():
    drawn = charts.bars([("Alice: 4", (1, 3)), ("Bob: 2", (0, 2)), ("Olivia: 0", (0, 0))])
    assert [[(part.x, part.width, part.number) for part in bar.parts] for bar in drawn.bars] == [
        [("0.00%", "25.00%", 1), ("25.00%", "75.00%", 2)],
        [("0.00%", "50.00%", 2)],
        [],
    ]
    assert drawn.height == 3 * charts.ROW


def test_nothing_can_be_drawn():
    assert charts.bars([]).bars == ()
    assert charts.lines([], [[]], say=say).series[0].points == ()
