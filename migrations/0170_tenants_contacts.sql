-- Whom the organisation names for news of a kind, as JSON; nothing is said where it is null.
ALTER TABLE tenant ADD COLUMN contacts text;
