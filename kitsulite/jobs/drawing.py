"""Draws annotations on a picture.

An annotation consists of the objects of a fabric.js canvas. They are drawn on a transparent layer of twice the size of
the picture, which is then scaled down and put over it. Unknown and faulty objects are left out.
"""

import contextlib
import itertools
import math
import re

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFont

SCALE = 2
STEPS = 16
#: pixels from the corner beyond which nothing is drawn
FARTHEST = 100_000
#: fonts to look for on the machine
FONTS = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "Arial.ttf", "arial.ttf", "Helvetica.ttc")
#: most levels of nested groups
DEPTH = 10
RGB = re.compile(r"rgba?\(([^)]*)\)", re.IGNORECASE)
PATH = re.compile(r"[MLQCZ]|-?\d*\.?\d+(?:e[-+]?\d+)?", re.IGNORECASE)
ARGUMENTS = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}
FAULTS = (KeyError, TypeError, ValueError, IndexError, AttributeError, ZeroDivisionError, OverflowError)


def annotated(picture, objects):
    """A picture with objects drawn over it, RGB."""
    picture = picture.convert("RGBA")
    layer = Image.new("RGBA", (picture.width * SCALE, picture.height * SCALE))
    for item in objects:
        canvas_width = item.get("canvasWidth") or picture.width
        canvas_height = item.get("canvasHeight") or picture.height
        with contextlib.suppress(*FAULTS):
            draw(layer, item, (layer.width / float(canvas_width), 0, 0, 0, layer.height / float(canvas_height), 0))
    return Image.alpha_composite(picture, layer.resize(picture.size, Image.Resampling.LANCZOS)).convert("RGB")


def draw(layer, item, base, depth=0):
    """Draw an object or a group on a layer; `base` maps its coordinates to those of the layer."""
    if depth > DEPTH:
        raise ValueError("too many groups")
    if not needs_layer(item):
        draw_plain(layer, item, base, depth)
        return
    own = Image.new("RGBA", layer.size)
    draw_plain(own, item, base, depth)
    if isinstance(item.get("eraser"), dict):
        holes = Image.new("RGBA", layer.size)
        draw_plain(holes, {**item["eraser"], "type": "group"}, combined(base, placement(item, (0, 0))), depth + 1)
        own.putalpha(ImageChops.subtract(own.getchannel("A"), holes.getchannel("A")))
    layer.alpha_composite(own)


def draw_plain(layer, item, base, depth):
    kind = str(item.get("type", "")).lower().replace("-", "")
    if kind != "group":
        SHAPES[kind](layer, item, base)
        return
    matrix = combined(base, placement(item, (0, 0)))
    for child in item["objects"]:
        with contextlib.suppress(*FAULTS):
            draw(layer, child, matrix, depth + 1)


def needs_layer(item):
    """Whether an object is translucent, or partly erased."""
    paints = colour(item.get("stroke")), colour(item.get("fill")), colour(item.get("backgroundColor"))
    return bool(item.get("eraser")) or any(paint and paint[3] < 255 for paint in paints)


# Places: (a, b, c, d, e, f) maps (x, y) to (a x + b y + c, d x + e y + f)


def placement(item, pivot):
    """Maps an object's own points, around the pivot, to the coordinates of its parent."""
    scale_x, scale_y = number(item, "scaleX", 1), number(item, "scaleY", 1)
    angle = math.radians(number(item, "angle", 0))
    cos, sin = math.cos(angle), math.sin(angle)
    shift_x = (number(item, "width", 0) / 2 - pivot[0]) * scale_x
    shift_y = (number(item, "height", 0) / 2 - pivot[1]) * scale_y
    left, top = number(item, "left", 0), number(item, "top", 0)
    return (
        *(cos * scale_x, -sin * scale_y, cos * shift_x - sin * shift_y + left),
        *(sin * scale_x, cos * scale_y, sin * shift_x + cos * shift_y + top),
    )


def combined(outer, inner):
    a, b, c, d, e, f = outer
    g, h, i, j, k, m = inner
    return a * g + b * j, a * h + b * k, a * i + b * m + c, d * g + e * j, d * h + e * k, d * i + e * m + f


def mapped(matrix, points):
    a, b, c, d, e, f = matrix
    moved = [(a * x + b * y + c, d * x + e * y + f) for x, y in points]
    if not all(abs(x) < FARTHEST and abs(y) < FARTHEST for x, y in moved):
        raise ValueError("an object far beyond the picture")
    return moved


def own_matrix(item, base, points):
    """Maps an object's own points to the layer."""
    offset = item.get("pathOffset") or item.get("strokeOffset")
    return combined(base, placement(item, (offset["x"], offset["y"]) if offset else middle(points)))


def middle(points):
    xs, ys = zip(*points, strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def widening(matrix):
    """The factor by which a matrix widens a line."""
    return math.sqrt(abs(matrix[0] * matrix[4] - matrix[1] * matrix[3]))


# Values


def number(item, name, default):
    value = item.get(name)
    return float(default if value is None else value)


def colour(text):
    """A CSS colour as RGBA, None if there is none."""
    if not isinstance(text, str) or text.lower() in ("", "none", "transparent"):
        return None
    match = RGB.fullmatch(text.strip())
    if not match:
        return ImageColor.getcolor(text, "RGBA")
    red, green, blue, *alpha = (float(part) for part in match[1].replace("/", ",").split(","))
    return round(red), round(green), round(blue), round(255 * alpha[0]) if alpha else 255


def line_colour(item):
    return colour(item.get("stroke")) or colour(item.get("fill")) or (0, 0, 0, 255)


# Shapes


def stroke(layer, points, paint, width):
    """Draw a line with round corners and ends."""
    if not paint or not 0 < width < FARTHEST:
        return
    pen, radius = ImageDraw.Draw(layer), width / 2
    pen.line(points, fill=paint, width=max(1, round(width)))
    for x, y in points:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=paint)


def outline(layer, item, base, points, closed):
    """Draw a shape of straight lines, with its fill if it has one."""
    matrix = own_matrix(item, base, points)
    placed = mapped(matrix, points)
    inside = colour(item.get("fill"))
    if closed and inside:
        ImageDraw.Draw(layer).polygon(placed, fill=inside)
    paint = colour(item.get("stroke")) if closed else line_colour(item)
    stroke(layer, [*placed, placed[0]] if closed else placed, paint, number(item, "strokeWidth", 1) * widening(matrix))


def rectangle(layer, item, base):
    width, height = number(item, "width", 0), number(item, "height", 0)
    outline(layer, item, base, [(0, 0), (width, 0), (width, height), (0, height)], closed=True)


def ellipse(layer, item, base):
    radius_x = number(item, "rx", number(item, "radius", 0))
    radius_y = number(item, "ry", number(item, "radius", 0))
    turns = (2 * math.pi * step / 64 for step in range(64))
    points = [(radius_x * (1 + math.cos(turn)), radius_y * (1 + math.sin(turn))) for turn in turns]
    outline(layer, item, base, points, closed=True)


def polygon(layer, item, base):
    outline(layer, item, base, corners(item), closed=True)


def polyline(layer, item, base):
    outline(layer, item, base, corners(item), closed=False)


def corners(item):
    return [(float(point["x"]), float(point["y"])) for point in item["points"]]


def ends(item):
    return [(number(item, "x1", 0), number(item, "y1", 0)), (number(item, "x2", 0), number(item, "y2", 0))]


def line(layer, item, base):
    outline(layer, item, base, ends(item), closed=False)


def arrow(layer, item, base):
    """Draw a line with a filled head of 60 degrees at its end."""
    line(layer, item, base)
    (x1, y1), (x2, y2) = ends(item)
    way, size = math.atan2(y2 - y1, x2 - x1), number(item, "arrowHeadSize", 15)
    sides = [
        (x2 - size * math.cos(way + turn), y2 - size * math.sin(way + turn)) for turn in (-math.pi / 6, math.pi / 6)
    ]
    placed = mapped(own_matrix(item, base, ends(item)), [(x2, y2), *sides])
    ImageDraw.Draw(layer).polygon(placed, fill=line_colour(item))


def path(layer, item, base):
    """Draw lines and curves; each part begins with a move."""
    parts = flattened(item["path"])
    matrix = own_matrix(item, base, [point for part in parts for point in part])
    inside = colour(item.get("fill"))
    paint = colour(item.get("stroke")) or (None if inside else (0, 0, 0, 255))
    for part in parts:
        placed = mapped(matrix, part)
        if inside and len(placed) > 2:
            ImageDraw.Draw(layer).polygon(placed, fill=inside)
        stroke(layer, placed, paint, number(item, "strokeWidth", 1) * widening(matrix))


def flattened(commands):
    """The parts of an SVG path (text or list of commands) as lists of points."""
    words = PATH.findall(commands) if isinstance(commands, str) else [w for command in commands for w in command]
    parts, position = [], 0
    while position < len(words):
        command = str(words[position]).upper()
        count = ARGUMENTS[command]
        values = [float(word) for word in words[position + 1 : position + 1 + count]]
        position += 1 + count
        points = list(zip(values[::2], values[1::2], strict=True))
        if command == "M":
            parts.append(points)
        elif command == "Z":
            parts[-1].append(parts[-1][0])
        else:
            parts[-1] += curve([parts[-1][-1], *points])
    return parts


def curve(controls):
    """The points of a Bezier curve after the first one; of a line, its end."""
    if len(controls) == 2:
        return controls[1:]
    return [bezier(controls, step / STEPS) for step in range(1, STEPS + 1)]


def bezier(controls, t):
    while len(controls) > 1:
        pairs = itertools.pairwise(controls)
        controls = [(x1 + (x2 - x1) * t, y1 + (y2 - y1) * t) for (x1, y1), (x2, y2) in pairs]
    return controls[0]


def pressed(layer, item, base):
    """Draw a line whose width follows the pressure of the pen."""
    pen = [(float(point["x"]), float(point["y"])) for point in item["strokePoints"]]
    matrix = own_matrix(item, base, pen)
    placed, paint = mapped(matrix, pen), line_colour(item)
    width = number(item, "strokeWidth", 1) * widening(matrix)
    for point, start, end in zip(item["strokePoints"], placed, [*placed[1:], placed[-1]], strict=True):
        stroke(layer, [start, end], paint, width * number(point, "pressure", 0.5))


def writing(layer, item, base):
    """Draw text in its size, on its background if it has one."""
    matrix = combined(base, placement({**item, "width": 0, "height": 0}, (0, 0)))
    grain = max(1.0, widening(matrix))
    size = number(item, "fontSize", 16) * grain
    if not 0 < size < 2 * max(layer.size):
        raise ValueError("text beyond the picture")
    font = font_of(size)
    box = ImageDraw.Draw(layer).multiline_textbbox((0, 0), str(item["text"]), font=font)
    written = Image.new("RGBA", (max(1, math.ceil(box[2])), max(1, math.ceil(box[3]))))
    if written.width * written.height > 4 * layer.width * layer.height:
        raise ValueError("text beyond the picture")
    pen, behind = ImageDraw.Draw(written), colour(item.get("backgroundColor"))
    if behind:
        pen.rectangle((0, 0, *written.size), fill=behind)
    pen.multiline_text((0, 0), str(item["text"]), font=font, fill=colour(item.get("fill")) or (0, 0, 0, 255))
    placed = combined(matrix, (1 / grain, 0, 0, 0, 1 / grain, 0))
    layer.alpha_composite(written.transform(layer.size, Image.Transform.AFFINE, inverse(placed)))


def font_of(size):
    """A font with accents if the machine has one, else Pillow's own."""
    for name in FONTS:
        with contextlib.suppress(OSError):
            return ImageFont.truetype(name, size)
    return ImageFont.load_default(size)


def inverse(matrix):
    a, b, c, d, e, f = matrix
    size = a * e - b * d
    return e / size, -b / size, (b * f - c * e) / size, -d / size, a / size, (c * d - a * f) / size


SHAPES = {
    **{"rect": rectangle, "circle": ellipse, "ellipse": ellipse, "line": line, "arrow": arrow, "path": path},
    **{"polyline": polyline, "polygon": polygon, "psstroke": pressed},
    **dict.fromkeys(("itext", "text", "textbox"), writing),
}
