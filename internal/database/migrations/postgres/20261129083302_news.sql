-- +goose Up
-- modify "users" table
ALTER TABLE "users" ADD COLUMN "news_until" timestamptz NULL;

-- +goose Down
-- reverse: modify "users" table
ALTER TABLE "users" DROP COLUMN "news_until";
