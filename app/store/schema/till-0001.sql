-- The till's own file: small and precious.

-- Everything that was asked, sent and answered, in order. Rows are only added.
CREATE TABLE journal (
	seq        INTEGER PRIMARY KEY AUTOINCREMENT,
	at         INTEGER NOT NULL, -- UTC, ms
	kind       TEXT    NOT NULL,
	receipt_id TEXT    NOT NULL,
	person     TEXT    NOT NULL,
	body       TEXT    NOT NULL
) STRICT;
CREATE INDEX journal_receipt ON journal (receipt_id) WHERE receipt_id <> '';

CREATE TABLE receipts (
	id        TEXT    PRIMARY KEY, -- UUIDv7
	number    INTEGER NOT NULL,
	kind      INTEGER NOT NULL,
	state     INTEGER NOT NULL,
	shift     INTEGER NOT NULL,
	opened_at INTEGER NOT NULL,
	closed_at INTEGER NOT NULL, -- 0 while open
	document  INTEGER NOT NULL, -- ФД, 0 when none
	total     INTEGER NOT NULL, -- kopecks
	return_of TEXT    NOT NULL,
	body      TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_suspended ON receipts (opened_at, id) WHERE state = 7;
CREATE INDEX receipts_opened ON receipts (opened_at, id);
CREATE INDEX receipts_return ON receipts (return_of) WHERE return_of <> '';

CREATE TABLE lines (
	receipt_id TEXT    NOT NULL REFERENCES receipts (id) DEFERRABLE INITIALLY DEFERRED,
	no         INTEGER NOT NULL,
	body       TEXT    NOT NULL,
	PRIMARY KEY (receipt_id, no)
) STRICT, WITHOUT ROWID;

CREATE TABLE payments (
	receipt_id TEXT    NOT NULL REFERENCES receipts (id) DEFERRABLE INITIALLY DEFERRED,
	no         INTEGER NOT NULL,
	body       TEXT    NOT NULL,
	PRIMARY KEY (receipt_id, no)
) STRICT, WITHOUT ROWID;

-- The newest is the one added last: the printer's clock and ours may differ.
CREATE TABLE shifts (
	seq       INTEGER PRIMARY KEY AUTOINCREMENT,
	opened_at INTEGER NOT NULL,
	number    INTEGER NOT NULL,
	body      TEXT    NOT NULL,
	UNIQUE (opened_at, number)
) STRICT;

-- A fiscal document from «about to be sent» to its result.
CREATE TABLE documents (
	id         TEXT    PRIMARY KEY,
	kind       TEXT    NOT NULL,
	receipt_id TEXT    NOT NULL,
	at         INTEGER NOT NULL,
	state      INTEGER NOT NULL, -- 1 sending, 2 formed, 3 not formed
	number     INTEGER NOT NULL, -- ФД, 0 when none
	body       TEXT    NOT NULL,
	result     TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX documents_sending ON documents (state) WHERE state = 1;
CREATE INDEX documents_at ON documents (at, id);

-- The few values that outlive receipts: one row.
CREATE TABLE state (
	id   INTEGER PRIMARY KEY CHECK (id = 1),
	body TEXT NOT NULL
) STRICT;

-- Movements of goods are additive: minus for a sale.
CREATE TABLE stock_moves (
	receipt_id TEXT    NOT NULL,
	line       INTEGER NOT NULL,
	item_id    TEXT    NOT NULL,
	quantity   INTEGER NOT NULL, -- thousandths
	at         INTEGER NOT NULL,
	PRIMARY KEY (receipt_id, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_moves_item ON stock_moves (item_id);

-- Sold and returned codes for the local module.
CREATE TABLE code_news (
	seq      INTEGER PRIMARY KEY AUTOINCREMENT,
	ki       TEXT    NOT NULL,
	returned INTEGER NOT NULL,
	told     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX code_news_untold ON code_news (seq) WHERE told = 0;
CREATE INDEX code_news_ki ON code_news (ki, seq);

CREATE TABLE people (
	id           TEXT    PRIMARY KEY,
	name         TEXT    NOT NULL UNIQUE,
	inn          TEXT    NOT NULL,
	role         INTEGER NOT NULL,
	pin          TEXT    NOT NULL, -- hash
	wrong        INTEGER NOT NULL DEFAULT 0, -- wrong PINs in a row
	paused_until INTEGER NOT NULL DEFAULT 0  -- UTC, ms
) STRICT, WITHOUT ROWID;
