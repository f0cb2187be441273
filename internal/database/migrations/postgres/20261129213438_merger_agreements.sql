-- +goose Up
-- add columns "agreement_with_id" and "pending_agreement" to table: "registrations"
ALTER TABLE "registrations" ADD COLUMN "agreement_with_id" bigint NULL;
ALTER TABLE "registrations" ADD COLUMN "pending_agreement" text NOT NULL DEFAULT '';
-- a note was said with its merger, unless it was attached, which said nothing of the other one
UPDATE "registrations" SET "pending_agreement" = "agreement", "agreement" = '' WHERE "pending_state" = 'MERGED';
UPDATE "registrations" SET "agreement_with_id" = "merged_into_id" WHERE "state" = 'MERGED';

-- +goose Down
-- reverse: add columns "agreement_with_id" and "pending_agreement" to table: "registrations"
UPDATE "registrations" SET "agreement" = "pending_agreement" WHERE "pending_state" = 'MERGED' AND "pending_agreement" <> '';
ALTER TABLE "registrations" DROP COLUMN "pending_agreement";
ALTER TABLE "registrations" DROP COLUMN "agreement_with_id";
