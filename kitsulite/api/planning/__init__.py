"""Schedule, budgets, time spents, quotas."""
