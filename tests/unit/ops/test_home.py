"""The home: its passwords, its identity and its lock."""

import base64
import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ops.stack import passwords
from ops.stack.accounts import drop_data
from ops.stack.errors import StackError
from ops.stack.home import CLONE, Home, write_whole


def test_passwords_are_for_the_owner_alone_when_generated(tmp_path: Path) -> None:
    generated = passwords.load_or_generate(Home.at(tmp_path))
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o600
    assert set(generated) == {*passwords.NAMES, passwords.MASTER_KEY, passwords.ISSUER_KEY}
    assert len(set(generated.values())) == len(generated)
    assert len(base64.b64decode(generated[passwords.MASTER_KEY])) == 32


def test_passwords_stay_when_loaded_again(tmp_path: Path) -> None:
    first = passwords.load_or_generate(Home.at(tmp_path))
    assert passwords.load_or_generate(Home.at(tmp_path)) == first


def test_only_the_missing_password_is_generated_when_a_new_name_comes_up(tmp_path: Path) -> None:
    first = passwords.load_or_generate(Home.at(tmp_path))
    known = {name: value for name, value in first.items() if name != "redis"}
    (tmp_path / "secrets").write_text(json.dumps(known))
    (tmp_path / "secrets").chmod(0o644)
    second = passwords.load_or_generate(Home.at(tmp_path))
    assert {**second, "redis": ""} == {**known, "redis": ""}
    assert second["redis"]
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o600


def test_identity_is_the_same_when_asked_again(tmp_path: Path) -> None:
    assert Home.at(tmp_path).identity() == Home.at(tmp_path).identity()


def test_homes_have_different_keys_when_their_paths_differ(tmp_path: Path) -> None:
    assert Home.at(tmp_path / "one").key != Home.at(tmp_path / "two").key


def test_second_command_is_refused_when_one_holds_the_lock(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    with home.locked(), pytest.raises(StackError, match="Another eventflow command"), home.locked():
        pass


def test_lock_is_free_when_its_holder_was_killed(tmp_path: Path) -> None:
    script = f"""
import sys
sys.path.insert(0, {str(CLONE)!r})
from ops.stack.home import Home
with Home.at({str(tmp_path)!r}).locked():
    print("locked", flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        with pytest.raises(StackError, match=str(holder.pid)), Home.at(tmp_path).locked():
            pass
        holder.kill()
        holder.wait()
    with Home.at(tmp_path).locked():
        pass


def test_old_content_stays_when_a_write_was_cut_short(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    write_whole(file, "old")
    with pytest.raises(TypeError):
        write_whole(file, 1)  # pyright: ignore[reportArgumentType]
    assert file.read_text() == "old"
    write_whole(file, "new")
    assert file.read_text() == "new"


def test_only_our_own_files_go_when_data_are_dropped(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    home.create()
    passwords.load_or_generate(home)
    (tmp_path / "thesis.txt").write_text("not ours")
    drop_data(home)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
