package secret

import "crypto/rand"

// SealEnvelope encrypts a text under a key of its own, which is sealed for its owner. Whoever
// clears the key has purged the text; where the key of the box changes, only that key is sealed anew.
func (b Box) SealEnvelope(text, owner string) (key, content []byte) {
	var own Key
	_, _ = rand.Read(own[:])
	return b.Seal(string(own[:]), owner), NewBox(own).Seal(text, owner)
}

// OpenEnvelope returns what was sealed for the same owner.
func (b Box) OpenEnvelope(key, content []byte, owner string) (string, error) {
	own, err := b.Open(key, owner)
	if err != nil {
		return "", err
	}
	return NewBox(Key([]byte(own))).Open(content, owner)
}
