package main

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"github.com/upr-info/upr/internal/ingest"
)

// meter shows how far an import is: a bar on a terminal, lines elsewhere.
type meter interface {
	Show(ingest.Progress)
	Close()
}

func newMeter(w io.Writer) meter {
	if file, ok := w.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return &barMeter{progress: mpb.New(mpb.WithOutput(w), mpb.WithWidth(40))}
	}
	return &lineMeter{w: w, now: time.Now}
}

// barMeter has one bar for each step.
type barMeter struct {
	progress *mpb.Progress
	bar      *mpb.Bar
	last     ingest.Progress
	began    time.Time
	rate     *atomic.Value // of this step, as shown; the bar is drawn by another goroutine
}

func (m *barMeter) Show(p ingest.Progress) {
	if m.bar == nil || m.last.Step != p.Step {
		m.complete()
		m.start(p)
	}
	m.last = p
	m.rate.Store(rate(p.Rows, time.Since(m.began)))
	m.bar.SetCurrent(p.Done)
}

func (m *barMeter) start(p ingest.Progress) {
	shown := &atomic.Value{}
	shown.Store("")
	m.began, m.rate = time.Now(), shown
	m.bar = m.progress.AddBar(p.Total,
		mpb.PrependDecorators(decor.Name(p.Step, decor.WCSyncSpaceR), decor.Percentage(decor.WCSyncSpace)),
		mpb.AppendDecorators(
			decor.Any(func(decor.Statistics) string { return shown.Load().(string) }, decor.WCSyncSpace),
			decor.OnComplete(decor.AverageETA(decor.ET_STYLE_GO, decor.WCSyncSpace), " done")))
}

func (m *barMeter) complete() {
	if m.bar != nil {
		m.bar.SetTotal(-1, true)
	}
}

// Close draws the last state and leaves the terminal to others. A step that did
// not reach its end keeps its bar as it was.
func (m *barMeter) Close() {
	if m.bar != nil && m.last.Done < m.last.Total {
		m.bar.Abort(false)
	}
	m.complete()
	m.progress.Wait()
}

// lineMeter writes a line every two seconds, for logs and pipes.
type lineMeter struct {
	w       io.Writer
	now     func() time.Time
	step    string
	began   time.Time
	written time.Time
}

const lineEvery = 2 * time.Second

func (m *lineMeter) Show(p ingest.Progress) {
	now := m.now()
	if m.step != p.Step {
		m.step, m.began = p.Step, now
		if m.written.IsZero() {
			m.written = now
		}
	}
	if now.Sub(m.written) < lineEvery {
		return
	}
	m.written = now
	fmt.Fprintf(m.w, "%s: %s, %s%s\n", p.Step, ingest.Plural(p.Rows, "row"), rate(p.Rows, now.Sub(m.began)), remaining(p, now.Sub(m.began)))
}

func (m *lineMeter) Close() {}

// rate is how many rows a second were handled on average.
func rate(rows int, took time.Duration) string {
	if took <= 0 {
		return "0 rows/s"
	}
	return fmt.Sprintf("%.0f rows/s", float64(rows)/took.Seconds())
}

func remaining(p ingest.Progress, took time.Duration) string {
	if p.Done <= 0 || p.Total < p.Done {
		return ""
	}
	left := time.Duration(float64(took) * float64(p.Total-p.Done) / float64(p.Done))
	return fmt.Sprintf(", %d %% done, %s left", 100*p.Done/p.Total, left.Round(time.Second))
}
