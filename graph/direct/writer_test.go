package direct

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
)

// FuzzString holds the text written to be the one gqlgen's marshaller writes.
func FuzzString(f *testing.F) {
	for before := range 20 {
		for c := range 256 {
			f.Add(strings.Repeat("a", before) + string([]byte{byte(c)}) + "and the rest of it")
		}
	}
	for _, s := range []string{"", "Ratify the Convention", "Élargir l’accès à l’éducation", "!!!!!!!#", "\x80\xff\x7f\x1f\x20", "line\nline\n\n\"quoted\" \\ and more of it"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var want bytes.Buffer
		graphql.MarshalString(s).MarshalGQL(&want)
		w := &Writer{buf: []byte("before")}
		w.String(s)
		if got, ok := strings.CutPrefix(string(w.buf), "before"); !ok || got != want.String() {
			t.Fatalf("%q is written %s, not %s", s, w.buf, want.String())
		}
		if !json.Valid(w.buf[len("before"):]) {
			t.Fatalf("%q is written %s, which is not JSON", s, w.buf)
		}
	})
}
