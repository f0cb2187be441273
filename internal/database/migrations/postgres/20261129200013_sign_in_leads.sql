-- +goose Up
-- modify "sign_in_links" table
ALTER TABLE "sign_in_links" ADD COLUMN "lead" bytea NULL;
-- modify "sign_up_links" table
ALTER TABLE "sign_up_links" ADD COLUMN "lead" bytea NULL;

-- +goose Down
-- reverse: modify "sign_up_links" table
ALTER TABLE "sign_up_links" DROP COLUMN "lead";
-- reverse: modify "sign_in_links" table
ALTER TABLE "sign_in_links" DROP COLUMN "lead";
