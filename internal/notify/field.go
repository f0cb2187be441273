package notify

import (
	"maps"
	"slices"
	"strings"

	"github.com/upr-info/upr/internal/fault"
)

// field is what a template can be filled with.
type field struct {
	// private fields are secrets, or say who the recipient is: they are sealed apart from the text,
	// which has a mark where they stand, and are filled in when the mail is sent.
	private bool
	sample  [3]string // in the order of languages
}

// languages are those that mail is written in.
var languages = []string{"EN", "FR", "ES"}

// fields are all there are.
var fields = map[string]field{
	"name":         {true, [3]string{"Ann Example", "Anne Exemple", "Ana Ejemplo"}},
	"link":         {true, [3]string{"https://upr.example.org/sign-in", "https://upr.example.org/sign-in", "https://upr.example.org/sign-in"}},
	"organisation": {false, [3]string{"Example Rights Network", "Réseau Exemple pour les droits", "Red Ejemplo de Derechos"}},
	"state":        {false, [3]string{"Utopia", "Utopie", "Utopía"}},
	"meeting":      {false, [3]string{"2 December 2026, 10:00 to 11:00 (Geneva), Palais des Nations, Room XXI", "2 décembre 2026, de 10 h à 11 h (Genève), Palais des Nations, salle XXI", "2 de diciembre de 2026, de 10:00 a 11:00 (Ginebra), Palacio de las Naciones, sala XXI"}},
	"deadline":     {false, [3]string{"24 November 2026, 23:59 (Geneva)", "24 novembre 2026 à 23 h 59 (Genève)", "24 de noviembre de 2026 a las 23:59 (Ginebra)"}},
	"reference":    {false, [3]string{"PS-7K2M", "PS-7K2M", "PS-7K2M"}},
	"rank":         {false, [3]string{"first reserve", "première réserve", "primera reserva"}},
	"partners":     {false, [3]string{"Coalition of Examples", "Coalition des exemples", "Coalición de Ejemplos"}},
	"feedback":     {false, [3]string{"Your topics were covered by other speakers.", "Vos thèmes ont été abordés par d’autres intervenants.", "Otros participantes ya trataron sus temas."}},
	"alternatives": {false, [3]string{"You can still follow the meeting online where it is streamed.", "Si la réunion est diffusée en ligne, vous pouvez l’y suivre.", "Si la reunión se transmite en línea, puede seguirla allí."}},
	"until":        {false, [3]string{"Until 24 November 2026, 23:59 (Geneva) you can register others:", "Jusqu’au 24 novembre 2026 à 23 h 59 (Genève), vous pouvez en ajouter :", "Hasta el 24 de noviembre de 2026 a las 23:59 (Ginebra) pueden añadir otras:"}},
	"change":       {false, [3]string{"your meeting has moved.", "votre réunion a été déplacée.", "su reunión se ha trasladado."}},
	"round":        {false, [3]string{"53rd session", "53e session", "53.º período de sesiones"}},
	"news":         {false, [3]string{"Ruritania: 1 answered; Utopia: 3 submitted, 1 withdrawn", "Ruritanie : 1 complétée ; Utopie : 3 déposées, 1 retirée", "Ruritania: 1 completada; Utopía: 3 presentadas, 1 retirada"}},
	"reprisals":    {false, [3]string{"No delegation of the State under review has registered so far.", "Aucune délégation de l’État examiné ne s’est inscrite pour le moment.", "Hasta ahora ninguna delegación del Estado examinado se ha inscrito."}},
	"guidance":     {false, [3]string{"https://ishr.example.org/guidance", "https://ishr.example.org/guidance", "https://ishr.example.org/guidance"}},
	"mission":      {false, [3]string{"Permanent Mission of Utopia", "Mission permanente de l’Utopie", "Misión Permanente de Utopía"}},
}

// uses are the fields of each template. Those that are optional can be missing; all others are there whenever a mail is
// written.
var uses = map[string][]string{
	"resume":              {"link"},
	"draft-reminder":      {"name", "state", "deadline", "link"},
	"receipt":             {"name", "organisation", "state", "reference", "link"},
	"changes-requested":   {"name", "organisation", "state", "reference", "deadline", "link"},
	"changes-reminder":    {"name", "organisation", "state", "reference", "deadline", "link"},
	"waitlisted":          {"name", "organisation", "state", "rank", "deadline", "link"},
	"offer":               {"name", "organisation", "state", "meeting", "deadline", "reprisals", "guidance", "link"},
	"offer-reminder":      {"name", "organisation", "state", "meeting", "deadline", "reprisals", "guidance", "link"},
	"letter-requested":    {"state", "reference", "meeting", "link"},
	"confirmed":           {"name", "organisation", "state", "meeting", "link"},
	"expired":             {"name", "organisation", "state", "deadline", "link"},
	"not-selected":        {"name", "organisation", "state", "feedback", "alternatives", "link"},
	"not-held":            {"name", "organisation", "state", "feedback", "link"},
	"merged":              {"name", "organisation", "state", "partners", "link"},
	"merger-ended":        {"name", "organisation", "state", "partners", "link"},
	"withdrawn-thanks":    {"name", "organisation", "state", "link"},
	"cancelled":           {"name", "organisation", "state", "link"},
	"asks-to-confirm":     {"name", "organisation", "state", "link"},
	"statement-due":       {"name", "organisation", "state", "deadline", "link"},
	"statement-returned":  {"name", "organisation", "state", "deadline", "link"},
	"submission-refused":  {"name", "organisation", "state", "reference", "link"},
	"postponed":           {"name", "organisation", "state", "link"},
	"agenda-changed":      {"name", "organisation", "state", "meeting", "change", "link"},
	"mission-invitation":  {"name", "mission", "round", "deadline", "link"},
	"mission-reminder":    {"name", "mission", "round", "deadline", "link"},
	"mission-postponed":   {"name", "mission", "round", "state", "link"},
	"mission-not-held":    {"name", "mission", "round", "state", "link"},
	"mission-rescheduled": {"name", "mission", "round", "state", "meeting", "deadline", "until", "link"},
	"thank-you":           {"name", "organisation", "state", "link"},
	"officer-news":        {"name", "news", "link"},
}

// neutral is the template of all mail that must say nothing. Nobody edits it.
const neutral = "neutral"

// unreached is the template of the same where there is nobody who could sign in to read it: it tells staff
// so, who tell what stands on its page. Nobody edits it either.
const unreached = "unreached"

// optional fields can be missing, so that a template asks first: {{if .name}}…{{end}}.
var optional = []string{"name", "feedback", "alternatives", "until"}

// Keys are those of all templates.
func Keys() []string { return slices.Sorted(maps.Keys(uses)) }

// Fields are what the Data of a template must and may have.
func Fields(key string) (required, maybe []string) {
	for _, name := range uses[key] {
		if slices.Contains(optional, name) {
			maybe = append(maybe, name)
		} else {
			required = append(required, name)
		}
	}
	return required, maybe
}

// sampleOf fills all fields of a template.
func sampleOf(key, language string) map[string]string {
	data := map[string]string{}
	for _, name := range uses[key] {
		data[name] = fields[name].sample[slices.Index(languages, language)]
	}
	return data
}

// filled returns what a template gets of the data: the fields that it has, each one line, the
// optional ones empty where they are missing. Data may have more that is known elsewhere, so that one
// description of a registration serves all its mail. No value can look like a mark.
func filled(key string, data map[string]string) (map[string]string, error) {
	for name := range data {
		if _, known := fields[name]; !known {
			return nil, fault.Invalid("Data", "%s is no field: there are %s", name, strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
		}
	}
	full := map[string]string{}
	for _, name := range uses[key] {
		value := strings.ReplaceAll(strings.Join(strings.Fields(data[name]), " "), "[[", "[ [")
		if value == "" && !slices.Contains(optional, name) {
			return nil, fault.Invalid("Data", "%s is missing, which the template %s may show", name, key)
		}
		full[name] = value
	}
	return full, nil
}
