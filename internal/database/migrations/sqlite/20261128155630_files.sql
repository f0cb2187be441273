-- +goose Up
-- create "stored_files" table
CREATE TABLE `stored_files` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `about` text NOT NULL, `kind` text NOT NULL, `state` text NOT NULL DEFAULT ('UPLOADED'), `reason` text NOT NULL DEFAULT (''), `size` integer NOT NULL, `sha256` text NOT NULL DEFAULT (''), `clean_size` integer NOT NULL DEFAULT (0), `clean_sha256` text NOT NULL DEFAULT (''), `data_key` blob NULL, `uploaded_at` datetime NOT NULL, `scanned_at` datetime NULL, `purged_at` datetime NULL, `missing_at` datetime NULL);
-- create index "stored_files_uid_key" to table: "stored_files"
CREATE UNIQUE INDEX `stored_files_uid_key` ON `stored_files` (`uid`);
-- create index "storedfile_about" to table: "stored_files"
CREATE INDEX `storedfile_about` ON `stored_files` (`about`);
-- create "upload_permits" table
CREATE TABLE `upload_permits` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `digest` text NOT NULL, `about` text NOT NULL, `kinds` text NOT NULL, `max_size` integer NOT NULL, `expires_at` datetime NOT NULL, `used_at` datetime NULL);
-- create index "upload_permits_digest_key" to table: "upload_permits"
CREATE UNIQUE INDEX `upload_permits_digest_key` ON `upload_permits` (`digest`);
-- create index "uploadpermit_about" to table: "upload_permits"
CREATE INDEX `uploadpermit_about` ON `upload_permits` (`about`);
-- create index "uploadpermit_expires_at" to table: "upload_permits"
CREATE INDEX `uploadpermit_expires_at` ON `upload_permits` (`expires_at`);

-- +goose Down
-- reverse: create index "uploadpermit_expires_at" to table: "upload_permits"
DROP INDEX `uploadpermit_expires_at`;
-- reverse: create index "uploadpermit_about" to table: "upload_permits"
DROP INDEX `uploadpermit_about`;
-- reverse: create index "upload_permits_digest_key" to table: "upload_permits"
DROP INDEX `upload_permits_digest_key`;
-- reverse: create "upload_permits" table
DROP TABLE `upload_permits`;
-- reverse: create index "storedfile_about" to table: "stored_files"
DROP INDEX `storedfile_about`;
-- reverse: create index "stored_files_uid_key" to table: "stored_files"
DROP INDEX `stored_files_uid_key`;
-- reverse: create "stored_files" table
DROP TABLE `stored_files`;
