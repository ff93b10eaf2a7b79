export const audit = `
  -- The user of the token for the linked GitLab, and GITLAB_USER_LOGIN of a CI job.
  ALTER TABLE runs ADD COLUMN gitlab_user_id INTEGER;
  ALTER TABLE runs ADD COLUMN gitlab_username TEXT;
  ALTER TABLE runs ADD COLUMN ci_user TEXT;
`
