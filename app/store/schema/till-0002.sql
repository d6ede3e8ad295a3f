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
-- Whatever is asked of a period is answered by this index alone: the rows themselves are wide.
CREATE INDEX checks_at ON checks (at, decision, source, reason, overtime);
CREATE INDEX checks_ki ON checks (ki);
CREATE INDEX checks_gtin ON checks (gtin, seq);
CREATE INDEX checks_receipt ON checks (receipt_id, seq);

-- The list «Карантин»: one row for a unit and who put it there.
CREATE TABLE suspects (
	ki     TEXT    NOT NULL,
	origin INTEGER NOT NULL, -- 1 refused at a sale, 2 advice of the check of the stock
	at     INTEGER NOT NULL,
	search TEXT    NOT NULL, -- name, GTIN and КИ as the search reads them
	body   TEXT    NOT NULL,
	PRIMARY KEY (ki, origin)
) STRICT, WITHOUT ROWID;
CREATE INDEX suspects_at ON suspects (at);

-- Which receipt sold a unit, or took it back. What was written before is found in the lines: a КИ is the code up
-- to its first GS, or the first 21 of the 25 or 29 characters of a tobacco pack.
ALTER TABLE code_news ADD COLUMN receipt_id TEXT NOT NULL DEFAULT '';
UPDATE code_news SET receipt_id = done.id FROM (
	SELECT max(r.id) AS id, r.kind = 2 AS returned,
		CASE WHEN instr(l.km, char(29)) > 0 THEN substr(l.km, 1, instr(l.km, char(29)) - 1)
			WHEN length(l.km) IN (25, 29) THEN substr(l.km, 1, 21)
			ELSE l.km END AS ki
	FROM receipts r JOIN (SELECT receipt_id, json_extract(body, '$.Mark') AS km FROM lines
		WHERE coalesce(json_extract(body, '$.Removed'), 0) = 0) AS l ON l.receipt_id = r.id
	WHERE r.state = 6 AND l.km <> '' -- till.Closed
	GROUP BY 2, 3
) AS done WHERE done.ki = code_news.ki AND done.returned = code_news.returned;

-- Units that came into stock, for the check in the background (stock.CodeState). They stay when they are sold: a
-- unit that is taken back is looked at again.
CREATE TABLE stock_codes (
	ki       TEXT    PRIMARY KEY,
	km       TEXT    NOT NULL, -- with the check part, empty when it is not known
	gtin     TEXT    NOT NULL,
	grp      INTEGER NOT NULL,
	item     TEXT    NOT NULL,
	arrived  INTEGER NOT NULL, -- UTC, ms
	document TEXT    NOT NULL,
	sold     INTEGER NOT NULL, -- here, and not taken back: it is not asked about
	asked    INTEGER NOT NULL DEFAULT 0, -- UTC, ms, 0: never
	reason   TEXT    NOT NULL DEFAULT '',
	until    TEXT    NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_codes_asked ON stock_codes (asked) WHERE sold = 0;
