"""Output files of entities and of asset instances: paths, revisions, lists."""

from support import UNKNOWN

from kitsulite.models.files import OutputFile


def create(production, path=None, **body):
    return production.api().post((path or production.entity_path) + "/output-files/new", {**production.kind, **body})


def test_a_new_file_has_its_path_and_the_default_status(production):
    production.studio.forget_events()
    file = create(production, extension=".abc", working_file_id=production.working_file["id"]).json
    assert file["folder_path"] == "/simple/productions/export/big_buck/assets/props/tree/shading/cache"
    assert file["file_name"] == "big_buck_props_tree_shading_cache_main_v001"
    assert file["path"] == f"{file['folder_path']}/{file['file_name']}.abc"
    assert file["source_file"]["id"] == production.working_file["id"]
    assert production.studio.events() == ["output-file:new"]
    status = production.api().get(f"/data/file-status/{file['file_status_id']}").json
    assert (status["name"], status["color"]) == ("To review", "#FFFFFF")


def test_files_of_several_elements_say_so_in_their_name(production):
    assert create(production, nb_elements=24).json["file_name"].endswith("_v001_[1-24]")
    assert create(production, production.placed_path, nb_elements=24).json["file_name"].endswith("_v001")


def test_a_file_of_an_instance_lies_where_the_instance_stands(production):
    file = create(production, production.placed_path, representation="abc").json
    assert file["folder_path"] == (
        "/simple/productions/export/big_buck/shot/s01/p01/shading/cache/props/tree/instance_0001/abc"
    )
    assert file["file_name"] == "big_buck_s01_p01_shading_cache_main_tree_0001_v001"
    assert (file["entity_id"], file["temporal_entity_id"]) == (production.asset["id"], production.shot["id"])


def test_revisions_count_by_name_and_types(production):
    assert [create(production).json["revision"] for _ in range(2)] == [1, 2]
    assert create(production, name="other").json["revision"] == 1
    following = production.api().post(production.entity_path + "/output-files/next-revision", production.kind)
    assert following.json == {"next_revision": 3}
    assert create(production, revision=2).json == {"error": "The given output file already exists."}
    assert create(production, production.placed_path).json["revision"] == 1
    again = create(production, production.placed_path, revision=1)
    assert (again.status_int, again.json) == (400, {"message": "The given output file already exists."})


def test_ids_of_a_new_file_may_be_written_in_capitals(production):
    ids = {"person_id": production.team["user"]["id"], "file_status_id": production.output_file["file_status_id"]}
    for path in (None, production.placed_path):
        made = create(production, *filter(None, [path]), **{name: row_id.upper() for name, row_id in ids.items()}).json
        assert {name: made[name] for name in ids} == ids


def test_unknown_rows_are_refused(production):
    assert create(production, output_type_id=UNKNOWN).json == {"error": "Cannot find given output type."}
    assert create(production, person_id=UNKNOWN).json == {"error": "Cannot find given person."}
    assert create(production, task_type_id=UNKNOWN).status_int == 404
    assert create(production, file_status_id="none").status_int == 400
    assert create(production, representation="x" * 21).status_int == 400


def test_a_file_stays_though_the_tree_gives_no_path(production):
    production.api().put(f"/data/projects/{production.project['id']}", {"file_tree": None})
    refused = create(production, name="pathless")
    assert (refused.status_int, refused.json) == (400, {"error": "No tree can be found for given project."})
    assert production.db.find(OutputFile, name="pathless")["path"] is None


def test_paths_without_revision(production):
    create(production)
    api = production.api()
    entity = api.post(production.entity_path + "/output-file-path", production.kind).json
    assert entity["file_name"].endswith("_main_v002")
    instance = api.post(production.placed_path + "/output-file-path", production.kind).json
    assert instance["file_name"].endswith("_tree_0001_v000")
    malformed = api.post(production.placed_path + "/output-file-path", {**production.kind, "mode": "working"})
    assert (malformed.status_int, malformed.json["message"]) == (400, "")


def test_lists_hold_what_their_filters_ask(production):
    first, second = (create(production, representation="abc").json["id"] for _ in range(2))
    placed = create(production, production.placed_path, representation="obj").json["id"]
    api = production.api()

    def ids(path):
        return [file["id"] for file in api.get(path).json]

    assert ids(production.entity_path + "/output-files?representation=abc") == [second, first]
    assert ids(production.entity_path + "/output-files/last-revisions") == [second]
    assert ids(f"{production.entity_path}/output-types/{production.cache['id']}/output-files?representation=abc") == [
        second,
        first,
    ]
    assert ids(production.instance_path + "/output-files") == [placed]
    assert ids(f"{production.instance_path}/output-files?temporal_entity_id={production.asset['id']}") == []
    assert ids(production.placed_path + "/output-files/last-revisions") == [placed]
    assert ids(f"{production.placed_path}/output-types/{production.cache['id']}/output-files") == [placed]
    assert ids(production.placed_path + "/output-types") == [production.cache["id"]]
    assert ids(production.entity_path + "/output-types") == [production.cache["id"]]
    assert placed not in ids(f"/data/projects/{production.project['id']}/output-files")
    wrong = api.get(production.entity_path + "/output-files?task_type_id=x")
    assert (wrong.status_int, wrong.json["message"]) == (400, "Invalid UUID value: x")
    assert production.studio.api(production.studio.admin).get("/data/projects/x/output-files").status_int == 404


def test_instances_in_foreign_productions_are_for_their_members(production):
    foreign = production.studio.entity(production.studio.project(), "Shot")
    path = f"{production.instance_path}/entities/{foreign['id']}"
    assert production.api("manager").get(path + "/output-types").status_int == 403
    body = production.kind
    assert production.api("manager").post(path + "/output-file-path", body).status_int == 403
