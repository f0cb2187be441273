// Package file keeps what people upload: statements, pictures, recordings.
//
// A permit (Permit) lets who holds its token upload one file (ServeUpload). A job then looks at
// the whole content, refuses what may do harm, and writes it anew without metadata (clean.go,
// package strip). Another has it looked at for viruses (scan.go). A feature accepts the file or
// refuses it, reads it (Open, Serve), and purges what belongs to a thing (Purge). The package
// knows no features: a file is about a thing by its id, and whoever calls has looked who may.
//
// Each content is encrypted under a key of its own, which is sealed in the row of the file: a
// leaked disk shows nothing, and a purged key is a purged file.
package file

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/storedfile"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/file/strip"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/viewer"
)

// State is how far a file has come.
type State = storedfile.State

// States of a file.
const (
	Uploaded    = storedfile.StateUPLOADED    // nobody has looked at it yet
	Quarantined = storedfile.StateQUARANTINED // in order and without metadata, not yet looked at for viruses
	Clean       = storedfile.StateCLEAN       // nothing was found
	Accepted    = storedfile.StateACCEPTED    // a feature takes it
	Refused     = storedfile.StateREFUSED     // Info.Reason says why; its content is gone
	Purged      = storedfile.StatePURGED      // its content is gone
)

// Why is why a file was refused, in a closed list.
type Why = strip.Why

// Virus is the one reason that is not of package strip.
const Virus Why = "VIRUS"

// Whys are all of them.
var Whys = append(slices.Clone(strip.Whys), Virus)

// Info is what may be known of a file. Its name on the machine it came from is not kept.
type Info struct {
	ID         string // fil_…
	About      string
	Kind       Kind
	State      State
	Reason     string // where it is refused: a sentence for whoever uploaded it
	Refusal    Why    // the same in the list; empty where it is not of that
	Size       int64  // of what Open gives, in bytes
	SHA256     string // of the same; empty where it is gone
	Stripped   bool   // metadata was removed; else it is not for the public
	UploadedAt time.Time
	PurgedAt   *time.Time
}

// Name is what the file is called for others, as in statement-fr.pdf. The parts before the
// extension are the caller's: never what a person typed.
func (i *Info) Name(parts ...string) string {
	return strings.Join(parts, "-") + i.Kind.extension()
}

// InfoOf is what may be known of a file by its row.
func InfoOf(row *ent.StoredFile) *Info {
	info := &Info{ID: row.UID, About: row.About, Kind: Kind(row.Kind), State: row.State, Reason: row.Reason, Size: row.Size, SHA256: row.Sha256,
		Stripped: row.CleanSha256 != "", UploadedAt: row.UploadedAt.UTC(), PurgedAt: row.PurgedAt}
	if row.Refusal != nil {
		info.Refusal = Why(*row.Refusal)
	}
	if info.Stripped {
		info.Size, info.SHA256 = row.CleanSize, row.CleanSha256
	}
	return info
}

// Service keeps files.
type Service struct {
	db        *database.DB
	secrets   secret.Box
	bucket    *blob.Bucket // nil: no files can be kept
	antivirus Scanner      // nil: people look themselves
	changed   []func(ctx context.Context, tx *database.Tx, info *Info) error
	uploads   uploads
	now       func() time.Time
	patience  time.Duration
}

// New returns a service that keeps contents in a bucket under keys that are sealed under key, and
// has its jobs done by queue. Without a bucket, uploads are unavailable; without an antivirus,
// files stay in quarantine until somebody accepts them.
func New(db *database.DB, secrets secret.Box, bucket *blob.Bucket, antivirus Scanner, queue *job.Queue) *Service {
	s := &Service{db: db, secrets: secrets, bucket: bucket, antivirus: antivirus, uploads: uploads{running: map[string]int{}}, now: time.Now, patience: patience}
	if bucket == nil {
		return s
	}
	job.Handle(queue, s.clean)
	job.Handle(queue, s.remove)
	job.Handle(queue, s.sweep)
	queue.Every(sweepEvery, sweepJob{})
	if antivirus != nil {
		job.Handle(queue, s.scan)
	}
	return s
}

// SetClock has it be another time, in tests and samples.
func (s *Service) SetClock(now func() time.Time) { s.now = now }

// OnChange has what else depends on files learn of each new state, in the transaction of the
// change; an error leaves the file as it was. It is called before anything is uploaded.
func (s *Service) OnChange(also func(ctx context.Context, tx *database.Tx, info *Info) error) {
	s.changed = append(s.changed, also)
}

// OpenBucket opens the store of an address such as file:///var/lib/upr/files. The folder is made
// where it is missing, but none above it.
func OpenBucket(address string) (*blob.Bucket, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "file" || u.Host != "" || !filepath.IsAbs(u.Path) {
		return nil, fault.Invalid("UPR_FILES_URL", "must be like file:///var/lib/upr/files, with the whole path of a folder")
	}
	return OpenFolder(u.Path)
}

// OpenFolder opens the store in a folder.
func OpenFolder(folder string) (*blob.Bucket, error) {
	if err := os.Mkdir(folder, 0o700); err != nil && !os.IsExist(err) {
		return nil, fault.Invalid("UPR_FILES_URL", "the folder %s cannot be made: %v", folder, err)
	}
	// Temporary files are made beside, so that they can be given their names on any disk.
	bucket, err := fileblob.OpenBucket(folder, &fileblob.Options{NoTempDir: true, DirFileMode: 0o700, Metadata: fileblob.MetadataDontWrite})
	if err != nil {
		return nil, fault.Invalid("UPR_FILES_URL", "the folder %s cannot be used: %v", folder, err)
	}
	return bucket, nil
}

// Find returns what is known of a file, through the client of a transaction for one that decides by it; NotFound.
func (s *Service) Find(ctx context.Context, client *ent.Client, id string) (*Info, error) {
	row, err := s.row(ctx, client, id)
	if err != nil {
		return nil, err
	}
	return InfoOf(row), nil
}

// Of lists the files of a thing in the order in which they were uploaded, also those that are gone.
func (s *Service) Of(ctx context.Context, about string) ([]*Info, error) {
	rows, err := s.db.Ent.StoredFile.Query().Where(storedfile.About(about)).Order(ent.Asc(storedfile.FieldID)).All(asProgram(ctx))
	if err != nil {
		return nil, fmt.Errorf("list files: %w", err)
	}
	infos := make([]*Info, len(rows))
	for i, row := range rows {
		infos[i] = InfoOf(row)
	}
	return infos, nil
}

func (s *Service) row(ctx context.Context, client *ent.Client, id string) (*ent.StoredFile, error) {
	row, err := client.StoredFile.Query().Where(storedfile.UID(id)).Only(asProgram(ctx))
	if ent.IsNotFound(err) {
		return nil, fault.NotFound("no file has the id %s", id)
	}
	if err != nil {
		return nil, fmt.Errorf("find a file: %w", err)
	}
	return row, nil
}

// asProgram is the context in which this package reads and writes its tables.
func asProgram(ctx context.Context) context.Context {
	return viewer.NewContext(ctx, viewer.Program("file"))
}
