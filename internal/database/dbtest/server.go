package dbtest

import (
	"errors"
	"os"
	"sync"

	"github.com/upr-info/upr/internal/database/dbtest/cluster"
)

// ServerVariable names the PostgreSQL server on which tests create their databases.
const ServerVariable = "UPR_TEST_DATABASE_URL"

// ThrowAwayVariable is set to 1 where the server of ServerVariable ends with the tests, so
// that databases may be left on it.
const ThrowAwayVariable = "UPR_TEST_DATABASE_THROW_AWAY"

// throwAway tells whether the server ends with the tests.
func throwAway() bool {
	return os.Getenv(ServerVariable) == "" || os.Getenv(ThrowAwayVariable) == "1"
}

// MaySkip tells whether tests on PostgreSQL may be skipped because of err: there is
// no server, and a person (not CI) asked for it.
func MaySkip(err error) bool {
	return errors.Is(err, cluster.ErrNoServer) && os.Getenv("CI") == "" && os.Getenv("UPR_TEST_SKIP_POSTGRES") == "1"
}

func server() (string, error) {
	if given := os.Getenv(ServerVariable); given != "" {
		return given, nil
	}
	own, err := ownCluster()
	if err != nil {
		return "", err
	}
	return own.URL, nil
}

// ownCluster is started once and stops with this process. It stays referenced here,
// because collecting it as garbage would stop it too.
var ownCluster = sync.OnceValues(cluster.Start)
