package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"kassa/app/fiscal"
	"kassa/app/journal"
	"kassa/app/till"
)

// States of a row of documents.
const (
	documentSending   = 1
	documentFormed    = 2
	documentNotFormed = 3
)

// Commit writes one change in one transaction. When it returns nil the change is on the disk.
func (s *Store) Commit(ctx context.Context, c journal.Change) error {
	return inTx(ctx, s.write, func(tx *sql.Tx) error {
		w := writer{ctx: ctx, tx: tx}
		w.entry(c.Entry)
		if c.Receipt != nil {
			w.receipt(c.Receipt)
		}
		w.lines(c.Entry.ReceiptID, c.Lines)
		if c.SetPayments {
			w.payments(c.Entry.ReceiptID, c.Payments)
		}
		if c.State != nil {
			w.exec("INSERT INTO state (id, body) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body", w.json(c.State))
		}
		if c.Shift != nil {
			w.exec(`INSERT INTO shifts (opened_at, number, body) VALUES (?, ?, ?)
				ON CONFLICT (opened_at, number) DO UPDATE SET body = excluded.body`, ms(c.Shift.OpenedAt), c.Shift.Number, w.json(c.Shift))
		}
		if c.Pending != nil {
			w.pending(c.Pending)
		}
		if c.Settled != "" {
			w.settled(c.Settled, c.Result)
		}
		for _, m := range c.Stock {
			w.exec("INSERT INTO stock_moves (receipt_id, line, item_id, quantity, at) VALUES (?, ?, ?, ?, ?)",
				m.ReceiptID, m.Line, m.ItemID, int64(m.Quantity), ms(m.At))
		}
		for _, n := range c.News {
			w.news(n, c.Entry.ReceiptID)
		}
		for _, seq := range c.Told {
			w.exec("UPDATE code_news SET told = 1 WHERE seq = ?", seq)
		}
		if c.Evidence != nil {
			w.evidence(c.Evidence)
		}
		for i := range c.Suspects {
			w.suspect(&c.Suspects[i])
		}
		return w.err
	})
}

// writer runs the statements of one transaction; after the first error it does nothing more.
type writer struct {
	ctx context.Context
	tx  *sql.Tx
	err error
}

func (w *writer) exec(query string, args ...any) {
	if w.err != nil {
		return
	}
	_, w.err = w.tx.ExecContext(w.ctx, query, args...)
}

func (w *writer) json(v any) string {
	if w.err != nil {
		return ""
	}
	b, err := json.Marshal(v)
	if err != nil {
		w.err = fmt.Errorf("write %T: %w", v, err)
	}
	return string(b)
}

func (w *writer) entry(e journal.Entry) {
	w.exec("INSERT INTO journal (at, kind, receipt_id, person, body) VALUES (?, ?, ?, ?, ?)",
		ms(e.At), e.Kind, e.ReceiptID, e.Person.ID, w.json(e.Body))
}

func (w *writer) receipt(r *till.Receipt) {
	header := *r
	header.Lines, header.Payments = nil, nil
	w.exec(`INSERT INTO receipts (id, number, kind, state, shift, opened_at, closed_at, document, total, return_of, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, shift = excluded.shift, closed_at = excluded.closed_at,
			document = excluded.document, total = excluded.total, body = excluded.body`,
		r.ID, r.Number, r.Kind, r.State, r.Shift, ms(r.OpenedAt), ms(r.ClosedAt), r.Fiscal.Document,
		int64(r.Total()), r.ReturnOf, w.json(header))
}

func (w *writer) lines(receiptID string, lines []till.Line) {
	for i := range lines {
		w.exec(`INSERT INTO lines (receipt_id, no, body) VALUES (?, ?, ?)
			ON CONFLICT (receipt_id, no) DO UPDATE SET body = excluded.body`, receiptID, lines[i].No, w.json(lines[i]))
	}
}

func (w *writer) payments(receiptID string, payments []till.Payment) {
	w.exec("DELETE FROM payments WHERE receipt_id = ?", receiptID)
	for _, p := range payments {
		w.exec("INSERT INTO payments (receipt_id, no, body) VALUES (?, ?, ?)", receiptID, p.No, w.json(p))
	}
}

func (w *writer) pending(p *journal.Pending) {
	w.exec(`INSERT INTO documents (id, kind, receipt_id, at, state, number, body, result) VALUES (?, ?, ?, ?, ?, 0, ?, '')
		ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
		p.ID, p.Document.Kind.String(), p.Document.ReceiptID, ms(p.At), documentSending, w.json(p))
}

func (w *writer) settled(id string, result *fiscal.Registered) {
	if result == nil {
		w.exec("UPDATE documents SET state = ? WHERE id = ? AND state = ?", documentNotFormed, id, documentSending)
		return
	}
	w.exec("UPDATE documents SET state = ?, number = ?, result = ? WHERE id = ? AND state = ?",
		documentFormed, result.Document, w.json(result), id, documentSending)
}

// ms is UTC milliseconds, 0 for the zero time.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
