package strip_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/file/strip"
)

// format is a stripper with contents that it takes.
type format struct {
	strip stripper
	seeds [][]byte
}

func formats(t testing.TB) map[string]format {
	t.Helper()
	plain := pdf(dirtyPDF(t), dirtyTrailer)
	start := bytes.LastIndex(plain, []byte("xref\n0 1"))
	return map[string]format{
		"PDF":  {strip.PDF, [][]byte{plain, update(plain, objects{8: streamOf("", "BT ET")}, dirtyTrailer, start)}},
		"DOCX": {strip.DOCX, [][]byte{pack(t, docx(t)...), withBody(t, hidingBody)}},
		"ODT":  {strip.ODT, [][]byte{pack(t, odt(t)...), withText(t, hidingText)}},
		"JPEG": {strip.JPEG, [][]byte{dirtyJPEG(t, 1), dirtyJPEG(t, 6)}},
		"PNG":  {strip.PNG, [][]byte{dirtyPNG(t, 1), dirtyPNG(t, 8)}},
		"text": {strip.Text, [][]byte{[]byte("Égalité"), {0xff, 0xfe, 'a', 0}}},
	}
}

// try cleans what may be damaged: it is refused, or cleaned for good; neither takes long.
func try(t *testing.T, strip stripper, content []byte) {
	t.Helper()
	began := time.Now()
	clean, err := strip(t.Context(), content)
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
	if err != nil {
		if fault.CodeOf(err) != fault.CodeInvalid {
			t.Errorf("no refusal that people understand: %v", err)
		}
		return
	}
	again, err := strip(t.Context(), clean)
	if err != nil || !bytes.Equal(again, clean) {
		t.Errorf("what was cleaned is not taken, or changed, the second time: %v", err)
	}
}

// TestDamagedFiles changes, cuts and doubles parts of contents, as a bad disk or a bad person does.
func TestDamagedFiles(t *testing.T) {
	for name, f := range formats(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test that repeats
			for range 150 {
				content := bytes.Clone(f.seeds[random.IntN(len(f.seeds))])
				for range 1 + random.IntN(6) {
					at := random.IntN(len(content))
					switch random.IntN(5) {
					case 0:
						content[at] = byte(random.UintN(256))
					case 1:
						content[at] ^= 1 << random.UintN(8)
					case 2:
						content = content[:max(1, at)]
					case 3:
						end := min(len(content), at+random.IntN(200))
						content = append(content[:end:end], content[at:]...)
					default:
						content[at] = "0123456789[]<>()/"[random.IntN(17)]
					}
				}
				try(t, f.strip, content)
			}
		})
	}
}

// TestMemory cleans files that grow when they are unpacked: what is in use stays bounded.
func TestMemory(t *testing.T) {
	packed := string(deflate(string(bytes.Repeat([]byte("0 0 m\n"), 10<<20/strip.Lower))))
	o := dirtyPDF(t)
	drawn := ""
	for number := 30; number < 60; number++ { // each within the bound, all of them not
		o[number] = streamOf("/Subtype/Image/Filter/FlateDecode", packed)
		drawn += fmt.Sprintf("/I%d %d 0 R", number, number)
	}
	o[7] = "<</XObject<<" + drawn + ">>>>"
	content := pdf(o, dirtyTrailer)
	most := make(chan uint64)
	done := make(chan struct{})
	go func() {
		var stats runtime.MemStats
		var seen uint64
		for {
			select {
			case <-done:
				most <- seen
				return
			case <-time.After(20 * time.Millisecond):
				runtime.ReadMemStats(&stats)
				seen = max(seen, stats.HeapInuse)
			}
		}
	}()
	refused(t, strip.PDF, content, "beyond all measure")
	close(done)
	if n := <-most; n > 3<<30/strip.Lower {
		t.Errorf("%d MB were in use", n>>20)
	}
}

func fuzz(f *testing.F, name string) {
	format := formats(f)[name]
	for _, seed := range format.seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content []byte) { try(t, format.strip, content) })
}

func FuzzPDF(f *testing.F)  { fuzz(f, "PDF") }
func FuzzDOCX(f *testing.F) { fuzz(f, "DOCX") }
func FuzzODT(f *testing.F)  { fuzz(f, "ODT") }
func FuzzJPEG(f *testing.F) { fuzz(f, "JPEG") }
func FuzzPNG(f *testing.F)  { fuzz(f, "PNG") }
func FuzzText(f *testing.F) { fuzz(f, "text") }
