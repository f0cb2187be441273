// Package graph is the GraphQL API: the SDL by feature, a resolver file for each, and
// what stands around them (limits.go, errors.go, handler.go). Types of the public
// record resolve themselves: gqlgen binds them to the handles of internal/record.
package graph

import (
	"github.com/upr-info/upr/internal/desk"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/webhook"
)

//go:generate go run ./generate
//go:generate go run ./printschema ../schema.graphqls

// Resolver is the root of all resolvers.
type Resolver struct {
	Record *record.Record
	Staff  *desk.Desk // the root type Desk has the shorter name
	People *identity.Service
	// Partners are served with slices of the record.
	Partners *slice.Service
	// PreSessions are the workflow of the Pre-sessions.
	PreSessions *presession.Service
	Hooks       *webhook.Service
	Outbox      *notify.Outbox
}
