package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// pull runs the program and returns what it says.
func pull(t *testing.T, address, folder string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "pull", address, "--to", folder) //nolint:gosec // this test
	command.Env = append(os.Environ(), asProgram+"=1")
	said, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return string(said)
}

// checkSame compares a folder with one that begins now.
func checkSame(t *testing.T, address, folder string) {
	t.Helper()
	fresh := t.TempDir()
	pull(t, address, fresh)
	files, err := filepath.Glob(filepath.Join(fresh, "*.ndjson"))
	if err != nil || len(files) < 10 {
		t.Fatal(err, files)
	}
	for _, file := range files {
		if name := filepath.Base(file); readFile(t, file) != readFile(t, filepath.Join(folder, name)) {
			t.Errorf("%s is not what it is to be", name)
		}
	}
}

// TestPullMendsWhatWasChanged changes a folder between two pulls as people and full disks do.
func TestPullMendsWhatWasChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		server, folder := startSample(t, url, secretKeyFile(t)), t.TempDir()
		in := func(name string) string { return filepath.Join(folder, name) }
		write := func(name, text string) {
			t.Helper()
			if err := os.WriteFile(in(name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		pull(t, server.address, folder)
		var first struct{ ID string }
		if err := json.NewDecoder(strings.NewReader(readFile(t, in("recommendations.ndjson")))).Decode(&first); err != nil {
			t.Fatal(err)
		}
		editor := server.signIn(t, first.ID, "an editor")
		pledges, edited := readFile(t, in("pledges.ndjson")), strings.Replace(readFile(t, in("recommendations.ndjson")), `"text":"`, `"text":"mine: `, 1)
		write("pledges.ndjson", pledges[:len(pledges)/2])
		write("recommendations.ndjson", edited)
		write("notes.ndjson", "of somebody\n")
		if err := os.Remove(in("states.ndjson")); err != nil {
			t.Fatal(err)
		}
		if code := editor.correct(t, "12.34", "a test"); code != "" {
			t.Fatal(code)
		}
		said := pull(t, server.address, folder)
		for _, sentence := range []string{"pledges.ndjson was changed or cut off: it is taken anew", "recommendations.ndjson was changed or cut off", "states.ndjson was missing: it is taken anew"} {
			if !strings.Contains(said, sentence) {
				t.Errorf("nothing like %q in %s", sentence, said)
			}
		}
		checkSame(t, server.address, folder)
		kept, err := filepath.Glob(in("recommendations.ndjson.changed-*"))
		if err != nil || len(kept) != 1 || readFile(t, kept[0]) != edited || readFile(t, in("notes.ndjson")) != "of somebody\n" {
			t.Errorf("what somebody wrote is lost: %v, %v", kept, err)
		}
		if said := pull(t, server.address, folder); strings.Contains(said, "anew") || !strings.Contains(said, ": 0 written, 0 deleted") {
			t.Error(said)
		}
		checkAfterCrash(t, server, editor, folder)
		write("upr-pull.json", `{"server"`)
		command := exec.CommandContext(t.Context(), os.Args[0], "pull", server.address, "--to", folder) //nolint:gosec // this test
		command.Env = append(os.Environ(), asProgram+"=1")
		if said, err := command.CombinedOutput(); err == nil || !bytes.Contains(said, []byte("delete it to begin anew")) {
			t.Errorf("%v: %s", err, said)
		}
	})
}

// checkAfterCrash leaves the folder as a crash does when one file of two is written: nothing of it
// is taken for somebody's changes.
func checkAfterCrash(t *testing.T, server *sampleServer, editor *editing, folder string) {
	t.Helper()
	type state map[string]any
	read := func() (s state) {
		t.Helper()
		if err := json.Unmarshal([]byte(readFile(t, filepath.Join(folder, "upr-pull.json"))), &s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	before := read()
	if code := editor.correct(t, "56.78", "a test"); code != "" {
		t.Fatal(code)
	}
	pull(t, server.address, folder)
	before["writing"] = map[string]any{"recommendations": read()["files"].(map[string]any)["recommendations"], "states": map[string]any{"size": 1, "sha256": "00"}}
	text, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "upr-pull.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	if said := pull(t, server.address, folder); strings.Contains(said, "anew") || strings.Contains(said, "kept") {
		t.Error(said)
	}
	checkSame(t, server.address, folder)
}
