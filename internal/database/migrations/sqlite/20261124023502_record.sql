-- +goose Up
-- create "action_categories" table
CREATE TABLE `action_categories` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `number` integer NOT NULL, `name` text NOT NULL, `definition` text NOT NULL, `verbs` json NOT NULL, `example` text NOT NULL DEFAULT (''));
-- create index "action_categories_number_key" to table: "action_categories"
CREATE UNIQUE INDEX `action_categories_number_key` ON `action_categories` (`number`);
-- create "action_coding_rules" table
CREATE TABLE `action_coding_rules` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `position` integer NOT NULL, `rule` text NOT NULL);
-- create index "action_coding_rules_position_key" to table: "action_coding_rules"
CREATE UNIQUE INDEX `action_coding_rules_position_key` ON `action_coding_rules` (`position`);
-- create "affected_groups" table
CREATE TABLE `affected_groups` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `name_en` text NOT NULL, `name_fr` text NOT NULL DEFAULT (''), `name_es` text NOT NULL DEFAULT (''), `code` text NOT NULL, `position` integer NOT NULL);
-- create index "affected_groups_code_key" to table: "affected_groups"
CREATE UNIQUE INDEX `affected_groups_code_key` ON `affected_groups` (`code`);
-- create "affected_group_tags" table
CREATE TABLE `affected_group_tags` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `source` text NOT NULL, `method` text NOT NULL, `confidence` real NOT NULL DEFAULT (1), `reviewer` text NULL, `reviewed_at` datetime NULL, `recommendation_id` integer NULL, `pledge_id` integer NULL, `group_id` integer NOT NULL, CONSTRAINT `affected_group_tags_recommendations_recommendation` FOREIGN KEY (`recommendation_id`) REFERENCES `recommendations` (`id`) ON DELETE SET NULL, CONSTRAINT `affected_group_tags_pledges_pledge` FOREIGN KEY (`pledge_id`) REFERENCES `pledges` (`id`) ON DELETE SET NULL, CONSTRAINT `affected_group_tags_affected_groups_group` FOREIGN KEY (`group_id`) REFERENCES `affected_groups` (`id`) ON DELETE NO ACTION, CONSTRAINT `one_subject` CHECK ((recommendation_id IS NULL) <> (pledge_id IS NULL)));
-- create index "affectedgrouptag_recommendation_id_group_id_source" to table: "affected_group_tags"
CREATE UNIQUE INDEX `affectedgrouptag_recommendation_id_group_id_source` ON `affected_group_tags` (`recommendation_id`, `group_id`, `source`);
-- create index "affectedgrouptag_pledge_id_group_id_source" to table: "affected_group_tags"
CREATE UNIQUE INDEX `affectedgrouptag_pledge_id_group_id_source` ON `affected_group_tags` (`pledge_id`, `group_id`, `source`);
-- create "documents" table
CREATE TABLE `documents` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `type` text NOT NULL, `symbol` text NOT NULL, `review_id` integer NOT NULL, CONSTRAINT `documents_reviews_review` FOREIGN KEY (`review_id`) REFERENCES `reviews` (`id`) ON DELETE NO ACTION);
-- create index "document_review_id_type_symbol" to table: "documents"
CREATE UNIQUE INDEX `document_review_id_type_symbol` ON `documents` (`review_id`, `type`, `symbol`);
-- create "import_runs" table
CREATE TABLE `import_runs` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `source` text NOT NULL, `file` text NOT NULL, `sha256` text NOT NULL, `format` text NOT NULL, `synthetic` bool NOT NULL DEFAULT (false), `imported_at` datetime NOT NULL, `rows_read` integer NOT NULL, `added` integer NOT NULL, `changed` integer NOT NULL, `unchanged` integer NOT NULL);
-- create "issues" table
CREATE TABLE `issues` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `name_en` text NOT NULL, `name_fr` text NOT NULL DEFAULT (''), `name_es` text NOT NULL DEFAULT (''), `code` text NOT NULL, `position` integer NOT NULL);
-- create index "issues_code_key" to table: "issues"
CREATE UNIQUE INDEX `issues_code_key` ON `issues` (`code`);
-- create "issue_labels" table
CREATE TABLE `issue_labels` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `label` text NOT NULL, `status` text NOT NULL, `issue_id` integer NOT NULL, `vocabulary_id` integer NOT NULL, CONSTRAINT `issue_labels_issues_issue` FOREIGN KEY (`issue_id`) REFERENCES `issues` (`id`) ON DELETE NO ACTION, CONSTRAINT `issue_labels_issue_vocabularies_vocabulary` FOREIGN KEY (`vocabulary_id`) REFERENCES `issue_vocabularies` (`id`) ON DELETE NO ACTION);
-- create index "issuelabel_vocabulary_id_issue_id" to table: "issue_labels"
CREATE UNIQUE INDEX `issuelabel_vocabulary_id_issue_id` ON `issue_labels` (`vocabulary_id`, `issue_id`);
-- create "issue_tags" table
CREATE TABLE `issue_tags` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `source` text NOT NULL, `method` text NOT NULL, `confidence` real NOT NULL DEFAULT (1), `reviewer` text NULL, `reviewed_at` datetime NULL, `recommendation_id` integer NULL, `pledge_id` integer NULL, `issue_id` integer NOT NULL, CONSTRAINT `issue_tags_recommendations_recommendation` FOREIGN KEY (`recommendation_id`) REFERENCES `recommendations` (`id`) ON DELETE SET NULL, CONSTRAINT `issue_tags_pledges_pledge` FOREIGN KEY (`pledge_id`) REFERENCES `pledges` (`id`) ON DELETE SET NULL, CONSTRAINT `issue_tags_issues_issue` FOREIGN KEY (`issue_id`) REFERENCES `issues` (`id`) ON DELETE NO ACTION, CONSTRAINT `one_subject` CHECK ((recommendation_id IS NULL) <> (pledge_id IS NULL)));
-- create index "issuetag_recommendation_id_issue_id_source" to table: "issue_tags"
CREATE UNIQUE INDEX `issuetag_recommendation_id_issue_id_source` ON `issue_tags` (`recommendation_id`, `issue_id`, `source`);
-- create index "issuetag_pledge_id_issue_id_source" to table: "issue_tags"
CREATE UNIQUE INDEX `issuetag_pledge_id_issue_id_source` ON `issue_tags` (`pledge_id`, `issue_id`, `source`);
-- create "issue_vocabularies" table
CREATE TABLE `issue_vocabularies` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `code` text NOT NULL, `title` text NOT NULL, `year` integer NOT NULL, `source` text NOT NULL DEFAULT (''));
-- create index "issue_vocabularies_code_key" to table: "issue_vocabularies"
CREATE UNIQUE INDEX `issue_vocabularies_code_key` ON `issue_vocabularies` (`code`);
-- create "organisations" table
CREATE TABLE `organisations` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `slug` text NOT NULL, `name` text NOT NULL, `kind` text NOT NULL, `country_id` integer NULL, CONSTRAINT `organisations_states_country` FOREIGN KEY (`country_id`) REFERENCES `states` (`id`) ON DELETE SET NULL);
-- create index "organisations_uid_key" to table: "organisations"
CREATE UNIQUE INDEX `organisations_uid_key` ON `organisations` (`uid`);
-- create index "organisations_slug_key" to table: "organisations"
CREATE UNIQUE INDEX `organisations_slug_key` ON `organisations` (`slug`);
-- create "organisation_links" table
CREATE TABLE `organisation_links` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `label` text NOT NULL, `url` text NOT NULL, `organisation_id` integer NOT NULL, CONSTRAINT `organisation_links_organisations_organisation` FOREIGN KEY (`organisation_id`) REFERENCES `organisations` (`id`) ON DELETE NO ACTION);
-- create index "organisationlink_organisation_id_url" to table: "organisation_links"
CREATE UNIQUE INDEX `organisationlink_organisation_id_url` ON `organisation_links` (`organisation_id`, `url`);
-- create "pledges" table
CREATE TABLE `pledges` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `source_row` integer NOT NULL, `text` text NOT NULL, `run_id` integer NOT NULL, `review_id` integer NOT NULL, `action_category_id` integer NULL, CONSTRAINT `pledges_import_runs_run` FOREIGN KEY (`run_id`) REFERENCES `import_runs` (`id`) ON DELETE NO ACTION, CONSTRAINT `pledges_reviews_review` FOREIGN KEY (`review_id`) REFERENCES `reviews` (`id`) ON DELETE NO ACTION, CONSTRAINT `pledges_action_categories_action_category` FOREIGN KEY (`action_category_id`) REFERENCES `action_categories` (`id`) ON DELETE SET NULL);
-- create index "pledges_uid_key" to table: "pledges"
CREATE UNIQUE INDEX `pledges_uid_key` ON `pledges` (`uid`);
-- create index "pledge_review_id" to table: "pledges"
CREATE INDEX `pledge_review_id` ON `pledges` (`review_id`);
-- create "postponements" table
CREATE TABLE `postponements` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `source` text NOT NULL DEFAULT (''), `review_id` integer NOT NULL, `planned_session_id` integer NOT NULL, CONSTRAINT `postponements_reviews_review` FOREIGN KEY (`review_id`) REFERENCES `reviews` (`id`) ON DELETE NO ACTION, CONSTRAINT `postponements_sessions_planned_session` FOREIGN KEY (`planned_session_id`) REFERENCES `sessions` (`id`) ON DELETE NO ACTION);
-- create index "postponement_review_id_planned_session_id" to table: "postponements"
CREATE UNIQUE INDEX `postponement_review_id_planned_session_id` ON `postponements` (`review_id`, `planned_session_id`);
-- create "programmes" table
CREATE TABLE `programmes` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `name_en` text NOT NULL, `name_fr` text NOT NULL DEFAULT (''), `name_es` text NOT NULL DEFAULT (''), `slug` text NOT NULL, `description_en` text NOT NULL DEFAULT (''), `description_fr` text NOT NULL DEFAULT (''), `description_es` text NOT NULL DEFAULT (''), `start_year` integer NULL, `end_year` integer NULL, `position` integer NOT NULL);
-- create index "programmes_uid_key" to table: "programmes"
CREATE UNIQUE INDEX `programmes_uid_key` ON `programmes` (`uid`);
-- create index "programmes_slug_key" to table: "programmes"
CREATE UNIQUE INDEX `programmes_slug_key` ON `programmes` (`slug`);
-- create "programme_names" table
CREATE TABLE `programme_names` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `name` text NOT NULL, `until_year` integer NULL, `programme_id` integer NOT NULL, CONSTRAINT `programme_names_programmes_programme` FOREIGN KEY (`programme_id`) REFERENCES `programmes` (`id`) ON DELETE NO ACTION);
-- create index "programmename_programme_id_name" to table: "programme_names"
CREATE UNIQUE INDEX `programmename_programme_id_name` ON `programme_names` (`programme_id`, `name`);
-- create "programme_states" table
CREATE TABLE `programme_states` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `from_year` integer NULL, `to_year` integer NULL, `programme_id` integer NOT NULL, `state_id` integer NOT NULL, CONSTRAINT `programme_states_programmes_programme` FOREIGN KEY (`programme_id`) REFERENCES `programmes` (`id`) ON DELETE NO ACTION, CONSTRAINT `programme_states_states_state` FOREIGN KEY (`state_id`) REFERENCES `states` (`id`) ON DELETE NO ACTION);
-- create index "programmestate_programme_id_state_id" to table: "programme_states"
CREATE UNIQUE INDEX `programmestate_programme_id_state_id` ON `programme_states` (`programme_id`, `state_id`);
-- create "recommendations" table
CREATE TABLE `recommendations` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `source_row` integer NOT NULL, `text` text NOT NULL, `number` text NOT NULL DEFAULT (''), `run_id` integer NOT NULL, `review_id` integer NOT NULL, `recommending_state_id` integer NULL, `action_category_id` integer NULL, CONSTRAINT `recommendations_import_runs_run` FOREIGN KEY (`run_id`) REFERENCES `import_runs` (`id`) ON DELETE NO ACTION, CONSTRAINT `recommendations_reviews_review` FOREIGN KEY (`review_id`) REFERENCES `reviews` (`id`) ON DELETE NO ACTION, CONSTRAINT `recommendations_states_recommending_state` FOREIGN KEY (`recommending_state_id`) REFERENCES `states` (`id`) ON DELETE SET NULL, CONSTRAINT `recommendations_action_categories_action_category` FOREIGN KEY (`action_category_id`) REFERENCES `action_categories` (`id`) ON DELETE SET NULL);
-- create index "recommendations_uid_key" to table: "recommendations"
CREATE UNIQUE INDEX `recommendations_uid_key` ON `recommendations` (`uid`);
-- create index "recommendation_review_id_recommending_state_id" to table: "recommendations"
CREATE INDEX `recommendation_review_id_recommending_state_id` ON `recommendations` (`review_id`, `recommending_state_id`);
-- create "response_events" table
CREATE TABLE `response_events` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `response` text NOT NULL, `source_word` text NOT NULL, `date` text NULL, `recorded_at` datetime NOT NULL, `recommendation_id` integer NOT NULL, `document_id` integer NULL, `run_id` integer NOT NULL, CONSTRAINT `response_events_recommendations_recommendation` FOREIGN KEY (`recommendation_id`) REFERENCES `recommendations` (`id`) ON DELETE NO ACTION, CONSTRAINT `response_events_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE SET NULL, CONSTRAINT `response_events_import_runs_run` FOREIGN KEY (`run_id`) REFERENCES `import_runs` (`id`) ON DELETE NO ACTION);
-- create index "responseevent_recommendation_id" to table: "response_events"
CREATE INDEX `responseevent_recommendation_id` ON `response_events` (`recommendation_id`);
-- create "reviews" table
CREATE TABLE `reviews` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `cycle` integer NOT NULL, `position` integer NULL, `date` text NULL, `report_adopted` text NULL, `list_source` text NOT NULL DEFAULT (''), `date_source` text NOT NULL DEFAULT (''), `state_id` integer NOT NULL, `session_id` integer NOT NULL, CONSTRAINT `reviews_states_state` FOREIGN KEY (`state_id`) REFERENCES `states` (`id`) ON DELETE NO ACTION, CONSTRAINT `reviews_sessions_session` FOREIGN KEY (`session_id`) REFERENCES `sessions` (`id`) ON DELETE NO ACTION);
-- create index "review_state_id_cycle" to table: "reviews"
CREATE UNIQUE INDEX `review_state_id_cycle` ON `reviews` (`state_id`, `cycle`);
-- create "sdg_goals" table
CREATE TABLE `sdg_goals` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `title_en` text NOT NULL, `title_fr` text NOT NULL DEFAULT (''), `title_es` text NOT NULL DEFAULT (''), `title_ar` text NOT NULL DEFAULT (''), `title_ru` text NOT NULL DEFAULT (''), `title_zh` text NOT NULL DEFAULT (''), `number` integer NOT NULL, `short_en` text NOT NULL, `short_fr` text NOT NULL DEFAULT (''), `short_es` text NOT NULL DEFAULT (''), `short_ar` text NOT NULL DEFAULT (''), `short_ru` text NOT NULL DEFAULT (''), `short_zh` text NOT NULL DEFAULT (''));
-- create index "sdg_goals_number_key" to table: "sdg_goals"
CREATE UNIQUE INDEX `sdg_goals_number_key` ON `sdg_goals` (`number`);
-- create "sdg_indicators" table
CREATE TABLE `sdg_indicators` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `title_en` text NOT NULL, `title_fr` text NOT NULL DEFAULT (''), `title_es` text NOT NULL DEFAULT (''), `title_ar` text NOT NULL DEFAULT (''), `title_ru` text NOT NULL DEFAULT (''), `title_zh` text NOT NULL DEFAULT (''), `code` text NOT NULL, `position` integer NOT NULL, `target_id` integer NOT NULL, CONSTRAINT `sdg_indicators_sdg_targets_target` FOREIGN KEY (`target_id`) REFERENCES `sdg_targets` (`id`) ON DELETE NO ACTION);
-- create index "sdg_indicators_code_key" to table: "sdg_indicators"
CREATE UNIQUE INDEX `sdg_indicators_code_key` ON `sdg_indicators` (`code`);
-- create "sdg_tags" table
CREATE TABLE `sdg_tags` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `source` text NOT NULL, `method` text NOT NULL, `confidence` real NOT NULL DEFAULT (1), `reviewer` text NULL, `reviewed_at` datetime NULL, `recommendation_id` integer NULL, `pledge_id` integer NULL, `target_id` integer NOT NULL, CONSTRAINT `sdg_tags_recommendations_recommendation` FOREIGN KEY (`recommendation_id`) REFERENCES `recommendations` (`id`) ON DELETE SET NULL, CONSTRAINT `sdg_tags_pledges_pledge` FOREIGN KEY (`pledge_id`) REFERENCES `pledges` (`id`) ON DELETE SET NULL, CONSTRAINT `sdg_tags_sdg_targets_target` FOREIGN KEY (`target_id`) REFERENCES `sdg_targets` (`id`) ON DELETE NO ACTION, CONSTRAINT `one_subject` CHECK ((recommendation_id IS NULL) <> (pledge_id IS NULL)));
-- create index "sdgtag_recommendation_id_target_id_source" to table: "sdg_tags"
CREATE UNIQUE INDEX `sdgtag_recommendation_id_target_id_source` ON `sdg_tags` (`recommendation_id`, `target_id`, `source`);
-- create index "sdgtag_pledge_id_target_id_source" to table: "sdg_tags"
CREATE UNIQUE INDEX `sdgtag_pledge_id_target_id_source` ON `sdg_tags` (`pledge_id`, `target_id`, `source`);
-- create "sdg_targets" table
CREATE TABLE `sdg_targets` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `title_en` text NOT NULL, `title_fr` text NOT NULL DEFAULT (''), `title_es` text NOT NULL DEFAULT (''), `title_ar` text NOT NULL DEFAULT (''), `title_ru` text NOT NULL DEFAULT (''), `title_zh` text NOT NULL DEFAULT (''), `code` text NOT NULL, `position` integer NOT NULL, `goal_id` integer NOT NULL, CONSTRAINT `sdg_targets_sdg_goals_goal` FOREIGN KEY (`goal_id`) REFERENCES `sdg_goals` (`id`) ON DELETE NO ACTION);
-- create index "sdg_targets_code_key" to table: "sdg_targets"
CREATE UNIQUE INDEX `sdg_targets_code_key` ON `sdg_targets` (`code`);
-- create "sessions" table
CREATE TABLE `sessions` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `number` integer NOT NULL, `cycle` integer NOT NULL, `start_date` text NULL, `end_date` text NULL, `date_source` text NOT NULL DEFAULT (''));
-- create index "sessions_number_key" to table: "sessions"
CREATE UNIQUE INDEX `sessions_number_key` ON `sessions` (`number`);
-- create "states" table
CREATE TABLE `states` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `name_en` text NOT NULL, `name_fr` text NOT NULL DEFAULT (''), `name_es` text NOT NULL DEFAULT (''), `iso3` text NOT NULL, `iso2` text NOT NULL, `m49` text NOT NULL, `formal_name_en` text NOT NULL DEFAULT (''), `un_member` bool NOT NULL, `observer` bool NOT NULL);
-- create index "states_iso3_key" to table: "states"
CREATE UNIQUE INDEX `states_iso3_key` ON `states` (`iso3`);
-- create index "states_iso2_key" to table: "states"
CREATE UNIQUE INDEX `states_iso2_key` ON `states` (`iso2`);
-- create index "states_m49_key" to table: "states"
CREATE UNIQUE INDEX `states_m49_key` ON `states` (`m49`);
-- create "state_alias" table
CREATE TABLE `state_alias` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `alias` text NOT NULL, `kind` text NOT NULL, `state_id` integer NOT NULL, CONSTRAINT `state_alias_states_state` FOREIGN KEY (`state_id`) REFERENCES `states` (`id`) ON DELETE NO ACTION);
-- create index "statealias_state_id_alias" to table: "state_alias"
CREATE UNIQUE INDEX `statealias_state_id_alias` ON `state_alias` (`state_id`, `alias`);
-- create "state_groups" table
CREATE TABLE `state_groups` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `name_en` text NOT NULL, `name_fr` text NOT NULL DEFAULT (''), `name_es` text NOT NULL DEFAULT (''), `code` text NOT NULL, `kind` text NOT NULL, `position` integer NOT NULL);
-- create index "state_groups_code_key" to table: "state_groups"
CREATE UNIQUE INDEX `state_groups_code_key` ON `state_groups` (`code`);
-- create "state_group_memberships" table
CREATE TABLE `state_group_memberships` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `from_date` text NULL, `to_date` text NULL, `as_of` text NULL, `source` text NOT NULL DEFAULT (''), `state_id` integer NOT NULL, `group_id` integer NOT NULL, CONSTRAINT `state_group_memberships_states_state` FOREIGN KEY (`state_id`) REFERENCES `states` (`id`) ON DELETE NO ACTION, CONSTRAINT `state_group_memberships_state_groups_group` FOREIGN KEY (`group_id`) REFERENCES `state_groups` (`id`) ON DELETE NO ACTION);
-- create index "stategroupmembership_group_id_state_id_from_date" to table: "state_group_memberships"
CREATE UNIQUE INDEX `stategroupmembership_group_id_state_id_from_date` ON `state_group_memberships` (`group_id`, `state_id`, `from_date`);
-- create "troika_members" table
CREATE TABLE `troika_members` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `position` integer NOT NULL, `review_id` integer NOT NULL, `state_id` integer NOT NULL, CONSTRAINT `troika_members_reviews_review` FOREIGN KEY (`review_id`) REFERENCES `reviews` (`id`) ON DELETE NO ACTION, CONSTRAINT `troika_members_states_state` FOREIGN KEY (`state_id`) REFERENCES `states` (`id`) ON DELETE NO ACTION);
-- create index "troikamember_review_id_state_id" to table: "troika_members"
CREATE UNIQUE INDEX `troikamember_review_id_state_id` ON `troika_members` (`review_id`, `state_id`);
-- create "programme_organisations" table
CREATE TABLE `programme_organisations` (`programme_id` integer NOT NULL, `organisation_id` integer NOT NULL, PRIMARY KEY (`programme_id`, `organisation_id`), CONSTRAINT `programme_organisations_programme_id` FOREIGN KEY (`programme_id`) REFERENCES `programmes` (`id`) ON DELETE CASCADE, CONSTRAINT `programme_organisations_organisation_id` FOREIGN KEY (`organisation_id`) REFERENCES `organisations` (`id`) ON DELETE CASCADE);
-- create "programme_goals" table
CREATE TABLE `programme_goals` (`programme_id` integer NOT NULL, `sdg_goal_id` integer NOT NULL, PRIMARY KEY (`programme_id`, `sdg_goal_id`), CONSTRAINT `programme_goals_programme_id` FOREIGN KEY (`programme_id`) REFERENCES `programmes` (`id`) ON DELETE CASCADE, CONSTRAINT `programme_goals_sdg_goal_id` FOREIGN KEY (`sdg_goal_id`) REFERENCES `sdg_goals` (`id`) ON DELETE CASCADE);

-- +goose Down
-- reverse: create "programme_goals" table
DROP TABLE `programme_goals`;
-- reverse: create "programme_organisations" table
DROP TABLE `programme_organisations`;
-- reverse: create index "troikamember_review_id_state_id" to table: "troika_members"
DROP INDEX `troikamember_review_id_state_id`;
-- reverse: create "troika_members" table
DROP TABLE `troika_members`;
-- reverse: create index "stategroupmembership_group_id_state_id_from_date" to table: "state_group_memberships"
DROP INDEX `stategroupmembership_group_id_state_id_from_date`;
-- reverse: create "state_group_memberships" table
DROP TABLE `state_group_memberships`;
-- reverse: create index "state_groups_code_key" to table: "state_groups"
DROP INDEX `state_groups_code_key`;
-- reverse: create "state_groups" table
DROP TABLE `state_groups`;
-- reverse: create index "statealias_state_id_alias" to table: "state_alias"
DROP INDEX `statealias_state_id_alias`;
-- reverse: create "state_alias" table
DROP TABLE `state_alias`;
-- reverse: create index "states_m49_key" to table: "states"
DROP INDEX `states_m49_key`;
-- reverse: create index "states_iso2_key" to table: "states"
DROP INDEX `states_iso2_key`;
-- reverse: create index "states_iso3_key" to table: "states"
DROP INDEX `states_iso3_key`;
-- reverse: create "states" table
DROP TABLE `states`;
-- reverse: create index "sessions_number_key" to table: "sessions"
DROP INDEX `sessions_number_key`;
-- reverse: create "sessions" table
DROP TABLE `sessions`;
-- reverse: create index "sdg_targets_code_key" to table: "sdg_targets"
DROP INDEX `sdg_targets_code_key`;
-- reverse: create "sdg_targets" table
DROP TABLE `sdg_targets`;
-- reverse: create index "sdgtag_pledge_id_target_id_source" to table: "sdg_tags"
DROP INDEX `sdgtag_pledge_id_target_id_source`;
-- reverse: create index "sdgtag_recommendation_id_target_id_source" to table: "sdg_tags"
DROP INDEX `sdgtag_recommendation_id_target_id_source`;
-- reverse: create "sdg_tags" table
DROP TABLE `sdg_tags`;
-- reverse: create index "sdg_indicators_code_key" to table: "sdg_indicators"
DROP INDEX `sdg_indicators_code_key`;
-- reverse: create "sdg_indicators" table
DROP TABLE `sdg_indicators`;
-- reverse: create index "sdg_goals_number_key" to table: "sdg_goals"
DROP INDEX `sdg_goals_number_key`;
-- reverse: create "sdg_goals" table
DROP TABLE `sdg_goals`;
-- reverse: create index "review_state_id_cycle" to table: "reviews"
DROP INDEX `review_state_id_cycle`;
-- reverse: create "reviews" table
DROP TABLE `reviews`;
-- reverse: create index "responseevent_recommendation_id" to table: "response_events"
DROP INDEX `responseevent_recommendation_id`;
-- reverse: create "response_events" table
DROP TABLE `response_events`;
-- reverse: create index "recommendation_review_id_recommending_state_id" to table: "recommendations"
DROP INDEX `recommendation_review_id_recommending_state_id`;
-- reverse: create index "recommendations_uid_key" to table: "recommendations"
DROP INDEX `recommendations_uid_key`;
-- reverse: create "recommendations" table
DROP TABLE `recommendations`;
-- reverse: create index "programmestate_programme_id_state_id" to table: "programme_states"
DROP INDEX `programmestate_programme_id_state_id`;
-- reverse: create "programme_states" table
DROP TABLE `programme_states`;
-- reverse: create index "programmename_programme_id_name" to table: "programme_names"
DROP INDEX `programmename_programme_id_name`;
-- reverse: create "programme_names" table
DROP TABLE `programme_names`;
-- reverse: create index "programmes_slug_key" to table: "programmes"
DROP INDEX `programmes_slug_key`;
-- reverse: create index "programmes_uid_key" to table: "programmes"
DROP INDEX `programmes_uid_key`;
-- reverse: create "programmes" table
DROP TABLE `programmes`;
-- reverse: create index "postponement_review_id_planned_session_id" to table: "postponements"
DROP INDEX `postponement_review_id_planned_session_id`;
-- reverse: create "postponements" table
DROP TABLE `postponements`;
-- reverse: create index "pledge_review_id" to table: "pledges"
DROP INDEX `pledge_review_id`;
-- reverse: create index "pledges_uid_key" to table: "pledges"
DROP INDEX `pledges_uid_key`;
-- reverse: create "pledges" table
DROP TABLE `pledges`;
-- reverse: create index "organisationlink_organisation_id_url" to table: "organisation_links"
DROP INDEX `organisationlink_organisation_id_url`;
-- reverse: create "organisation_links" table
DROP TABLE `organisation_links`;
-- reverse: create index "organisations_slug_key" to table: "organisations"
DROP INDEX `organisations_slug_key`;
-- reverse: create index "organisations_uid_key" to table: "organisations"
DROP INDEX `organisations_uid_key`;
-- reverse: create "organisations" table
DROP TABLE `organisations`;
-- reverse: create index "issue_vocabularies_code_key" to table: "issue_vocabularies"
DROP INDEX `issue_vocabularies_code_key`;
-- reverse: create "issue_vocabularies" table
DROP TABLE `issue_vocabularies`;
-- reverse: create index "issuetag_pledge_id_issue_id_source" to table: "issue_tags"
DROP INDEX `issuetag_pledge_id_issue_id_source`;
-- reverse: create index "issuetag_recommendation_id_issue_id_source" to table: "issue_tags"
DROP INDEX `issuetag_recommendation_id_issue_id_source`;
-- reverse: create "issue_tags" table
DROP TABLE `issue_tags`;
-- reverse: create index "issuelabel_vocabulary_id_issue_id" to table: "issue_labels"
DROP INDEX `issuelabel_vocabulary_id_issue_id`;
-- reverse: create "issue_labels" table
DROP TABLE `issue_labels`;
-- reverse: create index "issues_code_key" to table: "issues"
DROP INDEX `issues_code_key`;
-- reverse: create "issues" table
DROP TABLE `issues`;
-- reverse: create "import_runs" table
DROP TABLE `import_runs`;
-- reverse: create index "document_review_id_type_symbol" to table: "documents"
DROP INDEX `document_review_id_type_symbol`;
-- reverse: create "documents" table
DROP TABLE `documents`;
-- reverse: create index "affectedgrouptag_pledge_id_group_id_source" to table: "affected_group_tags"
DROP INDEX `affectedgrouptag_pledge_id_group_id_source`;
-- reverse: create index "affectedgrouptag_recommendation_id_group_id_source" to table: "affected_group_tags"
DROP INDEX `affectedgrouptag_recommendation_id_group_id_source`;
-- reverse: create "affected_group_tags" table
DROP TABLE `affected_group_tags`;
-- reverse: create index "affected_groups_code_key" to table: "affected_groups"
DROP INDEX `affected_groups_code_key`;
-- reverse: create "affected_groups" table
DROP TABLE `affected_groups`;
-- reverse: create index "action_coding_rules_position_key" to table: "action_coding_rules"
DROP INDEX `action_coding_rules_position_key`;
-- reverse: create "action_coding_rules" table
DROP TABLE `action_coding_rules`;
-- reverse: create index "action_categories_number_key" to table: "action_categories"
DROP INDEX `action_categories_number_key`;
-- reverse: create "action_categories" table
DROP TABLE `action_categories`;
