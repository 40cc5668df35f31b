"""Kill a run at random moments: the next run has to end with the tables of an undisturbed one."""
