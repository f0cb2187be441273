-- $1: filter.codes
WITH chosen AS MATERIALIZED (
	SELECT id, iso3, name_en FROM rival.states WHERE iso3 = ANY ($1) ORDER BY iso3 COLLATE "C" LIMIT 10),
held AS MATERIALIZED (
	SELECT v.* FROM chosen s CROSS JOIN LATERAL (
		SELECT id, state_id, cycle, session FROM rival.reviews WHERE state_id = s.id ORDER BY session LIMIT 10) v),
page AS MATERIALIZED (
	SELECT f.* FROM held v CROSS JOIN LATERAL (
		SELECT * FROM rival.facts WHERE review_id = v.id ORDER BY position LIMIT 10) f),
issues AS (
	SELECT p.position, json_agg(json_build_object('code', i.code, 'name', i.name_en) ORDER BY t.n) AS list
	FROM page p CROSS JOIN unnest(p.issues) WITH ORDINALITY t(id, n) JOIN issues i ON i.id = t.id GROUP BY 1),
targets AS (
	SELECT p.position, json_agg(json_build_object('code', g.code) ORDER BY t.n) AS list
	FROM page p CROSS JOIN unnest(p.targets) WITH ORDINALITY t(id, n) JOIN sdg_targets g ON g.id = t.id GROUP BY 1),
made AS (
	SELECT f.review_id, json_agg(json_build_object(
			'id', r.uid, 'text', r.text, 'response', p.code,
			'recommendingState', CASE WHEN m.id IS NOT NULL THEN json_build_object('code', m.iso3, 'name', m.name_en) END,
			'issues', coalesce(i.list, '[]'),
			'sdgTargets', coalesce(t.list, '[]')
		) ORDER BY f.position) AS list
	FROM page f
	JOIN recommendations r ON r.id = f.recommendation_id
	JOIN rival.responses p ON p.id = f.response
	LEFT JOIN rival.states m ON m.id = f.recommending
	LEFT JOIN issues i ON i.position = f.position
	LEFT JOIN targets t ON t.position = f.position
	GROUP BY 1),
reviewed AS (
	SELECT v.state_id, json_agg(json_build_object('cycle', v.cycle, 'session', json_build_object('number', v.session),
		'recommendations', json_build_object('nodes', coalesce(m.list, '[]'))) ORDER BY v.session) AS list
	FROM held v LEFT JOIN made m ON m.review_id = v.id
	GROUP BY 1)
SELECT json_build_object('data', json_build_object('states', json_build_object(
	'nodes', (SELECT coalesce(json_agg(json_build_object('code', s.iso3, 'name', s.name_en,
			'reviews', json_build_object('nodes', coalesce(v.list, '[]'))) ORDER BY s.iso3 COLLATE "C"), '[]')
		FROM chosen s LEFT JOIN reviewed v ON v.state_id = s.id))))
