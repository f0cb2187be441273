-- +goose Up
-- add columns to "registrations"
ALTER TABLE `registrations` ADD COLUMN `place` integer NULL;
ALTER TABLE `registrations` ADD COLUMN `calendar_digest` text NOT NULL DEFAULT ('');
-- create "agenda_versions" table
CREATE TABLE `agenda_versions` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `number` integer NOT NULL, `published_at` datetime NOT NULL, `published_by` text NOT NULL, `entries` text NOT NULL, `round_id` integer NOT NULL, CONSTRAINT `agenda_versions_rounds_round` FOREIGN KEY (`round_id`) REFERENCES `rounds` (`id`) ON DELETE NO ACTION);
-- create index "agendaversion_round_id_number" to table: "agenda_versions"
CREATE UNIQUE INDEX `agendaversion_round_id_number` ON `agenda_versions` (`round_id`, `number`);
-- create "consents" table
CREATE TABLE `consents` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `audience` text NOT NULL, `item` text NOT NULL, `given_at` datetime NOT NULL, `participant_id` integer NOT NULL, CONSTRAINT `consents_participants_participant` FOREIGN KEY (`participant_id`) REFERENCES `participants` (`id`) ON DELETE NO ACTION);
-- create index "consent_participant_id_audience_item" to table: "consents"
CREATE UNIQUE INDEX `consent_participant_id_audience_item` ON `consents` (`participant_id`, `audience`, `item`);
-- create "meetings" table
CREATE TABLE `meetings` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `starts_at` datetime NOT NULL, `minutes` integer NOT NULL, `room` text NOT NULL DEFAULT (''), `mode` text NOT NULL, `status` text NOT NULL DEFAULT ('PLANNED'), `sequence` integer NOT NULL DEFAULT (0), `review_id` integer NOT NULL, CONSTRAINT `meetings_reviews_review` FOREIGN KEY (`review_id`) REFERENCES `reviews` (`id`) ON DELETE NO ACTION);
-- create index "meetings_uid_key" to table: "meetings"
CREATE UNIQUE INDEX `meetings_uid_key` ON `meetings` (`uid`);
-- create "participants" table
CREATE TABLE `participants` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `level` integer NOT NULL DEFAULT (0), `lower_to` integer NULL, `reviewed_at` datetime NULL, `pseudonym` text NOT NULL DEFAULT (''), `gender` text NOT NULL DEFAULT ('UNDISCLOSED'), `contact` text NOT NULL DEFAULT ('EMAIL'), `language` text NOT NULL DEFAULT ('EN'), `neutral` bool NOT NULL DEFAULT (false), `named` bool NOT NULL DEFAULT (false), `person` text NOT NULL DEFAULT (''), `revision` integer NOT NULL DEFAULT (1), `created_at` datetime NOT NULL, `registration_id` integer NOT NULL, CONSTRAINT `participants_registrations_registration` FOREIGN KEY (`registration_id`) REFERENCES `registrations` (`id`) ON DELETE NO ACTION);
-- create index "participants_uid_key" to table: "participants"
CREATE UNIQUE INDEX `participants_uid_key` ON `participants` (`uid`);
-- create index "participant_registration_id" to table: "participants"
CREATE INDEX `participant_registration_id` ON `participants` (`registration_id`);
-- create index "participant_person" to table: "participants"
CREATE INDEX `participant_person` ON `participants` (`person`);
-- create "participant_identities" table
CREATE TABLE `participant_identities` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `data_key` blob NULL, `content` blob NULL, `participant_id` integer NOT NULL, CONSTRAINT `participant_identities_participants_identity` FOREIGN KEY (`participant_id`) REFERENCES `participants` (`id`) ON DELETE NO ACTION);
-- create index "participant_identities_participant_id_key" to table: "participant_identities"
CREATE UNIQUE INDEX `participant_identities_participant_id_key` ON `participant_identities` (`participant_id`);
-- create "speakers" table
CREATE TABLE `speakers` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `participant_id` integer NULL, `status` text NOT NULL DEFAULT ('PUBLISHED'), `place` integer NOT NULL, `name` text NOT NULL DEFAULT (''), `function` text NOT NULL DEFAULT (''), `organisation_name` text NOT NULL DEFAULT (''), `meeting_id` integer NOT NULL, `organisation_id` integer NULL, CONSTRAINT `speakers_meetings_meeting` FOREIGN KEY (`meeting_id`) REFERENCES `meetings` (`id`) ON DELETE NO ACTION, CONSTRAINT `speakers_organisations_organisation` FOREIGN KEY (`organisation_id`) REFERENCES `organisations` (`id`) ON DELETE SET NULL);
-- create index "speakers_uid_key" to table: "speakers"
CREATE UNIQUE INDEX `speakers_uid_key` ON `speakers` (`uid`);
-- create index "speaker_meeting_id" to table: "speakers"
CREATE INDEX `speaker_meeting_id` ON `speakers` (`meeting_id`);
-- create index "speaker_participant_id" to table: "speakers"
CREATE UNIQUE INDEX `speaker_participant_id` ON `speakers` (`participant_id`);

-- +goose Down
-- reverse: create index "speaker_participant_id" to table: "speakers"
DROP INDEX `speaker_participant_id`;
-- reverse: create index "speaker_meeting_id" to table: "speakers"
DROP INDEX `speaker_meeting_id`;
-- reverse: create index "speakers_uid_key" to table: "speakers"
DROP INDEX `speakers_uid_key`;
-- reverse: create "speakers" table
DROP TABLE `speakers`;
-- reverse: create index "participant_identities_participant_id_key" to table: "participant_identities"
DROP INDEX `participant_identities_participant_id_key`;
-- reverse: create "participant_identities" table
DROP TABLE `participant_identities`;
-- reverse: create index "participant_person" to table: "participants"
DROP INDEX `participant_person`;
-- reverse: create index "participant_registration_id" to table: "participants"
DROP INDEX `participant_registration_id`;
-- reverse: create index "participants_uid_key" to table: "participants"
DROP INDEX `participants_uid_key`;
-- reverse: create "participants" table
DROP TABLE `participants`;
-- reverse: create index "meetings_uid_key" to table: "meetings"
DROP INDEX `meetings_uid_key`;
-- reverse: create "meetings" table
DROP TABLE `meetings`;
-- reverse: create index "consent_participant_id_audience_item" to table: "consents"
DROP INDEX `consent_participant_id_audience_item`;
-- reverse: create "consents" table
DROP TABLE `consents`;
-- reverse: create index "agendaversion_round_id_number" to table: "agenda_versions"
DROP INDEX `agendaversion_round_id_number`;
-- reverse: create "agenda_versions" table
DROP TABLE `agenda_versions`;
-- reverse: add columns to "registrations"
ALTER TABLE `registrations` DROP COLUMN `calendar_digest`;
ALTER TABLE `registrations` DROP COLUMN `place`;
