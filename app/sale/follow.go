package sale

import (
	"kassa/app/journal"
	"kassa/app/money"
	"kassa/app/till"
)

// What follows from a closed receipt: goods, codes for the module, sums of the shift.

// stockMoves: a sale takes goods away, a return brings them back.
func stockMoves(r *till.Receipt) []journal.StockMove {
	var moves []journal.StockMove
	for i := range r.Lines {
		l := &r.Lines[i]
		if l.Removed {
			continue
		}
		q := -l.Quantity
		if r.Kind == till.Return {
			q = l.Quantity
		}
		moves = append(moves, journal.StockMove{ItemID: l.ItemID, ReceiptID: r.ID, Line: l.No, Quantity: q, At: r.ClosedAt})
	}
	return moves
}

// codeNews are the codes that the module has to be told of (marking-check §4.4 sell, return).
func codeNews(r *till.Receipt) []journal.CodeNews {
	var news []journal.CodeNews
	for i := range r.Lines {
		if l := &r.Lines[i]; !l.Removed && !l.Mark.IsZero() {
			news = append(news, journal.CodeNews{KI: l.Mark.KI(), Returned: r.Kind == till.Return})
		}
	}
	return news
}

// count adds a closed receipt to the shift's sums. Cash is what stays in the drawer.
func count(s *till.Shift, r *till.Receipt) {
	cash := r.Given(till.Cash) - r.Change()
	var other money.Kopecks
	for _, p := range r.Payments {
		if p.Kind != till.Cash {
			other += p.Kopecks
		}
	}
	if r.Kind == till.Return {
		s.ReturnsCash += cash
		s.ReturnsCard += other
	} else {
		s.SalesCash += cash
		s.SalesCard += other
	}
	s.Receipts++
}
