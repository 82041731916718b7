"""The people and productions of the demo studio."""

from dataclasses import dataclass

STUDIO = "Lantern Street"
#: password of all persons, unless --admin-password gives another one
PASSWORD = "lantern street"  # noqa: S105


@dataclass(frozen=True)
class Member:
    """A person: role, departments, position, and the colours of their portrait."""

    first_name: str
    last_name: str
    role: str
    departments: tuple[str, ...] = ()
    position: str = "artist"
    colors: tuple[str, str, str] = ("#3273dc", "#f2c9a1", "#3b2a20")
    locale: str = "en_US"

    @property
    def email(self) -> str:
        return f"{self.first_name.lower()}@example.com"


MEMBERS = (
    Member("Ada", "Lindqvist", "admin", (), "lead", ("#5c6bc0", "#f0c8a0", "#5a3a1e")),
    Member("Malik", "Okafor", "manager", (), "lead", ("#00897b", "#8d5a3a", "#1c1410"), "en_GB"),
    Member(
        "Ines",
        "Fournier",
        "supervisor",
        ("Animation", "Layout"),
        "supervisor",
        ("#e65100", "#f4d2b0", "#7a2e12"),
        "fr_FR",
    ),
    Member("Jonas", "Weber", "user", ("Modeling", "Concept"), "artist", ("#7cb342", "#f1c7a5", "#c9a14a"), "de_DE"),
    Member("Yuki", "Tanabe", "user", ("Animation", "Layout"), "artist", ("#ab26ff", "#f3d3b3", "#14141c"), "ja_JP"),
    Member("Rosa", "Delgado", "user", ("Compositing", "Concept"), "lead", ("#ff5252", "#d9a27a", "#2d1a12"), "es_ES"),
    Member("Priya", "Raman", "vendor", ("Animation",), "artist", ("#26a69a", "#a8714a", "#1a120e")),
    Member("Oliver", "Grant", "client", (), "lead", ("#607d8b", "#f5d6bd", "#9a9a9a"), "en_GB"),
)


@dataclass(frozen=True)
class Production:
    """A production with its sequences (by episode if it is a series) and assets."""

    name: str
    code: str
    kind: str
    text: str
    #: (episode or "", sequence, number of shots, what is drawn)
    sequences: tuple[tuple[str, str, int, str], ...]
    #: (asset type, name, what is drawn)
    assets: tuple[tuple[str, str, str], ...]
    #: from 0 (just started) to 1 (done)
    progress: float
    colors: tuple[str, str]


PRODUCTIONS = (
    Production(
        "Paper Boats",
        "PB",
        "short",
        "A girl sends paper boats down the gutter of her street; one of them comes back.",
        (("", "SQ01", 9, "street"), ("", "SQ02", 8, "canal"), ("", "SQ03", 7, "sea")),
        (
            ("Character", "Mina", "girl"),
            ("Character", "Grandfather", "man"),
            ("Character", "Otter", "animal"),
            ("Prop", "Paper boat", "boat"),
            ("Prop", "Lantern", "lantern"),
            ("Prop", "Umbrella", "umbrella"),
            ("Prop", "Bottle", "bottle"),
            ("Environment", "Rainy street", "street"),
            ("Environment", "Canal", "canal"),
            ("Environment", "Open sea", "sea"),
            ("FX", "Rain", "drops"),
            ("FX", "Foam", "foam"),
        ),
        0.75,
        ("#16324f", "#f9a825"),
    ),
    Production(
        "The Night Ferry",
        "NF",
        "tvshow",
        "Every night the ferry leaves without a timetable. Who is on board tonight?",
        (
            ("E01", "SQ01", 7, "harbour"),
            ("E01", "SQ02", 6, "deck"),
            ("E01", "SQ03", 6, "sea"),
            ("E02", "SQ01", 6, "harbour"),
            ("E02", "SQ02", 6, "canal"),
            ("E02", "SQ03", 5, "deck"),
        ),
        (
            ("Character", "Captain Brandt", "man"),
            ("Character", "Lilo", "girl"),
            ("Character", "The Stowaway", "man"),
            ("Character", "Ship's cat", "animal"),
            ("Prop", "Ferry", "ship"),
            ("Prop", "Life belt", "ring"),
            ("Prop", "Ticket", "ticket"),
            ("Prop", "Ship's bell", "lantern"),
            ("Environment", "Harbour", "harbour"),
            ("Environment", "Deck at night", "deck"),
            ("Environment", "Canal lock", "canal"),
            ("FX", "Fog", "foam"),
            ("FX", "Funnel smoke", "drops"),
        ),
        0.45,
        ("#2b1b4d", "#4fc3f7"),
    ),
)
ASSET_TASKS = ("Concept", "Modeling", "Shading", "Rigging")
SHOT_TASKS = ("Storyboard", "Layout", "Animation", "Lighting", "Compositing")
#: task types whose revisions have pictures
SHOWN = ("Concept", "Modeling", "Storyboard", "Animation", "Compositing")

#: comments of artists who start, who ask for a review, and who ask again
STARTS = (
    "Starting on this.",
    "On it. First pass tomorrow.",
    "Blocking first, then we look at it together.",
    "Reference is collected, here we go.",
)
ASKS = (
    "First version, please have a look.",
    "Ready for a look. The timing of the end is still open.",
    "Here is the version for dailies.",
    "Done from my side, comments welcome.",
    "Silhouette and colours as discussed.",
)
ASKS_AGAIN = (
    "Fixed as noted, please check.",
    "Second version with the changes from dailies.",
    "Took out eight frames, it breathes now.",
)
RETAKES = (
    "The boat pops between the last two frames. Please smooth it out.",
    "Too dark in the lower half, we lose her face.",
    "Hold the pause a little longer before she turns.",
    "Match the horizon to the shot before.",
    "Lovely. But the lamp must be lit here, see my drawing.",
)
APPROVALS = ("Approved, thank you!", "Great, that is it.", "Perfect. On to the next step.", "Good to go.")
DESCRIPTIONS = (
    "Wide. The lamps go on one after the other.",
    "Close on the hands as the paper is folded.",
    "The boat passes below the bridge.",
    "She runs along the water and loses a shoe.",
    "Static. Rain on the window, the light moves behind it.",
    "The boat turns in the current; music begins.",
    "Over the shoulder, the horizon is empty.",
    "Push in on the face. She has understood.",
)
