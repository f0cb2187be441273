package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/sample/sampletest"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/secret"
)

// mailpit is a mail server that shows what it got; it is no dependency of the program.
const mailpit = "github.com/axllent/mailpit@v1.33.1"

// TestMailArrives has `upr serve` send through another's mail server, and reads there what arrived.
func TestMailArrives(t *testing.T) {
	smtp, api := startMailpit(t)
	dbtest.Each(t, func(t *testing.T, url string) {
		key := secretKeyFile(t)
		upr := exec.CommandContext(t.Context(), os.Args[0], "serve", "--addr=127.0.0.1:0", "--database-url="+url, "--secret-key-file="+key,
			"--smtp-url=smtp+plain://"+smtp+"?from=upr@example.org")
		upr.Env = append(os.Environ(), asProgram+"=1")
		db, outbox := openedOutbox(t, url, key)
		start(t, upr)
		var ids []string
		for _, language := range []string{"EN", "FR", "ES"} {
			ids = append(ids, putIntoOutbox(t, db, outbox, language))
		}
		for _, id := range ids {
			awaitSent(t, db, id)
		}
		for i, want := range []string{"Please confirm or decline by 24 Nov", "lors de la pré-session (État examiné : Égypte)", "Le rogamos que confirme o decline"} {
			m := arrived(t, api, ids[i])
			if m.MessageID != ids[i]+"@example.org" || m.From.Address != "upr@example.org" || m.To[0].Address != "ann@example.org" ||
				!strings.Contains(m.Text, want) || !strings.Contains(m.Text, "https://upr.example.org/in?t=ABC") {
				t.Errorf("%+v", m)
			}
			if raw := read(t, "http://"+api+"/api/v1/message/"+m.ID+"/raw"); !strings.Contains(raw, "text/calendar; charset=UTF-8; method=REQUEST") && !strings.Contains(raw, "text/calendar; method=REQUEST") {
				t.Errorf("without a calendar:\n%s", raw)
			}
		}
	})
}

// startMailpit starts a mail server, and returns its addresses for mail and for questions.
func startMailpit(t *testing.T) (smtp, api string) {
	t.Helper()
	folder := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "install", mailpit)
	build.Env = append(os.Environ(), "GOBIN="+folder, "GOFLAGS=-mod=mod")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	smtp, api = freeAddress(t), freeAddress(t)
	start(t, exec.CommandContext(t.Context(), filepath.Join(folder, "mailpit"), "--quiet", "--disable-version-check", "--smtp", smtp, "--listen", api)) //nolint:gosec // built above
	for _, address := range []string{smtp, api} {
		eventually(t, "mail server", func() bool {
			conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
			return err == nil && conn.Close() == nil
		})
	}
	return smtp, api
}

// TestMailOfABackupIsInDoubt restores, as far as the outbox is concerned, and serves: what was queued
// is not sent a second time.
func TestMailOfABackupIsInDoubt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db, outbox := openedOutbox(t, url, secretKeyFile(t))
		id, status := putIntoOutbox(t, db, outbox, "EN"), ""
		command(t, "epoch", "new", "--database-url="+url)
		if err := db.SQL.QueryRow(`SELECT status FROM outbox_messages WHERE uid = $1`, id).Scan(&status); err != nil || status != "IN_DOUBT" {
			t.Errorf("%s, %v", status, err)
		}
	})
}

// start starts a program and ends it with the test.
func start(t *testing.T, command *exec.Cmd) {
	t.Helper()
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
}

// openedOutbox is one that sends nothing by itself.
func openedOutbox(t *testing.T, url, keyFile string) (*database.DB, *notify.Outbox) {
	t.Helper()
	db := sampletest.Migrated(t, url)
	box, err := secret.Read(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	return db, notify.NewOutbox(db, box, nil, job.New(db))
}

func putIntoOutbox(t *testing.T, db *database.DB, outbox *notify.Outbox, language string) (id string) {
	t.Helper()
	err := database.WithTx(t.Context(), db, func(tx *database.Tx) (err error) {
		id, err = outbox.Add(t.Context(), tx, notify.Draft{Template: "offer", Language: language, To: "ann@example.org", About: "reg_1",
			Calendar: "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n", Data: map[string]string{"name": "Ann", "organisation": "Rights Now",
				"state": "Égypte", "meeting": "2 Dec", "deadline": "24 Nov", "reprisals": "Nobody has registered.", "guidance": "https://ishr.example.org", "link": "https://upr.example.org/in?t=ABC"}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func awaitSent(t *testing.T, db *database.DB, id string) {
	t.Helper()
	status := ""
	for deadline := time.Now().Add(time.Minute); status != "SENT"; time.Sleep(50 * time.Millisecond) {
		if err := db.SQL.QueryRow(`SELECT status FROM outbox_messages WHERE uid = $1`, id).Scan(&status); err != nil {
			t.Fatal(err)
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is %s", id, status)
		}
	}
}

// letterOf is what mailpit shows of a mail.
type letterOf struct {
	ID, MessageID, Subject, Text string
	From                         struct{ Address string }
	To                           []struct{ Address string }
}

// arrived reads the one mail that arrived of a message.
func arrived(t *testing.T, api, id string) (m letterOf) {
	t.Helper()
	var list struct{ Messages []letterOf }
	if err := json.Unmarshal([]byte(read(t, "http://"+api+"/api/v1/search?query=message-id:"+id)), &list); err != nil || len(list.Messages) != 1 {
		t.Fatalf("%d mails of %s arrived: %v", len(list.Messages), id, err)
	}
	if err := json.Unmarshal([]byte(read(t, "http://"+api+"/api/v1/message/"+list.Messages[0].ID)), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func read(t *testing.T, address string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v", address, response.StatusCode, err)
	}
	return string(text)
}
