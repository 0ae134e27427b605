"""Breaking production code for a while: a function, a property or a reaction is another one meanwhile."""

import sys
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib import import_module
from typing import Any

Patch = Callable[[], AbstractContextManager[None]]


def mutated(path: str, mutate: Callable[[Any], Any]) -> Patch:
    """What `path` names ("module:function", "module:Class.method", "module:TABLE[Key]") is what `mutate` makes of it.

    A function is replaced wherever a module has a name of its own for it.
    """
    module_name, _, target = path.partition(":")

    @contextmanager
    def patch() -> Generator[None]:
        module = import_module(module_name)
        if target.endswith("]"):
            table, key = _line(vars(module), target)
            original = table[key]
            table[key] = mutate(original)
            undo = [lambda: table.__setitem__(key, original)]
        elif "." in target:
            owner, name = target.split(".")
            undo = [_swap(vars(module)[owner], name, mutate)]
        else:
            original = vars(module)[target]
            mutant = mutate(original)
            undo = [_swap(holder, name, lambda _: mutant) for holder, name in _references(original)]
        try:
            yield
        finally:
            for step in undo:
                step()

    return patch


def together(*patches: Patch) -> Patch:
    @contextmanager
    def patch() -> Generator[None]:
        with ExitStack() as stack:
            for each in patches:
                stack.enter_context(each())
            yield

    return patch


def _line(names: dict[str, Any], target: str) -> tuple[dict[Any, Any], Any]:
    table, _, key = target.removesuffix("]").partition("[")
    return names[table], names[key]


def _swap(holder: Any, name: str, mutate: Callable[[Any], Any]) -> Callable[[], None]:
    names: dict[str, Any] = holder.__dict__
    original = names[name]
    setattr(holder, name, mutate(original))
    return lambda: setattr(holder, name, original)


def _references(original: object) -> list[tuple[Any, str]]:
    return [
        (module, name)
        for module in list(sys.modules.values())
        for name, value in list(vars(module).items())
        if value is original
    ]
