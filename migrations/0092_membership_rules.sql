-- The rules of groups whose members are whoever a rule describes, as evaluation reads them.
CREATE TABLE membership_rule (
  tenant_id uuid NOT NULL,
  group_id uuid NOT NULL,
  rule text NOT NULL,
  paused boolean NOT NULL,
  -- The answer for a person may change while nothing about them does.
  moves_with_time boolean NOT NULL,
  PRIMARY KEY (tenant_id, group_id),
  FOREIGN KEY (tenant_id, group_id) REFERENCES directory_object (tenant_id, id) ON DELETE CASCADE
);
