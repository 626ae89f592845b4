"""Owner of DBOS: does the promised tasks, durably; what keeps failing lands on the stuck list.

Any number of processes on any number of machines work on one registry; each holds a slot (``slots``), and
what a dead one left behind is taken over by the others.
"""

from signing.stuck import give_up, try_again
from signing.work.agenda import DurableAgenda
from signing.work.working import working

__all__ = ["DurableAgenda", "give_up", "try_again", "working"]
