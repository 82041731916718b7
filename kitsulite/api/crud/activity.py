"""Events, news, notifications, chats and filters: raw access for admins."""

from kitsulite.api.crud.resource import Resource
from kitsulite.api.policies import admin
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
    Resource(Chat, "chats", admin, admin, admin, admin, admin),
    Resource(ChatMessage, "chat-messages", admin, admin, admin, admin, admin),
    Events(ApiEvent, "events", admin, admin, admin, admin, admin),
    Resource(News, "news", admin, admin, admin, admin, admin),
    Resource(Notification, "notifications", admin, admin, admin, admin, admin),
    Resource(Plugin, "plugins", admin, admin, admin, admin, admin),
    Resource(SearchFilter, "search-filters", admin, admin, admin, admin, admin),
    Resource(SearchFilterGroup, "search-filter-groups", admin, admin, admin, admin, admin),
    Resource(Subscription, "subscriptions", admin, admin, admin, admin, admin),
)
