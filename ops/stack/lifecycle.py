"""The whole stack of a home under its supervisor: up, down, reset, and single parts killed or stopped.

    stack = Stack(Home.at())
    site = stack.up()              # every part ready; a second time it restarts only what has changed
    stack.kill("rabbitmq")         # SIGKILL; the supervisor starts it again
    stack.stop("order_db")         # stays down until `start`
    stack.start("order_db")
    stack.down()                   # keeps the data; `reset` drops them

All of it blocks: in a test with an event loop to keep alive, `await asyncio.to_thread(stack.kill, "rabbitmq")`.
"""

import hashlib

from ops.stack import accounts, frontend, handed_on, packages, ports, rabbitmq, services
from ops.stack.errors import StackError
from ops.stack.fingerprints import Stamps
from ops.stack.home import Home
from ops.stack.parts import Part
from ops.stack.preparation import SERVERS, find_machine, has_databases, prepare_all, server_parts
from ops.stack.processes import ProcessRecord, kill_tree
from ops.stack.rollout import roll_out, waiting_in_vain
from ops.stack.servers import stop_leftovers
from ops.stack.site import FRONTEND, GATEWAY, SERVED, SOCKET, Site
from ops.stack.supervisor import State, Supervisor, kill_orphans
from ops.stack.supervisor_configuration import configuration
from ops.stack.waiting import Say, quiet, wait_until_ready


class Stack:
    """The supervised stack of one home. `services` names those that it runs beside the servers.

    With `frontend` among them the storefront is built and run too, where this machine has a Node for it.
    """

    def __init__(
        self,
        home: Home,
        *,
        services: tuple[str, ...] = SERVED,
        prefer_usual_ports: bool = True,
        say: Say = quiet,
    ) -> None:
        self.home = home
        self._services = services
        self._prefer_usual_ports = prefer_usual_ports
        self._say = say

    def up(self) -> Site:
        """Brings every part up and returns when all are ready; what runs unchanged is left alone.

        PrerequisiteMissing when this machine lacks something; PartFailed when a part does not become ready. It may
        be killed at any moment and run again.
        """
        handed_on.refuse_wrong_ones(self._services)
        with self.home.locked():
            packages.ensure(self._say)
            in_use = self._clear_the_ground()
            reservation, moved = ports.settle(self.home, prefer_usual=self._prefer_usual_ports, ours=in_use)
            for name in moved:
                self._say(f"the port of {name} is taken; it is {reservation.ports[name]} from now on")
            site = Site.of(self.home, reservation.ports)
            machine = find_machine(self.home)
            if not has_databases(self.home, machine):
                self._say("making the databases (once)")
            prepare_all(site, machine)
            servers = server_parts(site, machine)
            processes = services.parts(site, self._back_end())
            node = frontend.node_if_any(self._say) if FRONTEND in self._services else None
            storefront = {FRONTEND: frontend.part(site, node)} if node else {}
            reservation.release()
            overseer = self._supervise(site, {**servers, **processes, **storefront})
            roll_out(site, overseer, servers, processes, self._say)
            if node:
                frontend.roll_out(site, overseer, storefront[FRONTEND], node, self._say)
            return site

    def down(self) -> bool:
        """Stops every part, the services first, and keeps the data; whether there was anything to stop."""
        with self.home.locked():
            return self._take_down()

    def reset(self) -> None:
        """Stops every part and drops data, passwords and logs; the ports stay."""
        with self.home.locked():
            self._take_down()
            accounts.drop_data(self.home)

    def discard(self) -> None:
        """Kills every part and removes the whole home: the quick end of a temporary one."""
        stop_leftovers(self.home)
        kill_orphans(self.home)
        self._stop_port_mapper()
        accounts.remove(self.home)

    def kill(self, name: str) -> None:
        """SIGKILL to one part and its children; the supervisor starts it again."""
        pid = self.supervisor().states()[name].pid
        if pid is not None:
            kill_tree(ProcessRecord.of(pid))

    def stop(self, name: str) -> None:
        """Stops one part in good order; it stays down until `start`."""
        self.supervisor().stop_parts([name])

    def start(self, name: str) -> None:
        """Has one part run, whether it was stopped or killed, and waits until it is ready."""
        overseer = self.supervisor()
        part = self.parts()[name]
        overseer.start_part(name)
        wait_until_ready(part, self._say, gone=waiting_in_vain(self.site(), part))

    def site(self) -> Site:
        """The addresses of a stack that was up before. StackError when it never was, or without a part of today's."""
        known = ports.load(self.home)
        if known is None:
            raise StackError("This stack was never up; run make up first.")
        if missing := [name for name in ports.USUAL if name not in known]:
            raise StackError(f"This stack was last up without {', '.join(missing)}; run make up.")
        return Site.of(self.home, known)

    def parts(self) -> dict[str, Part]:
        """Every part, servers first, as `up` runs them."""
        site = self.site()
        found = server_parts(site, find_machine(self.home)) | services.parts(site, self._back_end())
        if FRONTEND in self._services and (node := frontend.node_if_any(self._say)):
            found[FRONTEND] = frontend.part(site, node)
        return found

    def states(self) -> dict[str, State]:
        """What the supervisor knows of each part; empty when the stack is not up."""
        overseer = Supervisor(self.site())
        return overseer.states() if overseer.answers() else {}

    def supervisor(self) -> Supervisor:
        """The supervisor that runs. StackError when none does."""
        overseer = Supervisor(self.site())
        if not overseer.answers():
            raise StackError("The stack is not up; run make up first.")
        return overseer

    def _back_end(self) -> tuple[str, ...]:
        return tuple(service for service in self._services if service != FRONTEND)

    def _clear_the_ground(self) -> list[str]:
        """Ends what nobody watches any more; the names of the ports on which parts of ours listen."""
        stop_leftovers(self.home)
        known = ports.load(self.home)
        if known is None:
            kill_orphans(self.home)
            return []
        site = Site.of(self.home, known)
        overseer = Supervisor(site)
        if not overseer.answers() or not Stamps(self.home).matches("supervisor", _head(site)):
            self._take_down()
            return []
        running = [name for name, state in overseer.states().items() if state.pid]
        return ["supervisor", "epmd", *(port for name in running for port in ports_of(name))]

    def _supervise(self, site: Site, parts: dict[str, Part]) -> Supervisor:
        overseer = Supervisor(site)
        if overseer.answers():
            overseer.apply(parts)
        else:
            self._say("starting the supervisor")
            overseer.start(parts)
            Stamps(self.home).write("supervisor", _head(site))
        return overseer

    def _take_down(self) -> bool:
        found = False
        known = ports.load(self.home)
        if known is not None and (overseer := Supervisor(Site.of(self.home, known))).answers():
            found = True
            names = list(overseer.states())
            overseer.stop_parts([name for name in names if name not in SERVERS])
            overseer.stop_parts([name for name in names if name in SERVERS])
            overseer.shut_down()
        found = bool(kill_orphans(self.home)) or found
        self._stop_port_mapper()
        return found

    def _stop_port_mapper(self) -> None:
        if (known := ports.load(self.home)) is not None:
            rabbitmq.stop_port_mapper(Site.of(self.home, known))


def ports_of(part: str) -> tuple[str, ...]:
    """The names of the ports on which a part listens."""
    if part == "rabbitmq":
        return ("rabbitmq", "rabbitmq_management", "rabbitmq_dist")
    served = tuple(service for service, names in services.PROCESSES.items() if part in names)
    if part == GATEWAY:
        served = (GATEWAY, SOCKET)
    return (*served, f"{part}_metrics") if served else (part,)


def _head(site: Site) -> str:
    """The supervisor's own settings: when they change it has to be started anew."""
    return hashlib.sha256(configuration(site, (), 0).encode()).hexdigest()
