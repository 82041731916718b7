"""Review rooms: who looks at a playlist together, and at what.

A room exists in memory while there are people in it. Every method returns the messages to broadcast to those who
opened the playlist: a list of (name, payload).
"""

from typing import Any

EMPTY: dict[str, Any] = {
    **dict.fromkeys(("playlist_id", "user_id", "local_id")),
    "people": [],
    "is_playing": False,
    **dict.fromkeys(("current_entity_id", "current_entity_index")),
    **dict.fromkeys(("current_preview_file_id", "current_preview_file_index")),
    "current_frame": 0,
    "is_repeating": None,
    **dict.fromkeys(("is_annotations_displayed", "is_zoom_enabled", "is_waveform_displayed"), False),
    **dict.fromkeys(("is_laser_mode", "handle_in", "handle_out", "speed")),
    "comparing": {
        "enable": False,
        "task_type": None,
        "revision": None,
        "mode": "sidebyside",
        "comparison_preview_index": 0,
    },
}
#: values that stay if a message does not contain them
KEPT = ("current_frame", "comparing", "speed")
#: messages that are relayed unchanged
RELAYED = tuple(
    f"preview-room:{name}"
    for name in (
        "add-annotation",
        "remove-annotation",
        "update-annotation",
        "change-version",
        "panzoom-changed",
        "comparison-panzoom-changed",
    )
)


class Rooms:
    """All rooms, by the id of their playlist."""

    def __init__(self):
        self._rooms = {}

    def clear(self):
        """Close all rooms."""
        self._rooms.clear()

    def room(self, playlist_id):
        """The room of a playlist, by default an empty one."""
        return self._rooms.setdefault(playlist_id, {**EMPTY, "people": [], "playlist_id": playlist_id})

    def open(self, playlist_id):
        return [people_updated(playlist_id, self.room(playlist_id))]

    def join(self, playlist_id, person_id, payload):
        """A person joins; the first one sets the state."""
        room = self.room(playlist_id)
        if not room["people"]:
            replace(room, payload)
        if person_id not in room["people"]:
            room["people"].append(person_id)
        return [people_updated(playlist_id, room), ("preview-room:room-updated", dict(room))]

    def leave(self, playlist_id, person_id):
        """A person leaves; the last one closes the room."""
        room = self._rooms.get(playlist_id)
        if room is None or person_id not in room["people"]:
            return []
        room["people"].remove(person_id)
        if not room["people"]:
            del self._rooms[playlist_id]
        return [people_updated(playlist_id, room)]

    def update(self, playlist_id, payload, only_newcomer):
        """A person changed the state."""
        room = self.room(playlist_id)
        replace(room, payload)
        return [("preview-room:room-updated", {"only_newcomer": only_newcomer, **room})]


def people_updated(playlist_id, room):
    payload = {"people": list(room["people"]), "playlist_id": playlist_id, "id": playlist_id}
    return ("preview-room:room-people-updated", payload)


def replace(room, payload):
    """Take the state of a room from a message; what it lacks becomes empty, or stays as it is (KEPT)."""
    for name, empty in EMPTY.items():
        if name != "people" and name not in KEPT:
            room[name] = payload.get(name, "" if name == "playlist_id" else empty)
    if "current_frame" in payload:
        room["current_frame"] = payload["current_frame"]
    if isinstance(payload.get("speed"), (int, float)) and not isinstance(payload["speed"], bool):
        room["speed"] = payload["speed"]
    if isinstance(payload.get("comparing"), dict):
        room["comparing"] = {
            key: payload["comparing"][key] for key in EMPTY["comparing"] if key in payload["comparing"]
        }
