"""`python -m ops.frontend_dev`: the back end as `eventflow up` brings it up, then Next's development server.

It takes the place, and the port, of the built storefront; Ctrl-C ends it alone.
"""

import os

import typer

from ops.output import say, told_in_one_sentence
from ops.stack import frontend, frontend_build
from ops.stack.errors import PrerequisiteMissing
from ops.stack.home import Home
from ops.stack.lifecycle import Stack
from ops.stack.site import FRONTEND


def main() -> None:
    with told_in_one_sentence():
        try:
            node = frontend_build.require_node()
        except PrerequisiteMissing as missing:
            raise PrerequisiteMissing(f"The frontend cannot run: {missing}.") from missing
        home = Home.at()
        frontend_build.install_packages(home, node, say)
        # Without the frontend among its services: `up` stops the built one.
        site = Stack(home, say=say).up()
    say(f"storefront {site.service_url(FRONTEND)}; Ctrl-C ends it alone, make up runs the built one again")
    program, host, port = str(node.program), "127.0.0.1", str(site.ports[FRONTEND])
    environment = frontend.environment(site, node) | {"NODE_ENV": "development"}
    os.chdir(frontend_build.DIRECTORY)
    arguments = ["node_modules/next/dist/bin/next", "dev", "--hostname", host, "--port", port]
    os.execve(program, [program, *arguments], environment)


if __name__ == "__main__":
    typer.run(main)
