-- +goose Up
-- create "sign_up_links" table
CREATE TABLE `sign_up_links` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `digest` text NOT NULL, `email` text NOT NULL, `name` text NOT NULL, `language` text NOT NULL, `expires_at` datetime NOT NULL);
-- create index "sign_up_links_digest_key" to table: "sign_up_links"
CREATE UNIQUE INDEX `sign_up_links_digest_key` ON `sign_up_links` (`digest`);
-- create index "signuplink_expires_at" to table: "sign_up_links"
CREATE INDEX `signuplink_expires_at` ON `sign_up_links` (`expires_at`);

-- +goose Down
-- reverse: create index "signuplink_expires_at" to table: "sign_up_links"
DROP INDEX `signuplink_expires_at`;
-- reverse: create index "sign_up_links_digest_key" to table: "sign_up_links"
DROP INDEX `sign_up_links_digest_key`;
-- reverse: create "sign_up_links" table
DROP TABLE `sign_up_links`;
