-- Whether somebody whom a provider vouches for, and whom nobody has made yet, gets an account at the first sign-in.
ALTER TABLE identity_provider ADD COLUMN creates_people boolean NOT NULL DEFAULT false;
