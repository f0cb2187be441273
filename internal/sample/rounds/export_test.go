package rounds

import "time"

// SetPatience has the jobs that look at files waited for as long.
func SetPatience(d time.Duration) { patience = d }
