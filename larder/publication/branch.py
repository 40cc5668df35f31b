"""The branch of a build, by which dbt's sessions, macros and the publication know it."""

import os
import re

# The branch of the dbt commands of this process. If it is empty, they read and write what is published.
VARIABLE = "LARDER_BRANCH"
# Spark's setting: the branch of tables with `write.wap.enabled` that a session reads and writes.
SESSION = "spark.wap.branch"
# "off": builds write what is published, without a branch.
SWITCH = "LARDER_PUBLICATION"
# The namespaces that are published. Bronze, quarantine and ops are written as things happen.
LAYERS = ("silver", "gold")
# Targets of profiles.yml that write to these namespaces; a developer's own schemas need no publication.
TARGETS = ("local", "cluster")

RUN, COMMAND = "run", "dbt"


def is_on() -> bool:
    """Whether builds work on a branch: unless `LARDER_PUBLICATION` is off."""
    return os.environ.get(SWITCH, "on").lower() not in ("off", "false", "0", "no")


def name_run(business_date: object, flow_run_id: str) -> str:
    """The branch of a run: a name for refs and schemas, such as `run_20171231_1c9a54e2`."""
    return f"{RUN}_{re.sub('[^0-9]', '', str(business_date))}_{_short(flow_run_id)}"


def name_command(invocation_id: str) -> str:
    """The branch of a bare dbt command, such as `dbt_1c9a54e2`."""
    return f"{COMMAND}_{_short(invocation_id)}"


def is_branch(name: str) -> bool:
    """Whether a ref or schema has the name of a build's branch."""
    return bool(re.fullmatch(rf"({RUN}_[0-9]+|{COMMAND})_[0-9a-f]{{8}}", name))


def is_run(name: str) -> bool:
    """Whether it is the branch of a run; runs never overlap, unlike dbt commands of analysts."""
    return is_branch(name) and name.startswith(f"{RUN}_")


def _short(identifier: str) -> str:
    return re.sub("[^0-9a-f]", "", identifier.lower())[:8].rjust(8, "0")
