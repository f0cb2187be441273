-- $1: filter.sessions
WITH found AS MATERIALIZED (
	SELECT f.* FROM unnest($1::smallint[]) asked(session)
	CROSS JOIN LATERAL (SELECT * FROM rival.facts WHERE session = asked.session ORDER BY position LIMIT 51) f
	ORDER BY f.position LIMIT 51),
page AS MATERIALIZED (SELECT * FROM found ORDER BY position LIMIT 50),
issues AS (
	SELECT p.position, json_agg(json_build_object('code', i.code, 'name', i.name_en) ORDER BY t.n) AS list
	FROM page p CROSS JOIN unnest(p.issues) WITH ORDINALITY t(id, n) JOIN issues i ON i.id = t.id GROUP BY 1),
targets AS (
	SELECT p.position, json_agg(json_build_object('code', g.code) ORDER BY t.n) AS list
	FROM page p CROSS JOIN unnest(p.targets) WITH ORDINALITY t(id, n) JOIN sdg_targets g ON g.id = t.id GROUP BY 1)
SELECT json_build_object('data', json_build_object('recommendations', json_build_object(
	'pageInfo', json_build_object('hasNextPage', (SELECT count(*) > 50 FROM found)),
	'nodes', (SELECT coalesce(json_agg(json_build_object(
			'id', r.uid, 'text', r.text, 'response', p.code,
			'review', json_build_object('cycle', v.cycle, 'session', json_build_object('number', v.session)),
			'stateUnderReview', json_build_object('code', u.iso3, 'name', u.name_en),
			'recommendingState', CASE WHEN m.id IS NOT NULL THEN json_build_object('code', m.iso3, 'name', m.name_en) END,
			'issues', coalesce(i.list, '[]'),
			'sdgTargets', coalesce(t.list, '[]')
		) ORDER BY f.position), '[]')
		FROM page f
		JOIN recommendations r ON r.id = f.recommendation_id
		JOIN rival.reviews v ON v.id = f.review_id
		JOIN rival.states u ON u.id = v.state_id
		JOIN rival.responses p ON p.id = f.response
		LEFT JOIN rival.states m ON m.id = f.recommending
		LEFT JOIN issues i ON i.position = f.position
		LEFT JOIN targets t ON t.position = f.position))))
