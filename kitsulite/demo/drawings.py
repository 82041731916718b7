"""The pictures of the demo studio, drawn with Pillow: flat shapes in a few colours.

A scene is drawn in numbers; the palette of its step makes a sketch, a playblast or a final frame of it.
"""

import colorsys
import functools
import random
from typing import Any

WIDTH, HEIGHT = 960, 540
#: numbers of colours in a picture
SKY, SUN, FAR, NEAR, WATER, WAVE, DARK, LIGHT, SKIN, CLOTH, HAIR, PAPER, RED, GLOW = range(14)
BANDS = 8
#: hue of the sky of each place, and whether it is night
PLACES = {
    "street": (0.58, False),
    "canal": (0.50, False),
    "sea": (0.56, False),
    "harbour": (0.70, True),
    "deck": (0.64, True),
}


def palette(step: str, hue: float, night: bool) -> list[int]:
    """RGB values of the colours, for a step of the work."""

    def color(h: float, s: float, v: float) -> tuple[float, float, float]:
        return colorsys.hsv_to_rgb(h % 1, s, v)

    value = 0.35 if night else 0.92
    colors = [
        color(hue, 0.5, value),
        color(0.13, 0.25 if night else 0.45, 1),
        color(hue + 0.04, 0.35, value * 0.8),
        color(hue - 0.1, 0.45, value * 0.55),
        color(hue - 0.02, 0.6, value * 0.7),
        color(hue - 0.02, 0.3, min(1, value * 1.15)),
        color(hue, 0.6, 0.16),
        color(0.12, 0.12, 0.97),
        color(0.07, 0.35, 0.93),
        color(hue + 0.45, 0.65, 0.85),
        color(0.07, 0.6, 0.28),
        color(0.12, 0.05, 1),
        color(0.99, 0.7, 0.9),
        color(0.12, 0.7, 1),
    ]
    for band in range(BANDS):
        share = band / (BANDS - 1)
        colors.append(color(hue + 0.12 * share, 0.55 - 0.3 * share, value * (0.75 + 0.25 * share)))
    if step in ("Storyboard", "Modeling"):
        paper = (1.0, 0.99, 0.95) if step == "Storyboard" else (0.82, 0.84, 0.86)
        grey = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in colors]
        colors = [tuple(tone * (0.45 + 0.55 * level) for tone in paper) for level in grey]  # type: ignore[misc]
    return [max(0, min(255, round(255 * part))) for rgb in colors for part in rgb]


def scene(place: str, step: str, seed: str, label: str, revision: int = 1, at: float = 0.0) -> Any:
    """A picture of a shot; `at` moves the boat from 0 to 1 through it."""
    from PIL import Image, ImageDraw

    numbers = random.Random(seed)  # noqa: S311
    hue, night = PLACES[place]
    picture = Image.new("P", (WIDTH, HEIGHT), SKY)
    picture.putpalette(palette(step, hue + numbers.uniform(-0.06, 0.06), night))
    draw = ImageDraw.Draw(picture)
    horizon = numbers.randint(250, 340)
    for band in range(BANDS):
        top = band * horizon // BANDS
        draw.rectangle((0, top, WIDTH, top + horizon // BANDS + 1), fill=14 + band)
    x, y, size = numbers.randint(120, 840), numbers.randint(50, horizon - 60), numbers.randint(26, 60)
    draw.ellipse((x - size, y - size, x + size, y + size), fill=SUN)
    if night:
        for _ in range(60):
            x, y = numbers.randint(0, WIDTH), numbers.randint(0, horizon - 20)
            draw.ellipse((x, y, x + 2, y + 2), fill=LIGHT)
    skyline(draw, numbers, place, horizon)
    water(draw, numbers, horizon)
    boat(draw, numbers.randint(180, 420) + round(240 * at) + 14 * revision, numbers.randint(370, 430), 1.6, night)
    if numbers.random() < 0.6:
        figure(draw, numbers.randint(560, 860), 500, numbers.uniform(0.8, 1.7), numbers.random() < 0.5)
    if step == "Storyboard":
        draw.rectangle((8, 8, WIDTH - 9, HEIGHT - 9), outline=DARK, width=6)
    caption(draw, f"{label}  {step}  v{revision:03}")
    return picture


def skyline(draw: Any, numbers: random.Random, place: str, horizon: int) -> None:
    if place in ("street", "harbour"):
        x = -20
        while x < WIDTH:
            wide, high = numbers.randint(50, 120), numbers.randint(60, 210)
            draw.rectangle((x, horizon - high, x + wide, horizon + 2), fill=numbers.choice((FAR, NEAR)))
            for window in range(x + 12, x + wide - 18, 26):
                for floor in range(horizon - high + 16, horizon - 24, 34):
                    lit = GLOW if numbers.random() < 0.4 else DARK
                    draw.rectangle((window, floor, window + 10, floor + 14), fill=lit)
            x += wide + numbers.choice((0, 0, 18))
    else:
        for tone, high in ((FAR, 70), (NEAR, 36)):
            points = [(x, horizon - numbers.randint(4, high)) for x in range(0, WIDTH + 81, 80)]
            draw.polygon([(0, horizon + 2), *points, (WIDTH + 80, horizon + 2)], fill=tone)
    if place == "deck":
        for x in range(0, WIDTH, 120):
            draw.rectangle((x, horizon - 40, x + 8, horizon + 60), fill=DARK)
        draw.rectangle((0, horizon - 44, WIDTH, horizon - 34), fill=DARK)


def water(draw: Any, numbers: random.Random, horizon: int) -> None:
    draw.rectangle((0, horizon, WIDTH, HEIGHT), fill=WATER)
    for _ in range(46):
        y = numbers.randint(horizon + 6, HEIGHT)
        x, wide = numbers.randint(-40, WIDTH), numbers.randint(20, 40 + (y - horizon))
        draw.line((x, y, x + wide, y), fill=WAVE, width=1 + (y - horizon) // 70)


def boat(draw: Any, x: float, y: float, scale: float, lit: bool = False) -> None:
    """A boat of folded paper."""

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x + scale * px, y + scale * py) for px, py in points]

    draw.polygon(at((-60, 0), (60, 0), (38, 30), (-38, 30)), fill=PAPER, outline=DARK)
    draw.polygon(at((-26, 0), (0, -46), (26, 0)), fill=LIGHT, outline=DARK)
    draw.line(at((0, -46), (0, 0)), fill=DARK, width=2)
    if lit:
        draw.ellipse([value for point in at((-9, -22), (9, -4)) for value in point], fill=GLOW)


def figure(draw: Any, x: float, y: float, scale: float, long_hair: bool) -> None:
    """A person who stands on (x, y)."""

    def box(left: float, top: float, right: float, bottom: float) -> tuple[float, ...]:
        return (x + scale * left, y + scale * top, x + scale * right, y + scale * bottom)

    draw.rectangle(box(-12, -40, -3, 0), fill=DARK)
    draw.rectangle(box(3, -40, 12, 0), fill=DARK)
    draw.polygon(
        [
            (x - 14 * scale, y - 92 * scale),
            (x + 14 * scale, y - 92 * scale),
            (x + 24 * scale, y - 34 * scale),
            (x - 24 * scale, y - 34 * scale),
        ],
        fill=CLOTH,
    )
    if long_hair:
        draw.ellipse(box(-24, -140, 24, -80), fill=HAIR)
    draw.ellipse(box(-20, -134, 20, -90), fill=SKIN)
    draw.chord(box(-22, -140, 22, -92), 180, 360, fill=HAIR)
    draw.ellipse(box(-9, -116, -5, -110), fill=DARK)
    draw.ellipse(box(5, -116, 9, -110), fill=DARK)


def asset(subject: str, step: str, seed: str, label: str, revision: int = 1) -> Any:
    """A picture of an asset."""
    from PIL import Image, ImageDraw

    if subject in PLACES:
        return scene(subject, step, seed, label, revision)
    numbers = random.Random(seed)  # noqa: S311
    picture = Image.new("P", (WIDTH, HEIGHT), 21)
    picture.putpalette(palette(step, numbers.random(), False))
    draw = ImageDraw.Draw(picture)
    for band in range(BANDS):
        draw.rectangle((0, band * 68, WIDTH, band * 68 + 68), fill=14 + band)
    draw.ellipse((260, 440, 700, 500), fill=NEAR)
    DRAWN[subject](draw, numbers)
    if step == "Modeling":
        for x in range(0, WIDTH, 60):
            draw.line((x, 470, x + 90, HEIGHT), fill=FAR)
    caption(draw, f"{label}  {step}  v{revision:03}")
    return picture


def person(draw: Any, numbers: random.Random) -> None:
    figure(draw, 480, 470, 2.9, numbers.random() < 0.6)


def animal(draw: Any, numbers: random.Random) -> None:
    draw.ellipse((330, 300, 620, 470), fill=CLOTH)
    draw.ellipse((560, 220, 700, 350), fill=CLOTH)
    for x in (580, 650):
        draw.polygon(((x, 250), (x + 18, 190), (x + 40, 245)), fill=CLOTH)
        draw.ellipse((x + 10, 270, x + 26, 286), fill=DARK)
    draw.arc((250, 260, 420, 440), 90, 250, fill=CLOTH, width=26)


def lantern(draw: Any, numbers: random.Random) -> None:
    draw.arc((400, 120, 560, 280), 180, 360, fill=DARK, width=12)
    draw.rectangle((390, 200, 570, 450), fill=DARK)
    draw.rectangle((412, 224, 548, 426), fill=GLOW)
    draw.ellipse((456, 300, 504, 400), fill=LIGHT)


def umbrella(draw: Any, numbers: random.Random) -> None:
    draw.line((480, 150, 480, 450), fill=DARK, width=12)
    draw.pieslice((280, 130, 680, 490), 180, 360, fill=RED, outline=DARK)


def bottle(draw: Any, numbers: random.Random) -> None:
    draw.rectangle((450, 120, 510, 230), fill=FAR)
    draw.rounded_rectangle((410, 210, 550, 470), 40, fill=FAR)
    draw.rectangle((440, 290, 520, 420), fill=PAPER)


def ring(draw: Any, numbers: random.Random) -> None:
    for turn in range(8):
        draw.arc((330, 140, 630, 440), turn * 45, turn * 45 + 45, fill=RED if turn % 2 else PAPER, width=70)


def ticket(draw: Any, numbers: random.Random) -> None:
    draw.rounded_rectangle((300, 200, 660, 380), 18, fill=PAPER, outline=DARK)
    for y in range(240, 350, 30):
        draw.line((340, y, 580, y), fill=NEAR, width=6)


def ship(draw: Any, numbers: random.Random) -> None:
    draw.polygon(((180, 330), (780, 330), (700, 450), (250, 450)), fill=RED)
    draw.rectangle((280, 240, 640, 330), fill=PAPER)
    draw.rectangle((430, 140, 500, 240), fill=DARK)
    for x in range(300, 630, 50):
        draw.ellipse((x, 268, x + 26, 294), fill=GLOW)


def drops(draw: Any, numbers: random.Random) -> None:
    for _ in range(160):
        x, y = numbers.randint(0, WIDTH), numbers.randint(0, HEIGHT)
        draw.line((x, y, x - 8, y + 30), fill=WAVE, width=3)


def foam(draw: Any, numbers: random.Random) -> None:
    for _ in range(70):
        x, y, size = numbers.randint(0, WIDTH), numbers.randint(160, 480), numbers.randint(14, 60)
        draw.ellipse((x - size, y - size, x + size, y + size), fill=numbers.choice((LIGHT, PAPER, WAVE)))


DRAWN = {
    **{"girl": person, "man": person, "animal": animal, "lantern": lantern, "umbrella": umbrella, "bottle": bottle},
    **{"ring": ring, "ticket": ticket, "ship": ship, "drops": drops, "foam": foam},
    "boat": lambda draw, numbers: boat(draw, 480, 380, 4.2),
}


def caption(draw: Any, text: str) -> None:
    """What a picture is of, written at its lower edge."""
    draw.rectangle((0, HEIGHT - 34, WIDTH, HEIGHT), fill=DARK)
    draw.text((14, HEIGHT - 30), text, fill=LIGHT, font=font(20))


@functools.cache
def font(size: int) -> Any:
    """The font of Pillow."""
    from PIL import ImageFont

    try:
        return ImageFont.load_default(size)
    except (TypeError, OSError):
        # a Pillow without FreeType
        return ImageFont.load_default()


def portrait(colors: tuple[str, str, str], seed: str) -> Any:
    """The face of a person: background, skin, hair."""
    from PIL import Image, ImageDraw

    numbers = random.Random(seed)  # noqa: S311
    background, skin, hair = colors
    picture = Image.new("RGB", (400, 400), background)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((60, 300, 340, 560), fill="#f5f5f5")
    if numbers.random() < 0.5:
        draw.rounded_rectangle((95, 110, 305, 330), 70, fill=hair)
    draw.rectangle((165, 250, 235, 330), fill=skin)
    draw.ellipse((110, 90, 290, 300), fill=skin)
    draw.chord((100, 70, 300, 290), 180 + numbers.randint(-12, 12), 360, fill=hair)
    for x in (160, 228):
        draw.ellipse((x, 188, x + 14, 204), fill="#20242c")
    draw.arc((160, 200, 240, 262), 20, 160, fill="#7a3b34", width=6)
    return picture


def poster(colors: tuple[str, str], name: str) -> Any:
    """The picture of a production."""
    from PIL import Image, ImageDraw

    dark, bright = colors
    picture = Image.new("RGB", (400, 400), dark)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((210, 40, 340, 170), fill=bright)
    draw.polygon(((90, 250), (310, 250), (262, 310), (138, 310)), fill="#f7f4ea")
    draw.polygon(((150, 250), (200, 150), (250, 250)), fill="#e4dfcd")
    draw.rectangle((0, 320, 400, 400), fill="#0c1826")
    draw.text((24, 336), name, fill="#ffffff", font=font(38))
    return picture
