"""Creates metadata descriptors through their routes."""

UNKNOWN = "8b4ef3f8-6d2e-4b43-9d3a-1d0a8a0b6f10"
EVERYWHERE = "/data/metadata-descriptors/all-projects"


def path(project, rest=""):
    return f"/data/projects/{project['id']}/metadata-descriptors{rest}"


def make(api, project, name, **body):
    answer = api.post(path(project), {"name": name, "data_type": "string", **body})
    assert answer.status_int == 201, answer.text
    return answer.json


def field_names(answer):
    assert answer.status_int == 200
    return [descriptor["field_name"] for descriptor in answer.json]
