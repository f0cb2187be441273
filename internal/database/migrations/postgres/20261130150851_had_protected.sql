-- +goose Up
ALTER TABLE "registrations" ADD COLUMN "had_protected" boolean NOT NULL DEFAULT false;
UPDATE "registrations" SET "had_protected" = true WHERE "protected" <> '[]';
ALTER TABLE "registrations" DROP COLUMN "protected";

-- +goose Down
ALTER TABLE "registrations" ADD COLUMN "protected" jsonb NOT NULL DEFAULT '[]';
UPDATE "registrations" SET "protected" = '[""]' WHERE "had_protected";
ALTER TABLE "registrations" DROP COLUMN "had_protected";
