-- +goose Up
-- add column "news_until" to table: "users"
ALTER TABLE `users` ADD COLUMN `news_until` datetime NULL;

-- +goose Down
-- reverse: add column "news_until" to table: "users"
ALTER TABLE `users` DROP COLUMN `news_until`;
