package record

// Language is an official language of the United Nations.
type Language string

const (
	English Language = "EN"
	French  Language = "FR"
	Spanish Language = "ES"
	Arabic  Language = "AR"
	Russian Language = "RU"
	Chinese Language = "ZH"
)

var languages = [...]Language{English, French, Spanish, Arabic, Russian, Chinese}

// texts holds one text in the order of languages; a missing one is empty.
type texts [len(languages)]string

// in returns the text in a language, in English where it is missing or none is asked for.
func (t *texts) in(language *Language) string {
	if language != nil {
		for i, l := range languages {
			if l == *language && t[i] != "" {
				return t[i]
			}
		}
	}
	return t[0]
}
