package notify

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/outboxmessage"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/viewer"
)

// readers see messages: managers those of their rounds, officers those about their States, and the
// protection officer all.
var readers = []viewer.Role{viewer.Manager, viewer.Officer, viewer.ProtectionOfficer}

// Filter restricts a list of messages. Fields combine with AND, statuses with OR.
type Filter struct {
	Statuses                      []Status
	About, Round, State, Template *string
}

// Messages is a page of messages, newest first.
type Messages struct {
	Nodes       []Message
	HasNextPage bool
	EndCursor   *string

	matching *ent.OutboxMessageQuery
}

// TotalCount is how many messages there are on all pages.
func (m *Messages) TotalCount(ctx context.Context) (int, error) {
	return m.matching.Count(asProgram(ctx))
}

// Count is how many messages have a status.
type Count struct {
	Status Status
	Count  int
}

// Pages of messages have 20 by default.
const (
	unpaged = 20
	maxPage = 500
)

// Messages lists what whoever asks may see.
func (o *Outbox) Messages(ctx context.Context, filter *Filter, first *int, after *string) (*Messages, error) {
	matching, err := o.matching(ctx, filter)
	if err != nil {
		return nil, err
	}
	n := unpaged
	if first != nil {
		n = *first
	}
	if n < 0 || n > maxPage {
		return nil, fault.Invalid("first", "must lie between 0 and %d", maxPage)
	}
	page := matching.Clone()
	if after != nil {
		id, err := readCursor(*after)
		if err != nil {
			return nil, err
		}
		page.Where(outboxmessage.IDLT(id))
	}
	rows, err := page.Order(outboxmessage.ByID(entsql.OrderDesc())).Limit(n + 1).All(asProgram(ctx))
	if err != nil {
		return nil, fmt.Errorf("list messages: %w", err)
	}
	found := &Messages{Nodes: []Message{}, HasNextPage: len(rows) > n, matching: matching}
	for _, row := range rows[:min(n, len(rows))] {
		found.Nodes = append(found.Nodes, o.messageOf(row))
	}
	if n := len(found.Nodes); n > 0 {
		cursor := base64.RawURLEncoding.EncodeToString([]byte(cursorOf + strconv.Itoa(rows[n-1].ID)))
		found.EndCursor = &cursor
	}
	return found, nil
}

const cursorOf = "outbox:"

func readCursor(cursor string) (int, error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	number, ours := strings.CutPrefix(string(text), cursorOf)
	id, wrong := strconv.Atoi(number)
	if err != nil || !ours || wrong != nil {
		return 0, fault.Invalid("after", "is no cursor of this list: send one that this list gave")
	}
	return id, nil
}

// Counts says how many messages there are of each status.
func (o *Outbox) Counts(ctx context.Context, filter *Filter) ([]Count, error) {
	matching, err := o.matching(ctx, filter)
	if err != nil {
		return nil, err
	}
	counts := []Count{}
	err = matching.GroupBy(outboxmessage.FieldStatus).Aggregate(ent.As(ent.Count(), "count")).Scan(asProgram(ctx), &counts)
	if err != nil {
		return nil, fmt.Errorf("count messages: %w", err)
	}
	return counts, nil
}

// Message returns a message. Returns NotFound where there is none that whoever asks may see.
func (o *Outbox) Message(ctx context.Context, id string) (*Message, error) {
	v, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	seen, err := o.seenBy(ctx, o.db.Ent, v)
	if err != nil {
		return nil, err
	}
	row, err := o.db.Ent.OutboxMessage.Query().Where(outboxmessage.UID(id), seen).Only(asProgram(ctx))
	if ent.IsNotFound(err) {
		return nil, notThere(id)
	}
	if err != nil {
		return nil, fmt.Errorf("read a message: %w", err)
	}
	m := o.messageOf(row)
	return &m, nil
}

func notThere(id string) error {
	return fault.NotFound("no message that you may see has the id %s", id)
}

func (o *Outbox) matching(ctx context.Context, filter *Filter) (*ent.OutboxMessageQuery, error) {
	v, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	seen, err := o.seenBy(ctx, o.db.Ent, v)
	if err != nil {
		return nil, err
	}
	q := o.db.Ent.OutboxMessage.Query().Where(seen)
	if filter == nil {
		return q, nil
	}
	if len(filter.Statuses) > 0 {
		statuses := make([]outboxmessage.Status, len(filter.Statuses))
		for i, s := range filter.Statuses {
			statuses[i] = outboxmessage.Status(s)
		}
		q.Where(outboxmessage.StatusIn(statuses...))
	}
	for value, is := range map[*string]func(string) predicate.OutboxMessage{filter.About: outboxmessage.About, filter.Round: outboxmessage.Round,
		filter.State: outboxmessage.State, filter.Template: outboxmessage.Template} {
		if value != nil {
			q.Where(is(*value))
		}
	}
	return q, nil
}

func reader(ctx context.Context) (*viewer.Viewer, error) {
	if err := policy.Require(ctx, readers...); err != nil {
		return nil, err
	}
	v, _ := viewer.From(ctx)
	return v, nil
}

// seenBy admits the messages that somebody may see: none about what is hidden from them, since drafts tell of decisions
// before they are released, and of what nobody has submitted.
func (o *Outbox) seenBy(ctx context.Context, client *ent.Client, v *viewer.Viewer) (predicate.OutboxMessage, error) {
	if o.unseen == nil {
		return inScopeOf(v), nil
	}
	unseen, err := o.unseen(ctx, client, v)
	if err != nil {
		return nil, err
	}
	return outboxmessage.And(inScopeOf(v), func(s *entsql.Selector) {
		s.Where(entsql.P(func(b *entsql.Builder) {
			b.Ident(s.C(outboxmessage.FieldAbout)).WriteString(" NOT IN (" + unseen + ")")
		}))
	}), nil
}

// inScopeOf admits the messages for which somebody has a role.
func inScopeOf(v *viewer.Viewer) predicate.OutboxMessage {
	var scopes []predicate.OutboxMessage
	for _, g := range v.Grants {
		kind, scope, _ := strings.Cut(g.Scope, ":")
		switch {
		case g.Role == viewer.ProtectionOfficer, g.Scope == "" && (g.Role == viewer.Manager || g.Role == viewer.Officer):
			return func(*entsql.Selector) {}
		case g.Role == viewer.Manager && kind == "round":
			scopes = append(scopes, outboxmessage.Round(scope))
		case g.Role == viewer.Officer && kind == "state":
			scopes = append(scopes, outboxmessage.State(scope))
		}
	}
	if len(scopes) == 0 {
		return func(s *entsql.Selector) { s.Where(entsql.False()) }
	}
	return outboxmessage.Or(scopes...)
}

// manages and coordinates say whether somebody is the manager of the message's round, or that or an
// officer of its State.
func manages(v *viewer.Viewer, row *ent.OutboxMessage) bool {
	return v.Has(viewer.Manager, "round:"+row.Round)
}

func coordinates(v *viewer.Viewer, row *ent.OutboxMessage) bool {
	return manages(v, row) || v.Has(viewer.Officer, "state:"+row.State)
}

// readsName says whether somebody reads to whom a message goes without opening it.
func readsName(v *viewer.Viewer, row *ent.OutboxMessage) bool {
	return row.Level == 0 && coordinates(v, row)
}

// Subject is what stands above the text; empty where it was erased.
func (m *Message) Subject() (string, error) {
	c, _, err := m.read()
	return c.Subject, err
}

// Text is what it says, with the mark [[link]] for the link, which is the recipient's alone. From
// level 1 on, and for others than the manager and the officer, [[name]] stands for the name. Empty
// where it was erased.
func (m *Message) Text(ctx context.Context) (string, error) {
	c, private, err := m.read()
	if v, _ := viewer.From(ctx); !readsName(v, m.row) {
		return c.Text, err
	}
	return unmark(c.Text, map[string]string{"name": private["name"], "link": "[[link]]"}), err
}

// HasCalendar says whether a calendar is sent with it.
func (m *Message) HasCalendar() (bool, error) {
	c, _, err := m.read()
	return c.Calendar != "", err
}

func (m *Message) read() (content, map[string]string, error) {
	if len(m.row.Content) == 0 {
		return content{}, nil, nil
	}
	return m.o.read(m.row)
}

// Address is where it goes; nil for whoever may not see it: the manager and the officer may at level
// 0. From level 1 on the protection officer opens it (Open). Nil as well for a task, and where it was
// erased.
func (m *Message) Address(ctx context.Context) (*string, error) {
	if v, _ := viewer.From(ctx); !readsName(v, m.row) || len(m.row.Address) == 0 {
		return nil, nil //nolint:nilnil // none is an answer
	}
	address, err := m.o.box.Open(m.row.Address, m.ID)
	return &address, err
}
