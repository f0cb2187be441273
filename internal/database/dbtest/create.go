package dbtest

import (
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"path"
	"strings"

	_ "github.com/lib/pq" // the driver "postgres"
)

func createDatabase(server string) (string, error) {
	address, err := url.Parse(server)
	if err != nil || address.Scheme != "postgres" && address.Scheme != "postgresql" {
		return "", fmt.Errorf("%s must be an address like postgres://user@host/database?sslmode=disable", ServerVariable)
	}
	name := "upr_test_" + strings.ToLower(rand.Text())
	// template0 is empty and, unlike template1, never in use by somebody else.
	if err := execute(server, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		return "", err
	}
	address.Path = "/" + name
	return address.String(), nil
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
