package graph_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/viewer"
)

// mailroom is an office with an outbox, whose mail goes nowhere.
type mailroom struct {
	*office
	outbox *notify.Outbox
	queue  *job.Queue

	mu      sync.Mutex
	answers map[string]error // by address: what the server says
	taken   []notify.Mail
}

func (m *mailroom) Send(context.Context, string, string, string) error { return nil }

func (m *mailroom) Deliver(_ context.Context, mail notify.Mail, last func() error) error {
	if err := last(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.answers[mail.To]; err != nil {
		return err
	}
	m.taken = append(m.taken, mail)
	return nil
}

func newMailroom(t *testing.T, url string) *mailroom {
	t.Helper()
	m := &mailroom{office: newOffice(t, url), answers: map[string]error{}}
	m.queue = job.New(m.db)
	m.outbox = notify.NewOutbox(m.db, secret.NewBox(secret.Key{7}), m, m.queue)
	m.handler = graph.NewHandler(&graph.Resolver{Record: m.record, Staff: m.staff, Outbox: m.outbox}, graph.Options{CacheMegabytes: 16})
	return m
}

func (m *mailroom) work(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- m.queue.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// granted is somebody with one grant.
func granted(role viewer.Role, scope string) *viewer.Viewer {
	return &viewer.Viewer{UID: "usr_" + strings.ToLower(string(role)), SecondFactor: true, Grants: []viewer.Grant{{Role: role, Scope: scope}}}
}

func offerTo(to, round, state string) notify.Draft {
	return notify.Draft{Template: "offer", Language: "EN", To: to, About: "reg_" + to[:1], Round: round, State: state, Hold: true, Data: map[string]string{
		"name": "Quokka Warden", "organisation": "Rights Now", "state": "Egypt", "meeting": "2 December", "deadline": "24 November", "reprisals": "Nobody has registered.", "guidance": "https://ishr.example.org", "link": "https://upr.example.org/in?t=QUOKKATOKEN"}}
}

func (m *mailroom) add(t *testing.T, d notify.Draft) (uid string) {
	t.Helper()
	err := database.WithTx(t.Context(), m.db, func(tx *database.Tx) (err error) {
		uid, err = m.outbox.Add(t.Context(), tx, d)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return uid
}

type messageOf struct {
	ID, Status, Subject, Text, Failure, Template string
	Revision                                     int
	Address                                      *string
	NextAt, SentAt                               *time.Time
}

const messageFields = ` { id status subject text failure template revision address nextAt sentAt } `

func (m *mailroom) message(t *testing.T, v *viewer.Viewer, id string) messageOf {
	t.Helper()
	var got struct {
		Desk struct{ OutboxMessage messageOf }
	}
	m.must(t, v, `query($id: ID!) { desk { outboxMessage(id: $id)`+messageFields+`} }`, map[string]any{"id": id}, &got)
	return got.Desk.OutboxMessage
}

// becomes waits until a message has a status.
func (m *mailroom) becomes(t *testing.T, v *viewer.Viewer, id, want string) messageOf {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		got := m.message(t, v, id)
		if got.Status == want {
			return got
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is %s, want %s", id, got.Status, want)
		}
	}
}

// mutate makes a change of one message, or many, and returns what is wrong with it.
func (m *mailroom) mutate(t *testing.T, v *viewer.Viewer, field, kind, fields string, input map[string]any) (wrong string) {
	t.Helper()
	var got map[string]struct {
		UserErrors []struct{ Field, Message, Code string }
	}
	code := m.ask(t, v, `mutation($input: `+kind+`!) { `+field+`(input: $input) { `+fields+` userErrors { field message code } } }`, map[string]any{"input": input}, &got)
	if code != "" {
		return code
	}
	for _, e := range got[field].UserErrors {
		wrong += e.Code + " " + e.Field + " " + e.Message
	}
	return wrong
}

func (m *mailroom) mutateOne(t *testing.T, v *viewer.Viewer, field, kind string, input map[string]any) string {
	t.Helper()
	return m.mutate(t, v, field, kind, "message { id }", input)
}

// TestOutboxIsSeenByItsStaff asks for the messages of two rounds as everybody.
func TestOutboxIsSeenByItsStaff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		m := newMailroom(t, url)
		a := m.add(t, offerTo("a@example.org", "rnd_a", "EGY"))
		raised := offerTo("p@example.org", "rnd_a", "EGY")
		raised.Level = 1
		p := m.add(t, raised)
		hidden := offerTo("h@example.org", "rnd_a", "EGY")
		hidden.Level, hidden.Hold = 3, false
		h := m.add(t, hidden)
		b := m.add(t, offerTo("b@example.org", "rnd_b", "KEN"))
		all := []string{a, p, h, b}
		for _, test := range []struct {
			name    string
			who     *viewer.Viewer
			sees    []string
			address []string
			refused string
		}{
			{"manager of a", granted(viewer.Manager, "round:rnd_a"), []string{a, p, h}, []string{a}, ""},
			{"manager of b", granted(viewer.Manager, "round:rnd_b"), []string{b}, []string{b}, ""},
			{"manager of all", granted(viewer.Manager, ""), all, []string{a, b}, ""},
			{"officer of EGY", granted(viewer.Officer, "state:EGY"), []string{a, p, h}, []string{a}, ""},
			{"officer of KEN", granted(viewer.Officer, "state:KEN"), []string{b}, []string{b}, ""},
			{"officer of FRA", granted(viewer.Officer, "state:FRA"), nil, nil, ""},
			{"protection officer", granted(viewer.ProtectionOfficer, ""), all, nil, ""},
			{"administrator", granted(viewer.Admin, ""), nil, nil, "FORBIDDEN"},
			{"reviewer", granted(viewer.Reviewer, "round:rnd_a"), nil, nil, "FORBIDDEN"},
			{"nobody", nil, nil, nil, "UNAUTHENTICATED"},
		} {
			var got struct {
				Desk struct {
					OutboxMessages struct {
						Nodes      []messageOf
						TotalCount int
					}
					OutboxCounts []struct{ Count int }
				}
			}
			code := m.ask(t, test.who, `{ desk { outboxMessages { totalCount nodes`+messageFields+`} outboxCounts { status count } } }`, nil, &got)
			if code != test.refused {
				t.Errorf("%s: %s", test.name, code)
			}
			page, counted := got.Desk.OutboxMessages, 0
			for _, c := range got.Desk.OutboxCounts {
				counted += c.Count
			}
			if page.TotalCount != len(test.sees) || len(page.Nodes) != len(test.sees) || counted != len(test.sees) {
				t.Errorf("%s sees %+v", test.name, got)
			}
			for _, n := range page.Nodes {
				if !slices.Contains(test.sees, n.ID) || (n.Address != nil) != slices.Contains(test.address, n.ID) || strings.Contains(n.Text, "QUOKKATOKEN") ||
					strings.Contains(n.Text, "Quokka") != slices.Contains(test.address, n.ID) {
					t.Errorf("%s sees %+v", test.name, n)
				}
			}
			for _, id := range all {
				if slices.Contains(test.sees, id) || test.refused != "" {
					continue
				}
				if code := m.ask(t, test.who, `query($id: ID!) { desk { outboxMessage(id: $id) { id } } }`, map[string]any{"id": id}, nil); code != "NOT_FOUND" {
					t.Errorf("%s asks for %s: %s", test.name, id, code)
				}
				want := "NOT_FOUND"
				if !test.who.Has(viewer.Manager) {
					want = "FORBIDDEN"
				}
				if code := m.mutate(t, test.who, "releaseMessages", "MessagesInput", "messages { id }", map[string]any{"ids": []string{id}, "reason": "x"}); code != want {
					t.Errorf("%s releases %s: %s", test.name, id, code)
				}
			}
		}
		manager := granted(viewer.Manager, "round:rnd_a")
		if got := m.message(t, manager, h); got.Status != "TASK" || got.Subject != "A message from UPR Info" || strings.Contains(got.Text, "Rights Now") {
			t.Errorf("%+v", got)
		}
		for filter, want := range map[string]int{`{about: "reg_a"}`: 1, `{round: "rnd_b"}`: 1, `{state: "EGY"}`: 3, `{template: "receipt"}`: 0, `{statuses: [TASK]}`: 1, `{statuses: [DRAFT, TASK], state: "EGY"}`: 3} {
			var got struct {
				Desk struct{ OutboxMessages struct{ TotalCount int } }
			}
			m.must(t, granted(viewer.Manager, ""), `{ desk { outboxMessages(filter: `+filter+`) { totalCount } } }`, nil, &got)
			if got.Desk.OutboxMessages.TotalCount != want {
				t.Errorf("%s: %d, want %d", filter, got.Desk.OutboxMessages.TotalCount, want)
			}
		}
		m.pagesOfMessages(t, 4)
	})
}

// pagesOfMessages reads all messages, one at a time, and sends cursors that are none.
func (m *mailroom) pagesOfMessages(t *testing.T, want int) {
	t.Helper()
	seen, after := map[string]bool{}, (*string)(nil)
	query := `query($after: String) { desk { outboxMessages(first: 1, after: $after) { nodes { id } hasNextPage endCursor } } }`
	for more := true; more; {
		var got struct {
			Desk struct {
				OutboxMessages struct {
					Nodes       []messageOf
					HasNextPage bool
					EndCursor   *string
				}
			}
		}
		m.must(t, granted(viewer.Manager, ""), query, map[string]any{"after": after}, &got)
		page := got.Desk.OutboxMessages
		seen[page.Nodes[0].ID], after, more = true, page.EndCursor, page.HasNextPage
	}
	if len(seen) != want {
		t.Errorf("%d messages on all pages, want %d", len(seen), want)
	}
	for _, cursor := range []string{"", "x", "bG9nOjE"} {
		if code := m.ask(t, granted(viewer.Manager, ""), query, map[string]any{"after": cursor}, nil); code != "INVALID" {
			t.Errorf("the cursor %q: %s", cursor, code)
		}
	}
}

// TestOutboxIsWorkedOn edits, releases, settles, sends again and cancels.
func TestOutboxIsWorkedOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		m := newMailroom(t, url)
		manager, officer := granted(viewer.Manager, "round:rnd_a"), granted(viewer.Officer, "state:EGY")
		m.answers["d@example.org"] = notify.ErrInDoubt
		m.answers["e@example.org"] = notify.ErrInDoubt
		m.answers["f@example.org"] = &notify.Refusal{Code: 550, Enhanced: "5.1.1", Final: true}
		ids := map[string]string{}
		for _, who := range []string{"a", "c", "d", "e", "f"} {
			ids[who] = m.add(t, offerTo(who+"@example.org", "rnd_a", "EGY"))
		}
		edit := func(subject, text string, revision int) string {
			return m.mutateOne(t, officer, "editMessage", "EditMessageInput", map[string]any{"id": ids["a"], "revision": revision, "subject": subject, "text": text, "reason": "friendlier"})
		}
		for _, test := range [][3]string{
			{"Subject", "no link", "INVALID text must keep [[link]]"},
			{"Subject", "[[link]] [[deadline]]", "INVALID text [[deadline]] stands for nothing"},
			{"For Quokka Warden", "[[link]]", "INVALID subject is seen"},
			{"Two\nlines", "[[link]]", "INVALID subject must be one line"},
			{"", "[[link]]", "INVALID subject must be one line"},
			{"Subject", "Dear Quokka Warden, come: [[link]]", ""},
			{"Subject", "[[link]]", "CONFLICT"},
		} {
			if wrong := edit(test[0], test[1], 1); !strings.HasPrefix(wrong, test[2]) || test[2] == "" && wrong != "" {
				t.Errorf("%q, %q: %s, want %s", test[0], test[1], wrong, test[2])
			}
		}
		if got := m.message(t, officer, ids["a"]); got.Text != "Dear Quokka Warden, come: [[link]]\n" || got.Revision != 2 {
			t.Errorf("%+v", got)
		}
		many := func(v *viewer.Viewer, field string, who ...string) string {
			list := []string{}
			for _, w := range who {
				list = append(list, ids[w])
			}
			return m.mutate(t, v, field, "MessagesInput", "messages { id status }", map[string]any{"ids": list, "reason": "decided"})
		}
		one := func(field, who string) string {
			return m.mutateOne(t, officer, field, "MessageInput", map[string]any{"id": ids[who], "reason": "looked"})
		}
		if wrong := many(officer, "cancelMessages", "c"); wrong != "" {
			t.Error(wrong)
		}
		for wrong, want := range map[string]string{
			many(officer, "releaseMessages", "a"):      "FORBIDDEN",
			many(manager, "releaseMessages"):           "INVALID ids must be 1 to 500",
			many(manager, "releaseMessages", "a", "c"): "CONFLICT  " + ids["c"] + " is CANCELLED",
			one("resendMessage", "a"):                  "CONFLICT  " + ids["a"] + " is DRAFT",
		} {
			if !strings.HasPrefix(wrong, want) {
				t.Errorf("%s, want %s", wrong, want)
			}
		}
		if wrong := many(manager, "releaseMessages", "a", "d", "e", "f"); wrong != "" {
			t.Fatal(wrong)
		}
		m.work(t)
		m.becomes(t, officer, ids["a"], "SENT")
		m.becomes(t, officer, ids["d"], "IN_DOUBT")
		m.becomes(t, officer, ids["e"], "IN_DOUBT")
		if got := m.becomes(t, officer, ids["f"], "FAILED"); got.Failure != "550 5.1.1" {
			t.Errorf("%+v", got)
		}
		m.mu.Lock()
		first := m.taken[0]
		m.answers = map[string]error{}
		m.mu.Unlock()
		if first.ID != ids["a"] || first.Text != "Dear Quokka Warden, come: https://upr.example.org/in?t=QUOKKATOKEN\n" || first.Subject != "Subject" {
			t.Errorf("%+v", first)
		}
		settle := func(who, outcome string) string {
			return m.mutateOne(t, officer, "settleMessage", "SettleMessageInput", map[string]any{"id": ids[who], "outcome": outcome, "reason": "asked"})
		}
		for wrong, want := range map[string]string{settle("d", "SENT"): "", settle("e", "SEND_AGAIN"): "", settle("a", "SENT"): "CONFLICT", one("resendMessage", "f"): "",
			many(manager, "cancelMessages", "a"): "CONFLICT"} {
			if !strings.HasPrefix(wrong, want) || want == "" && wrong != "" {
				t.Errorf("%q, want %q", wrong, want)
			}
		}
		for _, who := range []string{"d", "e", "f"} {
			m.becomes(t, officer, ids[who], "SENT")
		}
		m.mu.Lock()
		if len(m.taken) != 3 {
			t.Errorf("%d mails, want 3: %+v", len(m.taken), m.taken)
		}
		m.mu.Unlock()
		m.bounces(t, officer, ids)
		m.wroteNothingPrivate(t, ids["a"], []string{"CORRECT friendlier", "RELEASE decided"})
	})
}

// bounces marks messages as bounced, by their ids and by reports.
func (m *mailroom) bounces(t *testing.T, v *viewer.Viewer, ids map[string]string) {
	t.Helper()
	report := "Content-Type: multipart/report; report-type=delivery-status\n\n--b\nFinal-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.2.1\n\n--b\nContent-Type: message/rfc822\n\n" +
		"Message-ID: <" + ids["a"] + "@example.org>\nTo: a@example.org\n"
	bounce := func(input map[string]any) string {
		input["reason"] = "came back"
		return m.mutateOne(t, v, "markBounced", "MarkBouncedInput", input)
	}
	for _, test := range []struct {
		input map[string]any
		want  string
	}{
		{map[string]any{}, "INVALID id is missing"},
		{map[string]any{"report": "hello"}, "INVALID id is missing"},
		{map[string]any{"report": strings.Replace(report, "failed", "delayed", 1)}, "INVALID report says that the message was delayed"},
		{map[string]any{"report": report, "id": ids["d"]}, "INVALID report is about another"},
		{map[string]any{"report": strings.ReplaceAll(report, ids["a"], "msg_aaaaaaaaaaaaaaaaaaaa")}, "NOT_FOUND"},
		{map[string]any{"report": report}, ""},
		{map[string]any{"report": report}, "CONFLICT"},
		{map[string]any{"id": ids["d"]}, ""},
		{map[string]any{"id": ids["c"]}, "CONFLICT"},
	} {
		if wrong := bounce(test.input); !strings.HasPrefix(wrong, test.want) || test.want == "" && wrong != "" {
			t.Errorf("%v: %q, want %q", test.input, wrong, test.want)
		}
	}
	if got := m.message(t, v, ids["a"]); got.Status != "BOUNCED" || got.Failure != "5.2.1" {
		t.Errorf("%+v", got)
	}
}

// wroteNothingPrivate reads the change log, which desk { history } shows of registrations that there are: what was done to a message is there, and nothing of what
// it says.
func (m *mailroom) wroteNothingPrivate(t *testing.T, id string, want []string) {
	t.Helper()
	rows, err := m.db.SQL.Query(`SELECT e.operation || ' ' || c.reason FROM change_entries e JOIN changes c ON c.id = e.change_id WHERE e.node = $1`, id)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for rows.Next() {
		var each string
		if err := rows.Scan(&each); err != nil {
			t.Fatal(err)
		}
		got = append(got, each)
	}
	if err := rows.Close(); err != nil || rows.Err() != nil {
		t.Fatal(err, rows.Err())
	}
	for _, each := range want {
		if !slices.Contains(got, each) {
			t.Errorf("the change log has %v, not %s", got, each)
		}
	}
	var whole string
	for _, query := range []string{`SELECT node, COALESCE(projection, '') FROM change_entries WHERE node LIKE 'msg%'`, `SELECT actor, reason FROM changes`} {
		rows, err := m.db.SQL.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var a, b string
			if err := rows.Scan(&a, &b); err != nil {
				t.Fatal(err)
			}
			whole += a + b
		}
		if err := rows.Close(); err != nil || rows.Err() != nil {
			t.Fatal(err, rows.Err())
		}
	}
	if strings.Contains(strings.ToLower(whole), "quokka") || strings.Contains(whole, "@example.org") {
		t.Error("the change log says what is in messages")
	}
}

// TestMessagesAreOpenedWithAReason has the protection officer open one, and others try.
func TestMessagesAreOpenedWithAReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		m := newMailroom(t, url)
		raised := offerTo("p@example.org", "rnd_a", "EGY")
		raised.Level = 1
		id := m.add(t, raised)
		open := func(v *viewer.Viewer, reason string) (string, *string, *string) {
			var got struct {
				OpenMessage struct {
					Address, Text *string
					UserErrors    []struct{ Field string }
				}
			}
			code := m.ask(t, v, `mutation($input: MessageInput!) { openMessage(input: $input) { address text userErrors { field } } }`, map[string]any{"input": map[string]any{"id": id, "reason": reason}}, &got)
			for _, e := range got.OpenMessage.UserErrors {
				code += e.Field
			}
			return code, got.OpenMessage.Address, got.OpenMessage.Text
		}
		if code, address, _ := open(granted(viewer.Manager, ""), "only to be sure"); code != "FORBIDDEN" || address != nil {
			t.Errorf("the manager: %s, %v", code, address)
		}
		officer := granted(viewer.ProtectionOfficer, "")
		if code, address, _ := open(officer, " "); code != "reason" || address != nil {
			t.Errorf("without a reason: %s, %v", code, address)
		}
		if code, address, _ := open(officer, "Ms WARDEN called us"); code != "reason" || address != nil {
			t.Errorf("for a reason that names to whom it goes: %s, %v", code, address)
		}
		code, address, text := open(officer, "the person called us")
		if code != "" || address == nil || *address != "p@example.org" || !strings.Contains(*text, "Hello Quokka Warden,") || !strings.Contains(*text, "QUOKKATOKEN") {
			t.Errorf("%s, %v, %v", code, address, text)
		}
		m.wroteNothingPrivate(t, id, []string{"OPEN the person called us"})
	})
}
