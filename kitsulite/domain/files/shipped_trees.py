"""The file trees that can be assigned to a project by name."""

import re

from kitsulite.errors import BadParameter
from kitsulite.events.bus import emit
from kitsulite.models.projects import Project

TREE_NAME = re.compile(r"[\w-]+", re.ASCII)
#: folder of a kind below that of the project
FOLDERS = {
    "shot": "<Project>/shots/<Sequence>/<Shot>",
    "asset": "<Project>/assets/<AssetType>/<Asset>",
    "sequence": "<Project>/sequences/<Sequence>",
    "scene": "<Project>/scenes/<Sequence>/<Scene>",
    "episode": "<Project>/episodes/<Episode>",
}
INSTANCE_FOLDER = (
    "<TemporalEntity>/<TaskType>/<OutputType>/<AssetType>/<Asset>/instance_<Instance.number>/<Representation>"
)
INSTANCE_NAME = "<TemporalEntity>_<TaskType>_<OutputType>_<Name>_<Instance.name>_v<Version>"
DEFAULT_NAMES = {
    "shot": "<Project>_<Sequence>_<Shot>",
    "asset": "<Project>_<AssetType>_<Asset>",
    "sequence": "<Project>_<Sequence>",
    "scene": "<Project>_<Sequence>_<Scene>",
    "episode": "<Project>_<Episode>",
}
SIMPLE_NAMES = {**DEFAULT_NAMES, "scene": "<Project>_<Scene>"}


def mode(root, folders, names):
    return {
        "mountpoint": "/simple",
        "root": root,
        "folder_path": {**folders, "style": "lowercase"},
        "file_name": {**names, "style": "lowercase"},
    }


def ending(templates, end, **others):
    """Templates with the same ending, except those of some kinds."""
    return {**{kind: text + end for kind, text in templates.items()}, **others}


def preview_mode(**folders):
    names = ending(DEFAULT_NAMES, "_<TaskType>", scene="<Project>_<Scene>_<TaskType>")
    return mode("productions/previews", ending(FOLDERS, "/<TaskType>", **folders), names)


TREES = {
    "default": {
        "working": mode(
            "productions",
            ending(FOLDERS, "/<TaskType>"),
            ending(DEFAULT_NAMES, "_<TaskType>", shot="<Project>_<Shot>_<TaskType>"),
        ),
        "output": mode(
            "productions/export",
            ending(FOLDERS, "/<OutputType>"),
            # the misspelt word is in the trees of all projects that use this one
            ending(
                DEFAULT_NAMES, "_<OutputType>_<OutputFile>", sequence="<Project>_<Sequence>_<OuputType>_<OutputFile>"
            ),
        ),
        "preview": preview_mode(scene="<Project>/scene/<Scene>/<TaskType>"),
    },
    "simple": {
        "working": mode(
            "productions",
            ending(FOLDERS, "/<TaskType>/<Software>"),
            ending(SIMPLE_NAMES, "_<TaskType>_<Name>_v<Version>"),
        ),
        "output": mode(
            "productions/export",
            ending(
                FOLDERS,
                "/<TaskType>/<OutputType>",
                instance_asset=f"<Project>/assets/<TemporalEntityType>/{INSTANCE_FOLDER}",
                instance=f"<Project>/<TemporalEntityType>/<Sequence>/{INSTANCE_FOLDER}",
            ),
            ending(
                SIMPLE_NAMES,
                "_<TaskType>_<OutputType>_<Name>_v<Version>",
                instance_asset=f"<Project>_<TemporalEntityType>_{INSTANCE_NAME}",
                instance=f"<Project>_<Sequence>_{INSTANCE_NAME}",
            ),
        ),
        "preview": preview_mode(),
    },
}


def give(ctx, project_id, tree_name):
    """Assign one of the shipped trees to a project; returns the project."""
    if not TREE_NAME.fullmatch(tree_name) or tree_name not in TREES:
        raise BadParameter("Selected tree is not available")
    project = ctx.db.get(Project, project_id)
    ctx.db.update(Project, project["id"], file_tree=TREES[tree_name])
    emit(ctx, "project:update", {}, project["id"])
    return ctx.db.get(Project, project["id"])
