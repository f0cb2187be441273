package identity

import "time"

// SetClock lets tests pass time.
func (s *Service) SetClock(now func() time.Time) { s.now = now }
