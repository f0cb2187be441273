package file

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/viewer"
)

// received is what an upload sent.
type received struct {
	name, declared string    // of the file, as the browser says; neither is kept
	content        io.Reader // ends in io.EOF only where all of it came
}

// Keeps says whether this server keeps files.
func (s *Service) Keeps() bool { return s.bucket != nil }

// Upload takes what ServeUpload takes, from who sends no form.
func (s *Service) Upload(ctx context.Context, permit, name string, content io.Reader) (*Info, error) {
	if !s.Keeps() {
		return nil, noBucket()
	}
	p, err := s.findPermit(ctx, permit)
	if err != nil {
		return nil, err
	}
	return s.receive(ctx, p, received{name: name, content: content})
}

// receive keeps an upload, and uses its permit up: both or neither. The content is in the store
// before the row is written; where the program ends between, the store is swept (sweep.go).
func (s *Service) receive(ctx context.Context, p *permit, in received) (*Info, error) {
	if err := s.uploads.begin(p.row.Digest); err != nil {
		return nil, err
	}
	defer s.uploads.end(p.row.Digest)
	buffered := bufio.NewReaderSize(in.content, sniffed)
	head, err := buffered.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	kind, err := sniff(head)
	if err != nil {
		return nil, err
	}
	most, err := p.admit(kind)
	if err != nil {
		return nil, err
	}
	if err := agree(kind, in.name, in.declared); err != nil {
		return nil, err
	}
	id, key := "fil_"+strings.ToLower(rand.Text()[:16]), newDataKey()
	counted := &counter{in: buffered, most: most, hash: sha256.New()}
	if err := s.store(ctx, key, blobName(id, original), counted); err != nil {
		return nil, err
	}
	row, err := s.keep(ctx, p, &ent.StoredFile{UID: id, About: p.row.About, Kind: string(kind), Size: counted.size, Sha256: hex.EncodeToString(counted.hash.Sum(nil))}, key)
	if fault.CodeOf(err) == fault.CodeConflict {
		_ = s.bucket.Delete(ctx, blobName(id, original)) // else it is swept
	}
	if err != nil {
		return nil, err
	}
	return InfoOf(row), nil
}

// keep writes the row of a file, and has it cleaned.
func (s *Service) keep(ctx context.Context, p *permit, f *ent.StoredFile, key []byte) (row *ent.StoredFile, err error) {
	ctx, cancel := database.Patient(ctx)
	defer cancel()
	err = s.write(ctx, f.UID, changelog.Create, func(ctx context.Context, tx *database.Tx) error {
		if err := s.take(ctx, tx, p); err != nil {
			return err
		}
		row, err = tx.Ent.StoredFile.Create().SetUID(f.UID).SetAbout(f.About).SetKind(f.Kind).SetSize(f.Size).SetSha256(f.Sha256).
			SetDataKey(s.seal(key, f.UID)).SetUploadedAt(s.now().UTC().Truncate(time.Second)).Save(ctx)
		if err != nil {
			return fmt.Errorf("keep a file: %w", err)
		}
		if err := job.Insert(ctx, tx, cleanJob{f.UID}, job.When{}); err != nil {
			return err
		}
		return s.tell(ctx, tx, row)
	})
	return row, err
}

// write changes something about a file, and notes that it did.
func (s *Service) write(ctx context.Context, id string, op changelog.Operation, fn func(ctx context.Context, tx *database.Tx) error) error {
	because := changelog.Because{Origin: changelog.System, Actor: "program:file", Request: viewer.Request(ctx)}
	if v, known := viewer.From(ctx); known && v.Program == "" {
		because.Actor, because.Origin = v.Actor(), changelog.Desk
	}
	_, err := changelog.Write(ctx, s.db, because, func(tx *database.Tx, log *changelog.Log) error {
		if err := fn(asProgram(ctx), tx); err != nil {
			return err
		}
		log.Note(id, op)
		return nil
	})
	return err
}

// tell has others learn of a new state.
func (s *Service) tell(ctx context.Context, tx *database.Tx, row *ent.StoredFile) error {
	for _, also := range s.changed {
		if err := also(ctx, tx, InfoOf(row)); err != nil {
			return err
		}
	}
	return nil
}

// counter counts and digests what is read, up to a limit.
type counter struct {
	in   io.Reader
	most int64
	size int64
	hash hash.Hash
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.size += int64(n)
	if c.size > c.most {
		return 0, fault.LimitExceeded("the file has more than %s, the most that is accepted here: make it smaller", megabytes(c.most))
	}
	c.hash.Write(p[:n])
	return n, err
}

func megabytes(bytes int64) string {
	if bytes < mb {
		return fmt.Sprintf("%d bytes", bytes)
	}
	return fmt.Sprintf("%d MB", bytes/mb)
}

// Uploads at the same time, in one process. A permit has more than one where somebody tries again
// while the connection before has not yet ended.
const (
	uploadsOfPermit = 4
	uploadsAtOnce   = 64
)

// uploads counts those that run.
type uploads struct {
	mu      sync.Mutex
	running map[string]int
	all     int
}

func (u *uploads) begin(permit string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.running[permit] >= uploadsOfPermit {
		return fault.Conflict("%d uploads run with this permit already: wait for one of them", uploadsOfPermit)
	}
	if u.all >= uploadsAtOnce {
		return fault.Unavailable("%d files are uploaded at present: try again in a minute", uploadsAtOnce)
	}
	u.running[permit]++
	u.all++
	return nil
}

func (u *uploads) end(permit string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.all--
	if u.running[permit]--; u.running[permit] == 0 {
		delete(u.running, permit)
	}
}
