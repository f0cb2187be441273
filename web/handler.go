package web

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"path"
	"time"
)

// Only what GraphiQL needs beyond our own origin: its editor writes style
// elements, and style sheets with small images in them.
const contentSecurityPolicy = "default-src 'self'; " +
	"style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data:; " +
	"object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Pages for applicants and missions need less, and show what is of one person
// alone: nothing keeps them, finds them, or learns from where somebody comes.
var privateHeaders = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
	"Referrer-Policy": "no-referrer",
	"X-Robots-Tag":    "noindex",
}

const (
	noStore    = "no-store"
	revalidate = "no-cache"
	forAYear   = "public, max-age=31536000, immutable"
)

// contentTypes are the kinds of files that Vite writes for us. A file of
// another kind (a compressed sibling, say) is not served by its own name.
var contentTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".ttf":  "font/ttf",
}

func newHandler(dist fs.FS) http.Handler {
	pages := site{dist}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /playground", pages.page("playground.html", revalidate))
	for path, name := range map[string]string{"/registrations": "registration.html", "/registrations/{id}": "registration.html", "/invitations": "invitation.html"} {
		mux.HandleFunc("GET "+path, private(pages.page(name, noStore)))
	}
	mux.HandleFunc("GET /assets/", pages.asset)
	return withSecurityHeaders(mux)
}

func withSecurityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentSecurityPolicy)
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

type site struct{ dist fs.FS }

func (s site) page(name, caching string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.has(name) {
			notBuilt(w)
			return
		}
		s.serve(w, r, name, caching)
	}
}

func private(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for name, value := range privateHeaders {
			w.Header().Set(name, value)
		}
		next(w, r)
	}
}

// asset serves a file whose name changes with its content.
func (s site) asset(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Path[1:] // with .. in it, it is no name to fs.FS
	if contentTypes[path.Ext(name)] == "" || !s.has(name) {
		http.NotFound(w, r)
		return
	}
	s.serve(w, r, name, forAYear)
}

func (s site) has(name string) bool {
	info, err := fs.Stat(s.dist, name)
	return err == nil && info.Mode().IsRegular()
}

// serve sends a file that exists, in the best compression that was built for
// it and that the client takes.
func (s site) serve(w http.ResponseWriter, r *http.Request, name, caching string) {
	h := w.Header()
	h.Set("Content-Type", contentTypes[path.Ext(name)])
	h.Set("Cache-Control", caching)
	h.Set("Vary", "Accept-Encoding")
	stored := name
	if c, ok := s.compression(name, r.Header.Get("Accept-Encoding")); ok {
		h.Set("Content-Encoding", c.coding)
		stored += c.suffix
	}
	content, err := s.open(stored)
	if err != nil {
		http.Error(w, "the server cannot read "+name, http.StatusInternalServerError)
		return
	}
	defer content.Close()
	http.ServeContent(w, r, name, time.Time{}, content)
}

func (s site) open(name string) (io.ReadSeekCloser, error) {
	file, err := s.dist.Open(name)
	if err != nil {
		return nil, err
	}
	seekable, ok := file.(io.ReadSeekCloser)
	if !ok {
		return nil, errors.Join(errors.New(name+" cannot seek"), file.Close())
	}
	return seekable, nil
}
