// Command main checks a log folder with the Go checksum database's library, which shares no code with ours.
//
// Usage: main DIR VKEY [SAVED-HEAD]
//
// Every entry is hashed and the root computed from those hashes alone; versions of the library before x/mod 0.40.0
// (CVE-2026-56865) leave some tiles unchecked against their parents, so no conclusion here rests on a stored tile.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type head struct {
	size int64
	root tlog.Hash
}

func main() {
	if len(os.Args) < 3 {
		fail("usage: main DIR VKEY [SAVED-HEAD]")
	}
	dir := os.Args[1]
	verifier, err := note.NewVerifier(os.Args[2])
	check(err, "key")
	now := openHead(filepath.Join(dir, "checkpoint"), verifier)
	hashes, leaves := hashEntries(dir, now.size)
	checkTiles(dir, now.size, hashes)
	root, err := tlog.TreeHash(now.size, hashes)
	if now.size > 0 {
		check(err, "root")
		if root != now.root {
			fail("the entries give another root than the head")
		}
	}
	checkInclusion(dir, now, leaves)
	checkConsistency(dir, now, hashes)
	if len(os.Args) > 3 {
		checkSaved(openHead(os.Args[3], verifier), now, hashes)
	}
	fmt.Println("ok", now.size)
}

func openHead(path string, verifier note.Verifier) head {
	text, err := os.ReadFile(path)
	check(err, path)
	opened, err := note.Open(text, note.VerifierList(verifier))
	check(err, path)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		fail("the head is no checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err, "size")
	root, err := base64.StdEncoding.DecodeString(lines[2])
	check(err, "root")
	if len(root) != tlog.HashSize {
		fail("the root has the wrong length")
	}
	opening := head{size: size}
	copy(opening.root[:], root)
	return opening
}

// tilePath drops the tile height that the checksum database has in its paths and tlog-tiles has not.
func tilePath(dir string, tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), "tile/8/")
	return filepath.Join(dir, "tile", strings.Replace(path, "data/", "entries/", 1))
}

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, index := range indexes {
		if index < 0 || index >= int64(len(s)) {
			return nil, fmt.Errorf("hash %d is not there", index)
		}
		found = append(found, s[index])
	}
	return found, nil
}

// hashEntries reads every bundle and computes every hash of the tree from the entries.
func hashEntries(dir string, size int64) (stored, []tlog.Hash) {
	var hashes stored
	var leaves []tlog.Hash
	for first := int64(0); first < size; first += 1 << height {
		width := size - first
		if width > 1<<height {
			width = 1 << height
		}
		tile := tlog.Tile{H: height, L: -1, N: first >> height, W: int(width)}
		path := tilePath(dir, tile)
		rest, err := os.ReadFile(path)
		check(err, path)
		below, err := os.ReadFile(tilePath(dir, tlog.Tile{H: height, L: 0, N: tile.N, W: tile.W}))
		check(err, path)
		for place := int64(0); place < width; place++ {
			if len(rest) < 2 || len(rest) < 2+int(binary.BigEndian.Uint16(rest)) {
				fail("%s ends inside entry %d", path, first+place)
			}
			end := 2 + int(binary.BigEndian.Uint16(rest))
			leaf := tlog.RecordHash(rest[2:end])
			rest = rest[end:]
			if len(below) < int(place+1)*tlog.HashSize || !bytes.Equal(leaf[:], below[place*tlog.HashSize:(place+1)*tlog.HashSize]) {
				fail("entry %d does not give the hash in its tile", first+place)
			}
			more, err := tlog.StoredHashesForRecordHash(first+place, leaf, hashes)
			check(err, "hashes")
			hashes = append(hashes, more...)
			leaves = append(leaves, leaf)
		}
		if len(rest) != 0 {
			fail("%s has bytes after its last entry", path)
		}
	}
	return hashes, leaves
}

// checkTiles compares every hash tile that the head needs with the computed hashes.
func checkTiles(dir string, size int64, hashes stored) {
	for _, tile := range tlog.NewTiles(height, 0, size) {
		// The library lists the partial tiles of all earlier sizes too; only those of this head must exist.
		if onLevel := size >> (height * uint(tile.L)); tile.W < 1<<height && tile.N<<height+int64(tile.W) != onLevel {
			continue
		}
		computed, err := tlog.ReadTileData(tile, hashes)
		check(err, tile.Path())
		path := tilePath(dir, tile)
		found, err := os.ReadFile(path)
		check(err, path)
		if !bytes.Equal(found, computed) {
			fail("%s is not what the entries give", path)
		}
	}
}

type folder struct{ dir string }

func (f folder) Height() int { return height }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		bytes, err := os.ReadFile(tilePath(f.dir, tile))
		if err != nil {
			return nil, err
		}
		found = append(found, bytes)
	}
	return found, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

// checkInclusion proves the first, the middle and the last entry from stored tiles.
func checkInclusion(dir string, now head, leaves []tlog.Hash) {
	if now.size == 0 {
		return
	}
	reader := tlog.TileHashReader(tlog.Tree{N: now.size, Hash: now.root}, folder{dir})
	for _, index := range []int64{0, now.size / 2, now.size - 1} {
		proof, err := tlog.ProveRecord(now.size, index, reader)
		check(err, "inclusion proof")
		check(tlog.CheckRecord(proof, now.size, now.root, index, leaves[index]), "inclusion of entry %d", index)
	}
}

// checkConsistency proves the head from each earlier size; near the ends and at intervals from stored tiles as well.
func checkConsistency(dir string, now head, hashes stored) {
	reader := tlog.TileHashReader(tlog.Tree{N: now.size, Hash: now.root}, folder{dir})
	for old := int64(1); old <= now.size; old++ {
		root, err := tlog.TreeHash(old, hashes)
		check(err, "earlier root")
		proof, err := tlog.ProveTree(now.size, old, hashes)
		check(err, "consistency proof")
		check(tlog.CheckTree(proof, now.size, now.root, old, root), "consistency from %d", old)
		if old < 3 || now.size-old < 3 || old%997 == 0 {
			proof, err := tlog.ProveTree(now.size, old, reader)
			check(err, "consistency proof from tiles")
			check(tlog.CheckTree(proof, now.size, now.root, old, root), "consistency from %d by tiles", old)
		}
	}
}

// checkSaved compares the log with a head remembered from earlier.
func checkSaved(saved, now head, hashes stored) {
	if saved.size > now.size {
		fail("the log shrank: %d entries were signed, now there are %d", saved.size, now.size)
	}
	if saved.size == 0 {
		return
	}
	root, err := tlog.TreeHash(saved.size, hashes)
	check(err, "saved root")
	if root != saved.root {
		fail("fork: the remembered head of size %d has another root", saved.size)
	}
}

func check(err error, what string, args ...interface{}) {
	if err != nil {
		fail("%s: %v", fmt.Sprintf(what, args...), err)
	}
}

func fail(what string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, what+"\n", args...)
	os.Exit(1)
}
