"""What belongs to the caller: context, work, filters, notifications, subscriptions, chats."""
