// Checks what the ledger signs and proves with another implementation: Go's sumdb/note and sumdb/tlog, which the Go checksum
// database is built on. Reads one JSON document, says what it accepted, and ends with 1 where it refuses anything that should hold
// or accepts anything that should not. With -make it writes a document of its own instead, for the tests here to accept.
//
//	go run . < proofs.json
//	go run . -make > ../../tlog.json
//
// With -proof it checks what `dramatis audit prove` wrote: the key, a C2SP tlog-proof with its record in the extra line, and where given a
// consistency proof (old size, hashes, empty line, checkpoint) with the older checkpoint. It prints the record.
//
//	go run . -proof VERIFIER FILE [FILE.consistency CHECKPOINT]
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type inclusion struct {
	Index int64    `json:"index"`
	Size  int64    `json:"size"`
	Proof []string `json:"proof"`
}

type consistency struct {
	From  int64    `json:"from"`
	To    int64    `json:"to"`
	Proof []string `json:"proof"`
}

type document struct {
	Verifier    string        `json:"verifier"`
	Checkpoint  string        `json:"checkpoint"`
	Records     []string      `json:"records"`
	Roots       []string      `json:"roots"` // of the first 1, 2, ... records
	Inclusion   []inclusion   `json:"inclusion"`
	Consistency []consistency `json:"consistency"`
}

func check(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

func hashOf(text string) tlog.Hash {
	bytes, err := base64.StdEncoding.DecodeString(text)
	check(err)
	if len(bytes) != tlog.HashSize {
		check(fmt.Errorf("%d bytes are no hash", len(bytes)))
	}
	return tlog.Hash(bytes)
}

func hashesOf(texts []string) []tlog.Hash {
	var hashes []tlog.Hash
	for _, text := range texts {
		hashes = append(hashes, hashOf(text))
	}
	return hashes
}

// The tree of the records, as Go stores it.
type tree struct{ stored []tlog.Hash }

func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, i := range indexes {
		hashes = append(hashes, t.stored[i])
	}
	return hashes, nil
}

func treeOf(records []string) *tree {
	t := &tree{}
	for i, record := range records {
		hashes, err := tlog.StoredHashes(int64(i), []byte(record), t)
		check(err)
		t.stored = append(t.stored, hashes...)
	}
	return t
}

func rootOf(t *tree, size int64) tlog.Hash {
	root, err := tlog.TreeHash(size, t)
	check(err)
	return root
}

func accept(d document) {
	verifier, err := note.NewVerifier(d.Verifier)
	check(err)
	opened, err := note.Open([]byte(d.Checkpoint), note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	t := treeOf(d.Records)
	if size != int64(len(d.Records)) || hashOf(lines[2]) != rootOf(t, size) || lines[0] != verifier.Name() {
		check(fmt.Errorf("the checkpoint is not that of the records"))
	}
	for i, root := range d.Roots {
		if hashOf(root) != rootOf(t, int64(i+1)) {
			check(fmt.Errorf("root %d differs", i+1))
		}
	}
	refused := 0
	for _, p := range d.Inclusion {
		leaf := tlog.RecordHash([]byte(d.Records[p.Index]))
		check(tlog.CheckRecord(hashesOf(p.Proof), p.Size, rootOf(t, p.Size), p.Index, leaf))
		if tlog.CheckRecord(hashesOf(p.Proof), p.Size, rootOf(t, p.Size), p.Index, tlog.RecordHash([]byte("other"))) == nil {
			check(fmt.Errorf("a proof of another record was accepted"))
		}
		refused++
	}
	for _, p := range d.Consistency {
		check(tlog.CheckTree(hashesOf(p.Proof), p.To, rootOf(t, p.To), p.From, rootOf(t, p.From)))
		if p.From < p.To && tlog.CheckTree(hashesOf(p.Proof), p.To, rootOf(t, p.To), p.From, tlog.RecordHash([]byte("other"))) == nil {
			check(fmt.Errorf("a proof from another tree was accepted"))
		}
		refused++
	}
	fmt.Printf("accepted: checkpoint of %d records, %d roots, %d inclusion proofs, %d consistency proofs; forged ones refused: %d\n", size, len(d.Roots), len(d.Inclusion), len(d.Consistency), refused)
}

// The key of the example in the documentation of sumdb/note.
const exampleKey = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
const exampleVerifier = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

func base64Of(hashes []tlog.Hash) []string {
	texts := []string{}
	for _, hash := range hashes {
		texts = append(texts, hash.String())
	}
	return texts
}

func makeDocument() document {
	d := document{Verifier: exampleVerifier}
	for i := 0; i < 21; i++ {
		d.Records = append(d.Records, fmt.Sprintf("record %d", i))
	}
	t := treeOf(d.Records)
	for size := int64(1); size <= int64(len(d.Records)); size++ {
		d.Roots = append(d.Roots, rootOf(t, size).String())
		for other := int64(0); other < size; other++ {
			record, err := tlog.ProveRecord(size, other, t)
			check(err)
			d.Inclusion = append(d.Inclusion, inclusion{other, size, base64Of(record)})
			older, err := tlog.ProveTree(size, other+1, t)
			check(err)
			d.Consistency = append(d.Consistency, consistency{other + 1, size, base64Of(older)})
		}
	}
	signer, err := note.NewSigner(exampleKey)
	check(err)
	text := fmt.Sprintf("PeterNeumann\n%d\n%s\n", len(d.Records), d.Roots[len(d.Roots)-1])
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	check(err)
	d.Checkpoint = string(signed)
	return d
}

// Lines up to the first empty one, and what comes after it.
func parted(file string) ([]string, string) {
	text, err := os.ReadFile(file)
	check(err)
	head, rest, found := strings.Cut(string(text), "\n\n")
	if !found {
		check(fmt.Errorf("%s has no checkpoint", file))
	}
	return strings.Split(head, "\n"), rest
}

// The value of a line that begins with a name.
func valueOf(lines []string, i int, name string) string {
	if i >= len(lines) || !strings.HasPrefix(lines[i], name+" ") {
		check(fmt.Errorf("line %d is no %s", i+1, name))
	}
	return strings.TrimPrefix(lines[i], name+" ")
}

func numberOf(text string) int64 {
	number, err := strconv.ParseInt(text, 10, 64)
	check(err)
	return number
}

func headOf(verifier note.Verifier, text string) (int64, tlog.Hash) {
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 3 || lines[0] != verifier.Name() {
		check(fmt.Errorf("the checkpoint is of another log"))
	}
	return numberOf(lines[1]), hashOf(lines[2])
}

func checkProof(args []string) {
	verifier, err := note.NewVerifier(args[0])
	check(err)
	lines, checkpoint := parted(args[1])
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		check(fmt.Errorf("this is no tlog-proof"))
	}
	record, err := base64.StdEncoding.DecodeString(valueOf(lines, 1, "extra"))
	check(err)
	index := numberOf(valueOf(lines, 2, "index"))
	size, root := headOf(verifier, checkpoint)
	check(tlog.CheckRecord(hashesOf(lines[3:]), size, root, index, tlog.RecordHash(record)))
	if len(args) > 3 {
		lines, newer := parted(args[2])
		text, err := os.ReadFile(args[3])
		check(err)
		from, older := headOf(verifier, string(text))
		to, newest := headOf(verifier, newer)
		if numberOf(valueOf(lines, 0, "old")) != from || to != size || newest != root {
			check(fmt.Errorf("the proof of consistency is of other checkpoints"))
		}
		check(tlog.CheckTree(hashesOf(lines[1:]), to, newest, from, older))
	}
	fmt.Println(string(record))
}

func main() {
	if len(os.Args) > 3 && os.Args[1] == "-proof" {
		checkProof(os.Args[2:])
		return
	}
	if len(os.Args) > 1 && os.Args[1] == "-make" {
		check(json.NewEncoder(os.Stdout).Encode(makeDocument()))
		return
	}
	var d document
	check(json.NewDecoder(os.Stdin).Decode(&d))
	accept(d)
}
