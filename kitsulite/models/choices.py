"""Fixed sets of codes that several columns share."""

ROLES = ("user", "admin", "supervisor", "manager", "client", "vendor")
#: roles that lead a project; that lead at least a department of it; of people from outside the studio
MANAGERS = ("admin", "manager")
SUPERVISORS = (*MANAGERS, "supervisor")
EXTERNAL = ("client", "vendor")
#: roles that a team member may have on a project
PROJECT_ROLES = ("user", "supervisor", "manager", "client", "vendor")
#: roles to which the board shows a task status by default
BOARD_ROLES = tuple(role for role in ROLES if role != "client")
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
