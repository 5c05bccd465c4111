-- Sign-ups. Global tables: there is no tenant before the last step.

-- One code sent to a mailbox. The hash is keyed; the code itself is nowhere.
CREATE TABLE mail_code (
  id uuid PRIMARY KEY,
  goal text NOT NULL,
  email text NOT NULL,
  email_canonical text NOT NULL,
  email_domain text NOT NULL,
  code_hash bytea NOT NULL,
  browser_hash bytea NOT NULL,
  network text NOT NULL,
  language text NOT NULL,
  sent_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  tries integer NOT NULL,
  used_at bigint,
  voided_at bigint
);
CREATE INDEX mail_code_by_address ON mail_code (email_canonical, sent_at);
CREATE INDEX mail_code_by_network ON mail_code (network, sent_at);
CREATE INDEX mail_code_by_age ON mail_code (sent_at);

CREATE TABLE sign_up (
  id uuid PRIMARY KEY,
  goal text NOT NULL,
  email text NOT NULL,
  email_canonical text NOT NULL,
  email_domain text NOT NULL,
  language text NOT NULL,
  state text NOT NULL,
  discovery_settled boolean NOT NULL,
  organisation text,
  details text,
  payment_setup text,
  started_at bigint NOT NULL,
  proven_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  ended_at bigint,
  tenant_id uuid,
  user_id uuid,
  noticed_at bigint
);
-- One open sign-up a mailbox: a second device or tab resumes it.
CREATE UNIQUE INDEX sign_up_open ON sign_up (email_canonical) WHERE state = 'open';
CREATE INDEX sign_up_by_mailbox ON sign_up (email_canonical, state);
CREATE INDEX sign_up_by_domain ON sign_up (email_domain, state);
CREATE INDEX sign_up_by_expiry ON sign_up (state, expires_at);

-- Browsers that proved the mailbox of a sign-up.
CREATE TABLE sign_up_access (
  sign_up_id uuid NOT NULL REFERENCES sign_up (id) ON DELETE CASCADE,
  browser_hash bytea NOT NULL,
  granted_at bigint NOT NULL,
  PRIMARY KEY (sign_up_id, browser_hash)
);

-- Colleagues who wait for a sign-up to end and then ask its tenant for access.
CREATE TABLE sign_up_follower (
  sign_up_id uuid NOT NULL REFERENCES sign_up (id) ON DELETE CASCADE,
  email_canonical text NOT NULL,
  email text NOT NULL,
  name text NOT NULL,
  language text NOT NULL,
  asked_at bigint NOT NULL,
  PRIMARY KEY (sign_up_id, email_canonical)
);

-- The funnel that the operator sees: how many reached each step on a day. No personal data.
CREATE TABLE sign_up_funnel (
  day text NOT NULL,
  step text NOT NULL,
  reached bigint NOT NULL,
  PRIMARY KEY (day, step)
);
