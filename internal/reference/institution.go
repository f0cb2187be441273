package reference

// Organisation is an institution that takes part in the UPR.
type Organisation struct{ Slug, Name, Kind, Country string }

// Link is a public page of an organisation.
type Link struct{ Organisation, Label, URL string }

// Programme is a programme of UPR Info.
type Programme struct {
	Slug                 string
	Names, Descriptions  [3]string
	StartYear, EndYear   *int
	Goals, Organisations []string
}

// ProgrammeName is a name that a programme had before.
type ProgrammeName struct {
	Programme, Name string
	UntilYear       *int
}

// ProgrammeState says that a programme worked in or with a State.
type ProgrammeState struct {
	Programme, ISO3  string
	FromYear, ToYear *int
}

func (d *Data) readInstitutions(r *reader) {
	d.Organisations = rows(r, "organisations.csv", []string{"slug", "name", "kind", "country"}, func(l *line) Organisation {
		o := Organisation{l.define("organisations", "slug"), l.required("name"),
			l.oneOf("kind", "STATE", "PARLIAMENT", "NHRI", "CSO", "UN_ENTITY", "ACADEMIC", "REGIONAL_BODY", "YOUTH_GROUP"), l.text("country")}
		if o.Country != "" {
			l.refer("states", "country")
		}
		return o
	})
	d.Links = rows(r, "organisation_links.csv", []string{"organisation", "label", "url"}, func(l *line) Link {
		l.pair("organisation", "url")
		return Link{l.refer("organisations", "organisation"), l.required("label"), l.required("url")}
	})
	columns := []string{"slug", "name_en", "name_fr", "name_es", "description_en", "description_fr", "description_es",
		"start_year", "end_year", "goals", "organisations"}
	d.Programmes = rows(r, "programmes.csv", columns, func(l *line) Programme {
		p := Programme{l.define("programmes", "slug"), l.names(),
			[3]string{l.required("description_en"), l.text("description_fr"), l.text("description_es")},
			l.optionalNumber("start_year"), l.optionalNumber("end_year"), l.list("goals"), l.list("organisations")}
		for _, goal := range p.Goals {
			l.exists("goals", "goals", goal)
		}
		for _, organisation := range p.Organisations {
			l.exists("organisations", "organisations", organisation)
		}
		return p
	})
	d.ProgrammeNames = rows(r, "programme_names.csv", []string{"programme", "name", "until_year"}, func(l *line) ProgrammeName {
		l.pair("programme", "name")
		return ProgrammeName{l.refer("programmes", "programme"), l.required("name"), l.optionalNumber("until_year")}
	})
	d.ProgrammeStates = rows(r, "programme_states.csv", []string{"programme", "iso3", "from_year", "to_year"}, func(l *line) ProgrammeState {
		l.pair("programme", "iso3")
		return ProgrammeState{l.refer("programmes", "programme"), l.refer("states", "iso3"), l.optionalNumber("from_year"), l.optionalNumber("to_year")}
	})
}
