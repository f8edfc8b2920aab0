"""Makes xtask/advisories.toml from a checkout of the RustSec advisory database and the list of later ones kept here.

Usage: python3 scripts/advisories.py CHECKOUT > xtask/advisories.toml

The database is in the public domain (CC0); of each advisory the id, the package and the versions are taken, no text.
"""

import subprocess
import sys
import tomllib

# Published after the checkout that the list was last made from; read from copies of the advisories.
LATER = [
    ("RUSTSEC-2025-0071", "ammonia", [">= 4.1.4"]),
    ("RUSTSEC-2025-0111", "tokio-tar", []),
    ("RUSTSEC-2025-0168", "zip", [">= 2.3.0"]),
    ("RUSTSEC-2026-0009", "time", [">= 0.3.47"]),
    ("RUSTSEC-2026-0067", "tar", [">= 0.4.45"]),
    ("RUSTSEC-2026-0068", "tar", [">= 0.4.45"]),
    ("RUSTSEC-2026-0104", "rustls-webpki", [">= 0.103.13"]),
    ("RUSTSEC-2026-0145", "astral-tokio-tar", [">= 0.6.2"]),
    ("RUSTSEC-2026-0187", "lopdf", [">= 0.42.0"]),
    ("RUSTSEC-2026-0193", "ammonia", [">= 4.1.4"]),
    ("RUSTSEC-2026-0194", "quick-xml", [">= 0.41.0"]),
    ("RUSTSEC-2026-0195", "quick-xml", [">= 0.41.0"]),
    ("RUSTSEC-2026-0235", "rkyv", [">= 0.8.17"]),
    ("RUSTSEC-2026-0258", "h2", [">= 0.4.16"]),
]
LATER_UNMAINTAINED = [("RUSTSEC-2026-0245", "sevenz-rust")]


def git(checkout, *words):
    return subprocess.run(["git", "-C", checkout, *words], check=True, capture_output=True, text=True).stdout


def advisories(checkout):
    for name in git(checkout, "ls-tree", "-r", "--name-only", "HEAD", "crates").split():
        text = git(checkout, "show", f"HEAD:{name}")
        if not name.endswith(".md") or "```toml" not in text:
            continue
        told = tomllib.loads(text.split("```toml", 1)[1].split("```", 1)[0])
        advisory, versions = told["advisory"], told.get("versions", {})
        if advisory.get("withdrawn"):
            continue
        kind = advisory.get("informational", "vulnerability")
        if kind in ("vulnerability", "unsound", "unmaintained"):
            yield advisory["id"], advisory["package"], kind, versions.get("patched", []), versions.get("unaffected", [])


def main():
    found = list(advisories(sys.argv[1]))
    found += [(id, package, "vulnerability", patched, []) for id, package, patched in LATER]
    found += [(id, package, "unmaintained", [], []) for id, package in LATER_UNMAINTAINED]
    print("# Known faults of libraries: made by scripts/advisories.py from the RustSec advisory database (CC0).")
    print("# `cargo xtask tidy` compares the lock file with it.\n")
    for id, package, kind, patched, unaffected in sorted(set((a, b, c, tuple(d), tuple(e)) for a, b, c, d, e in found)):
        listed = lambda versions: "[" + ", ".join(f'"{version}"' for version in versions) + "]"
        print(f'[[advisory]]\nid = "{id}"\npackage = "{package}"\nkind = "{kind}"\npatched = {listed(patched)}')
        if unaffected:
            print(f"unaffected = {listed(unaffected)}")
        print()


main()
