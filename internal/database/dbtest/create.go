package dbtest

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/lib/pq" // the driver "postgres"
	"github.com/lib/pq/pqerror"
)

func createDatabase(server string) (string, error) {
	address, err := url.Parse(server)
	if err != nil || address.Scheme != "postgres" && address.Scheme != "postgresql" {
		return "", fmt.Errorf("%s must be an address like postgres://user@host/database?sslmode=disable", ServerVariable)
	}
	name := "upr_test_" + strings.ToLower(rand.Text())
	// template0 is empty and, unlike template1, never in use by somebody else.
	if err := copyDatabase(server, "template0", name); err != nil {
		return "", err
	}
	address.Path = "/" + name
	return address.String(), nil
}

// copyDatabase has a throw-away server copy files, which takes a tenth of its work: by default it logs
// each page of them. A server that keeps what it has would have to write all of it to the disk first.
func copyDatabase(server, template, name string) error {
	statement := "CREATE DATABASE " + name + " TEMPLATE " + template
	if !throwAway() {
		return execute(server, statement)
	}
	err := execute(server, statement+" STRATEGY FILE_COPY")
	if refused := (*pq.Error)(nil); errors.As(err, &refused) && refused.Code == pqerror.SyntaxError {
		return execute(server, statement) // before version 15 it knows no other way
	}
	return err
}

func dropDatabase(server, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	return execute(server, "DROP DATABASE "+path.Base(u.Path)+" WITH (FORCE)")
}

// execute keeps no connection, so that tests which look for leaks find none of ours.
func execute(server, statement string) error {
	db, err := sql.Open("postgres", server)
	if err != nil {
		return err
	}
	if _, err := db.Exec(statement); err != nil {
		_ = db.Close()
		return err
	}
	return db.Close()
}
