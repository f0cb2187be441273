package job

import "time"

// RescueAfter has jobs of killed processes done again sooner.
func (q *Queue) RescueAfter(d time.Duration) { q.rescue = d }
