package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestRestartRefusesNobody starts the program anew, twice, while many ask.
func TestRestartRefusesNobody(t *testing.T) {
	pidFile := filepath.Join(t.TempDir(), "upr.pid")
	out, err := os.Create(filepath.Join(t.TempDir(), "log")) // a file: both processes write to it
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	command := exec.CommandContext(t.Context(), os.Args[0], "serve", "--sample", "--sample-size=500", "--addr=127.0.0.1:0", "--rate-limit=0",
		"--pid-file="+pidFile, "--database-url="+dbtest.SQLite(t))
	command.Env = append(os.Environ(), asProgram+"=1")
	command.Stdout, command.Stderr = out, out
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	last := pidOf(t, pidFile, 0)
	address := printedAddress(t, out.Name())
	t.Cleanup(func() {
		_ = syscall.Kill(last, syscall.SIGTERM)
		if t.Failed() {
			said, _ := os.ReadFile(out.Name())
			t.Logf("%s", said)
		}
	})

	var asked, failed atomic.Int64
	stop := make(chan struct{})
	asking := make(chan struct{})
	for i := range 4 {
		go func() {
			defer func() { asking <- struct{}{} }()
			transport := &http.Transport{DisableKeepAlives: i%2 == 0}
			defer transport.CloseIdleConnections()
			client := http.Client{Transport: transport, Timeout: 20 * time.Second}
			question := address + "/graphql?query=" + url.QueryEscape("{ recommendations(first: 1) { totalCount } }")
			for {
				select {
				case <-stop:
					return
				default:
				}
				asked.Add(1)
				if err := askOnce(&client, question); err != nil {
					failed.Add(1)
					t.Errorf("client %d, while it restarts: %v", i, err)
				}
			}
		}()
	}
	for i := range 2 {
		before := asked.Load()
		if err := syscall.Kill(last, syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		last = pidOf(t, pidFile, last)
		if i == 0 {
			waitForEnd(t, ended)
		}
		for deadline := time.Now().Add(20 * time.Second); asked.Load() < before+100 && time.Now().Before(deadline); {
			time.Sleep(10 * time.Millisecond)
		}
	}
	close(stop)
	for range 4 {
		<-asking
	}
	t.Logf("%d asked", asked.Load())
	if failed.Load() > 0 || asked.Load() < 200 {
		t.Errorf("%d of %d were refused", failed.Load(), asked.Load())
	}
}

func waitForEnd(t *testing.T, ended <-chan error) {
	t.Helper()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("the first process ended with %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Error("the first process goes on")
	}
}

func askOnce(client *http.Client, question string) error {
	response, err := client.Get(question)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(response.Body); err != nil {
		return err
	}
	if !strings.Contains(body.String(), `"totalCount":500`) {
		return fmt.Errorf("got %d %s", response.StatusCode, &body)
	}
	return nil
}

func printedAddress(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`upr is ready: (http://[^/]+)/playground`).FindSubmatch(text)
	if found == nil {
		t.Fatalf("no address in %s", text)
	}
	return string(found[1])
}

// pidOf waits until a file has the number of another process.
func pidOf(t *testing.T, file string, than int) int {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil && pid != than {
			return pid
		}
	}
	t.Fatal("no other process answers")
	return 0
}
