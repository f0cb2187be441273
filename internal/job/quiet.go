package job

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// quiet passes warnings and errors of the library, each of its sentences once a minute: with a
// database that is away it has the same to say every second. Single jobs that fail are logged by
// Handle.
type quiet struct {
	slog.Handler
	said *said
}

const sayAgain = time.Minute

type said struct {
	mu sync.Mutex
	at map[string]time.Time
}

func newQuiet(to slog.Handler) quiet { return quiet{to, &said{at: map[string]time.Time{}}} }

// Enabled leaves out what is said when all is well.
func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}

// Handle writes a line of the log that was not written just now.
func (q quiet) Handle(ctx context.Context, line slog.Record) error {
	if !q.said.anew(line.Message, line.Time) {
		return nil
	}
	return q.Handler.Handle(ctx, line)
}

func (s *said) anew(message string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last, known := s.at[message]; known && now.Sub(last) < sayAgain {
		return false
	}
	s.at[message] = now
	return true
}

// WithAttrs keeps quiet.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler {
	return quiet{q.Handler.WithAttrs(attrs), q.said}
}

// WithGroup keeps quiet.
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name), q.said} }
