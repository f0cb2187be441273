-- +goose Up
-- create "saved_slices" table
CREATE TABLE `saved_slices` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `name` text NOT NULL, `kind` text NOT NULL, `parameters` text NOT NULL DEFAULT (''), `public` bool NOT NULL DEFAULT (false), `version` text NOT NULL DEFAULT (''), `created_at` datetime NOT NULL, `withdrawn_at` datetime NULL, `content_id` integer NULL, `user_id` integer NOT NULL, CONSTRAINT `saved_slices_slice_contents_content` FOREIGN KEY (`content_id`) REFERENCES `slice_contents` (`id`) ON DELETE SET NULL, CONSTRAINT `saved_slices_users_saved_slices` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- create index "saved_slices_uid_key" to table: "saved_slices"
CREATE UNIQUE INDEX `saved_slices_uid_key` ON `saved_slices` (`uid`);
-- create index "savedslice_user_id" to table: "saved_slices"
CREATE INDEX `savedslice_user_id` ON `saved_slices` (`user_id`);
-- create "slice_contents" table
CREATE TABLE `slice_contents` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `digest` text NOT NULL, `body` blob NOT NULL, `count` integer NOT NULL, `synthetic` bool NOT NULL, `published_at` datetime NOT NULL);

-- +goose Down
-- reverse: create "slice_contents" table
DROP TABLE `slice_contents`;
-- reverse: create index "savedslice_user_id" to table: "saved_slices"
DROP INDEX `savedslice_user_id`;
-- reverse: create index "saved_slices_uid_key" to table: "saved_slices"
DROP INDEX `saved_slices_uid_key`;
-- reverse: create "saved_slices" table
DROP TABLE `saved_slices`;
