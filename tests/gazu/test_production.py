"""A small production, worked on with gazu against a started server."""

import re

import pytest
from kitsulite_process import Process
from scene import opened, picture

gazu = pytest.importorskip("gazu")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Process(tmp_path_factory.mktemp("gazu") / "studio") as process:
        process.password = re.search(r"password: (\S+)", process.process.stdout.readline().decode())[1]
        yield process


@pytest.fixture
def client(server):
    """gazu, logged in as the administrator; logged out at the end."""
    client = gazu.client.create_client(server.api_url)
    gazu.log_in("admin@example.com", server.password, client=client)
    yield client
    gazu.log_out(client=client)


@pytest.fixture
def call(client):
    """A gazu function called with the client."""
    return lambda function, *args, **options: function(*args, client=client, **options)


def test_the_server_is_known_as_a_kitsu(server):
    client = gazu.client.create_client(server.api_url)
    assert gazu.client.host_is_up(client=client)
    assert gazu.client.host_is_valid(client=client)
    assert gazu.client.get_api_version(client=client).startswith("1.")


def test_a_wrong_password_is_refused(server):
    client = gazu.client.create_client(server.api_url)
    with pytest.raises(gazu.AuthFailedException):
        gazu.log_in("admin@example.com", "wrong-password", client=client)


def test_a_production_from_its_first_day_to_its_last(server, client, call, tmp_path):
    assert call(gazu.client.get_current_user)["email"] == "admin@example.com"
    production = call(gazu.project.new_project, "Caminandes", "tvshow")
    episode = call(gazu.shot.new_episode, production, "E02")
    sequence = call(gazu.shot.new_sequence, production, "SE01", episode)
    shots = [
        call(gazu.shot.new_shot, production, sequence, name, nb_frames=100, frame_in=1, frame_out=100)
        for name in ("SH010", "SH020")
    ]
    prop, character = (call(gazu.asset.get_asset_type_by_name, name) for name in ("Prop", "Character"))
    assets = [
        call(gazu.asset.new_asset, production, kind, name)
        for kind, name in ((character, "Koro"), (character, "Oti"), (prop, "Fence"))
    ]
    call(
        gazu.casting.update_shot_casting,
        production,
        shots[0],
        [{"asset_id": asset["id"], "nb_occurences": 1} for asset in assets],
    )
    assert len(call(gazu.casting.get_shot_casting, shots[0])) == 3

    modeling, animation = (call(gazu.task.get_task_type_by_name, name) for name in ("Modeling", "Animation"))
    tasks = [call(gazu.task.new_task, asset, modeling) for asset in assets]
    tasks += [call(gazu.task.new_task, shot, animation) for shot in shots]
    ann = call(gazu.person.new_person, "Ann", "Lee", "ann@studio.com", role="user")
    call(gazu.project.add_person_to_team, production, ann)
    call(gazu.task.assign_task, tasks[0], ann)
    assert [task["id"] for task in call(gazu.task.all_tasks_for_person, ann)] == [tasks[0]["id"]]

    wip, done = (call(gazu.task.get_task_status_by_short_name, name) for name in ("wip", "done"))
    comment = call(gazu.task.add_comment, tasks[0], wip, "First try", checklist=[{"text": "Hooves", "checked": False}])
    assert call(gazu.task.get_task, tasks[0]["id"])["task_status"]["short_name"] == "wip"
    (tmp_path / "koro.png").write_bytes(picture(640, 360, color="#2266aa"))
    preview = call(gazu.task.add_preview, tasks[0], comment, str(tmp_path / "koro.png"))
    call(gazu.task.set_main_preview, preview)
    call(gazu.files.download_preview_file_thumbnail, preview, str(tmp_path / "small.png"))
    call(gazu.files.download_preview_file, preview, str(tmp_path / "whole.png"))
    assert opened((tmp_path / "small.png").read_bytes()).format == "PNG"
    assert (tmp_path / "whole.png").read_bytes() == (tmp_path / "koro.png").read_bytes()
    call(gazu.task.publish_preview, tasks[0], done, "Approved", preview_file_path=str(tmp_path / "koro.png"))
    assert call(gazu.asset.get_asset, assets[0]["id"])["preview_file_id"] == preview["id"]
    assert len(call(gazu.task.all_comments_for_task, tasks[0])) == 2
    revisions = {file["revision"] for file in call(gazu.files.get_all_preview_files_for_task, tasks[0])}
    assert revisions == {1, 2}

    assert {asset["name"] for asset in call(gazu.asset.all_assets_for_project_and_type, production, character)} == {
        "Koro",
        "Oti",
    }
    assert call(gazu.shot.get_shot_by_name, sequence, "SH020")["id"] == shots[1]["id"]
    assert len(call(gazu.shot.all_shots_for_project, production)) == 2
    assert [row["id"] for row in call(gazu.task.all_tasks_for_task_status, production, modeling, done)] == [
        tasks[0]["id"]
    ]
    page = call(gazu.client.get, f"data/tasks?project_id={production['id']}&page=1&limit=2")
    assert (page["total"], len(page["data"])) == (5, 2)

    call(gazu.task.remove_comment, comment)
    call(gazu.task.remove_task, tasks[1])
    call(gazu.asset.remove_asset, assets[1], force=True)
    call(gazu.shot.remove_shot, shots[1], force=True)
    assert {asset["name"] for asset in call(gazu.asset.all_assets_for_project, production)} == {"Koro", "Fence"}
    with pytest.raises(gazu.exception.RouteNotFoundException):
        call(gazu.shot.get_shot, shots[1]["id"])
    call(gazu.project.close_project, production)
    call(gazu.project.remove_project, production, force=True)
    assert production["id"] not in {project["id"] for project in call(gazu.project.all_projects)}


def test_one_asset_is_cast_and_taken_out(call):
    production = call(gazu.project.new_project, "Sprite Fright")
    sequence = call(gazu.shot.new_sequence, production, "SE01")
    shots = [call(gazu.shot.new_shot, production, sequence, name) for name in ("SH010", "SH020")]
    kind = call(gazu.asset.get_asset_type_by_name, "Prop")
    tent, lamp = (call(gazu.asset.new_asset, production, kind, name) for name in ("Tent", "Lamp"))
    call(gazu.casting.cast_asset, production, shots[0], lamp)
    found = call(gazu.casting.cast_asset, production, shots, tent, nb_occurences=2, label="night")
    first, second = found[shots[0]["id"]], found[shots[1]["id"]]
    assert [(row["asset_name"], row["nb_occurences"], row["label"]) for row in first] == [
        ("Lamp", 1, ""),
        ("Tent", 2, "night"),
    ]
    assert second == call(gazu.casting.get_shot_casting, shots[1])
    found = call(gazu.casting.uncast_asset, production, shots, tent)
    assert [len(rows) for rows in found.values()] == [1, 0]


def test_a_logged_out_client_is_refused(server):
    client = gazu.client.create_client(server.api_url)
    gazu.log_in("admin@example.com", server.password, client=client)
    header = gazu.client.make_auth_header(client=client)
    gazu.log_out(client=client)
    gazu.client.set_tokens({"access_token": header["Authorization"].partition(" ")[2]}, client=client)
    with pytest.raises(gazu.NotAuthenticatedException):
        gazu.project.all_projects(client=client)
