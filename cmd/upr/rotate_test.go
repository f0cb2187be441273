package main

import (
	"encoding/base64"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/schema/field"

	tables "github.com/upr-info/upr/ent/migrate"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/rotation"
	"github.com/upr-info/upr/internal/sample/rounds"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/viewer"
)

// TestRotate replaces the key of a database in which every column that can be sealed is: the former
// key is needed until the command has run, and opens nothing afterwards.
func TestRotate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		must(t, "sample", "--recommendations=100", "--database-url="+address)
		db, err := database.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		former, current := secret.Key{1}, secret.Key{2}
		meeting, token, delegate := sealEverywhere(t, db, secret.NewBox(former))
		checkFilled(t, db)
		all := unopened(t, db, current)
		keys := filepath.Join(t.TempDir(), "upr.key")
		rotate := func(lines ...secret.Key) (string, error) {
			t.Helper()
			text := ""
			for _, key := range lines {
				text += base64.StdEncoding.EncodeToString(key[:]) + "\n"
			}
			if err := os.WriteFile(keys, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			err := run(t.Context(), []string{"rotate", "--database-url=" + address, "--secret-key-file=" + keys}, &out, io.Discard)
			return out.String(), err
		}
		if said, err := rotate(current); err == nil || !strings.Contains(err.Error(), "add it in a line of its own") {
			t.Errorf("without the former key: %q, %v", said, err)
		}
		said, err := rotate(current, former)
		if err != nil || !regexp.MustCompile(`attendances: [1-9]\d* sealed anew`).MatchString(said) || !regexp.MustCompile(`digests of people: [1-9]`).MatchString(said) {
			t.Fatalf("said %q, %v", said, err)
		}
		checkFilled(t, db)
		if n := unopened(t, db, former); !slices.Equal(n, all) {
			t.Errorf("the former key does not open %v, want %v", n, all)
		}
		if said, err := rotate(current); err != nil || regexp.MustCompile(`[1-9]\d* (sealed|made) anew`).MatchString(said) {
			t.Errorf("once more: %q, %v", said, err)
		}
		workflow := presession.New(db, time.Now, presession.Means{Box: secret.NewBox(current)})
		again, err := workflow.RegisterDelegate(t.Context(), presession.NewDelegate{Token: token, PreSession: meeting, Name: "Ann", Email: "Ann@mission.example.org"})
		if err != nil || again.ID != delegate {
			t.Errorf("who registers again is %v, %v, want %s", again, err, delegate)
		}
	})
}

// sealEverywhere fills each column that can be sealed. It returns a delegate of a meeting, and the
// token with which they were registered.
func sealEverywhere(t *testing.T, db *database.DB, box secret.Box) (meeting, token, delegate string) {
	t.Helper()
	if _, err := rounds.Fill(t.Context(), db, box, nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	program := viewer.NewContext(t.Context(), viewer.Program("test"))
	u, err := db.Ent.User.Create().SetUID("usr_sealed").SetEmail("sealed@example.org").SetName("Sealed").SetCreatedAt(time.Now()).SetTotpSecret(box.Seal("one", "usr_sealed")).SetTotpPending(box.Seal("two", "usr_sealed")).Save(program)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Ent.Webhook.Create().SetUID("whk_sealed").SetUser(u).SetName("test").SetURL("https://example.org").SetCursor("1").SetCreatedAt(time.Now()).
		SetSecret(box.Seal("three", "whk_sealed")).SetFormerSecret(box.Seal("four", "whk_sealed")).Exec(program); err != nil {
		t.Fatal(err)
	}
	if err := db.Ent.StoredFile.Create().SetUID("fil_sealed").SetAbout("reg_x").SetKind("PDF").SetSize(1).SetUploadedAt(time.Now()).SetDataKey(box.Seal("five", "file fil_sealed")).Exec(program); err != nil {
		t.Fatal(err)
	}
	if err := db.Ent.SignInLink.Create().SetUser(u).SetDigest("in").SetLead(box.Seal("six", "in")).SetCreatedAt(time.Now()).SetExpiresAt(time.Now()).Exec(program); err != nil {
		t.Fatal(err)
	}
	if err := db.Ent.SignUpLink.Create().SetEmail("new@example.org").SetName("New").SetLanguage("EN").SetDigest("up").SetLead(box.Seal("seven", "up")).SetExpiresAt(time.Now()).Exec(program); err != nil {
		t.Fatal(err)
	}
	var round string
	if err := db.SQL.QueryRow(`SELECT r.uid, m.uid FROM pre_sessions m JOIN rounds r ON r.id = m.round_id WHERE r.state = 'CALL_OPEN' ORDER BY m.id LIMIT 1`).Scan(&round, &meeting); err != nil {
		t.Fatal(err)
	}
	workflow := presession.New(db, time.Now, presession.Means{Box: box, Outbox: notify.NewOutbox(db, box, nil, job.New(db)), PublicURL: "https://upr.example.org"})
	manager := viewer.NewContext(t.Context(), &viewer.Viewer{UID: "usr_m", Name: "Manager", SecondFactor: true, Grants: []viewer.Grant{{Role: viewer.Manager}}})
	made, err := workflow.Invite(manager, round, []presession.Invitee{{Category: "UN", Label: "An office", Address: "office@mission.example.org", Language: "EN"}})
	if err != nil {
		t.Fatal(err)
	}
	var sealedToken []byte
	if err := db.SQL.QueryRow(`SELECT token FROM invitations WHERE uid = $1`, made[0].ID).Scan(&sealedToken); err != nil {
		t.Fatal(err)
	}
	if token, err = box.Open(sealedToken, made[0].ID); err != nil {
		t.Fatal(err)
	}
	own, err := workflow.RegisterDelegate(t.Context(), presession.NewDelegate{Token: token, PreSession: meeting, Name: "Ann", Email: "ann@mission.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	return meeting, token, own.ID
}

// unopened counts the values of each table that a key does not open.
func unopened(t *testing.T, db *database.DB, key secret.Key) (counts []int) {
	t.Helper()
	results, err := rotation.Reseal(t.Context(), db, secret.NewBox(key))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		counts = append(counts, r.Lost)
	}
	return counts
}

// checkFilled looks for a value in each column that can be sealed.
func checkFilled(t *testing.T, db *database.DB) {
	t.Helper()
	for _, table := range rotation.Tables {
		for _, column := range table.Columns {
			n := 0
			if err := db.SQL.QueryRow(`SELECT COUNT(*) FROM ` + table.Name + ` WHERE LENGTH(` + column + `) > 0`).Scan(&n); err != nil || n == 0 {
				t.Errorf("%s.%s has %d values, %v", table.Name, column, n, err)
			}
		}
	}
}

// TestEverySealedColumnIsRotated: who adds a column of bytes says here, or in rotation.Tables, whether
// it is sealed.
func TestEverySealedColumnIsRotated(t *testing.T) {
	t.Parallel()
	known := []string{
		"participant_identities.content",                                              // under the key of its own row
		"partner_group_revisions.members", "slice_contents.body", "web_sessions.data", // not sealed
	}
	for _, table := range rotation.Tables {
		for _, column := range table.Columns {
			known = append(known, table.Name+"."+column)
		}
	}
	there := []string{}
	for _, table := range tables.Tables {
		for _, column := range table.Columns {
			if column.Type == field.TypeBytes {
				there = append(there, table.Name+"."+column.Name)
			}
		}
	}
	slices.Sort(known)
	slices.Sort(there)
	if !slices.Equal(known, there) {
		t.Errorf("columns of bytes are %v, known are %v", there, known)
	}
}
