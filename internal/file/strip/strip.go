// Package strip removes from files what tells where they come from: authors, dates, places, devices,
// programs, former versions. What readers see stays.
//
// Each function reads a whole content and writes another one from what it knows: what it does not
// know is left out, so that a new kind of metadata is not let through. What could do harm, such as
// scripts and macros, is refused. Cleaning twice gives the same bytes. All errors are fault.Invalid
// with a sentence for whoever uploaded the file, as a Refusal. Contents may be made to do harm: none has the
// program panic, or take memory or time without bound.
package strip

import (
	"bytes"
	"context"
	"io"

	"github.com/upr-info/upr/internal/fault"
)

// Why is why a file is refused, in a closed list: pages have words for each in their languages.
type Why string

// What a file is refused for.
const (
	Damaged    Why = "DAMAGED"
	NotItsKind Why = "NOT_ITS_KIND" // it is something else than its name says, or something else as well
	NoText     Why = "NO_TEXT"
	Protected  Why = "PROTECTED" // by a password
	Active     Why = "ACTIVE"    // it has macros, scripts, or other files that could do harm
	Embedded   Why = "EMBEDDED"  // it has parts whose metadata cannot be removed
	Form       Why = "FORM"      // its answers would be lost
	Hidden     Why = "HIDDEN"    // it has what readers do not see
	Cropped    Why = "CROPPED"
	Picture    Why = "PICTURE" // one that cannot be written anew, or would be lost
	TooMuch    Why = "TOO_MUCH"
)

// Whys are all of them.
var Whys = []Why{Damaged, NotItsKind, NoText, Protected, Active, Embedded, Form, Hidden, Cropped, Picture, TooMuch}

// Refusal is an error about the content.
type Refusal struct {
	Why   Why
	Fault error
}

func (r *Refusal) Error() string { return r.Fault.Error() }

// Unwrap gives the fault, with the sentence.
func (r *Refusal) Unwrap() error { return r.Fault }

func refused(why Why, format string, args ...any) error {
	return &Refusal{why, fault.Invalid("file", format, args...)}
}

// guarded has a library's panic be an error: contents are damaged, also on purpose.
func guarded(what string, fn func() ([]byte, error)) (clean []byte, err error) {
	defer func() {
		if recover() != nil {
			clean, err = nil, refused(Damaged, "cannot be read as a %s file: it is damaged; save it anew", what)
		}
	}()
	return fn()
}

// budget bounds what decompressed contents may have in all.
type budget struct{ left int64 }

// read reads what r has, within the budget.
func (b *budget) read(ctx context.Context, r io.Reader) ([]byte, error) {
	var all bytes.Buffer
	n, err := io.Copy(&all, io.LimitReader(stopping{ctx, r}, b.left+1))
	b.left -= n
	if b.left < 0 {
		return nil, refused(TooMuch, "grows beyond all measure when it is unpacked")
	}
	return all.Bytes(), err
}

// stopping ends reading where ctx ends.
type stopping struct {
	ctx context.Context
	io.Reader
}

func (s stopping) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.Reader.Read(p)
}

// isAlso says whether a content could be taken for one of another kind: a reader of that kind
// would see what nobody looked at.
func isAlso(content []byte, own string) error {
	head, tail := content[:min(len(content), 1024)], content[max(0, len(content)-(64<<10)):]
	switch {
	case own != "PDF" && bytes.Contains(head, []byte("%PDF-")):
		return refused(NotItsKind, "is a %s and a PDF file at the same time", own)
	case own != "ZIP" && (bytes.HasPrefix(content, []byte("PK\x03\x04")) || endsAsZip(tail)):
		return refused(NotItsKind, "is a %s file and an archive at the same time", own)
	}
	lower := bytes.ToLower(head)
	for _, sign := range [][]byte{[]byte("<script"), []byte("<html"), []byte("<!doctype"), []byte("<?php")} {
		if own != "text" && bytes.Contains(lower, sign) {
			return refused(NotItsKind, "is a %s file and a web page at the same time", own)
		}
	}
	return nil
}

// endsAsZip looks for the directory at the end of an archive that could be read.
func endsAsZip(tail []byte) bool {
	for at := bytes.LastIndex(tail, []byte("PK\x05\x06")); at >= 0; at = bytes.LastIndex(tail[:at], []byte("PK\x05\x06")) {
		if len(tail)-at >= 22 && at+22+int(tail[at+20])+int(tail[at+21])<<8 <= len(tail) {
			return true
		}
	}
	return false
}
