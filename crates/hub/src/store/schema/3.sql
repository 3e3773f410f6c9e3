-- Each index is a page more that every command writes, so only those stay that something looks in,
-- and what is open only where it is rare.
DROP INDEX commands_open;
CREATE INDEX commands_queued ON commands (device) WHERE state = 'queued';
CREATE INDEX commands_unanswered ON commands (device) WHERE state = 'unanswered';
DROP INDEX audit_by_account;
DROP INDEX audit_by_agent;
