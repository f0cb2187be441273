-- What somebody would add to the tables for the sake of these six questions: the
-- current response, the order of sessions, groups on the day of the review, and tags
-- as arrays, all worked out beforehand, with the indexes that the questions use.

CREATE SCHEMA rival;

-- What was just written has no statistics yet, without which the joins below take hours.
ANALYZE;

CREATE TABLE rival.states AS
SELECT s.id, s.iso3, s.name_en,
	(SELECT json_build_object('code', g.code, 'name', g.name_en)
	FROM state_group_memberships m JOIN state_groups g ON g.id = m.group_id
	WHERE m.state_id = s.id AND g.kind = 'REGIONAL'
		AND coalesce(m.from_date <= current_date, true) AND coalesce(m.to_date >= current_date, true)
	ORDER BY g.position, g.code LIMIT 1) AS regional_group
FROM states s;
ALTER TABLE rival.states ADD PRIMARY KEY (id);
CREATE UNIQUE INDEX ON rival.states (iso3);

-- The groups of each State on the day of each review.
CREATE TEMPORARY TABLE belonging AS
SELECT r.id AS review_id, m.state_id, array_agg(m.group_id::smallint ORDER BY g.position, g.code) AS groups
FROM reviews r
JOIN sessions n ON n.id = r.session_id
CROSS JOIN state_group_memberships m
JOIN state_groups g ON g.id = m.group_id
WHERE coalesce(m.from_date <= coalesce(r.date, n.start_date), true)
	AND coalesce(m.to_date >= coalesce(r.date, n.start_date), true)
GROUP BY r.id, m.state_id;
CREATE INDEX ON belonging (review_id, state_id);
ANALYZE belonging;

CREATE TABLE rival.reviews AS
SELECT r.id, r.state_id, r.cycle::smallint AS cycle, n.number::smallint AS session, r.date, n.start_date, n.end_date,
	coalesce(b.groups, '{}') AS groups
FROM reviews r
JOIN sessions n ON n.id = r.session_id
LEFT JOIN belonging b ON b.review_id = r.id AND b.state_id = r.state_id;
ALTER TABLE rival.reviews ADD PRIMARY KEY (id);
CREATE INDEX ON rival.reviews (state_id, session);
CREATE INDEX ON rival.reviews (session);

CREATE TABLE rival.responses (id smallint PRIMARY KEY, code text NOT NULL, label text NOT NULL);
INSERT INTO rival.responses VALUES (1, 'SUPPORTED', 'Supported'), (2, 'PARTIALLY_SUPPORTED', 'Partially supported'),
	(3, 'NOTED', 'Noted'), (4, 'NO_CLEAR_POSITION', 'No clear position'), (5, 'NO_RESPONSE', 'No response'), (6, 'PENDING', 'Pending');

CREATE TEMPORARY TABLE tagged_issues AS
SELECT t.recommendation_id, array_agg(t.issue_id::smallint ORDER BY i.position, i.code) AS ids
FROM (SELECT DISTINCT recommendation_id, issue_id FROM issue_tags WHERE recommendation_id IS NOT NULL) t
JOIN issues i ON i.id = t.issue_id GROUP BY 1;

CREATE TEMPORARY TABLE tagged_targets AS
SELECT t.recommendation_id, array_agg(t.target_id::smallint ORDER BY g.position) AS ids,
	array_agg(DISTINCT s.number::smallint) AS goals
FROM (SELECT DISTINCT recommendation_id, target_id FROM sdg_tags WHERE recommendation_id IS NOT NULL) t
JOIN sdg_targets g ON g.id = t.target_id JOIN sdg_goals s ON s.id = g.goal_id GROUP BY 1;

ANALYZE tagged_issues, tagged_targets, rival.reviews, rival.states, rival.responses;

-- Without the texts, so that counting reads less.
CREATE TABLE rival.facts AS
SELECT row_number() OVER (ORDER BY v.session, u.iso3 COLLATE "C", coalesce(m.iso3, '~') COLLATE "C", r.source_row, r.uid COLLATE "C")::integer AS position,
	r.id AS recommendation_id, r.review_id::integer AS review_id, v.session, r.recommending_state_id::smallint AS recommending, a.number::smallint AS action,
	(SELECT p.id FROM response_events e JOIN rival.responses p ON p.code = e.response
		WHERE e.recommendation_id = r.id ORDER BY e.id DESC LIMIT 1) AS response,
	v.groups, CASE WHEN m.id IS NOT NULL THEN coalesce(b.groups, '{}') END AS recommending_groups,
	coalesce(i.ids, '{}') AS issues, coalesce(t.ids, '{}') AS targets, coalesce(t.goals, '{}') AS goals
FROM recommendations r
JOIN rival.reviews v ON v.id = r.review_id
JOIN rival.states u ON u.id = v.state_id
LEFT JOIN rival.states m ON m.id = r.recommending_state_id
LEFT JOIN action_categories a ON a.id = r.action_category_id
LEFT JOIN tagged_issues i ON i.recommendation_id = r.id
LEFT JOIN tagged_targets t ON t.recommendation_id = r.id
LEFT JOIN belonging b ON b.review_id = r.review_id AND b.state_id = r.recommending_state_id
ORDER BY position;
ALTER TABLE rival.facts ADD PRIMARY KEY (position);
CREATE UNIQUE INDEX ON rival.facts (recommendation_id);
CREATE INDEX ON rival.facts (session, position);
CREATE INDEX ON rival.facts (review_id, position);
CREATE INDEX ON rival.facts USING gin (issues, groups) WITH (fastupdate = off);

-- What the search looks at and counts, so that it reads one table.
CREATE TABLE rival.search AS
SELECT f.position, f.review_id, f.recommending_groups, f.response, f.issues, f.goals, to_tsvector('english', r.text) AS words
FROM rival.facts f JOIN recommendations r ON r.id = f.recommendation_id
ORDER BY f.position;
CREATE INDEX ON rival.search USING gin (words) WITH (fastupdate = off);
