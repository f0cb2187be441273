-- +goose Up
-- modify "pre_session_statements" table
ALTER TABLE "pre_session_statements" ADD COLUMN "left" jsonb NOT NULL DEFAULT '[]';
-- modify "registrations" table
ALTER TABLE "registrations" ADD COLUMN "merger_ended" boolean NOT NULL DEFAULT false;

-- +goose Down
-- reverse: modify "registrations" table
ALTER TABLE "registrations" DROP COLUMN "merger_ended";
-- reverse: modify "pre_session_statements" table
ALTER TABLE "pre_session_statements" DROP COLUMN "left";
