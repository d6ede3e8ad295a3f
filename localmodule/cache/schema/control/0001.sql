-- Who this module belongs to. One row: one legal entity per data folder.
CREATE TABLE module (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    inst        TEXT    NOT NULL,              -- UUID, made at init
    inn         TEXT    NOT NULL,
    login       TEXT    NOT NULL,
    password    TEXT    NOT NULL,              -- pbkdf2-sha256$iterations$salt$hash
    token       TEXT    NOT NULL,              -- the centre's, sent to the upstream only
    upstream    TEXT    NOT NULL,              -- base address, empty: none
    allow_basic INTEGER NOT NULL,
    test        INTEGER NOT NULL               -- made by fill: made-up codes, no rate limit
) STRICT;

-- Whose heads are believed: root keys pinned at init and the keys that they signed.
CREATE TABLE trust (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    trust TEXT NOT NULL,                       -- JSON of feed.Trust
    keys  TEXT NOT NULL                        -- JSON of feed.Keys, empty before the first contact
) STRICT;

-- The applied version of each list. The row names the file and the state of the set in it, and is
-- written in one transaction for all lists of a sync, after their files are safe on the disk.
CREATE TABLE list (
    name  TEXT PRIMARY KEY,
    head  TEXT    NOT NULL,                    -- JSON of the verified feed.Head
    file  TEXT    NOT NULL,                    -- name in this folder, without extension; empty: lost, to be loaded again
    bytes INTEGER NOT NULL                     -- size of the .db file
) STRICT, WITHOUT ROWID;

CREATE TABLE sync (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    last_update INTEGER NOT NULL,              -- start of the last sync, ms UTC
    last_sync   INTEGER NOT NULL,              -- end of the last good one, ms UTC
    last_error  TEXT    NOT NULL,              -- of the last sync, empty when it was good
    floor       INTEGER NOT NULL               -- trusted time is never before it, ms UTC
) STRICT;
INSERT INTO sync VALUES (1, 0, 0, '', 0);
