-- The book of checks: the evidence behind every verdict (journal.Evidence). Rows are only added, and trimmed
-- by age.
CREATE TABLE checks (
	seq        INTEGER PRIMARY KEY AUTOINCREMENT,
	at         INTEGER NOT NULL, -- UTC, ms
	receipt_id TEXT    NOT NULL,
	line       INTEGER NOT NULL,
	gtin       TEXT    NOT NULL,
	ki         TEXT    NOT NULL, -- whole
	decision   INTEGER NOT NULL,
	source     INTEGER NOT NULL,
	reason     TEXT    NOT NULL,
	overtime   INTEGER NOT NULL,
	body       TEXT    NOT NULL
) STRICT;
CREATE INDEX checks_at ON checks (at);
CREATE INDEX checks_ki ON checks (ki);
CREATE INDEX checks_gtin ON checks (gtin, seq);
CREATE INDEX checks_receipt ON checks (receipt_id, seq);

-- The list «Карантин»: one row for a unit and who put it there.
CREATE TABLE suspects (
	ki     TEXT    NOT NULL,
	origin INTEGER NOT NULL, -- 1 refused at a sale, 2 advice of the check of the stock
	at     INTEGER NOT NULL,
	body   TEXT    NOT NULL,
	PRIMARY KEY (ki, origin)
) STRICT, WITHOUT ROWID;
CREATE INDEX suspects_at ON suspects (at);
