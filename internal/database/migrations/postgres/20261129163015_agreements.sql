-- +goose Up
-- modify "registrations" table
ALTER TABLE "registrations" ADD COLUMN "agrees_to" character varying NOT NULL DEFAULT '';

-- +goose Down
-- reverse: modify "registrations" table
ALTER TABLE "registrations" DROP COLUMN "agrees_to";
