-- Goods: large, can be rebuilt from the exchange.

CREATE TABLE items (
	id        TEXT    PRIMARY KEY,
	code      TEXT    NOT NULL,
	name      TEXT    NOT NULL,
	search    TEXT    NOT NULL, -- name and code as the search reads them
	price     INTEGER NOT NULL, -- kopecks
	has_price INTEGER NOT NULL,
	vat       INTEGER NOT NULL, -- tag 1199, 0 = not set
	grp       INTEGER NOT NULL, -- product group of the marking, 0 = none
	measure   INTEGER NOT NULL, -- tag 2108
	category  TEXT    NOT NULL,
	min_age   INTEGER NOT NULL,
	min_price INTEGER NOT NULL,
	tile      INTEGER NOT NULL,
	no_pieces INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX items_code ON items (code) WHERE code <> '';
CREATE INDEX items_search ON items (name, search); -- the search reads it instead of the wide rows
CREATE INDEX items_tile ON items (category, name) WHERE tile = 1;

CREATE TABLE barcodes (
	barcode TEXT PRIMARY KEY,
	item_id TEXT NOT NULL REFERENCES items (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX barcodes_item ON barcodes (item_id);
