"""The modes of quotas: they count tasks as a whole at their end, or spread over the time spent on them."""

#: count mode -> column with the end of a task
ENDS = {"weighted": "end_date", "weighteddone": "done_date", "feedback": "end_date", "done": "done_date"}
#: modes that count a task as a whole
WHOLE = ("feedback", "done")
#: modes that spread a task
WEIGHTED = tuple(mode for mode in ENDS if mode not in WHOLE)
DEFAULT = "weighted"
