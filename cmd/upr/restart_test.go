package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// restarting is a program that can be started anew.
type restarting struct {
	address, pidFile string
	private          string // address of its metrics
	file, log        string // of its database, and what it says
	last             int
	ended            chan error // the first process
}

func startRestarting(t *testing.T) *restarting {
	t.Helper()
	pidFile := filepath.Join(t.TempDir(), "upr.pid")
	out, err := os.Create(filepath.Join(t.TempDir(), "log")) // a file: both processes write to it
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	database := dbtest.SQLite(t)
	command := exec.CommandContext(t.Context(), os.Args[0], "serve", "--sample", "--sample-size=500", "--addr=127.0.0.1:0", "--metrics-addr=127.0.0.1:0", "--rate-limit=0",
		"--pid-file="+pidFile, "--database-url="+database)
	command.Env = append(os.Environ(), asProgram+"=1")
	command.Stdout, command.Stderr = out, out
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	p := &restarting{pidFile: pidFile, file: strings.TrimPrefix(database, "sqlite:"), log: out.Name(), ended: make(chan error, 1)}
	go func() { p.ended <- command.Wait() }()
	p.last = pidOf(t, pidFile, 0)
	p.address = printedAddress(t, out.Name())
	p.private = "http://" + printed(t, out.Name(), `metrics are served.* address=(\S+)`)
	t.Cleanup(func() {
		_ = syscall.Kill(p.last, syscall.SIGTERM)
		if t.Failed() {
			said, _ := os.ReadFile(out.Name())
			t.Logf("%s", said)
		}
	})
	return p
}

// again starts it anew.
func (p *restarting) again(t *testing.T) {
	t.Helper()
	if err := syscall.Kill(p.last, syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	p.last = pidOf(t, p.pidFile, p.last)
}

// TestRestartRefusesNobody starts the program anew, twice, while many ask.
func TestRestartRefusesNobody(t *testing.T) {
	p := startRestarting(t)
	var asked, failed atomic.Int64
	stop := make(chan struct{})
	asking := make(chan struct{})
	for i := range 4 {
		go func() {
			defer func() { asking <- struct{}{} }()
			transport := &http.Transport{DisableKeepAlives: i%2 == 0}
			defer transport.CloseIdleConnections()
			client := http.Client{Transport: transport, Timeout: 20 * time.Second}
			question := p.address + "/graphql?query=" + url.QueryEscape("{ recommendations(first: 1) { totalCount } }")
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
		p.again(t)
		if i == 0 {
			waitForEnd(t, p.ended)
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

// TestRestartKeepsListenersApart starts a program anew that listens on two ports it was given: each
// goes on where it was.
func TestRestartKeepsListenersApart(t *testing.T) {
	p := startRestarting(t)
	for range 3 {
		p.again(t)
		if err := askOnce(http.DefaultClient, p.address+"/graphql?query="+url.QueryEscape("{ recommendations { totalCount } }")); err != nil {
			t.Errorf("readers: %v", err)
		}
		if text := fetch(t, p.private+"/metrics"); !strings.Contains(text, "upr_record_version") {
			t.Errorf("metrics: %.200s", text)
		}
		if text := fetch(t, p.address+"/metrics"); strings.Contains(text, "upr_record_version") {
			t.Error("metrics are public")
		}
	}
	if err := syscall.Kill(p.last, 0); err != nil {
		t.Error(err)
	}
}

// TestRestartWithoutTheFile asks for a new process while the file of the database is somewhere else: the one that
// has it goes on, no empty file takes its place, and once it is back a new process starts.
func TestRestartWithoutTheFile(t *testing.T) {
	p := startRestarting(t)
	question := p.address + "/graphql?query=" + url.QueryEscape("{ recommendations { totalCount } }")
	before := fetch(t, question)
	if err := os.Rename(p.file, p.file+".away"); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(p.last, syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		said, err := os.ReadFile(p.log)
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("no refusal: %v\n%s", err, said)
		}
		if strings.Contains(string(said), "the new process did not start") && strings.Contains(string(said), "was moved or removed while a server worked with it") {
			break
		}
	}
	if _, err := os.Stat(p.file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a new file: %v", err)
	}
	if got := fetch(t, question); got != before {
		t.Errorf("without the file: %s, before %s", got, before)
	}
	if err := os.Rename(p.file+".away", p.file); err != nil {
		t.Fatal(err)
	}
	p.again(t)
	if got := fetch(t, question); got != before {
		t.Errorf("anew: %s, before %s", got, before)
	}
}

// TestRestartResetsNobody starts the program anew, three times, while eight ask without pause over
// connections that they keep. They are told before a connection is closed, and connect anew. An
// idle connection is closed.
func TestRestartResetsNobody(t *testing.T) {
	p := startRestarting(t)
	host := strings.TrimPrefix(p.address, "http://")
	idle := &keeper{host: host}
	if err := idle.ask(); err != nil {
		t.Fatal(err)
	}
	defer idle.conn.Close()
	var asked, renewed atomic.Int64
	stop := make(chan struct{})
	var asking sync.WaitGroup
	for i := range 8 {
		asking.Go(func() {
			k := &keeper{host: host}
			for {
				select {
				case <-stop:
					return
				default:
				}
				if k.conn == nil {
					renewed.Add(1)
				}
				time.Sleep(10 * time.Millisecond) // so that the other process gets to begin on a slow machine
				asked.Add(1)
				if err := k.ask(); err != nil {
					t.Errorf("client %d, request %d of its connection: %v", i, k.asked, err)
					k.conn = nil
				}
			}
		})
	}
	for range 3 {
		before := renewed.Load()
		p.again(t)
		waitUntil(t, "all connect anew", func() bool { return renewed.Load() >= before+8 })
	}
	waitForEnd(t, p.ended)
	close(stop)
	asking.Wait()
	t.Logf("%d asked", asked.Load())
	_ = idle.conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := idle.reader.ReadByte(); !errors.Is(err, io.EOF) {
		t.Errorf("the idle connection: %v", err)
	}
}

// keeper asks over one connection for as long as the server keeps it. net/http would hide that
// one was reset, and ask again.
type keeper struct {
	host   string
	conn   net.Conn
	reader *bufio.Reader
	asked  int
}

func (k *keeper) ask() (err error) {
	if k.conn == nil {
		if k.conn, err = net.Dial("tcp", k.host); err != nil {
			return err
		}
		k.reader, k.asked = bufio.NewReader(k.conn), 0
	}
	k.asked++
	_ = k.conn.SetDeadline(time.Now().Add(60 * time.Second))
	const question = `{"query": "{ recommendations(first: 1) { totalCount } }"}`
	if _, err := fmt.Fprintf(k.conn, "POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", k.host, len(question), question); err != nil {
		return err
	}
	response, err := http.ReadResponse(k.reader, nil)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil || !strings.Contains(string(body), `"totalCount":500`) {
		return fmt.Errorf("got %d %s: %w", response.StatusCode, body, err)
	}
	if response.Close {
		err = k.conn.Close()
		k.conn = nil
	}
	return err
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
	return printed(t, file, `upr is ready: (http://[^/]+)/playground`)
}

// printed is the first thing in a log that is as it should be.
func printed(t *testing.T, file, as string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(as).FindSubmatch(text)
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
