-- +goose Up
-- create "api_keys" table
CREATE TABLE `api_keys` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `name` text NOT NULL, `digest` text NOT NULL, `scopes` json NOT NULL, `created_at` datetime NOT NULL, `expires_at` datetime NULL, `last_used_at` datetime NULL, `revoked_at` datetime NULL, `user_id` integer NOT NULL, CONSTRAINT `api_keys_users_api_keys` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- create index "api_keys_uid_key" to table: "api_keys"
CREATE UNIQUE INDEX `api_keys_uid_key` ON `api_keys` (`uid`);
-- create index "api_keys_digest_key" to table: "api_keys"
CREATE UNIQUE INDEX `api_keys_digest_key` ON `api_keys` (`digest`);
-- create index "apikey_user_id" to table: "api_keys"
CREATE INDEX `apikey_user_id` ON `api_keys` (`user_id`);
-- create "grants" table
CREATE TABLE `grants` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `role` text NOT NULL, `scope` text NOT NULL DEFAULT (''), `created_at` datetime NOT NULL, `user_id` integer NOT NULL, CONSTRAINT `grants_users_grants` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- create index "grant_user_id" to table: "grants"
CREATE INDEX `grant_user_id` ON `grants` (`user_id`);
-- create index "grant_user_id_role_scope" to table: "grants"
CREATE UNIQUE INDEX `grant_user_id_role_scope` ON `grants` (`user_id`, `role`, `scope`);
-- create "oidc_identities" table
CREATE TABLE `oidc_identities` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `issuer` text NOT NULL, `subject` text NOT NULL, `created_at` datetime NOT NULL, `user_id` integer NOT NULL, CONSTRAINT `oidc_identities_users_oidc_identities` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- create index "oidcidentity_user_id" to table: "oidc_identities"
CREATE INDEX `oidcidentity_user_id` ON `oidc_identities` (`user_id`);
-- create index "oidcidentity_issuer_subject" to table: "oidc_identities"
CREATE UNIQUE INDEX `oidcidentity_issuer_subject` ON `oidc_identities` (`issuer`, `subject`);
-- create "organisation_memberships" table
CREATE TABLE `organisation_memberships` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `created_at` datetime NOT NULL, `organisation_id` integer NOT NULL, `user_id` integer NOT NULL, CONSTRAINT `organisation_memberships_organisations_organisation` FOREIGN KEY (`organisation_id`) REFERENCES `organisations` (`id`) ON DELETE RESTRICT, CONSTRAINT `organisation_memberships_users_memberships` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- create index "organisationmembership_user_id" to table: "organisation_memberships"
CREATE INDEX `organisationmembership_user_id` ON `organisation_memberships` (`user_id`);
-- create index "organisationmembership_user_id_organisation_id" to table: "organisation_memberships"
CREATE UNIQUE INDEX `organisationmembership_user_id_organisation_id` ON `organisation_memberships` (`user_id`, `organisation_id`);
-- create "recovery_codes" table
CREATE TABLE `recovery_codes` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `digest` text NOT NULL, `used_at` datetime NULL, `user_id` integer NOT NULL, CONSTRAINT `recovery_codes_users_recovery_codes` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- create index "recoverycode_user_id" to table: "recovery_codes"
CREATE INDEX `recoverycode_user_id` ON `recovery_codes` (`user_id`);
-- create "sign_in_attempts" table
CREATE TABLE `sign_in_attempts` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `subject` text NOT NULL, `at` datetime NOT NULL);
-- create index "signinattempt_subject_at" to table: "sign_in_attempts"
CREATE INDEX `signinattempt_subject_at` ON `sign_in_attempts` (`subject`, `at`);
-- create index "signinattempt_at" to table: "sign_in_attempts"
CREATE INDEX `signinattempt_at` ON `sign_in_attempts` (`at`);
-- create "sign_in_links" table
CREATE TABLE `sign_in_links` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `digest` text NOT NULL, `created_at` datetime NOT NULL, `expires_at` datetime NOT NULL, `used_at` datetime NULL, `user_id` integer NOT NULL, CONSTRAINT `sign_in_links_users_sign_in_links` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- create index "sign_in_links_digest_key" to table: "sign_in_links"
CREATE UNIQUE INDEX `sign_in_links_digest_key` ON `sign_in_links` (`digest`);
-- create index "signinlink_user_id" to table: "sign_in_links"
CREATE INDEX `signinlink_user_id` ON `sign_in_links` (`user_id`);
-- create "users" table
CREATE TABLE `users` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `email` text NOT NULL, `name` text NOT NULL, `language` text NOT NULL DEFAULT ('EN'), `password_hash` text NOT NULL DEFAULT (''), `totp_secret` blob NULL, `totp_pending` blob NULL, `totp_step` integer NOT NULL DEFAULT (0), `disabled_at` datetime NULL, `created_at` datetime NOT NULL);
-- create index "users_uid_key" to table: "users"
CREATE UNIQUE INDEX `users_uid_key` ON `users` (`uid`);
-- create index "users_email_key" to table: "users"
CREATE UNIQUE INDEX `users_email_key` ON `users` (`email`);
-- create "web_sessions" table
CREATE TABLE `web_sessions` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `digest` text NOT NULL, `data` blob NOT NULL, `client` text NOT NULL DEFAULT (''), `created_at` datetime NOT NULL, `seen_at` datetime NOT NULL, `expires_at` datetime NOT NULL, `user_id` integer NULL, CONSTRAINT `web_sessions_users_web_sessions` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- create index "web_sessions_uid_key" to table: "web_sessions"
CREATE UNIQUE INDEX `web_sessions_uid_key` ON `web_sessions` (`uid`);
-- create index "web_sessions_digest_key" to table: "web_sessions"
CREATE UNIQUE INDEX `web_sessions_digest_key` ON `web_sessions` (`digest`);
-- create index "websession_user_id" to table: "web_sessions"
CREATE INDEX `websession_user_id` ON `web_sessions` (`user_id`);
-- create index "websession_expires_at" to table: "web_sessions"
CREATE INDEX `websession_expires_at` ON `web_sessions` (`expires_at`);

-- +goose Down
-- reverse: create index "websession_expires_at" to table: "web_sessions"
DROP INDEX `websession_expires_at`;
-- reverse: create index "websession_user_id" to table: "web_sessions"
DROP INDEX `websession_user_id`;
-- reverse: create index "web_sessions_digest_key" to table: "web_sessions"
DROP INDEX `web_sessions_digest_key`;
-- reverse: create index "web_sessions_uid_key" to table: "web_sessions"
DROP INDEX `web_sessions_uid_key`;
-- reverse: create "web_sessions" table
DROP TABLE `web_sessions`;
-- reverse: create index "users_email_key" to table: "users"
DROP INDEX `users_email_key`;
-- reverse: create index "users_uid_key" to table: "users"
DROP INDEX `users_uid_key`;
-- reverse: create "users" table
DROP TABLE `users`;
-- reverse: create index "signinlink_user_id" to table: "sign_in_links"
DROP INDEX `signinlink_user_id`;
-- reverse: create index "sign_in_links_digest_key" to table: "sign_in_links"
DROP INDEX `sign_in_links_digest_key`;
-- reverse: create "sign_in_links" table
DROP TABLE `sign_in_links`;
-- reverse: create index "signinattempt_at" to table: "sign_in_attempts"
DROP INDEX `signinattempt_at`;
-- reverse: create index "signinattempt_subject_at" to table: "sign_in_attempts"
DROP INDEX `signinattempt_subject_at`;
-- reverse: create "sign_in_attempts" table
DROP TABLE `sign_in_attempts`;
-- reverse: create index "recoverycode_user_id" to table: "recovery_codes"
DROP INDEX `recoverycode_user_id`;
-- reverse: create "recovery_codes" table
DROP TABLE `recovery_codes`;
-- reverse: create index "organisationmembership_user_id_organisation_id" to table: "organisation_memberships"
DROP INDEX `organisationmembership_user_id_organisation_id`;
-- reverse: create index "organisationmembership_user_id" to table: "organisation_memberships"
DROP INDEX `organisationmembership_user_id`;
-- reverse: create "organisation_memberships" table
DROP TABLE `organisation_memberships`;
-- reverse: create index "oidcidentity_issuer_subject" to table: "oidc_identities"
DROP INDEX `oidcidentity_issuer_subject`;
-- reverse: create index "oidcidentity_user_id" to table: "oidc_identities"
DROP INDEX `oidcidentity_user_id`;
-- reverse: create "oidc_identities" table
DROP TABLE `oidc_identities`;
-- reverse: create index "grant_user_id_role_scope" to table: "grants"
DROP INDEX `grant_user_id_role_scope`;
-- reverse: create index "grant_user_id" to table: "grants"
DROP INDEX `grant_user_id`;
-- reverse: create "grants" table
DROP TABLE `grants`;
-- reverse: create index "apikey_user_id" to table: "api_keys"
DROP INDEX `apikey_user_id`;
-- reverse: create index "api_keys_digest_key" to table: "api_keys"
DROP INDEX `api_keys_digest_key`;
-- reverse: create index "api_keys_uid_key" to table: "api_keys"
DROP INDEX `api_keys_uid_key`;
-- reverse: create "api_keys" table
DROP TABLE `api_keys`;
