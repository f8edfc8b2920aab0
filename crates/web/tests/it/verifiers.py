"""Reads a served log with the package tlog-scales, which is not ours: head, every entry, inclusion, consistency.

Usage: verifiers.py PREFIX VKEY SIZE EARLIER...   where EARLIER is SIZE:ROOT of an earlier head, root in hexadecimal
"""

import sys

from tlog_scales import signing
from tlog_scales.backend import HttpBackend
from tlog_scales.reader import TilesReader
from tlog_scales.utils import sha256

prefix, vkey, size, *earlier = sys.argv[1:]
size = int(size)
reader = TilesReader(HttpBackend(prefix))
head = reader.get_checkpoint()
assert head.size == size, f"the head has {head.size} entries, not {size}"
head.verify(signing.Vkey.from_string(vkey))
assert reader.calculate_root_hash() == head.root_hash, "the tiles give another root"
leaves = []
for index in range(size):
    leaf = sha256(b"\x00" + reader.get_entry(index))
    assert leaf == reader.mth(index, index + 1), f"entry {index} is not what its hash says"
    leaves.append(leaf)
for index in sorted({0, size // 2, size - 1}) if size else []:
    reader.get_inclusion_proof(index, size).check(leaves[index], head.root_hash)
for told in earlier:
    old, root = told.split(":")
    if int(old) < size:
        reader.get_consistency_proof(int(old), size).check(bytes.fromhex(root), head.root_hash)
print(f"ok {size} {head.root_hash.hex()}")
