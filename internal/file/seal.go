package file

import (
	"bufio"
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"github.com/minio/sio"
	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/internal/fault"
)

// Contents of a file in the store.
const (
	original = "original"
	cleaned  = "clean"
)

// blobName is where a content is.
func blobName(id, content string) string { return id + "." + content }

// newDataKey returns a key for one file.
func newDataKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	return key
}

func (s *Service) seal(key []byte, id string) []byte { return s.secrets.Seal(string(key), "file "+id) }

// dataKey opens the key of a file.
func (s *Service) dataKey(row *ent.StoredFile) ([]byte, error) {
	if len(row.DataKey) == 0 {
		return nil, fault.NotFound("the content of file %s is gone", row.UID)
	}
	key, err := s.secrets.Open(row.DataKey, "file "+row.UID)
	return []byte(key), err
}

// cipherOf is how a content is encrypted: in packages of 64 KB, each authenticated with its place
// among the others, under a key that is for this content alone.
func cipherOf(key []byte, name string) (sio.Config, error) {
	sub, err := hkdf.Key(sha256.New, key, nil, "upr file "+name, 32)
	return sio.Config{MinVersion: sio.Version20, Key: sub}, err
}

// store encrypts a content and keeps it: whole, or not at all where reading fails or ctx ends.
func (s *Service) store(ctx context.Context, key []byte, name string, content io.Reader) error {
	cipher, err := cipherOf(key, name)
	if err != nil {
		return err
	}
	sealed, err := sio.EncryptReader(content, cipher)
	if err != nil {
		return fmt.Errorf("encrypt a file: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := s.bucket.NewWriter(ctx, name, &blob.WriterOptions{ContentType: "application/octet-stream", DisableContentTypeDetection: true})
	if err != nil {
		return fmt.Errorf("keep a file: %w", err)
	}
	if _, err := io.Copy(w, sealed); err != nil {
		cancel() // what was written so far is left out
		_ = w.Close()
		return err
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("keep a file: %w", err)
	}
	return nil
}

// load opens a content of known size. Where it is missing or was altered, reading says so.
func (s *Service) load(ctx context.Context, row *ent.StoredFile, content string, size int64) (*Content, error) {
	if s.bucket == nil {
		return nil, noBucket()
	}
	key, err := s.dataKey(row)
	if err != nil {
		return nil, err
	}
	name := blobName(row.UID, content)
	cipher, err := cipherOf(key, name)
	if err != nil {
		return nil, err
	}
	sealedSize, err := sio.EncryptedSize(uint64(size))
	if err != nil {
		return nil, fmt.Errorf("open file %s: %w", row.UID, err)
	}
	if there, err := s.bucket.Attributes(ctx, name); gcerrors.Code(err) == gcerrors.NotFound || err == nil && there.Size != int64(sealedSize) {
		return nil, fault.Unavailable("the content of file %s is not in the store at present", row.UID)
	} else if err != nil {
		return nil, fmt.Errorf("open file %s: %w", row.UID, err)
	}
	plain, err := sio.DecryptReaderAt(readerAt{ctx, s.bucket, name}, cipher)
	if err != nil {
		return nil, fmt.Errorf("open file %s: %w", row.UID, err)
	}
	section := io.NewSectionReader(plain, 0, size)
	return &Content{section: section, ahead: bufio.NewReaderSize(section, readAhead)}, nil
}

// readAhead is how much is read of the store at a time.
const readAhead = 256 << 10

// Content is what a file has in it.
type Content struct {
	section *io.SectionReader
	ahead   *bufio.Reader
}

// Read reads on.
func (c *Content) Read(p []byte) (int, error) { return c.ahead.Read(p) }

// Seek goes elsewhere.
func (c *Content) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekCurrent {
		offset -= int64(c.ahead.Buffered())
	}
	at, err := c.section.Seek(offset, whence)
	c.ahead.Reset(c.section)
	return at, err
}

// readerAt reads from anywhere in the store.
type readerAt struct {
	ctx    context.Context
	bucket *blob.Bucket
	name   string
}

func (r readerAt) ReadAt(p []byte, offset int64) (int, error) {
	in, err := r.bucket.NewRangeReader(r.ctx, r.name, offset, int64(len(p)), nil)
	if err != nil {
		return 0, fmt.Errorf("read a file: %w", err)
	}
	defer in.Close()
	n, err := io.ReadFull(in, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}

func noBucket() error {
	return fault.Unavailable("this server keeps no files: set UPR_FILES_URL")
}
