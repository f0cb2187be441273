package notify

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
)

// What a mail may hold depends on the protection level of its recipient:
//
//	0  everything
//	1  everything but a calendar, which programs show to others
//	2  the neutral text alone, and by mail only where that was approved as a safe channel
//	3  the same
//
// A recipient of any level may have asked for the neutral text. Who has no address is told by staff, who are
// told in the place of the neutral text that nobody can sign in to read it.

// neutral says whether the mail must say nothing of what it is about.
func (d *Draft) neutral() bool { return d.Neutral || d.Level >= 2 }

// byHand says whether staff tell it by a safe channel, since no mail may go, or there is no address.
func (d *Draft) byHand() bool { return d.Task || d.To == "" || d.Level >= 2 && !d.Approved }

// content is what a message says, with marks as [[name]] for what is private, and what its template
// was filled with.
type content struct {
	Subject, Text, Calendar string
	Data                    map[string]string
}

// write fills the template of a message, no further than its level allows. Private values are
// returned apart.
func (o *Outbox) write(ctx context.Context, tx *database.Tx, d Draft) (content, map[string]string, error) {
	if _, known := uses[d.Template]; !known {
		return content{}, nil, fault.Invalid("Template", "%q is none: there are %s", d.Template, strings.Join(Keys(), ", "))
	}
	data, err := filled(d.Template, d.Data)
	if err != nil {
		return content{}, nil, err
	}
	key := d.Template
	var source string
	if d.neutral() {
		if key = neutral; d.To == "" {
			key = unreached
		}
		source = builtInSource(key, d.Language)
		if err := discreet(data); err != nil {
			return content{}, nil, err
		}
		data = map[string]string{"link": data["link"]}
	} else {
		used, err := latest(ctx, tx.Ent, d.Template, d.Language)
		if err != nil {
			return content{}, nil, err
		}
		source = used.Source
	}
	marked, private := marks(data)
	l, err := understand(key, source)
	if err != nil {
		return content{}, nil, err
	}
	c := content{Data: marked}
	if c.Subject, c.Text, err = l.fill(marked); err != nil {
		return content{}, nil, err
	}
	if !d.neutral() && d.Level == 0 {
		c.Calendar = d.Calendar
	}
	return c, private, nil
}

// discreet refuses a link whose path tells what a neutral mail must not.
func discreet(data map[string]string) error {
	u, err := url.Parse(data["link"])
	if err != nil {
		return fault.Invalid("Data", "link cannot be read: it is an address as in https://upr.example.org/sign-in")
	}
	for part := range strings.SplitSeq(u.Hostname()+"/"+u.Path, "/") {
		for name, value := range data {
			if name != "link" && value != "" && strings.EqualFold(part, value) {
				return fault.Invalid("Data", "link names the %s, which this recipient must not be written: give one that leads to a page to sign in", name)
			}
		}
	}
	return nil
}

// marks puts marks in the place of private values.
func marks(data map[string]string) (marked, private map[string]string) {
	marked, private = map[string]string{}, map[string]string{}
	for name, value := range data {
		if marked[name] = value; fields[name].private && value != "" {
			marked[name], private[name] = "[["+name+"]]", value
		}
	}
	return marked, private
}

// unmark puts private values in the place of their marks.
func unmark(text string, private map[string]string) string {
	var pairs []string
	for name, value := range private {
		pairs = append(pairs, "[["+name+"]]", value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// unknownMark finds a mark that stands for nothing.
func unknownMark(text string, private map[string]string) (string, bool) {
	for rest := text; ; {
		_, after, found := strings.Cut(rest, "[[")
		if !found {
			return "", false
		}
		name, _, _ := strings.Cut(after, "]]")
		if _, known := private[name]; !known {
			return name, true
		}
		rest = after
	}
}

// Raise has no message about something be of a lower level than its recipient has by now, whatever became of it: who reads
// to whom it went follows from that. What it says stays.
func (o *Outbox) Raise(ctx context.Context, tx *database.Tx, about string, level int) error {
	if _, err := tx.ExecContext(ctx, "UPDATE outbox_messages SET level = $1 WHERE about = $2 AND level < $1", level, about); err != nil {
		return fmt.Errorf("raise the level of messages: %w", err)
	}
	return nil
}
