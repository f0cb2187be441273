package presession

import (
	"fmt"
	"strings"
	"time"
)

// wording is how mail speaks of days, meetings and places on the waiting list in one language. No
// library that we know writes days in the languages of the Pre-sessions without a table like this.
type wording struct {
	language   string
	months     []string
	later      string   // a meeting without a time yet
	theDay     string   // on which a meeting is; without its article, which stands before dates as well
	reserves   []string // the last one is for all that follow
	planned    string   // that a registration has a place in the agenda
	moved      string   // that its meeting has another time or room
	place      string   // its place in the order of speakers
	beforeEach string   // when missions register; as theDay
}

var inEnglish = wording{
	"EN", strings.Fields("January February March April May June July August September October November December"),
	"the time and the room will follow", "the day of the Pre-session", []string{"first reserve", "second reserve", "third reserve", "further down"},
	"the agenda is published.", "the time or the room of your meeting has changed.", "you are now number %d among the speakers.",
	"two days before each Pre-session",
}

var inFrench = wording{
	"FR", strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
	"l’heure et la salle suivront", "jour de la pré-session", []string{"première réserve", "deuxième réserve", "troisième réserve", "plus bas dans la liste"},
	"le programme est publié.", "l’heure ou la salle de votre réunion a changé.", "vous êtes désormais au rang %d des intervenants.",
	"deuxième jour avant chaque pré-session",
}

var inSpanish = wording{
	"ES", strings.Fields("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
	"la hora y la sala se comunicarán más adelante", "día de la pre-sesión", []string{"primera reserva", "segunda reserva", "tercera reserva", "más abajo en la lista"},
	"el programa está publicado.", "la hora o la sala de su reunión ha cambiado.", "ahora ocupa el lugar %d entre los participantes.",
	"segundo día antes de cada pre-sesión",
}

func wordingIn(language string) *wording {
	switch language {
	case "FR":
		return &inFrench
	case "ES":
		return &inSpanish
	}
	return &inEnglish
}

// pick picks the text in the language, in English where there is none.
func (w *wording) pick(english, french, spanish string) string {
	text := map[string]string{"EN": english, "FR": french, "ES": spanish}[w.language]
	if text == "" {
		return english
	}
	return text
}

func (w *wording) day(at time.Time) string {
	day, month := fmt.Sprint(at.Day()), w.months[at.Month()-1]
	if w.language == "FR" && at.Day() == 1 {
		day = "1er"
	}
	return fmt.Sprintf(w.pick("%s %s %d", "%s %s %d", "%s de %s de %d"), day, month, at.Year())
}

func (w *wording) clock(at time.Time) string {
	if w.language != "FR" {
		return at.Format("15:04")
	}
	return strings.TrimSuffix(at.Format("15 h 04"), " 00")
}

func (w *wording) deadline(at time.Time) string {
	return fmt.Sprintf(w.pick("%s, %s (Geneva)", "%s à %s (Genève)", "%s a las %s (Ginebra)"), w.day(at), w.clock(at))
}

func (w *wording) meeting(at time.Time, lasts time.Duration, room string) string {
	text := fmt.Sprintf(w.pick("%s, %s to %s (Geneva)", "%s, de %s à %s (Genève)", "%s, de %s a %s (Ginebra)"), w.day(at), w.clock(at), w.clock(at.Add(lasts)))
	if room != "" {
		text += ", " + room
	}
	return text
}

// session names a session of the Working Group.
func (w *wording) session(number int) string {
	suffix := "th"
	if number%100 < 11 || number%100 > 13 {
		suffix = map[int]string{1: "st", 2: "nd", 3: "rd"}[number%10]
	}
	if suffix == "" {
		suffix = "th"
	}
	french := "e"
	if number == 1 {
		french = "re"
	}
	return fmt.Sprintf("%d%s", number, w.pick(suffix+" session", french+" session", ".º período de sesiones"))
}

// agenda says what a version of the agenda says anew.
func (w *wording) agenda(change string, place int) string {
	switch change {
	case "NEW":
		return w.planned
	case "REORDERED":
		return fmt.Sprintf(w.place, place)
	}
	return w.moved
}

// extension says that too few have applied for a Pre-session.
func (w *wording) extension(state string, has, needed int) string {
	return fmt.Sprintf(w.pick("%s: the call has closed with %d of the %d applications that are needed; extend it?",
		"%s : l’appel est clos avec %d des %d candidatures nécessaires ; le prolonger ?", "%s: la convocatoria se cerró con %d de las %d solicitudes necesarias; ¿prolongarla?"), state, has, needed)
}

// reprisals is what speakers are told before they confirm.
func (w *wording) reprisals(registered bool) string {
	told := w.pick("No delegation of the State under review has registered for this Pre-session so far; one still may.",
		"Aucune délégation de l’État examiné ne s’est inscrite à cette pré-session pour le moment ; cela reste possible.",
		"Hasta ahora ninguna delegación del Estado examinado se ha inscrito en esta pre-sesión; todavía puede hacerlo.")
	if registered {
		told = w.pick("A delegation of the State under review has registered for this Pre-session.",
			"Une délégation de l’État examiné s’est inscrite à cette pré-session.", "Una delegación del Estado examinado se ha inscrito en esta pre-sesión.")
	}
	return told + " " + w.pick("Speaking can have consequences for you and for people close to you. You can ask for protection, or decline, at any time and without giving a reason.",
		"Prendre la parole peut avoir des conséquences pour vous et pour vos proches. Vous pouvez à tout moment demander une protection ou décliner, sans donner de raison.",
		"Intervenir puede tener consecuencias para usted y para las personas cercanas. Puede pedir protección, o declinar, en cualquier momento y sin dar razones.")
}

// alternatives is what who is not selected can still do, as long as the meeting is to come.
func (w *wording) alternatives() string {
	return w.pick("You can still send a written statement to the missions, and follow the meeting online where it is streamed.",
		"Vous pouvez toujours transmettre une déclaration écrite aux missions et, si la réunion est diffusée en ligne, l’y suivre.",
		"Todavía puede enviar una declaración escrita a las misiones y, si la reunión se transmite en línea, seguirla allí.")
}

// until is what a mission can still do about a meeting.
func (w *wording) until(deadline string) string {
	return fmt.Sprintf(w.pick("Until %s you can register others, or say that somebody does not come:",
		"Jusqu’au %s, vous pouvez en ajouter, ou signaler que quelqu’un ne vient pas :", "Hasta el %s pueden añadir otras, o indicar que alguien no asistirá:"), deadline)
}

// news says how many registrations for a Pre-session were submitted, answered, and withdrawn.
func (w *wording) news(state string, counts [3]int) string {
	words := strings.Fields(w.pick("submitted answered withdrawn", "déposée complétée retirée", "presentada completada retirada"))
	var parts []string
	for i, n := range counts {
		if n == 0 {
			continue
		}
		if n > 1 && w.language != "EN" {
			words[i] += "s"
		}
		parts = append(parts, fmt.Sprintf("%d %s", n, words[i]))
	}
	return state + w.pick(": ", " : ", ": ") + strings.Join(parts, ", ")
}
