package notify

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/outboxmessage"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/viewer"
)

// Draft is a mail on its way into the outbox.
type Draft struct {
	Template  string            // a key of the templates, as in "offer"
	Language  string            // EN, FR or ES; any other is written to in English
	To        string            // address; kept sealed, never in a log, an error or the change log; empty: staff tell it
	About     string            // uid of what it is about, as in reg_…: staff find the messages of a registration by it
	Round     string            // uid of the round; grants of MANAGER round:… and OFFICER state:… decide who may see it
	State     string            // ISO3 of the State under review, for OFFICER
	Level     int               // protection level of the recipient, 0 to 3
	Neutral   bool              // the mail must say nothing of what it is about
	Approved  bool              // mail is a safe channel for this recipient, also at level 2 and 3
	Data      map[string]string // what the template's fields are filled with: see Fields
	Calendar  string            // an .ics part; empty: none. Left out from level 1 on
	Task      bool              // is for staff to do, and mailed to nobody
	Hold      bool              // stays a draft until it is released; else it is queued
	NotBefore time.Time         // it is not sent, and can be cancelled, until then
}

// Outbox keeps what is to be mailed, and mails it.
type Outbox struct {
	db   *database.DB
	box  secret.Box
	mail Mailer // nil: none is configured; what is queued waits for a process that has one
	pace time.Duration

	beforeRelease func(ctx context.Context, tx *database.Tx, about ...string) error                  // nil: always
	unseen        func(ctx context.Context, client *ent.Client, v *viewer.Viewer) (string, error)    // nil: nothing
	names         func(ctx context.Context, tx *database.Tx, about, reason string) error             // nil: nobody
	past          func(ctx context.Context, tx *database.Tx, about, template string) (string, error) // nil: all holds
	now           func() time.Time
	retry         func(attempts int) time.Duration
	giveUp        time.Duration
	lease         time.Duration
}

const (
	// giveUpAfter is how long a server may refuse for now.
	giveUpAfter = 48 * time.Hour
	// leaseOf is when a claim is one of a process that is not there any more: longer than a
	// conversation and all that is written around it may take.
	leaseOf = 3 * time.Minute
	// sweepEvery is how often they are looked for.
	sweepEvery = time.Minute
)

// NewOutbox returns an outbox whose jobs the queue does. mail may be nil.
func NewOutbox(db *database.DB, box secret.Box, mail Mailer, queue *job.Queue) *Outbox {
	o := &Outbox{db: db, box: box, mail: mail, now: time.Now, retry: pause, giveUp: giveUpAfter, lease: leaseOf}
	if mail != nil {
		job.Handle(queue, o.send)
	}
	job.Handle(queue, o.sweep)
	queue.Every(sweepEvery, sweepJob{})
	return o
}

// Limit sets how many messages a minute all processes send together; 0: as many as they can.
func (o *Outbox) Limit(perMinute int) {
	o.pace = 0
	if perMinute > 0 {
		o.pace = time.Minute / time.Duration(perMinute)
	}
}

// SetClock has it be another time, in tests.
func (o *Outbox) SetClock(now func() time.Time) { o.now = now }

// asProgram is for what this package has looked itself who may.
func asProgram(ctx context.Context) context.Context {
	return viewer.NewContext(ctx, viewer.Program("notify"))
}

// Add puts a mail into the outbox, in the caller's transaction, and returns its id. Where no mail
// may go to the recipient it is a task for staff instead, once it is released. Returns Invalid for a
// template that there is not, an address that cannot be used, and data that lacks a field.
func (o *Outbox) Add(ctx context.Context, tx *database.Tx, d Draft) (string, error) {
	if err := d.check(); err != nil {
		return "", err
	}
	content, private, err := o.write(ctx, tx, d)
	if err != nil {
		return "", err
	}
	uid, now := "msg_"+strings.ToLower(rand.Text()[:20]), o.now().UTC().Truncate(time.Microsecond)
	create := tx.Ent.OutboxMessage.Create().SetUID(uid).SetTemplate(d.Template).SetLanguage(d.Language).SetAbout(d.About).SetRound(d.Round).
		SetState(d.State).SetLevel(d.Level).SetNeutral(d.neutral()).SetCreatedAt(now).SetContent(o.seal(content, uid)).SetPrivate(o.seal(private, uid))
	due := now
	if d.NotBefore.After(now) {
		due = d.NotBefore.UTC().Truncate(time.Microsecond)
		create.SetNotBefore(due)
	}
	switch {
	case d.Hold && d.byHand(): // without an address, from which its release knows
		create.SetStatus(outboxmessage.StatusDRAFT)
	case d.Hold:
		create.SetStatus(outboxmessage.StatusDRAFT).SetAddress(o.box.Seal(d.To, uid))
	case d.byHand():
		create.SetStatus(outboxmessage.StatusTASK)
	default:
		create.SetStatus(outboxmessage.StatusQUEUED).SetAddress(o.box.Seal(d.To, uid)).SetQueuedAt(now).SetNextAt(due)
	}
	if err := create.Exec(asProgram(ctx)); err != nil {
		return "", fmt.Errorf("put a message into the outbox: %w", err)
	}
	if d.byHand() || d.Hold {
		return uid, nil
	}
	return uid, o.insert(ctx, tx, uid, due)
}

func (d *Draft) check() error {
	if d.Language = strings.ToUpper(d.Language); !slices.Contains(languages, d.Language) {
		d.Language = languages[0]
	}
	if d.Level < 0 || d.Level > 3 {
		return fault.Invalid("Level", "%d is none: there are 0 to 3", d.Level)
	}
	if d.byHand() {
		return nil
	}
	if a, err := mail.ParseAddress(d.To); err != nil || a.Address != d.To {
		return fault.Invalid("To", "is no address of a mailbox, as in ann@example.org")
	}
	return nil
}

func (o *Outbox) seal(value any, uid string) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // of texts alone
	}
	return o.box.Seal(string(text), uid)
}

func (o *Outbox) unseal(sealed []byte, uid string, into any) error {
	text, err := o.box.Open(sealed, uid)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), into)
}

// Release has drafts sent, in the caller's transaction; those to whom no mail may go become tasks for
// staff. Returns NotFound for an id that is none, Conflict for a message that is no draft any more, and
// then none is released.
func (o *Outbox) Release(ctx context.Context, tx *database.Tx, uids ...string) error {
	uids = distinct(uids)
	rows, err := o.rows(ctx, tx, uids)
	if err != nil {
		return err
	}
	var byMail []*ent.OutboxMessage
	var mailed, told []string
	for _, row := range rows {
		switch {
		case row.Status != outboxmessage.StatusDRAFT:
			return fault.Conflict("%s is %s and no draft: only drafts are released", row.UID, row.Status)
		case len(row.Address) == 0:
			told = append(told, row.UID)
		default:
			byMail, mailed = append(byMail, row), append(mailed, row.UID)
		}
	}
	now := o.now().UTC().Truncate(time.Microsecond)
	if err := leaveDraft(ctx, tx, told, func(u *ent.OutboxMessageUpdate) { u.SetStatus(outboxmessage.StatusTASK) }); err != nil {
		return err
	}
	err = leaveDraft(ctx, tx, mailed, func(u *ent.OutboxMessageUpdate) {
		u.SetStatus(outboxmessage.StatusQUEUED).SetQueuedAt(now).SetNextAt(now)
	})
	if err != nil {
		return err
	}
	return o.schedule(ctx, tx, now, byMail...)
}

// leaveDraft has messages be drafts no more, unless somebody else did at this moment.
func leaveDraft(ctx context.Context, tx *database.Tx, uids []string, set func(*ent.OutboxMessageUpdate)) error {
	for part := range slices.Chunk(uids, 500) {
		update := tx.Ent.OutboxMessage.Update().Where(outboxmessage.UIDIn(part...), outboxmessage.StatusEQ(outboxmessage.StatusDRAFT))
		set(update)
		n, err := update.Save(asProgram(ctx))
		if err != nil {
			return fmt.Errorf("release messages: %w", err)
		}
		if n != len(part) {
			return fault.Conflict("some of these messages were released or cancelled at this moment: read them again")
		}
	}
	return nil
}

// schedule has queued messages sent, now or when they may be.
func (o *Outbox) schedule(ctx context.Context, tx *database.Tx, now time.Time, rows ...*ent.OutboxMessage) error {
	jobs := make([]job.Job, len(rows))
	for i, row := range rows {
		at := now
		if row.NotBefore != nil && row.NotBefore.After(now) {
			at = row.NotBefore.UTC()
			if err := tx.Ent.OutboxMessage.UpdateOneID(row.ID).SetNextAt(at).Exec(asProgram(ctx)); err != nil {
				return fmt.Errorf("schedule a message: %w", err)
			}
		}
		jobs[i] = sending(row.UID, at)
	}
	return job.InsertMany(ctx, tx, jobs...)
}

func (o *Outbox) insert(ctx context.Context, tx *database.Tx, uid string, at time.Time) error {
	return job.InsertMany(ctx, tx, sending(uid, at))
}

// sending is the job that sends a message.
func sending(uid string, at time.Time) job.Job {
	return job.Job{Args: sendJob{uid}, When: job.When{At: at, Lane: job.Mail}}
}

// Renew brings a draft up to what is known by now, as before it is released, in the caller's
// transaction: d is what it would be if it were written now. Where staff have edited the text, their
// words stay, with the new deadline or meeting in the place of the old one. Returns Conflict for what
// is no draft.
func (o *Outbox) Renew(ctx context.Context, tx *database.Tx, uid string, d Draft) error {
	rows, err := o.rows(ctx, tx, []string{uid})
	if err != nil {
		return err
	}
	row := rows[0]
	if row.Status != outboxmessage.StatusDRAFT {
		return fault.Conflict("%s is %s and no draft", uid, row.Status)
	}
	now, private, err := o.write(ctx, tx, d)
	if err != nil {
		return err
	}
	if row.Revision > 1 {
		was, _, err := o.read(row)
		if err != nil {
			return err
		}
		replace := newer(was.Data, now.Data)
		now.Subject, now.Text = replace.Replace(was.Subject), replace.Replace(was.Text)
	}
	set := row.Update().SetContent(o.seal(now, uid)).SetPrivate(o.seal(private, uid))
	if d.byHand() {
		set.ClearAddress()
	} else {
		set.SetAddress(o.box.Seal(d.To, uid))
	}
	if err := set.Exec(asProgram(ctx)); err != nil {
		return fmt.Errorf("renew a message: %w", err)
	}
	return nil
}

// newer puts what a template is filled with now in the place of what it was filled with.
func newer(was, now map[string]string) *strings.Replacer {
	var pairs []string
	for name, value := range was {
		if value != "" && value != now[name] {
			pairs = append(pairs, value, now[name])
		}
	}
	return strings.NewReplacer(pairs...)
}

// Bind has ReleaseMessages do something before it releases drafts about something, in its transaction: an error keeps
// them, as one that tells what was not decided yet is not for hands to release.
func (o *Outbox) Bind(beforeRelease func(ctx context.Context, tx *database.Tx, about ...string) error) {
	o.beforeRelease = beforeRelease
}

// Hide has nobody see messages about what it selects, in SQL, of what messages are about.
func (o *Outbox) Hide(unseen func(ctx context.Context, client *ent.Client, v *viewer.Viewer) (string, error)) {
	o.unseen = unseen
}

// Compare has reasons of the protection officer refused that name one of those whom a message is about, as
// it says, besides its recipient.
func (o *Outbox) Compare(names func(ctx context.Context, tx *database.Tx, about, reason string) error) {
	o.names = names
}

// Cancel takes messages back, in the caller's transaction, as far as they were not sent yet: drafts,
// tasks and what is queued. What is sent at this moment, or was, stays as it is. Returns NotFound for
// an id that is none.
func (o *Outbox) Cancel(ctx context.Context, tx *database.Tx, uids ...string) error {
	uids = distinct(uids)
	if _, err := o.rows(ctx, tx, uids); err != nil {
		return err
	}
	for part := range slices.Chunk(uids, 500) {
		err := tx.Ent.OutboxMessage.Update().Where(outboxmessage.UIDIn(part...), outboxmessage.StatusIn(cancellable...)).
			SetStatus(outboxmessage.StatusCANCELLED).ClearPrivate().Exec(asProgram(ctx))
		if err != nil {
			return fmt.Errorf("cancel messages: %w", err)
		}
	}
	return nil
}

var cancellable = []outboxmessage.Status{outboxmessage.StatusDRAFT, outboxmessage.StatusQUEUED, outboxmessage.StatusTASK}

// Forget erases addresses and texts of all messages about some things, and cancels what was not sent:
// what is left says that there was a message, and when. What is sent at this moment is forgotten as
// well, but may arrive.
func (o *Outbox) Forget(ctx context.Context, tx *database.Tx, about ...string) error {
	for part := range slices.Chunk(distinct(about), 500) {
		err := tx.Ent.OutboxMessage.Update().Where(outboxmessage.AboutIn(part...), outboxmessage.StatusIn(cancellable...)).
			SetStatus(outboxmessage.StatusCANCELLED).Exec(asProgram(ctx))
		if err != nil {
			return fmt.Errorf("cancel messages: %w", err)
		}
		err = tx.Ent.OutboxMessage.Update().Where(outboxmessage.AboutIn(part...)).ClearAddress().ClearContent().ClearPrivate().Exec(asProgram(ctx))
		if err != nil {
			return fmt.Errorf("forget messages: %w", err)
		}
	}
	return nil
}

// rows reads messages. Returns NotFound where one is missing.
func (o *Outbox) rows(ctx context.Context, tx *database.Tx, uids []string) ([]*ent.OutboxMessage, error) {
	var all []*ent.OutboxMessage
	for part := range slices.Chunk(uids, 500) {
		rows, err := tx.Ent.OutboxMessage.Query().Where(outboxmessage.UIDIn(part...)).Order(outboxmessage.ByID()).All(asProgram(ctx))
		if err != nil {
			return nil, fmt.Errorf("read messages: %w", err)
		}
		all = append(all, rows...)
	}
	for _, uid := range uids {
		if !slices.ContainsFunc(all, func(row *ent.OutboxMessage) bool { return row.UID == uid }) {
			return nil, fault.NotFound("no message has the id %s", uid)
		}
	}
	return all, nil
}

func distinct(texts []string) []string {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	return slices.Compact(texts)
}

// About lists the messages about something, in the order in which they came.
func (o *Outbox) About(ctx context.Context, tx *database.Tx, about string) ([]Message, error) {
	rows, err := tx.Ent.OutboxMessage.Query().Where(outboxmessage.About(about)).Order(outboxmessage.ByID()).All(asProgram(ctx))
	if err != nil {
		return nil, fmt.Errorf("list messages: %w", err)
	}
	messages := make([]Message, len(rows))
	for i, row := range rows {
		messages[i] = o.messageOf(row)
	}
	return messages, nil
}

// Has says whether there are messages of some templates in a round about a State under review that were not taken back.
func (o *Outbox) Has(ctx context.Context, tx *database.Tx, round, state string, templates ...string) (bool, error) {
	has, err := tx.Ent.OutboxMessage.Query().Where(outboxmessage.Round(round), outboxmessage.State(state), outboxmessage.TemplateIn(templates...), outboxmessage.StatusNEQ(outboxmessage.StatusCANCELLED)).Exist(asProgram(ctx))
	if err != nil {
		return false, fmt.Errorf("look for messages: %w", err)
	}
	return has, nil
}
