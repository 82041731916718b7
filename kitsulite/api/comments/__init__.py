"""Comments and replies, attachments, chats, news, notifications."""
