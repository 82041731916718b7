"""Review rooms: their state and what they broadcast."""

from kitsulite.events.rooms import Rooms


def test_the_first_one_in_brings_the_state_and_the_next_ones_take_it():
    rooms = Rooms()
    (people, state) = rooms.join("p", "ann", {"is_playing": True, "current_frame": 7, "unknown": 1})
    assert people == ("preview-room:room-people-updated", {"people": ["ann"], "playlist_id": "p", "id": "p"})
    assert (state[1]["is_playing"], state[1]["current_frame"], "unknown" in state[1]) == (True, 7, False)
    (_, state) = rooms.join("p", "bob", {"is_playing": False, "current_frame": 1})
    assert (state[1]["people"], state[1]["is_playing"], state[1]["current_frame"]) == (["ann", "bob"], True, 7)


def test_joining_twice_counts_once():
    rooms = Rooms()
    rooms.join("p", "ann", {})
    assert rooms.join("p", "ann", {})[0][1]["people"] == ["ann"]


def test_a_room_is_forgotten_with_its_last_person():
    rooms = Rooms()
    rooms.join("p", "ann", {"current_frame": 7})
    assert rooms.leave("p", "ann")[0][1]["people"] == []
    assert rooms.leave("p", "ann") == []
    assert rooms.room("p")["current_frame"] == 0


def test_an_update_replaces_the_state_but_keeps_frame_speed_and_comparison():
    rooms = Rooms()
    rooms.join("p", "ann", {"current_frame": 7, "speed": 2, "local_id": "x#1"})
    ((name, state),) = rooms.update("p", {"playlist_id": "p", "local_id": "x#2"}, only_newcomer=True)
    assert name == "preview-room:room-updated"
    assert (state["current_frame"], state["speed"], state["local_id"], state["only_newcomer"]) == (7, 2, "x#2", True)
    ((_, state),) = rooms.update("p", {"speed": "fast", "comparing": {"enable": True, "odd": 1}}, only_newcomer=False)
    assert (state["speed"], state["comparing"], state["playlist_id"]) == (2, {"enable": True}, "")
