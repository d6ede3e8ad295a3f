package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"kassa/app/journal"
)

func (w *writer) evidence(e *journal.Evidence) {
	w.exec(`INSERT INTO checks (at, receipt_id, line, gtin, ki, decision, source, reason, overtime, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		ms(e.At), e.ReceiptID, e.Line, e.GTIN, e.KI, e.Verdict.Decision, e.Verdict.Source, string(e.Verdict.Reason), e.Overtime, w.json(e))
}

func (w *writer) suspect(s *journal.Suspect) {
	w.exec(`INSERT INTO suspects (ki, origin, at, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (ki, origin) DO UPDATE SET at = excluded.at, body = excluded.body`, s.KI, s.Origin, ms(s.At), w.json(s))
}

// evidenceRows is how many rows a query without a limit gives.
const evidenceRows = 100

// Evidence reads the book of checks, the newest first.
func (s *Store) Evidence(ctx context.Context, q journal.EvidenceQuery) ([]journal.Evidence, error) {
	where, args := evidenceWhere(q)
	limit := q.Limit
	if limit <= 0 {
		limit = evidenceRows
	}
	rows, err := s.read.QueryContext(ctx, `SELECT c.seq, c.body, coalesce(r.document, 0) FROM checks c
		LEFT JOIN receipts r ON r.id = c.receipt_id`+where+" ORDER BY c.seq DESC LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("read the book of checks: %w", err)
	}
	defer rows.Close()
	var found []journal.Evidence
	for rows.Next() {
		var body []byte
		var e journal.Evidence
		var seq int64
		var document uint32
		if err := rows.Scan(&seq, &body, &document); err != nil {
			return nil, fmt.Errorf("read the book of checks: %w", err)
		}
		if err := json.Unmarshal(body, &e); err != nil {
			return nil, fmt.Errorf("read row %d of the book of checks: %w", seq, err)
		}
		e.Seq, e.Document = seq, document
		found = append(found, e)
	}
	return found, rows.Err()
}

// evidenceWhere turns a query into a condition; only what it names limits.
func evidenceWhere(q journal.EvidenceQuery) (where string, args []any) {
	var parts []string
	add := func(condition string, values ...any) {
		parts = append(parts, condition)
		args = append(args, values...)
	}
	if !q.Since.IsZero() {
		add("c.at >= ?", ms(q.Since))
	}
	if !q.Before.IsZero() {
		add("c.at < ?", ms(q.Before))
	}
	if q.ReceiptID != "" {
		add("c.receipt_id = ?", q.ReceiptID)
	}
	if q.GTIN != "" {
		add("c.gtin = ?", q.GTIN)
	}
	if q.KI != "" {
		add("c.ki >= ? AND c.ki < ?", q.KI, q.KI+"\U0010FFFF")
	}
	if q.Decision != 0 {
		add("c.decision = ?", q.Decision)
	}
	if q.Source != 0 {
		add("c.source = ?", q.Source)
	}
	if q.Reason != "" {
		add("c.reason = ?", string(q.Reason))
	}
	if q.Overtime {
		add("c.overtime = 1")
	}
	if q.Under > 0 {
		add("c.seq < ?", q.Under)
	}
	if len(parts) == 0 {
		return "", args
	}
	return " WHERE " + strings.Join(parts, " AND "), args
}
