package slice

import (
	"golang.org/x/text/language"

	"github.com/upr-info/upr/internal/record"
)

// pageLanguages are the languages in which pages with figures speak.
var pageLanguages = map[record.Language]*pageWords{
	record.English: {
		lang: language.English, Count: "Recommendations", Share: "Share", Source: "The data, and how to cite them",
		Unit:      "The unit is UPR Info's: one text by one recommending State. It is not the numbered paragraph of the United Nations.",
		Shares:    "Shares are of the recommendations of this page. Where one has several values, they add up to more than 100%.",
		Synthetic: "These data are made up for a demonstration. They are not real: do not cite them.",
		total:     "%[1]d recommendations, of %[2]d in the record, to %[3]d States, by %[4]d States.", left: "%d more are not shown.", version: "Version %s of the record, of %s.",
		titles:    map[string]string{"responses": "By response", "cycles": "By cycle", "actionCategories": "By category of action", "issues": "By issue", "sdgGoals": "By Sustainable Development Goal"},
		heads:     map[string]string{"responses": "Response", "cycles": "Cycle", "actionCategories": "Category of action", "issues": "Issue", "sdgGoals": "Goal"},
		responses: responseLabelsByKey(), cycle: "Cycle",
	},
	record.French: {
		lang: language.French, Count: "Recommandations", Share: "Part", Source: "Les données, et comment les citer",
		Unit:      "L'unité est celle d'UPR Info : un texte d'un État auteur. Ce n'est pas le paragraphe numéroté des Nations Unies.",
		Shares:    "Les parts se rapportent aux recommandations de cette page. Quand une recommandation a plusieurs valeurs, leur somme dépasse 100 %.",
		Synthetic: "Ces données sont inventées pour une démonstration. Elles ne sont pas réelles : ne les citez pas.",
		total:     "%[1]d recommandations, sur %[2]d au total, à %[3]d États, par %[4]d États.", left: "%d autres ne sont pas montrés.", version: "Version %s des données, du %s.",
		titles:    map[string]string{"responses": "Par réponse", "cycles": "Par cycle", "actionCategories": "Par catégorie d'action", "issues": "Par thème", "sdgGoals": "Par objectif de développement durable"},
		heads:     map[string]string{"responses": "Réponse", "cycles": "Cycle", "actionCategories": "Catégorie d'action", "issues": "Thème", "sdgGoals": "Objectif"},
		responses: map[string]string{"SUPPORTED": "Acceptée", "PARTIALLY_SUPPORTED": "Partiellement acceptée", "NOTED": "Notée", "NO_CLEAR_POSITION": "Sans position claire", "NO_RESPONSE": "Sans réponse", "PENDING": "En attente"},
		cycle:     "Cycle",
	},
	record.Spanish: {
		lang: language.Spanish, Count: "Recomendaciones", Share: "Porcentaje", Source: "Los datos y cómo citarlos",
		Unit:      "La unidad es la de UPR Info: un texto de un Estado recomendante. No es el párrafo numerado de las Naciones Unidas.",
		Shares:    "Los porcentajes se refieren a las recomendaciones de esta página. Cuando una tiene varios valores, suman más del 100 %.",
		Synthetic: "Estos datos son inventados para una demostración. No son reales: no los cite.",
		total:     "%[1]d recomendaciones, de %[2]d en total, a %[3]d Estados, de %[4]d Estados.", left: "No se muestran %d más.", version: "Versión %s de los datos, del %s.",
		titles:    map[string]string{"responses": "Por respuesta", "cycles": "Por ciclo", "actionCategories": "Por categoría de acción", "issues": "Por tema", "sdgGoals": "Por Objetivo de Desarrollo Sostenible"},
		heads:     map[string]string{"responses": "Respuesta", "cycles": "Ciclo", "actionCategories": "Categoría de acción", "issues": "Tema", "sdgGoals": "Objetivo"},
		responses: map[string]string{"SUPPORTED": "Aceptada", "PARTIALLY_SUPPORTED": "Parcialmente aceptada", "NOTED": "Se tomó nota", "NO_CLEAR_POSITION": "Sin posición clara", "NO_RESPONSE": "Sin respuesta", "PENDING": "Pendiente"},
		cycle:     "Ciclo",
	},
}

func responseLabelsByKey() map[string]string {
	labels := map[string]string{}
	for key, label := range responseLabels {
		labels[string(key)] = label
	}
	return labels
}
