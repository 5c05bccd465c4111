-- Proofs of possession that were shown (RFC 9449 §11.1), of the deployment: none counts twice, whichever node it comes to.
CREATE TABLE proof_seen (
  hash bytea PRIMARY KEY,
  until bigint NOT NULL
);
CREATE INDEX proof_seen_by_end ON proof_seen (until);
