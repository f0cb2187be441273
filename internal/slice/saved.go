package slice

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/savedslice"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/viewer"
)

// Saved is a question with an address of its own: live, or pinned to what it had in one version.
type Saved struct {
	ID          string
	Name        string
	Kind        string
	Public      bool
	Version     *string // to which it is pinned; nil: live
	Count       *int    // of rows, where pinned
	CreatedAt   time.Time
	WithdrawnAt *time.Time

	parameters url.Values
	content    int
	whole      int      // rows of the kind in the whole record, where pinned
	groups     []string // of partners, with the revisions to which it is pinned
	owner      string
	about      About
}

// Input is a new slice, in the words of the parameters of an export.
type Input struct {
	Name     string
	Kind     string
	Filter   *string // JSON
	Columns  []string
	Values   *string
	Language *string
	Order    *string
	Public   bool
	Pinned   bool
}

// The most that one owner may have, and the most rows that are kept.
const (
	maxSaved  = 200
	maxPinned = 200_000
)

// asProgram is for what this package has looked itself who may.
func asProgram(ctx context.Context) context.Context {
	return viewer.NewContext(ctx, viewer.Program("slice"))
}

// owner returns who asks, as owner of slices.
func owner(ctx context.Context, scope string) (*viewer.Viewer, error) {
	v, err := policy.RequireViewer(ctx)
	if err != nil {
		return nil, err
	}
	if v.UID == "" || !v.May(scope) {
		return nil, fault.Forbidden("a user has slices, and a key with the scope %s", scope)
	}
	return v, nil
}

// Create saves a question. Returns Invalid for one that could not be asked, LimitExceeded for
// too many, or too many rows to keep.
func (s *Service) Create(ctx context.Context, input Input) (*Saved, error) {
	v, err := owner(ctx, "slices:write")
	if err != nil {
		return nil, err
	}
	name := strings.TrimSpace(input.Name)
	if name == "" || len(name) > 200 || strings.ContainsFunc(name, unicode.IsControl) {
		return nil, fault.Invalid("name", "is a line of 1 to 200 bytes")
	}
	q, err := Parse(input.Kind, input.values())
	if fault.CodeOf(err) == fault.CodeNotFound {
		return nil, fault.Invalid("kind", "is one of %s, not %q", kindNames(), input.Kind)
	}
	if err != nil {
		return nil, err
	}
	if err := s.Groups.NameAll(ctx, q.Filter); err != nil {
		return nil, err
	}
	if input.Public && q.private() {
		return nil, fault.Invalid("public", "the filter names a group of States that is yours alone: make a public group, or leave the slice to yourself")
	}
	snapshot := s.record.Snapshot()
	table, err := Answer(snapshot, q, true, s.about)
	if err != nil {
		return nil, err
	}
	var kept *kept
	var parts []keptPart
	if input.Pinned {
		if table.Count > maxPinned {
			return nil, fault.LimitExceeded("%d rows, of which %d at most are kept: narrow the filter, or leave the slice live", table.Count, maxPinned)
		}
		// With the key, so that what is redacted is found again.
		keyed, err := Answer(snapshot, q.withKey(), true, s.about)
		if err != nil {
			return nil, err
		}
		if kept, err = keep(keyed); err != nil {
			return nil, err
		}
		if parts, err = keepParts(table); err != nil {
			return nil, err
		}
		if kept.whole, _, err = q.Kind.rows(snapshot, &Question{Kind: q.Kind}); err != nil {
			return nil, err
		}
	}
	return s.save(ctx, v, name, q, input.Public, snapshot.Version(), kept, parts)
}

func (i Input) values() url.Values {
	values := url.Values{}
	for name, value := range map[string]string{"filter": orEmpty(i.Filter), "columns": strings.Join(i.Columns, ","), "values": orEmpty(i.Values), "language": orEmpty(i.Language), "order": orEmpty(i.Order)} {
		if value != "" {
			values.Set(name, value)
		}
	}
	return values
}

func (s *Service) save(ctx context.Context, v *viewer.Viewer, name string, q *Question, public bool, from record.Version, kept *kept, parts []keptPart) (saved *Saved, err error) {
	because := changelog.Because{Origin: changelog.Desk, Actor: v.Actor(), Request: viewer.Request(ctx)}
	_, err = changelog.Write(ctx, s.db, because, func(tx *database.Tx, log *changelog.Log) error {
		ctx := asProgram(ctx)
		u, err := tx.Ent.User.Query().Where(user.UID(v.UID)).Only(ctx)
		if err != nil {
			return fmt.Errorf("find the owner: %w", err)
		}
		has, err := tx.Ent.SavedSlice.Query().Where(savedslice.UserID(u.ID), savedslice.WithdrawnAtIsNil()).Count(ctx)
		if err != nil {
			return fmt.Errorf("count slices: %w", err)
		}
		if has >= maxSaved {
			return fault.LimitExceeded("you have %d slices, the most that one may have: withdraw some", has)
		}
		create := tx.Ent.SavedSlice.Create().SetUID("slc_" + strings.ToLower(rand.Text()[:16])).SetUserID(u.ID).SetName(name).SetKind(q.Kind.Name).
			SetParameters(q.Query().Encode()).SetPublic(public).SetCreatedAt(time.Now().UTC().Truncate(time.Second))
		if kept != nil {
			gone, err := redactedSince(ctx, tx, from)
			if err != nil {
				return err
			}
			if err := kept.redact(gone); err != nil {
				return err
			}
			for _, part := range parts {
				if err := part.redact(gone); err != nil {
					return err
				}
			}
			id, err := kept.save(ctx, tx)
			if err != nil {
				return err
			}
			create.SetVersion(kept.version).SetContentID(id).SetWhole(kept.whole).SetGroups(strings.Join(words(q.groups(), (*record.PartnerGroup).Key), " "))
		}
		row, err := create.Save(ctx)
		if err != nil {
			return fmt.Errorf("save a slice: %w", err)
		}
		for _, part := range parts {
			if err := part.save(ctx, tx, row.ID); err != nil {
				return err
			}
		}
		row.Edges.User = u
		if saved, err = s.savedOf(row); kept != nil && err == nil {
			saved.Count = &kept.count
		}
		log.Note(row.UID, changelog.Create)
		return err
	})
	return saved, err
}

func (s *Service) savedOf(row *ent.SavedSlice) (*Saved, error) {
	parameters, err := url.ParseQuery(row.Parameters)
	if err != nil {
		return nil, fmt.Errorf("read slice %s: %w", row.UID, err)
	}
	saved := &Saved{ID: row.UID, Name: row.Name, Kind: row.Kind, Public: row.Public, CreatedAt: row.CreatedAt.UTC(), WithdrawnAt: row.WithdrawnAt, parameters: parameters, groups: strings.Fields(row.Groups), whole: row.Whole, owner: row.Edges.User.UID, about: s.about}
	if row.Version != "" {
		saved.Version = &row.Version
	}
	if row.ContentID != nil {
		saved.content = *row.ContentID
	}
	if c := row.Edges.Content; c != nil {
		saved.Count = &c.Count
	}
	return saved, nil
}

// Withdraw takes a slice of one's own away: its address answers no more. Returns NotFound.
func (s *Service) Withdraw(ctx context.Context, id string) (*Saved, error) {
	v, err := owner(ctx, "slices:write")
	if err != nil {
		return nil, err
	}
	saved, err := s.find(ctx, id, v)
	if err != nil {
		return nil, err
	}
	if saved.owner != v.UID && !v.HasAny(viewer.Admin) {
		return nil, fault.NotFound("no slice of yours has the id %s", id)
	}
	now := time.Now().UTC().Truncate(time.Second)
	because := changelog.Because{Origin: changelog.Desk, Actor: v.Actor(), Request: viewer.Request(ctx)}
	_, err = changelog.Write(ctx, s.db, because, func(tx *database.Tx, log *changelog.Log) error {
		log.Note(id, changelog.Withdraw)
		return tx.Ent.SavedSlice.Update().Where(savedslice.UID(id)).SetWithdrawnAt(now).Exec(asProgram(ctx))
	})
	if err != nil {
		return nil, fmt.Errorf("withdraw a slice: %w", err)
	}
	saved.WithdrawnAt = &now
	return saved, nil
}

// Mine lists the slices of whoever asks, newest first.
func (s *Service) Mine(ctx context.Context) ([]Saved, error) {
	v, err := owner(ctx, "slices:read")
	if err != nil {
		return nil, err
	}
	rows, err := s.db.Ent.SavedSlice.Query().Where(savedslice.HasUserWith(user.UID(v.UID)), savedslice.WithdrawnAtIsNil()).WithUser().
		Order(ent.Desc(savedslice.FieldID)).All(asProgram(ctx))
	if err != nil {
		return nil, fmt.Errorf("list slices: %w", err)
	}
	all := make([]Saved, len(rows))
	for i, row := range rows {
		saved, err := s.savedOf(row)
		if err != nil {
			return nil, err
		}
		all[i] = *saved
	}
	return all, nil
}

// Find returns a slice that whoever asks may read: a public one, or their own. Returns NotFound.
func (s *Service) Find(ctx context.Context, id string) (*Saved, error) {
	v, _ := viewer.From(ctx)
	return s.find(ctx, id, v)
}

func (s *Service) find(ctx context.Context, id string, v *viewer.Viewer) (*Saved, error) {
	if !utf8.ValidString(id) || strings.ContainsRune(id, 0) { // which PostgreSQL would not take
		return nil, notThere(id)
	}
	ctx, cancel := database.Patient(ctx)
	defer cancel()
	row, err := s.db.Ent.SavedSlice.Query().Where(savedslice.UID(id), savedslice.WithdrawnAtIsNil()).WithUser().Only(asProgram(ctx))
	if ent.IsNotFound(err) {
		return nil, notThere(id)
	}
	if err != nil {
		return nil, fmt.Errorf("find a slice: %w", err)
	}
	own := v != nil && v.UID == row.Edges.User.UID && (v.May("slices:read") || v.May("slices:write"))
	if !row.Public && !own {
		return nil, notThere(id)
	}
	return s.savedOf(row)
}

func notThere(id string) error {
	return fault.NotFound("no slice that you may read has the id %s", id)
}

// question is what it asks.
func (s *Saved) question() (*Question, error) { return Parse(s.Kind, s.parameters) }

// Filter is its filter as JSON.
func (s *Saved) Filter() string {
	if text := s.parameters.Get("filter"); text != "" {
		return text
	}
	return "{}"
}

// URL is its address, without the dot and the format that stand behind it.
func (s *Saved) URL() string { return strings.TrimSuffix(s.about.PublicURL, "/") + "/slices/" + s.ID }
