-- +goose Up
-- modify "registrations" table
ALTER TABLE "registrations" ADD COLUMN "protected" jsonb NOT NULL DEFAULT '[]';

-- +goose Down
-- reverse: modify "registrations" table
ALTER TABLE "registrations" DROP COLUMN "protected";
