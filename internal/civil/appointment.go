package civil

import "time"

// Appointment is when and where something takes place.
type Appointment struct {
	StartsAt time.Time
	Minutes  int
	Room     string // empty: not known yet
}
