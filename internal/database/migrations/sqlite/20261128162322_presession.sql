-- +goose Up
-- create "access_codes" table
CREATE TABLE `access_codes` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `digest` text NOT NULL, `label` text NOT NULL, `maximum_uses` integer NOT NULL DEFAULT (1), `uses` integer NOT NULL DEFAULT (0), `valid_until` datetime NOT NULL, `created_at` datetime NOT NULL, `withdrawn_at` datetime NULL, `round_id` integer NOT NULL, `meeting_id` integer NULL, CONSTRAINT `access_codes_rounds_round` FOREIGN KEY (`round_id`) REFERENCES `rounds` (`id`) ON DELETE NO ACTION, CONSTRAINT `access_codes_pre_sessions_meeting` FOREIGN KEY (`meeting_id`) REFERENCES `pre_sessions` (`id`) ON DELETE SET NULL);
-- create index "access_codes_uid_key" to table: "access_codes"
CREATE UNIQUE INDEX `access_codes_uid_key` ON `access_codes` (`uid`);
-- create index "access_codes_digest_key" to table: "access_codes"
CREATE UNIQUE INDEX `access_codes_digest_key` ON `access_codes` (`digest`);
-- create index "accesscode_round_id" to table: "access_codes"
CREATE INDEX `accesscode_round_id` ON `access_codes` (`round_id`);
-- create "decisions" table
CREATE TABLE `decisions` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `transition` integer NOT NULL, `from` text NOT NULL, `to` text NOT NULL, `staged` bool NOT NULL, `actor` text NOT NULL, `as` text NOT NULL, `reason` text NOT NULL DEFAULT (''), `at` datetime NOT NULL, `registration_id` integer NOT NULL, CONSTRAINT `decisions_registrations_registration` FOREIGN KEY (`registration_id`) REFERENCES `registrations` (`id`) ON DELETE NO ACTION);
-- create index "decision_registration_id" to table: "decisions"
CREATE INDEX `decision_registration_id` ON `decisions` (`registration_id`);
-- create "evaluations" table
CREATE TABLE `evaluations` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `score` integer NULL, `notes` text NOT NULL DEFAULT (''), `conflict` bool NOT NULL DEFAULT (false), `created_at` datetime NOT NULL, `changed_at` datetime NOT NULL, `registration_id` integer NOT NULL, `user_id` integer NOT NULL, CONSTRAINT `evaluations_registrations_registration` FOREIGN KEY (`registration_id`) REFERENCES `registrations` (`id`) ON DELETE NO ACTION, CONSTRAINT `evaluations_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE NO ACTION);
-- create index "evaluation_registration_id_user_id" to table: "evaluations"
CREATE UNIQUE INDEX `evaluation_registration_id_user_id` ON `evaluations` (`registration_id`, `user_id`);
-- create "pre_sessions" table
CREATE TABLE `pre_sessions` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `state` text NOT NULL DEFAULT ('PROPOSED'), `mode` text NOT NULL DEFAULT ('IN_PERSON'), `call_closes_at` datetime NULL, `starts_at` datetime NULL, `room` text NOT NULL DEFAULT (''), `duration` integer NOT NULL DEFAULT (60), `sur_minutes` integer NOT NULL DEFAULT (5), `moderation_minutes` integer NOT NULL DEFAULT (5), `question_minutes` integer NOT NULL DEFAULT (20), `speaker_minutes` integer NOT NULL DEFAULT (5), `slots` integer NOT NULL DEFAULT (6), `reason` text NOT NULL DEFAULT (''), `revision` integer NOT NULL DEFAULT (1), `round_id` integer NOT NULL, `review_id` integer NOT NULL, CONSTRAINT `pre_sessions_rounds_round` FOREIGN KEY (`round_id`) REFERENCES `rounds` (`id`) ON DELETE NO ACTION, CONSTRAINT `pre_sessions_reviews_review` FOREIGN KEY (`review_id`) REFERENCES `reviews` (`id`) ON DELETE NO ACTION);
-- create index "pre_sessions_uid_key" to table: "pre_sessions"
CREATE UNIQUE INDEX `pre_sessions_uid_key` ON `pre_sessions` (`uid`);
-- create index "presession_round_id" to table: "pre_sessions"
CREATE INDEX `presession_round_id` ON `pre_sessions` (`round_id`);
-- create "registrations" table
CREATE TABLE `registrations` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `by_code` bool NOT NULL DEFAULT (false), `reference` text NOT NULL, `state` text NOT NULL DEFAULT ('DRAFT'), `pending_state` text NULL, `organisation` text NOT NULL DEFAULT (''), `organisation_kind` text NULL, `national` bool NULL, `women_led` bool NOT NULL DEFAULT (false), `group_at_risk` bool NOT NULL DEFAULT (false), `founded` integer NULL, `ecosoc` bool NOT NULL DEFAULT (false), `aims` text NOT NULL DEFAULT (''), `issues` json NOT NULL, `submission` text NULL, `consented_at` datetime NULL, `rank` integer NULL, `offer_expires_at` datetime NULL, `respond_by` datetime NULL, `questions` text NOT NULL DEFAULT (''), `outcome` text NULL, `pending_merge_id` integer NULL, `agreement` text NOT NULL DEFAULT (''), `decided_by` text NOT NULL DEFAULT (''), `returned_unchanged` bool NOT NULL DEFAULT (false), `revision` integer NOT NULL DEFAULT (1), `own_revision` integer NOT NULL DEFAULT (1), `created_at` datetime NOT NULL, `submitted_at` datetime NULL, `meeting_id` integer NOT NULL, `user_id` integer NOT NULL, `organisation_id` integer NULL, `merged_into_id` integer NULL, CONSTRAINT `registrations_pre_sessions_meeting` FOREIGN KEY (`meeting_id`) REFERENCES `pre_sessions` (`id`) ON DELETE NO ACTION, CONSTRAINT `registrations_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE NO ACTION, CONSTRAINT `registrations_organisations_matched` FOREIGN KEY (`organisation_id`) REFERENCES `organisations` (`id`) ON DELETE SET NULL, CONSTRAINT `registrations_registrations_merged` FOREIGN KEY (`merged_into_id`) REFERENCES `registrations` (`id`) ON DELETE SET NULL, CONSTRAINT `merged_into_something` CHECK ((state = 'MERGED') = (merged_into_id IS NOT NULL)), CONSTRAINT `offers_expire` CHECK (state <> 'OFFERED' OR offer_expires_at IS NOT NULL), CONSTRAINT `somebody_decided` CHECK (state NOT IN ('WAITLISTED', 'OFFERED', 'NOT_SELECTED', 'MERGED', 'CANCELLED') OR decided_by <> ''));
-- create index "registrations_uid_key" to table: "registrations"
CREATE UNIQUE INDEX `registrations_uid_key` ON `registrations` (`uid`);
-- create index "registrations_reference_key" to table: "registrations"
CREATE UNIQUE INDEX `registrations_reference_key` ON `registrations` (`reference`);
-- create index "registration_meeting_id" to table: "registrations"
CREATE INDEX `registration_meeting_id` ON `registrations` (`meeting_id`);
-- create index "registration_user_id" to table: "registrations"
CREATE INDEX `registration_user_id` ON `registrations` (`user_id`);
-- create index "one_active_registration" to table: "registrations"
CREATE UNIQUE INDEX `one_active_registration` ON `registrations` (`meeting_id`, `organisation_id`) WHERE organisation_id IS NOT NULL AND state <> 'WITHDRAWN' AND state <> 'NOT_SELECTED' AND state <> 'EXPIRED' AND state <> 'CANCELLED' AND state <> 'MERGED';
-- create "rounds" table
CREATE TABLE `rounds` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `state` text NOT NULL DEFAULT ('DRAFT'), `call_opens_at` datetime NOT NULL, `call_closes_at` datetime NOT NULL, `offer_hours` integer NOT NULL DEFAULT (168), `short_offer_hours` integer NOT NULL DEFAULT (48), `min_applications` integer NOT NULL DEFAULT (3), `min_evaluations` integer NOT NULL DEFAULT (1), `officers_offer` bool NOT NULL DEFAULT (false), `retention_days` integer NOT NULL DEFAULT (90), `revision` integer NOT NULL DEFAULT (1), `created_at` datetime NOT NULL, `session_id` integer NOT NULL, CONSTRAINT `rounds_sessions_session` FOREIGN KEY (`session_id`) REFERENCES `sessions` (`id`) ON DELETE NO ACTION);
-- create index "rounds_uid_key" to table: "rounds"
CREATE UNIQUE INDEX `rounds_uid_key` ON `rounds` (`uid`);

-- +goose Down
-- reverse: create index "rounds_uid_key" to table: "rounds"
DROP INDEX `rounds_uid_key`;
-- reverse: create "rounds" table
DROP TABLE `rounds`;
-- reverse: create index "one_active_registration" to table: "registrations"
DROP INDEX `one_active_registration`;
-- reverse: create index "registration_user_id" to table: "registrations"
DROP INDEX `registration_user_id`;
-- reverse: create index "registration_meeting_id" to table: "registrations"
DROP INDEX `registration_meeting_id`;
-- reverse: create index "registrations_reference_key" to table: "registrations"
DROP INDEX `registrations_reference_key`;
-- reverse: create index "registrations_uid_key" to table: "registrations"
DROP INDEX `registrations_uid_key`;
-- reverse: create "registrations" table
DROP TABLE `registrations`;
-- reverse: create index "presession_round_id" to table: "pre_sessions"
DROP INDEX `presession_round_id`;
-- reverse: create index "pre_sessions_uid_key" to table: "pre_sessions"
DROP INDEX `pre_sessions_uid_key`;
-- reverse: create "pre_sessions" table
DROP TABLE `pre_sessions`;
-- reverse: create index "evaluation_registration_id_user_id" to table: "evaluations"
DROP INDEX `evaluation_registration_id_user_id`;
-- reverse: create "evaluations" table
DROP TABLE `evaluations`;
-- reverse: create index "decision_registration_id" to table: "decisions"
DROP INDEX `decision_registration_id`;
-- reverse: create "decisions" table
DROP TABLE `decisions`;
-- reverse: create index "accesscode_round_id" to table: "access_codes"
DROP INDEX `accesscode_round_id`;
-- reverse: create index "access_codes_digest_key" to table: "access_codes"
DROP INDEX `access_codes_digest_key`;
-- reverse: create index "access_codes_uid_key" to table: "access_codes"
DROP INDEX `access_codes_uid_key`;
-- reverse: create "access_codes" table
DROP TABLE `access_codes`;
