-- +goose Up
-- modify "key_usages" table
ALTER TABLE "key_usages" ADD COLUMN "counted" bigint NOT NULL DEFAULT 0;

-- +goose Down
-- reverse: modify "key_usages" table
ALTER TABLE "key_usages" DROP COLUMN "counted";
