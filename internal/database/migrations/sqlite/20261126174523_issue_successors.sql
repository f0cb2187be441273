-- +goose Up
-- create "issue_successors" table
CREATE TABLE `issue_successors` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `issue_id` integer NOT NULL, `successor_id` integer NOT NULL, CONSTRAINT `issue_successors_issues_issue` FOREIGN KEY (`issue_id`) REFERENCES `issues` (`id`) ON DELETE NO ACTION, CONSTRAINT `issue_successors_issues_successor` FOREIGN KEY (`successor_id`) REFERENCES `issues` (`id`) ON DELETE NO ACTION);
-- create index "issuesuccessor_issue_id_successor_id" to table: "issue_successors"
CREATE UNIQUE INDEX `issuesuccessor_issue_id_successor_id` ON `issue_successors` (`issue_id`, `successor_id`);

-- +goose Down
-- reverse: create index "issuesuccessor_issue_id_successor_id" to table: "issue_successors"
DROP INDEX `issuesuccessor_issue_id_successor_id`;
-- reverse: create "issue_successors" table
DROP TABLE `issue_successors`;
