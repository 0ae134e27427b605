"""`python -m tests.contracts.record`: record the golden files that do not exist yet.

It never overwrites one. To accept a change of the wire, delete the golden file, record it, and look at the difference.
"""

import sys

from tests.contracts.golden import recordings

if __name__ == "__main__":
    for path, content in recordings().items():
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            sys.stdout.write(f"recorded {path.name}\n")
