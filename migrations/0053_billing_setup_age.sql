-- The hourly round finds setups that nobody asked for since.
CREATE INDEX sandbox_setup_by_age ON sandbox_setup (created_at);
