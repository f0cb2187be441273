package rival

import (
	"io"
	"net/http"
	"sync"
)

// bare answers each question with a fixed body, which somebody puts there first.
type bare struct {
	mutex  sync.RWMutex
	bodies map[string][]byte
}

func (b *bare) keep(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.bodies[r.PathValue("question")] = body
}

func (b *bare) answer(w http.ResponseWriter, r *http.Request) {
	b.mutex.RLock()
	body := b.bodies[r.PathValue("question")]
	b.mutex.RUnlock()
	write(w, body)
}
