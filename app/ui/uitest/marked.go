package uitest

import (
	"fmt"
	"time"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/till"
)

// InEmergency makes a sample one of a till that sells without checks.
func InEmergency(s sale.Snapshot, phase marking.EmergencyPhase) sale.Snapshot {
	until := time.Date(2026, 11, 22, 14, 0, 0, 0, Noon.Location())
	if phase == marking.EmergencyOn {
		until = until.Add(3 * time.Hour)
	}
	s.Emergency = sale.EmergencyView{
		Phase: phase, Ends: until.AddDate(0, 0, 3),
		Emergency: marking.Emergency{Since: until.Add(-5 * time.Hour), Until: until, Manual: true, By: "Петров Сергей", Reason: "Письмо оператора"},
	}
	s.Lights.Online = sale.Light{State: sale.LightWarn, Code: sale.LightCodeEmergency,
		Args: []string{s.Emergency.Ends.UTC().Format(time.RFC3339)}, Since: s.Emergency.Since}
	return s
}

// SoldWithoutChecks is a receipt of an emergency: none of its marked units was checked.
func SoldWithoutChecks() sale.Snapshot {
	s := InEmergency(Sale(), marking.EmergencyOn)
	for i := range s.Receipt.Lines {
		if l := &s.Receipt.Lines[i]; l.MarkState == till.MarkAllowed {
			l.Verdict = marking.Verdict{Decision: marking.Allow, MaySell: true, Reason: marking.ReasonEmergency, Source: marking.SourceEmergency}
		}
	}
	water := &s.Receipt.Lines[4] // scanned before it began, when nobody answered
	water.MarkState = till.MarkUnchecked
	water.Verdict = marking.Verdict{Decision: marking.Unchecked, MaySell: true, Reason: marking.ReasonNoAnswer, Source: marking.SourceNone}
	return s
}

// WrongPrice is a stop that the till can mend: the price on the pack is another.
func WrongPrice() sale.Snapshot {
	s := Sale()
	s.Stop = &sale.Stop{
		Code: till.MarkForbidden, Item: "Сигареты «Север» с фильтром", Line: 7, Masked: "04600000000046/QRs…", Elapsed: 310 * time.Millisecond,
		TakesLimit: true,
		Verdict: &marking.Verdict{Decision: marking.Forbid, Reason: marking.ReasonPriceNotMRP, Source: marking.SourceOnline, Limit: 135_00,
			Rule: "price-mrp", Rules: "17.1"},
	}
	return s
}

// SoldHere is a stop for a unit that this shop has sold.
func SoldHere() sale.Snapshot {
	s := Refused()
	s.Stop.SoldHere = journal.SoldHere{Till: "Касса 2", Number: 118, At: Noon.Add(-24*time.Hour - 27*time.Minute)}
	s.Stop.Verdict.Rule, s.Stop.Verdict.Rules = "module-sold", "17.1"
	s.Stop.Verdict.ModuleFault = marking.FaultUnreachable
	return s
}

// ki makes a КИ of the i-th unit of a GTIN.
func ki(gtin string, i int) string { return fmt.Sprintf("01%s21%cab%04d", gtin, '1'+rune(i%9), i) }

const (
	water = "04600000000022"
	milk  = "04600000000015"
	long  = "04600000000077"
)

// Units are refusals of the till and advice of the check of the stock, mixed as a store would give them.
func Units() []journal.Suspect {
	return []journal.Suspect{
		{KI: ki(water, 1), GTIN: water, Item: "Вода «Родник» 0,5 л", Reason: marking.ReasonSoldHere, Origin: journal.FromSale,
			At: Noon.Add(-12 * time.Minute), Till: "Касса 1", Person: "Иванова Анна"},
		{KI: ki(milk, 2), GTIN: milk, Item: "Молоко «Домик» 3,2 % 1 л", Reason: marking.ReasonExpired, Until: "2026-11-21T00:00:00.000Z",
			Origin: journal.FromPreCheck, At: Noon.Add(-3 * time.Hour), Till: "Касса 1"},
		{KI: ki(long, 3), GTIN: long, Item: "Сыр «Деревенский» полутвёрдый из топлёного молока, фасованный, 45 % жирности, кусок около 300 г",
			Reason: marking.ReasonBlocked, Origin: journal.FromSale, At: Noon.Add(-26 * time.Hour), Till: "Касса 2", Person: "Константинопольская Александра"},
		{KI: ki(long, 4), GTIN: long, Reason: marking.ReasonNotInTrade, Origin: journal.FromPreCheck, At: Noon.Add(-27 * time.Hour), Till: "Касса 1"},
	}
}

// Book is a book of checks with a row of every kind, the newest first.
func Book() []journal.Evidence {
	person := till.Person{Name: "Иванова Анна"}
	online := marking.OnlineAnswer{Path: marking.PathTrueAPI, Site: "cdn01.crpt.ru", ReqID: "6d0c1e2f-3a4b-4c5d-8e9f-000000000001"}
	gateway := online
	gateway.Path, gateway.Site = marking.PathGateway, "127.0.0.1:51401"
	module := marking.ModuleAnswer{ReqID: "m1", DataAt: Noon.Add(-6 * time.Hour)}
	const rules = "17.1"
	rows := []journal.Evidence{
		{Item: "Молоко «Домик» 3,2 % 1 л", GTIN: milk, Online: online, Elapsed: 310 * time.Millisecond, Document: 1234,
			Verdict: marking.Verdict{Decision: marking.Allow, MaySell: true, Source: marking.SourceOnline, Rules: rules, ModuleFault: marking.FaultOff,
				Tag1265: "UUID=6d0c1e2f-3a4b-4c5d-8e9f-000000000001&Time=1795347131000"}},
		{Item: "Сигареты «Север» с фильтром", GTIN: "04600000000046", Online: gateway, Elapsed: 420 * time.Millisecond,
			Verdict: marking.Verdict{Decision: marking.Forbid, Reason: marking.ReasonPriceNotMRP, Source: marking.SourceOnline, Limit: 135_00, Rule: "price-mrp", Rules: rules}},
		{Item: "Вода «Родник» 0,5 л", GTIN: water, Online: marking.OnlineAnswer{Path: marking.PathTrueAPI, Site: "cdn02.crpt.ru", Fault: marking.FaultTimeout},
			Module: module, Elapsed: 1500 * time.Millisecond, Overtime: true,
			Verdict: marking.Verdict{Decision: marking.Forbid, Reason: marking.ReasonSoldHere, Source: marking.SourceModule, Rule: "module-sold", Rules: rules,
				OnlineFault: marking.FaultTimeout, DataAt: module.DataAt}},
		{Item: "Сыр «Деревенский» полутвёрдый из топлёного молока, фасованный, 45 % жирности, кусок около 300 г", GTIN: long, Document: 1230,
			Online: marking.OnlineAnswer{Path: marking.PathTrueAPI, Site: "cdn02.crpt.ru", Fault: marking.FaultServer}, Elapsed: 1480 * time.Millisecond,
			Risk: true, Overtime: true,
			Verdict: marking.Verdict{Decision: marking.Unchecked, MaySell: true, Reason: marking.ReasonNoAnswer, Source: marking.SourceNone, Rules: rules,
				OnlineFault: marking.FaultServer, ModuleFault: marking.FaultUnreachable}},
		{Item: "Молоко «Домик» 3,2 % 1 л", GTIN: milk, Document: 1228, Elapsed: 2 * time.Millisecond,
			Emergency: marking.Emergency{Since: Noon.Add(-5 * time.Hour), Until: Noon, Manual: true, By: "Петров Сергей", Reason: "Письмо оператора"},
			Verdict:   marking.Verdict{Decision: marking.Allow, MaySell: true, Reason: marking.ReasonEmergency, Source: marking.SourceEmergency, Rules: rules}},
		{Item: "Вода «Родник» 0,5 л", GTIN: water, Online: online, Elapsed: 2600 * time.Millisecond, Late: true,
			Verdict: marking.Verdict{Decision: marking.Forbid, Reason: marking.ReasonSold, Source: marking.SourceOnline, Rule: "sold", Rules: rules}},
	}
	for i := range rows {
		e := &rows[i]
		e.Seq, e.At, e.Line, e.Price, e.Till, e.Person = int64(len(rows)-i), Noon.Add(-time.Duration(i*7)*time.Minute), i+1, 89_90, "Касса 1", person
		e.KI = ki(e.GTIN, i)
	}
	return rows
}

// Marked is a till with the list «Карантин» and the book of checks filled.
func Marked() *Till {
	t := NewTill(Goods()...)
	t.Units, t.Book = Units(), Book()
	return t
}
