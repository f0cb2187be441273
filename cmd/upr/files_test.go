package main

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/file"
)

// TestServeTakesFiles uploads to the program as it is run, and has the file cleaned and looked at.
func TestServeTakesFiles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var out lines
		done := make(chan error, 1)
		folder := filepath.Join(t.TempDir(), "files")
		go func() {
			done <- run(ctx, []string{"serve", "--secret-key-file=" + secretKeyFile(t), "--addr=127.0.0.1:0", "--database-url=" + address,
				"--files-url=file://" + folder, "--antivirus=true"}, &out, io.Discard)
		}()
		server := out.waitFor(t, regexp.MustCompile(`upr is ready: (http://[^/]+)/playground`), done)
		db, err := database.Open(ctx, address)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		var token string
		err = database.WithTx(ctx, db, func(tx *database.Tx) (err error) {
			token, err = file.Permit(ctx, tx, "reg_a", file.Documents, 0, time.Now().Add(time.Hour))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		_ = form.WriteField("permit", token)
		part, _ := form.CreateFormFile("file", "statement.txt")
		_, _ = io.WriteString(part, "We recommend a moratorium.")
		_ = form.Close()
		response, err := http.Post(server+"/files", form.FormDataContentType(), &body)
		if err != nil {
			t.Fatal(err)
		}
		said, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if response.StatusCode != http.StatusCreated || !strings.Contains(string(said), `"UPLOADED"`) {
			t.Fatalf("%s: %s", response.Status, said)
		}
		for state, deadline := "", time.Now().Add(time.Minute); state != "CLEAN"; time.Sleep(50 * time.Millisecond) {
			if err := db.SQL.QueryRow(`SELECT state FROM stored_files`).Scan(&state); err != nil || time.Now().After(deadline) {
				t.Fatalf("the file is %s: %v", state, err)
			}
		}
		if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("the folder can be read by others: %v, %v", info, err)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// TestServeWithoutFiles has no place for files: all else works.
func TestServeWithoutFiles(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out lines
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--secret-key-file=" + secretKeyFile(t), "--addr=127.0.0.1:0", "--database-url=" + dbtest.Postgres(t)}, &out, io.Discard)
	}()
	server := out.waitFor(t, regexp.MustCompile(`upr is ready: (http://[^/]+)/playground`), done)
	response, err := http.Post(server+"/files", "multipart/form-data; boundary=a", strings.NewReader("--a--"))
	if err != nil {
		t.Fatal(err)
	}
	said, _ := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if response.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(said), "set UPR_FILES_URL") {
		t.Errorf("%s: %s", response.Status, said)
	}
	ready, err := http.Get(server + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	said, _ = io.ReadAll(ready.Body)
	_ = ready.Body.Close()
	if !strings.Contains(string(said), `"status":"ok"`) {
		t.Errorf("/readyz: %s", said)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{"--files-url=s3://bucket", "--files-url=file:relative", "--files-url=file:///no/such/folder", "--antivirus=clamd://host"} {
		err := run(t.Context(), []string{"serve", "--addr=127.0.0.1:0", "--database-url=" + dbtest.SQLite(t), wrong}, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), "UPR_FILES_URL") && !strings.Contains(err.Error(), "UPR_ANTIVIRUS") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}
