-- $1: filter.stateUnderReviewGroups, $2: filter.cycles, as ids.
-- One pass counts by everything; issues are counted by their combinations first.
WITH counts AS MATERIALIZED (
	SELECT grouping(response, action, recommending, issues) AS by, response, action, recommending, issues, count(*) AS n
	FROM rival.facts WHERE review_id IN (SELECT id FROM rival.reviews WHERE groups && $1 AND cycle = ANY ($2))
	GROUP BY GROUPING SETS ((response), (action), (recommending), (issues), ())),
whole AS MATERIALIZED (SELECT n FROM counts WHERE by = 15)
SELECT json_build_object('data', json_build_object('statistics', json_build_object(
	'total', (SELECT n FROM whole),
	'responses', (SELECT coalesce(json_agg(json_build_object('key', p.code, 'label', p.label, 'count', c.n,
			'share', c.n::float8 / whole.n) ORDER BY c.n DESC, p.id), '[]')
		FROM whole, counts c JOIN rival.responses p ON p.id = c.response WHERE c.by = 7),
	'actionCategories', (SELECT coalesce(json_agg(json_build_object('key', a.number::text, 'label', a.name, 'count', c.n,
			'share', c.n::float8 / whole.n) ORDER BY c.n DESC, a.number), '[]')
		FROM whole, counts c JOIN action_categories a ON a.number = c.action WHERE c.by = 11),
	'issues', (SELECT coalesce(json_agg(json_build_object('key', c.code, 'label', c.name_en, 'count', c.n,
			'share', c.n::float8 / whole.n) ORDER BY c.n DESC, c.position, c.code COLLATE "C"), '[]')
		FROM whole, (SELECT i.code, i.name_en, i.position, c.n
			FROM (SELECT id, sum(n)::bigint AS n FROM (SELECT unnest(issues) AS id, n FROM counts WHERE by = 14) c GROUP BY 1) c
			JOIN issues i ON i.id = c.id ORDER BY c.n DESC, i.position, i.code COLLATE "C" LIMIT 15) c),
	'recommendingStates', (SELECT coalesce(json_agg(json_build_object('key', coalesce(c.iso3, 'UNKNOWN'), 'label', coalesce(c.name_en, 'Unknown'), 'count', c.n,
			'share', c.n::float8 / whole.n) ORDER BY c.n DESC, c.iso3 COLLATE "C" NULLS LAST), '[]')
		FROM whole, (SELECT s.iso3, s.name_en, c.n FROM counts c LEFT JOIN rival.states s ON s.id = c.recommending
			WHERE c.by = 13 ORDER BY c.n DESC, s.iso3 COLLATE "C" NULLS LAST LIMIT 15) c))))
