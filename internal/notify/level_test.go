package notify_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/viewer"
)

const canary = "Quokka"

// canaries fill a template with values that nothing else has.
func canaries(key string) map[string]string {
	data := map[string]string{}
	for name := range notify.SampleOf(key, "EN") {
		data[name] = canary + strings.ToUpper(name)
	}
	data["link"] = "https://upr.example.org/sign-in?token=" + canary + "LINK"
	return data
}

const calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:" + canary + "ICS\r\nEND:VCALENDAR\r\n"

// decoded is a mail as its reader sees it: its headers, its text and its calendar, empty where there is none.
func decoded(t *testing.T, raw string) (headers, text, ics string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Header)) {
		value, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get(name))
		if err != nil {
			t.Fatal(err)
		}
		headers += name + ": " + value + "\n"
	}
	kind, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(kind, "multipart/") {
		body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		if err != nil {
			t.Fatal(err)
		}
		return headers, string(body), ""
	}
	for parts := multipart.NewReader(m.Body, parameters["boundary"]); ; {
		part, err := parts.NextPart()
		if err == io.EOF { //nolint:errorlint // the package promises it
			return headers, text, ics
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(part) // which decodes quoted-printable
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/calendar; method=REQUEST") {
			ics = string(body)
		} else {
			text = string(body)
		}
	}
}

// found are the canaries in a text.
func found(text string) (names []string) {
	for _, after := range strings.Split(text, canary)[1:] {
		end := strings.IndexFunc(after, func(r rune) bool { return r < 'A' || r > 'Z' })
		if end < 0 {
			end = len(after)
		}
		names = append(names, after[:end])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestLevelsAreKept writes every mail in every language for every kind of recipient: what their level
// forbids is in no header, no text, no calendar, and nothing that was given is in the database, in the
// log, or before staff who may not see it.
func TestLevelsAreKept(t *testing.T) {
	l := keepLogs(t)
	address := dbtest.SQLite(t)
	p := newPostOffice(t, nil)
	h := newHouse(t, address, p.address)
	manager := viewer.NewContext(t.Context(), &viewer.Viewer{UID: "usr_1", SecondFactor: true, Grants: []viewer.Grant{{Role: viewer.Manager, Scope: "round:rnd_a"}}})
	full := map[string]bool{}
	for _, key := range notify.Keys() {
		for _, language := range []string{"EN", "FR", "ES", "RU"} {
			for level := range 4 {
				for _, neutral := range []bool{false, true} {
					for _, approved := range []bool{false, true} {
						name := fmt.Sprintf("%s in %s at level %d, neutral %t, approved %t", key, language, level, neutral, approved)
						d := notify.Draft{Template: key, Language: language, To: "quokka@example.org", About: "reg_1", Round: "rnd_a", State: "EGY", Level: level,
							Neutral: neutral, Approved: approved, Data: canaries(key), Calendar: calendar}
						uid := h.add(t, d)
						if err := h.SendNow(t.Context(), uid); err != nil {
							t.Fatal(err)
						}
						m, err := h.Message(manager, uid)
						if err != nil {
							t.Fatal(err)
						}
						looksAsStaff(t, name, m)
						letters := p.letters()[uid]
						if level >= 2 && !approved {
							if m.Status != notify.Task || len(letters) != 0 {
								t.Errorf("%s: %s, %d letters", name, m.Status, len(letters))
							}
							continue
						}
						if m.Status != notify.Sent || len(letters) != 1 {
							t.Fatalf("%s: %s, %d letters", name, m.Status, len(letters))
						}
						headers, text, ics := decoded(t, letters[0].raw)
						if (ics != "") != (level == 0 && !neutral) {
							t.Errorf("%s: the calendar is %q", name, ics)
						}
						shown := fmt.Sprint(found(text))
						if neutral || level >= 2 {
							if shown != "[LINK]" || len(found(headers)) != 0 {
								t.Errorf("%s shows %s in its text, %v in its headers:\n%s%s", name, shown, found(headers), headers, text)
							}
							continue
						}
						full[key+shown] = true
						if slices.Contains(found(headers), "NAME") || slices.Contains(found(headers), "LINK") {
							t.Errorf("%s: the headers\n%s", name, headers)
						}
					}
				}
			}
		}
	}
	// Each template shows the same in all languages, and something.
	if len(full) != len(notify.Keys()) || !full["offer[DEADLINE GUIDANCE LINK MEETING NAME ORGANISATION REPRISALS STATE]"] || !full["resume[LINK]"] {
		t.Errorf("shown: %v", slices.Sorted(maps.Keys(full)))
	}
	if text := l.String(); strings.Contains(strings.ToLower(text), "quokka") {
		t.Errorf("the log has it:\n%s", text)
	}
	files, err := filepath.Glob(strings.TrimPrefix(address, "sqlite:") + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if content, err := os.ReadFile(file); err != nil || bytes.Contains(bytes.ToLower(content), []byte("quokka")) {
			t.Errorf("%s has it as it was given: %v", filepath.Base(file), err)
		}
	}
}

// looksAsStaff is what the manager sees of a message.
func looksAsStaff(t *testing.T, name string, m *notify.Message) {
	t.Helper()
	ctx := viewer.NewContext(t.Context(), &viewer.Viewer{UID: "usr_1", SecondFactor: true, Grants: []viewer.Grant{{Role: viewer.Manager, Scope: "round:rnd_a"}}})
	subject, err := m.Subject()
	if err != nil {
		t.Fatal(err)
	}
	text, err := m.Text(ctx)
	if err != nil {
		t.Fatal(err)
	}
	address, err := m.Address(ctx)
	if err != nil || (address != nil) != (m.Level == 0) {
		t.Errorf("%s: the manager sees the address %v: %v", name, address, err)
	}
	seen := found(subject + text)
	if slices.Contains(seen, "LINK") || !strings.Contains(text, "[[link]]") || m.Level > 0 && slices.Contains(seen, "NAME") || m.Neutral && len(seen) > 0 {
		t.Errorf("%s: the manager sees %v in %s", name, seen, text)
	}
	if m.Level == 0 && !m.Neutral && m.Template != "resume" && m.Template != "letter-requested" && !slices.Contains(seen, "NAME") {
		t.Errorf("%s: the manager misses the name in %s", name, text)
	}
}

// TestValuesCannotBecomeMore gives values that look like headers, marks and templates.
func TestValuesCannotBecomeMore(t *testing.T) {
	p := newPostOffice(t, nil)
	h := newHouse(t, dbtest.SQLite(t), p.address)
	d := offer("ann@example.org")
	d.Data["deadline"] = "today\r\nBcc: eve@example.org"
	d.Data["organisation"] = "[[link]] {{.name}} [[name]]"
	uid := h.add(t, d)
	if err := h.SendNow(t.Context(), uid); err != nil {
		t.Fatal(err)
	}
	headers, text, _ := decoded(t, p.letters()[uid][0].raw)
	if strings.Contains(headers, "\nBcc:") || !strings.Contains(headers, "today Bcc: eve@example.org") || !strings.Contains(text, "[ [link]] {{.name}} [ [name]]") {
		t.Errorf("%s\n%s", headers, text)
	}
	h.in(t, func(tx *database.Tx) error { return h.Forget(t.Context(), tx, "reg_1") })
}
