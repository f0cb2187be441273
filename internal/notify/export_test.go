package notify

import (
	"context"
	"time"
)

// Hurry has an outbox try again, and take claims for those of killed processes, after some time.
func (o *Outbox) Hurry(retry, giveUp, lease time.Duration) {
	o.retry = func(int) time.Duration { return retry }
	o.giveUp, o.lease = giveUp, lease
}

// Sweep looks for claims of killed processes.
func (o *Outbox) Sweep(ctx context.Context) error { return o.sweep(ctx, sweepJob{}) }

// SendNow sends a message as a job does.
func (o *Outbox) SendNow(ctx context.Context, id string) error { return o.send(ctx, sendJob{id}) }

// Pause is how long is waited after an attempt.
var Pause = pause

// Hurry has a mailer wait less.
func (s *SMTP) Hurry(talk, answer time.Duration) { s.talkFor, s.answerWithin = talk, answer }

// Understand reads a template.
func Understand(key, source string) error {
	_, err := understand(key, source)
	return err
}

// BuiltInSource is a template as the program brings it.
var BuiltInSource = builtInSource

// SampleOf fills all fields of a template.
var SampleOf = sampleOf
