-- How many people a tenant has who aren't deleted. A tenant's row is made, by counting, when the next of them comes or goes.
CREATE TABLE people_counter (
  tenant_id uuid NOT NULL PRIMARY KEY REFERENCES tenant (id),
  people bigint NOT NULL
);
