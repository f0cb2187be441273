package slice

import (
	"errors"
	"io"
)

// again is what can be written any number of times with the same bytes, as if it were a file.
type again struct {
	write  func(io.Writer) error
	size   int64 // 0: not known
	at     int64
	from   *io.PipeReader
	failed error
}

func (a *again) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekEnd:
		if a.size == 0 {
			var n counter
			if err := a.write(&n); err != nil {
				a.failed = err
				return 0, err
			}
			a.size = int64(n)
		}
		offset += a.size
	case io.SeekCurrent:
		offset += a.at
	}
	_ = a.Close()
	a.at = offset
	return offset, nil
}

func (a *again) Read(b []byte) (int, error) {
	if a.from == nil {
		from, to := io.Pipe()
		a.from = from
		go func(skip int64) { to.CloseWithError(a.write(&skipping{to, skip})) }(a.at)
	}
	n, err := a.from.Read(b)
	a.at += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		a.failed = err
	}
	return n, err //nolint:wrapcheck // io.EOF
}

// Close ends what is still written.
func (a *again) Close() error {
	if a.from == nil {
		return nil
	}
	from := a.from
	a.from = nil
	return from.Close()
}

type counter int64

func (c *counter) Write(b []byte) (int, error) { *c += counter(len(b)); return len(b), nil }

// skipping leaves the first bytes out.
type skipping struct {
	to   io.Writer
	skip int64
}

func (s *skipping) Write(b []byte) (int, error) {
	n := len(b)
	passed := min(s.skip, int64(n))
	s.skip -= passed
	if passed == int64(n) {
		return n, nil
	}
	if _, err := s.to.Write(b[passed:]); err != nil {
		return 0, err
	}
	return n, nil
}
