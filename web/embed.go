// Package web serves the browser pages, which Vite builds into dist and which
// are embedded in the binary: the GraphQL playground, and the pages to which
// mails to applicants and to missions lead.
package web

import (
	"embed"
	"io/fs"
	"net/http"
)

// The folder always has a .gitignore, so that the program builds without Node.
//
//go:embed all:dist
var embedded embed.FS

// Handler serves the pages /playground, /registrations, /registrations/{id} and
// /invitations, the files that they load from /assets/, and nothing else. Where
// the pages were not built, each is a page that says how to build them.
func Handler() http.Handler {
	dist, err := fs.Sub(embedded, "dist")
	if err != nil {
		panic(err) // "dist" is a valid path
	}
	return newHandler(dist)
}
