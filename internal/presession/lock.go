package presession

import (
	"fmt"

	"entgo.io/ent/dialect"
)

// This file locks meetings on PostgreSQL until a transaction ends: one, or all of a round, which are locked in one order; and
// the files about a thing, after its meeting. SQLite's transactions are alone anyway.

func (c *change) lockMeeting(id int) error {
	if c.Dialect != dialect.Postgres {
		return nil
	}
	if _, err := c.ExecContext(c.ctx, "SELECT FROM pre_sessions WHERE id = $1 FOR UPDATE", id); err != nil {
		return fmt.Errorf("lock a meeting: %w", err)
	}
	return nil
}

func (c *change) lockMeetings(round string) error {
	return c.lockMeetingsOf("SELECT id FROM rounds WHERE uid = $1", round)
}

// lockMeetingsAround locks the meetings of the round of a registration.
func (c *change) lockMeetingsAround(registration string) error {
	return c.lockMeetingsOf("SELECT m.round_id FROM pre_sessions m JOIN registrations r ON r.meeting_id = m.id WHERE r.uid = $1", registration)
}

func (c *change) lockMeetingsOf(round, uid string) error {
	if c.Dialect != dialect.Postgres {
		return nil
	}
	_, err := c.ExecContext(c.ctx, "SELECT FROM pre_sessions WHERE round_id = ("+round+") ORDER BY id FOR UPDATE", uid)
	if err != nil {
		return fmt.Errorf("lock the meetings of a round: %w", err)
	}
	return nil
}

func (c *change) lockFiles(about string) error {
	if c.Dialect != dialect.Postgres {
		return nil
	}
	if _, err := c.ExecContext(c.ctx, "SELECT FROM stored_files WHERE about = $1 ORDER BY id FOR UPDATE", about); err != nil {
		return fmt.Errorf("lock files: %w", err)
	}
	return nil
}
