"""What a supervisor left behind when it was killed, or when it no longer answers."""

import psutil

from ops.stack.home import Home
from ops.stack.journal import Journal
from ops.stack.processes import ProcessRecord, kill_tree
from ops.stack.supervisor_configuration import configuration_file, journal


def find_supervisor(home: Home) -> ProcessRecord | None:
    """The supervisord that was started with this home's configuration, whether or not it answers."""
    file = str(configuration_file(home))
    for process in psutil.process_iter():
        try:
            command = process.cmdline()
            if "supervisor.supervisord" in command and file in command:
                return ProcessRecord(process.pid, process.create_time())
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return None


def kill_orphans(home: Home) -> list[str]:
    """Kills a supervisor that no longer answers, and the parts that one left behind; their names.

    Each is recognised by pid and start time, as the journal tells them.
    """
    if supervisor := find_supervisor(home):
        kill_tree(supervisor)
    killed: list[str] = []
    for name, records in Journal.read(journal(home)).spawned.items():
        if records[-1].alive():
            kill_tree(records[-1])
            killed.append(name)
    return killed
