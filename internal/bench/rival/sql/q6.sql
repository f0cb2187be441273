-- $1: filter.text, $2: orderBy. By relevance, this ranks with ts_rank where upr has BM25.
-- Facets are counted in one pass, those of several values by their combinations first.
WITH matching AS MATERIALIZED (
	SELECT s.position, s.review_id, s.recommending_groups, s.response, s.issues, s.goals,
		CASE WHEN $2 = 'RELEVANCE' THEN ts_rank(s.words, q) END AS rank
	FROM websearch_to_tsquery('english', $1) q JOIN rival.search s ON s.words @@ q),
counts AS MATERIALIZED (
	SELECT grouping(review_id, recommending_groups, response, issues, goals) AS by,
		review_id, recommending_groups, response, issues, goals, count(*) AS n
	FROM matching GROUP BY GROUPING SETS ((review_id), (recommending_groups), (response), (issues), (goals))),
reviewed AS (SELECT v.cycle, v.groups, c.n FROM counts c JOIN rival.reviews v ON v.id = c.review_id WHERE c.by = 15)
SELECT json_build_object('data', json_build_object('recommendations', json_build_object(
	'totalCount', (SELECT count(*) FROM matching),
	'nodes', (SELECT coalesce(json_agg(json_build_object(
			'id', r.uid, 'text', r.text,
			'stateUnderReview', json_build_object('code', u.iso3),
			'recommendingState', CASE WHEN m.id IS NOT NULL THEN json_build_object('code', m.iso3) END
		) ORDER BY page.rank DESC NULLS LAST, page.position), '[]')
		FROM (SELECT position, rank FROM matching ORDER BY rank DESC NULLS LAST, position LIMIT 20) page
		JOIN rival.facts f ON f.position = page.position
		JOIN recommendations r ON r.id = f.recommendation_id
		JOIN rival.reviews v ON v.id = f.review_id
		JOIN rival.states u ON u.id = v.state_id
		LEFT JOIN rival.states m ON m.id = f.recommending),
	'facets', json_build_array(
		json_build_object('dimension', 'STATE_UNDER_REVIEW_GROUP', 'values',
			(SELECT coalesce(json_agg(json_build_object('key', g.code, 'count', c.n) ORDER BY c.n DESC, g.position, g.code COLLATE "C"), '[]')
			FROM (SELECT id, sum(n)::bigint AS n FROM (SELECT unnest(groups) AS id, n FROM reviewed) c GROUP BY 1) c JOIN state_groups g ON g.id = c.id)),
		json_build_object('dimension', 'RECOMMENDING_STATE_GROUP', 'values',
			(SELECT coalesce(json_agg(json_build_object('key', coalesce(g.code, 'UNKNOWN'), 'count', c.n) ORDER BY c.n DESC, g.position NULLS LAST, g.code COLLATE "C"), '[]')
			FROM (SELECT id, sum(n)::bigint AS n FROM (SELECT unnest(coalesce(recommending_groups, '{NULL}')) AS id, n FROM counts WHERE by = 23) c GROUP BY 1) c
			LEFT JOIN state_groups g ON g.id = c.id)),
		json_build_object('dimension', 'CYCLE', 'values',
			(SELECT coalesce(json_agg(json_build_object('key', cycle::text, 'count', n) ORDER BY n DESC, cycle), '[]')
			FROM (SELECT cycle, sum(n)::bigint AS n FROM reviewed GROUP BY 1) c)),
		json_build_object('dimension', 'RESPONSE', 'values',
			(SELECT coalesce(json_agg(json_build_object('key', p.code, 'count', c.n) ORDER BY c.n DESC, p.id), '[]')
			FROM counts c JOIN rival.responses p ON p.id = c.response WHERE c.by = 27)),
		json_build_object('dimension', 'ISSUE', 'values',
			(SELECT coalesce(json_agg(json_build_object('key', i.code, 'count', c.n) ORDER BY c.n DESC, i.position, i.code COLLATE "C"), '[]')
			FROM (SELECT id, sum(n)::bigint AS n FROM (SELECT unnest(issues) AS id, n FROM counts WHERE by = 29) c GROUP BY 1) c JOIN issues i ON i.id = c.id)),
		json_build_object('dimension', 'SDG_GOAL', 'values',
			(SELECT coalesce(json_agg(json_build_object('key', id::text, 'count', n) ORDER BY n DESC, id), '[]')
			FROM (SELECT id, sum(n)::bigint AS n FROM (SELECT unnest(goals) AS id, n FROM counts WHERE by = 30) c GROUP BY 1) c))))))
