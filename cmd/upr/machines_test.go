package main

import (
	"crypto/x509"
	"encoding/pem"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest/cluster"
)

// machine is one of those that docs/operating.md speaks of.
type machine struct {
	*cluster.Machine
	port int
}

func newMachine(t *testing.T, sockets string) machine {
	t.Helper()
	address, err := net.ResolveTCPAddr("tcp", freeAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	port := address.Port
	m, err := cluster.NewMachine(port, sockets)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Stop() })
	return machine{m, port}
}

func (m machine) run(t *testing.T, scripts ...string) (printed string) {
	t.Helper()
	for _, script := range scripts {
		var err error
		if printed, err = m.Shell(script); err != nil {
			t.Fatal(err)
		}
	}
	return printed
}

// begin makes an empty server, that lets nobody in from elsewhere and has TLS, with a certificate for 127.0.0.1.
func (m machine) begin(t *testing.T) (certificate string) {
	t.Helper()
	certificate, key := certified(t)
	m.run(t, `initdb -D "$PGDATA" -U postgres -E UTF8 --locale=C --no-sync`,
		`echo "local all postgres trust" > "$PGDATA/pg_hba.conf"`,
		`echo "unix_socket_directories = '$PGHOST'" >> "$PGDATA/postgresql.conf"`,
		`echo "ssl = on" >> "$PGDATA/postgresql.conf"`,
		`umask 077; echo "`+certificate+`" > "$PGDATA/server.crt"; echo "`+key+`" > "$PGDATA/server.key"`,
		`pg_ctl -w -l "$PGDATA/server.log" start`)
	return certificate
}

// certified has the certificate that net/http's own tests have, which is its own authority.
func certified(t *testing.T) (certificate, key string) {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	private, err := x509.MarshalPKCS8PrivateKey(s.TLS.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certificate = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
	return certificate, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
}

// lose loses the machine and its disk.
func (m machine) lose(t *testing.T) {
	t.Helper()
	m.run(t, "pg_ctl -m immediate stop", `rm -rf "$PGDATA"`)
}

// TestDocumentedThreeMachines runs the commands that docs/operating.md has for a primary and its
// standby, from the first one to a failover and the standby after it. Only addresses are others.
func TestDocumentedThreeMachines(t *testing.T) {
	commands, failover := documented(t, "## Three machines"), documented(t, "## When the primary is lost")
	if len(commands) != 11 || len(failover) != 2 {
		t.Fatalf("docs/operating.md has %d and %d commands, this test knows how to run 11 and 2: %q, %q", len(commands), len(failover), commands, failover)
	}
	a := newMachine(t, "")
	b := newMachine(t, a.Folder())
	portA, portB := strconv.Itoa(a.port), strconv.Itoa(b.port)
	addresses := strings.NewReplacer("NETWORK", "127.0.0.1/32", "host=a,b&port=5432,5432", "host=127.0.0.1,127.0.0.1&port="+portA+","+portB, "host=a ", "host=127.0.0.1 port="+portA+" ")
	for i, text := range commands {
		commands[i] = addresses.Replace(text)
	}
	primary, standby, wait, follows, reset := commands[:5], commands[5:7], commands[7], commands[8], commands[10]
	url := strings.Trim(strings.TrimPrefix(commands[9], "UPR_DATABASE_URL="), `"`)

	authority := filepath.Join(t.TempDir(), "authority.crt")
	if err := os.WriteFile(authority, []byte(a.begin(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	a.run(t, primary...)
	b.run(t, standby...)
	synchronous := func(m machine) {
		t.Helper()
		m.run(t, wait)
		waitUntil(t, "the standby is synchronous", func() bool {
			return regexp.MustCompile(`standby\s+\| sync\n`).MatchString(m.run(t, follows))
		})
	}
	synchronous(a)

	key, rows := secretKeyFile(t), 3
	command(t, "import", importFile(t, importRows(rows)), "--database-url="+url)
	address, _ := served(t, url, key)
	changes := func() {
		t.Helper()
		rows++
		command(t, "import", importFile(t, importRows(rows)), "--database-url="+url)
		waitUntil(t, "the change is served", func() bool { return total(t, address) == rows })
	}
	encrypted := func(m machine) {
		t.Helper()
		all, with, _ := strings.Cut(strings.TrimSpace(m.run(t, `psql -d postgres -Atc "SELECT count(*), count(*) FILTER (WHERE ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'upr'"`)), "|")
		if all == "0" || all != with {
			t.Errorf("%s connections of upr, and %s with TLS", all, with)
		}
	}
	encrypted(a)
	command(t, "import", importFile(t, importRows(rows)), "--database-url="+url+"&sslmode=verify-full&sslrootcert="+authority)
	b.lose(t)
	a.run(t, reset)
	changes()            // without a standby
	a.run(t, wait)       // and nothing is acknowledged, until
	b.run(t, standby...) // there is one, which has this setting of a
	synchronous(a)
	changes()

	before := recordVersion(t, address)
	a.lose(t)
	b.run(t, failover...)
	changes()
	encrypted(b)
	waitUntil(t, "the log is in a new epoch", func() bool { return epochOf(recordVersion(t, address)) != epochOf(before) })
	for _, text := range standby {
		a.run(t, strings.Replace(text, "port="+portA, "port="+portB, 1))
	}
	synchronous(b)
	changes()
}
