"""Which packages are services that were added."""

from pathlib import Path

from ops.stack.added import OWN, added_services


def make(clone: Path, *files: str) -> Path:
    for file in files:
        (clone / file).parent.mkdir(parents=True, exist_ok=True)
        (clone / file).touch()
    return clone


def test_services_are_found_in_order_when_they_lie_beside_the_others(tmp_path: Path) -> None:
    own = [f"{name}_service/main.py" for name in OWN]
    clone = make(tmp_path, *own, "sales_service/main.py", "loyalty_service/main.py")
    assert added_services(clone) == ("loyalty", "sales")


def test_nothing_is_found_when_it_cannot_be_started(tmp_path: Path) -> None:
    clone = make(tmp_path, "half_service/__init__.py", "docs/template_service/main.py", "service/main.py")
    assert added_services(clone) == ()
