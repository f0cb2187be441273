package slice

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"
)

// sendFinished makes a file and sends it, or the part of it that is asked for.
func (s *Service) sendFinished(w http.ResponseWriter, r *http.Request, f *Format, t *Table) error {
	file, err := s.finish(r.Context(), f, t)
	if err != nil {
		return err
	}
	defer file.Close()
	if r.Header.Get("Range") == "" && r.Method == http.MethodGet {
		w.Header().Set(RowsTrailer, strconv.Itoa(t.Count))
	}
	http.ServeContent(patient(w), r, "", time.Time{}, file)
	return nil
}

func (s *Service) finish(ctx context.Context, f *Format, t *Table) (*os.File, error) {
	return spooled(ctx, s.place, func(w io.Writer) error { return f.Write(w, t) })
}

// copied writes what the database has piece by piece. Its places are apart: where the database hangs,
// what is made from memory goes on.
func (s *Service) copied(ctx context.Context, write func(func([]byte) error) error) (*os.File, error) {
	place := func(ctx context.Context) (func(), error) { return s.copying.Take(ctx, tooMuch) }
	return spooled(ctx, place, func(w io.Writer) error {
		out := bufio.NewWriterSize(w, bufferSize)
		if err := write(func(b []byte) error { _, err := out.Write(b); return err }); err != nil {
			return err
		}
		return out.Flush()
	})
}

const tooMuch = "too much of this sort is made at the moment: try again in a minute, or take csv or ndjson"

// place waits for one of the few places of those for whom something is made at the same time.
func (s *Service) place(ctx context.Context) (leave func(), err error) {
	return s.making.Take(ctx, tooMuch)
}

// spooled writes a file that is gone when it is closed. Few are made at the same time.
func spooled(ctx context.Context, place func(context.Context) (func(), error), write func(io.Writer) error) (*os.File, error) {
	leave, err := place(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	file, err := os.CreateTemp("", "upr-export-")
	if err != nil {
		return nil, fmt.Errorf("make a file: %w", err)
	}
	_ = os.Remove(file.Name()) // it lives as long as it is open
	if err := write(stoppable{ctx, file}); err != nil {
		_ = file.Close()
		return nil, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("read the file again: %w", err)
	}
	return file, nil
}

// stoppable writes for as long as somebody waits for it.
type stoppable struct {
	ctx context.Context //nolint:containedctx // of the one file
	io.Writer
}

func (s stoppable) Write(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.Writer.Write(b)
}
