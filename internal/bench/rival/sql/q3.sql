-- $1: filter.stateUnderReviewGroups, $2: filter.issues, $3: filter.responses, as ids
WITH matching AS MATERIALIZED (
	SELECT position FROM rival.facts WHERE groups && $1 AND issues && $2 AND response = ANY ($3))
SELECT json_build_object('data', json_build_object('recommendations', json_build_object(
	'totalCount', (SELECT count(*) FROM matching),
	'nodes', (SELECT coalesce(json_agg(json_build_object(
			'id', r.uid, 'text', r.text,
			'stateUnderReview', json_build_object('code', u.iso3),
			'recommendingState', CASE WHEN m.id IS NOT NULL THEN json_build_object('code', m.iso3) END
		) ORDER BY f.position), '[]')
		FROM (SELECT position FROM matching ORDER BY position LIMIT 20) page
		JOIN rival.facts f ON f.position = page.position
		JOIN recommendations r ON r.id = f.recommendation_id
		JOIN rival.reviews v ON v.id = f.review_id
		JOIN rival.states u ON u.id = v.state_id
		LEFT JOIN rival.states m ON m.id = f.recommending))))
