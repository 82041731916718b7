"""Events, news, notifications, chats and filters: raw access for admins."""

from kitsulite.api.crud.resource import Resource
from kitsulite.models.activity import (
    ApiEvent,
    Chat,
    ChatMessage,
    News,
    Notification,
    Plugin,
    SearchFilter,
    SearchFilterGroup,
    Subscription,
)
from kitsulite.store.conditions import is_plain


class Events(Resource):
    """The event log; without pages only its first thousand rows."""

    most_rows = 1000

    def own_filter(self, name, value):
        # a whole name has an index
        return ("name = ?", [value.lower()]) if name == "name" and is_plain(value) else None


RESOURCES = (
    Resource(Chat, "chats"),
    Resource(ChatMessage, "chat-messages"),
    Events(ApiEvent, "events"),
    Resource(News, "news"),
    Resource(Notification, "notifications"),
    Resource(Plugin, "plugins"),
    Resource(SearchFilter, "search-filters"),
    Resource(SearchFilterGroup, "search-filter-groups"),
    Resource(Subscription, "subscriptions"),
)
