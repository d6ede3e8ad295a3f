-- Codes sold in this shop, by their canonical text (feed.Canonical).
CREATE TABLE sold (
    code    TEXT PRIMARY KEY,
    sold_at INTEGER NOT NULL                   -- ms UTC
) STRICT, WITHOUT ROWID;
CREATE INDEX sold_by_time ON sold (sold_at);
