"""The fixed sets of codes that several columns share."""

ROLES = ("user", "admin", "supervisor", "manager", "client", "vendor")
#: roles that a task status column of the board is shown to where nothing else is said
BOARD_ROLES = ("user", "admin", "supervisor", "manager", "vendor")
POSITIONS = ("supervisor", "lead", "artist")
SENIORITIES = ("senior", "mid", "junior")
CONTRACT_TYPES = ("open-ended", "fixed-term", "short-term", "freelance", "apprentice", "internship")
DATE_FORMATS = ("YYYY-MM-DD", "DD/MM/YYYY", "MM/DD/YYYY")
SECOND_FACTORS = ("totp", "email_otp", "fido")
PRODUCTION_STYLES = (
    *("2d", "2dpaper", "3d", "2d3d", "ar", "vfx", "stop-motion", "motion-design"),
    *("archviz", "commercial", "catalog", "immersive", "nft", "video-game", "vr"),
)
DESCRIPTOR_TYPES = (
    *("string", "number", "list", "taglist", "boolean"),
    *("checklist", "date", "url", "textarea", "person"),
)
ENTITY_STATUSES = ("standby", "running", "complete", "canceled")
NOTIFICATION_TYPES = ("comment", "mention", "assignation", "reply", "reply-mention", "playlist-ready")
PREVIEW_STATUSES = ("processing", "ready", "broken", "missing")
VALIDATION_STATUSES = ("validated", "rejected", "neutral")
