-- $1: id
SELECT json_build_object('data', json_build_object('node', (
	SELECT json_build_object(
		'id', r.uid, 'text', r.text, 'response', p.code,
		'recommendingState', CASE WHEN m.id IS NOT NULL THEN json_build_object('code', m.iso3, 'name', m.name_en, 'regionalGroup', m.regional_group) END,
		'review', json_build_object(
			'id', 'rev_' || u.iso3 || '_' || v.cycle, 'cycle', v.cycle, 'date', v.date,
			'session', json_build_object('number', v.session, 'startDate', v.start_date, 'endDate', v.end_date),
			'state', json_build_object('code', u.iso3, 'name', u.name_en, 'regionalGroup', u.regional_group)),
		'actionCategory', CASE WHEN a.id IS NOT NULL THEN json_build_object('number', a.number, 'name', a.name) END,
		'issues', (SELECT coalesce(json_agg(json_build_object('code', i.code, 'name', i.name_en) ORDER BY t.n), '[]')
			FROM unnest(f.issues) WITH ORDINALITY t(id, n) JOIN issues i ON i.id = t.id))
	FROM recommendations r
	JOIN rival.facts f ON f.recommendation_id = r.id
	JOIN rival.reviews v ON v.id = f.review_id
	JOIN rival.states u ON u.id = v.state_id
	JOIN rival.responses p ON p.id = f.response
	LEFT JOIN rival.states m ON m.id = f.recommending
	LEFT JOIN action_categories a ON a.number = f.action
	WHERE r.uid = $1)))
