-- Several rows a step and day: everybody who signs up at one moment would otherwise wait for one row.
CREATE TABLE sign_up_reached (
  day text NOT NULL,
  step text NOT NULL,
  slice bigint NOT NULL,
  reached bigint NOT NULL,
  PRIMARY KEY (day, step, slice)
);

INSERT INTO sign_up_reached (day, step, slice, reached) SELECT day, step, 0, reached FROM sign_up_funnel;

DROP TABLE sign_up_funnel;
