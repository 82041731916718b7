"""Annotations drawn on a picture."""

import pytest
from PIL import Image

from kitsulite.jobs import drawing

WHITE, RED, BLUE = (255, 255, 255), (255, 0, 0), (0, 0, 255)


def drawn(*objects, size=(200, 100)):
    return drawing.annotated(Image.new("RGB", size, WHITE), objects)


def near(picture, place, colour):
    return all(abs(a - b) < 40 for a, b in zip(picture.getpixel(place), colour, strict=True))


def box(**more):
    return {"type": "rect", "left": 20, "top": 20, "width": 40, "height": 20, "fill": "red", **more}


def test_a_box_is_filled_if_it_lies():
    picture = drawn(box())
    assert near(picture, (40, 30), RED)
    assert near(picture, (10, 30), WHITE)
    assert near(picture, (70, 30), WHITE)


def test_objects_scale_with_the_canvas_that_they_were_drawn_on():
    picture = drawn(box(canvasWidth=400, canvasHeight=200))
    assert near(picture, (15, 15), RED)
    assert near(picture, (40, 30), WHITE)


def test_objects_are_scaled_and_turned_about_their_corner():
    picture = drawn(box(scaleX=2, angle=90, left=100, top=10))
    assert near(picture, (90, 50), RED)
    assert near(picture, (110, 20), WHITE)


@pytest.mark.parametrize(
    ("item", "inside", "outside"),
    [
        ({"type": "circle", "radius": 20, "width": 40, "height": 40, "fill": "red"}, (40, 40), (22, 22)),
        ({"type": "ellipse", "rx": 30, "ry": 10, "width": 60, "height": 20, "fill": "red"}, (50, 30), (50, 45)),
        ({"type": "Line", "x1": 0, "y1": 0, "x2": 60, "y2": 0, "width": 60, "stroke": "red"}, (50, 20), (50, 30)),
        (
            {"type": "arrow", "x1": 0, "y1": 0, "x2": 60, "y2": 0, "width": 60, "fill": "red"},
            (72, 22),
            (72, 30),
        ),
        (
            {"type": "polygon", "points": [{"x": 0, "y": 0}, {"x": 60, "y": 0}, {"x": 60, "y": 60}], "fill": "red"},
            (70, 40),
            (25, 70),
        ),
        (
            {"type": "path", "path": "M 0 0 L 60 0 L 60 40 Z", "fill": "red", "width": 60, "height": 40},
            (70, 30),
            (30, 50),
        ),
        ({"type": "path", "path": [["M", 0, 0], ["Q", 30, 80, 60, 0]], "stroke": "red"}, (50, 60), (50, 10)),
        ({"type": "path", "path": [["M", 0, 0], ["C", 0, 40, 60, 40, 60, 0]], "stroke": "red"}, (50, 50), (50, 20)),
        (
            {
                "type": "PSStroke",
                "strokePoints": [{"x": 0, "y": 0, "pressure": 1}, {"x": 60, "y": 0, "pressure": 1}],
                "strokeWidth": 20,
                "stroke": "red",
                "width": 60,
            },
            (50, 26),
            (50, 40),
        ),
        ({"type": "textbox", "text": "MMM", "fontSize": 40, "fill": "red", "backgroundColor": "red"}, (30, 40), (5, 5)),
        ({"type": "text", "text": "\u2588" * 3, "fontSize": 40, "fill": "red"}, (32, 40), (5, 5)),
    ],
)
def test_every_type_of_object_is_drawn(item, inside, outside):
    wide = {"strokeWidth": 6, **item}
    if "points" in item or item["type"] == "path":
        wide = {"width": 60, "height": 60, **wide}
    wide |= {"left": 20, "top": 20}
    if item["type"] == "path" and "stroke" in item:
        wide |= {"pathOffset": {"x": 30, "y": 20}, "height": 40}
    picture = drawn(wide)
    assert near(picture, inside, RED)
    assert near(picture, outside, WHITE)


def test_children_lie_about_the_middle_of_their_group():
    group = {"type": "group", "left": 100, "top": 0, "width": 100, "height": 100}
    picture = drawn({**group, "objects": [box(left=-50, top=-50), {"type": "nonsense"}]})
    assert near(picture, (120, 10), RED)
    assert near(picture, (160, 60), WHITE)


def test_what_lets_light_through_is_mixed_with_what_lies_below():
    picture = drawn(box(), box(fill="rgba(0, 0, 255, 0.5)"))
    assert near(picture, (40, 30), (128, 0, 128))


def test_an_eraser_cuts_a_hole_into_its_object_alone():
    hole = {"type": "eraser", "left": -5, "top": -10, "width": 10, "height": 20, "objects": []}
    hole["objects"] = [box(left=-5, top=-10, width=10, height=20)]
    picture = drawn(box(fill="blue", left=0, width=200), box(eraser=hole))
    assert near(picture, (40, 30), BLUE)
    assert near(picture, (25, 30), RED)


@pytest.mark.parametrize(
    "faulty",
    [
        {},
        {"type": None},
        {"type": "unknown"},
        {"type": "rect", "width": "wide"},
        box(fill="no colour"),
        box(left=1e300),
        {"type": "circle", "radius": 1e9, "fill": "red"},
        {"type": "path", "path": "M 0"},
        {"type": "path", "path": ["M"]},
        {"type": "path", "path": "L 1 1"},
        {"type": "polyline", "points": []},
        {"type": "text"},
        {"type": "text", "text": "x", "fontSize": 1e6},
        {"type": "text", "text": "x" * 2000, "fontSize": 100},
        {"type": "group", "objects": None},
        box(canvasWidth="x"),
        box(eraser="x", fill=None),
    ],
)
def test_faulty_objects_are_left_out(faulty):
    picture = drawn(faulty, box(left=140))
    assert near(picture, (160, 30), RED)
    assert near(picture, (40, 80), WHITE)


def test_groups_inside_of_groups_come_to_an_end():
    item = box(left=-20, top=-10)
    for _ in range(50):
        item = {"type": "group", "objects": [item]}
    assert near(drawn(item), (10, 5), WHITE)


def test_a_machine_without_known_fonts_writes_with_that_of_pillow(monkeypatch):
    monkeypatch.setattr(drawing, "FONTS", ("NoSuchFont.ttf",))
    assert drawing.font_of(20).getbbox("text")[2] > 10
