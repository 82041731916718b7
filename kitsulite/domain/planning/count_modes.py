"""How quotas count tasks: whole at their end, or spread over the time that was spent on them."""

#: count mode -> the column of the end of a task
ENDS = {"weighted": "end_date", "weighteddone": "done_date", "feedback": "end_date", "done": "done_date"}
#: modes that count a task whole
WHOLE = ("feedback", "done")
#: modes that spread a task
WEIGHTED = tuple(mode for mode in ENDS if mode not in WHOLE)
DEFAULT = "weighted"
